"""The trusted truth: the gradient to the last bit, or the word for what stands in its place.

The typed tree is run forward and back in mpmath numbers of growing precision until two runs agree, at the
exact binary value of the point and with the decimals of the formula exact. Where an operation stands on a
kink, a jump or an edge, the slopes on both sides are taken as limits instead, with thousands of bits. No
method that is judged has a part in it.
"""

from __future__ import annotations

import dataclasses
import itertools
import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np

from gradviz.arguments import as_real
from gradviz.autodiff.reverse import adjoints, switches
from gradviz.errors import GradvizError
from gradviz.field import ScalarField, as_point, inputs_at
from gradviz.question import Question
from gradviz.tree.expression import Kind, evaluate, reevaluate
from gradviz.tree.many_digits import BeyondBounds, context
from gradviz.tree.operations import OPERATIONS, mpmath_kind
from gradviz.tree.precision import FLOAT64, Precision, precision_named

PRECISIONS = (106, 212, 424, 1300, 3600)  # bits; the last is past every cancellation of float64 coordinates
SECONDS = 0.8
PATIENCE = 4  # times as long, while other programs take the machine's time


@dataclass(frozen=True)
class Truth:
    """What the gradient really is at a point.

    ``gradient`` (n,) correctly rounded, nan where there is none; ``status`` per coordinate 'differentiable',
    'kink', 'jump', 'infinite', 'undefined' or 'undecided'; ``one_sided`` (n, 2) left and right derivatives,
    ±inf or nan where there are none; ``differentiable`` f as a whole; ``note`` a sentence where one is due;
    ``value`` f at the point, correctly rounded.

    ``decimals`` (n rows: the derivative, the left and the right one) and ``value_decimals`` hold '2.726e+347'
    where float64 rounds a finite number to ±inf, or one that is not 0 to 0; '' else.
    """

    gradient: np.ndarray
    status: tuple[str, ...]
    one_sided: np.ndarray
    differentiable: bool
    note: str = ""
    value: float = math.nan
    decimals: tuple[tuple[str, str, str], ...] = ()
    value_decimals: str = ""


@dataclass(frozen=True)
class _Depth:
    """How one-sided limits are taken: with ``precision`` bits, at h = 2^−k for each k of ``probes``; what
    is smaller than 2^−``snap`` beside its operands is 0.
    """

    precision: int
    probes: tuple[int, int, int]
    snap: int


_DEEP = _Depth(9600, (1100, 1500, 2000), 8200)  # even the first probe lies below the smallest float64 number
_SHALLOW = _Depth(1300, (100, 160, 240), 1000)  # for Γ and its kin, which take seconds at greater depth


class _OutOfTime(Exception):
    """The limit of time is over."""


_FAILURES = (_OutOfTime, BeyondBounds, ArithmeticError, ValueError, TypeError, MemoryError)


def true_gradient(
    field: ScalarField,
    point: Any,
    *,
    seconds: float | None = None,
    dtype: str = "float64",
    patience: float = PATIENCE,
) -> Truth:
    """∇f at ``point`` (n,), correctly rounded to float64, or what stands in its place.

    With a narrower ``dtype`` f is differentiated at the point as rounded to that type; the decimals of the
    formula stay exact, and the answer is float64 still. Past ``seconds`` of CPU (``SECONDS`` unless told) or
    ``patience`` times as long by the clock, or where numbers grow past all bounds, the status is 'undecided'.
    PointError for a point that does not fit.
    """
    question = Question.of(field, point, precision_named(dtype))
    point, field, precision = question.point, question.rounded_field, question.precision
    n = len(point)
    if note := question.out_of_range:
        return Truth(np.full(n, np.nan), ("undefined",) * n, np.full((n, 2), np.nan), False, note)
    with context() as m:
        work = _Work(field, [float(x) for x in point], _deadline(seconds), m, precision, patience)
        try:
            found = _smooth(work)
            return found if found is not None else _probed(work)
        except _FAILURES as failure:
            reason = (
                "in the time given" if isinstance(failure, _OutOfTime) else "with numbers of bounded size"
            )
            nothing = np.full(n, np.nan)
            note = f"The true gradient could not be decided {reason}."
            return Truth(nothing, ("undecided",) * n, np.full((n, 2), np.nan), False, note)


def _deadline(seconds: float | None) -> float:
    limit = as_real(SECONDS if seconds is None else seconds)
    if math.isnan(limit):
        raise GradvizError("The limit of time is a number of seconds.")
    return time.monotonic() + limit


@dataclass(frozen=True)
class _Work:
    """A field at a point of some precision, when to stop, and the mpmath context it is worked out in."""

    field: ScalarField
    point: list[float]
    deadline: float
    m: Any
    precision: Precision = FLOAT64
    patience: float = PATIENCE
    began: float = dataclasses.field(default_factory=time.monotonic)
    worked: float = dataclasses.field(default_factory=time.thread_time)  # by this thread until then
    here: dict[int, tuple[Kind, list[Any]]] = dataclasses.field(default_factory=dict)  # values at the point

    def over(self) -> bool:
        """Whether the time is up: of this thread's own work, or several times as much on a busy machine."""
        now, limit = time.monotonic(), self.deadline - self.began
        return now > self.deadline and (
            time.thread_time() - self.worked > limit or now > self.began + self.patience * limit
        )

    @property
    def depth(self) -> _Depth:
        slow = any("gamma" in node.operation for node in self.field.expression.nodes)
        return _SHALLOW if slow else _DEEP

    def kind(self, bits: int, *, snapping: bool = False) -> Kind:
        self.m.prec = bits
        kind = mpmath_kind(self.m)
        functions = {name: self._timed(function) for name, function in kind.functions.items()}
        if snapping:
            functions = functions | _snapped(self.m, functions, self.depth.snap)
        return Kind("mpmath", kind.literal, functions, fixed=False)

    def _timed(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*operands: Any) -> Any:
            if self.over():
                raise _OutOfTime
            return function(*operands)

        return timed

    def values(self, kind: Kind, shifts: Sequence[Any] = ()) -> list[Any]:
        """The value of every node at the point, or at the point moved by ``shifts``.

        Where only some coordinates move, the nodes that depend on none of them keep their values.
        """
        expression = self.field.expression
        coordinates = [self.m.mpf(x) for x in self.point]
        if id(kind) not in self.here:
            self.here[id(kind)] = kind, evaluate(expression, kind, inputs_at(self.field, coordinates))
        known = self.here[id(kind)][1]
        moved = frozenset(self.field.variables[i] for i, shift in enumerate(shifts) if shift)
        if not moved:
            return known
        for i, shift in enumerate(shifts):
            coordinates[i] += shift
        return reevaluate(expression, kind, inputs_at(self.field, coordinates), known, moved)


# --- where every operation is smooth ---


def _smooth(work: _Work) -> Truth | None:
    """The truth where f is smooth, by reverse sweeps; None where some operation stands on a kink, a jump or
    an edge.
    """
    before: tuple | None = None
    for bits in PRECISIONS:
        kind = work.kind(bits)
        try:
            values = work.values(kind)
            quantities = [work.m.mpf(q) for _, q in switches(work.field.expression, kind, values)]
            after = (_gradient(work, kind, values), quantities, work.m.mpf(values[-1]))
        except BeyondBounds:
            return None  # Γ has not so many digits: it may still have limits
        if _has_gaps(work, values):
            return None
        absorbed, cancelled = _losses(work, kind, values)
        last = bits == PRECISIONS[-1]
        if last and absorbed and cancelled:
            if _lost_for_good(work):
                raise BeyondBounds("what was lost beside a large number may be all that is left of it")
            return None
        if before is not None and _settled(before, after) and (last or not (absorbed or cancelled)):
            break
        before = after
    else:
        return None
    if work.m.isnan(after[2]) or any(work.m.isnan(g) for g in after[0]):
        return None
    gradient = np.array([_nearest(g) for g in after[0]], dtype=float)
    n = len(gradient)
    return Truth(
        gradient,
        ("differentiable",) * n,
        np.column_stack((gradient, gradient)),
        True,
        _near_a_kink(work, after[1]),
        _nearest(after[2]),
        tuple((text, text, text) for text in map(_decimals, after[0])),
        _decimals(after[2]),
    )


def _has_gaps(work: _Work, values: list[Any]) -> bool:
    """Whether some power has a base that is not positive under an exponent that varies: it has no neighbours,
    though rules that pass 0 back may not notice.
    """
    expression = work.field.expression
    return any(
        node.operation == "power"
        and expression.supports[node.operands[1]]
        and not values[node.operands[0]] > 0
        for node in expression.nodes
    )


def _losses(work: _Work, kind: Kind, values: list[Any]) -> tuple[bool, bool]:
    """Whether some operation hardly feels an operand (x + 10³⁰⁰, e^x near 0), and whether one feels it so
    much that its digits are used up ((x + 10³⁰⁰) − 10³⁰⁰): two precisions may then agree on what both have
    lost.

    Told by the condition |slope · operand / value| of each, beside the working precision.
    """
    absorbed = cancelled = False
    spare = work.m.prec - 66
    nodes, supports = work.field.expression.nodes, work.field.expression.supports
    for node, support, value in zip(nodes, supports, values, strict=True):
        if not node.operands or isinstance(value, bool) or not work.m.isfinite(value):
            continue
        row, operands = OPERATIONS[node.operation], tuple(values[i] for i in node.operands)
        for place, (i, operand) in enumerate(zip(node.operands, operands, strict=True)):
            if isinstance(operand, bool) or not operand or (support and not supports[i]):
                continue
            slope = row.derivative(kind, value, operands, place)
            if slope is None or not slope or not work.m.isfinite(slope):
                continue
            if not value:
                cancelled = True
                continue
            size = work.m.mag(slope) + work.m.mag(operand) - work.m.mag(value)
            absorbed, cancelled = absorbed or size < -spare, cancelled or size > spare
    return absorbed, cancelled


def _lost_for_good(work: _Work) -> bool:
    """Whether something is absorbed even with what is 0 but for rounding put on 0: 1 + sin²(3π) loses
    nothing.
    """
    kind = work.kind(work.depth.precision, snapping=True)
    return _losses(work, kind, work.values(kind))[0]


def _gradient(work: _Work, kind: Kind, values: list[Any]) -> list[Any]:
    expression = work.field.expression
    swept = adjoints(expression, kind, values)
    found = {n.name: swept[i] for i, n in enumerate(expression.nodes) if n.operation == "variable"}
    return [
        work.m.mpf(found[name]) if found.get(name) is not None else work.m.mpf(0)
        for name in work.field.variables
    ]


def _settled(before: tuple, after: tuple) -> bool:
    """Whether two precisions tell the same: every switch away from 0, every number the same float64."""
    gradients = zip([*before[0], before[2]], [*after[0], after[2]], strict=True)
    return all(_decided(a, b) for a, b in zip(before[1], after[1], strict=True)) and all(
        _agree(a, b) for a, b in gradients
    )


def _decided(a: Any, b: Any) -> bool:
    if a.context.isnan(a) and a.context.isnan(b):
        return True
    return b != 0 and abs(a - b) <= abs(b) / 4


def _agree(a: Any, b: Any) -> bool:
    if a.context.isnan(a) or a.context.isnan(b):
        return bool(a.context.isnan(a) and a.context.isnan(b))
    if _nearest(a) != _nearest(b):
        return False
    return _nearest(b) == 0 or abs(a - b) <= abs(b) * a.context.mpf(2) ** -60


def _near_a_kink(work: _Work, quantities: list[Any]) -> str:
    """A word where the nearest neighbour of the point in its type lies beyond, or on, a place where f is not
    smooth.
    """
    near = work.m.mpf(2) ** (23 - work.precision.bits)  # 2^−30 for float64
    close = [j for j, q in enumerate(quantities) if abs(q) < near]
    if not close:
        return ""
    kind = work.kind(PRECISIONS[1])
    for i, x in enumerate(work.point):
        for neighbour in work.precision.neighbours(x):
            shifts = [work.m.mpf(0)] * len(work.point)
            shifts[i] = work.m.mpf(neighbour) - work.m.mpf(x)
            beyond = [q for _, q in switches(work.field.expression, kind, work.values(kind, shifts))]
            if len(beyond) == len(quantities) and any(beyond[j] * quantities[j] <= 0 for j in close):
                return (
                    "There is a kink, a jump or an edge of the domain within one ulp of "
                    f"{work.field.variables[i]}."
                )
    return ""


# --- where it is not: limits from both sides ---


def _probed(work: _Work) -> Truth:
    """The truth from one-sided limits of the difference quotient, coordinate by coordinate."""
    kind = work.kind(work.depth.precision, snapping=True)
    n = len(work.point)
    here = work.m.mpf(work.values(kind)[-1])
    if work.m.isnan(here):
        note = "f has no real value at this point."
        return Truth(np.full(n, np.nan), ("undefined",) * n, np.full((n, 2), np.nan), False, note)
    if here and work.m.isfinite(here) and abs(work.m.mag(here)).bit_length() > work.depth.precision - 200:
        raise BeyondBounds("the exponent of the value alone has more digits than are worked with")
    limits = [[_one_sided(work, kind, here, i, side) for side in (-1, 1)] for i in range(n)]
    status = tuple(_status(left, right) for left, right in limits)
    gradient = np.array(
        [
            _nearest(right.slope) if s == "differentiable" else math.nan
            for s, (_, right) in zip(status, limits, strict=True)
        ]
    )
    one_sided = np.array([[_nearest(side.slope) for side in pair] for pair in limits]).reshape(n, 2)
    whole = all(s == "differentiable" for s in status) and _linear_to_first_order(work, kind, here, limits)
    note = ""
    if not whole and all(s == "differentiable" for s in status):
        note = "Every partial derivative exists here, and f is still not differentiable."
    decimals = []
    for left, right in limits:
        sides = _decimals(left.slope), _decimals(right.slope)
        decimals.append((sides[0] if sides[0] == sides[1] else "", *sides))
    return Truth(gradient, status, one_sided, whole, note, _nearest(here), tuple(decimals), _decimals(here))


@dataclass(frozen=True)
class _Side:
    """The limit of the quotient on one side: its slope (mpf, ±inf or nan) and whether f jumps or is missing
    there.
    """

    slope: Any
    jump: bool = False
    missing: bool = False


def _one_sided(work: _Work, kind: Kind, here: Any, i: int, side: int) -> _Side:
    scale = min(0, math.frexp(work.point[i])[1]) if work.point[i] else 0
    changes, slopes = [], []
    probes = work.depth.probes
    for bits, factor in (*((k, 1.0) for k in probes), (probes[-1], 0.7)):
        shift = work.m.ldexp(work.m.mpf(side) * factor, scale - bits)
        shifts = [work.m.mpf(0)] * len(work.point)
        shifts[i] = shift
        change = work.m.mpf(work.values(kind, shifts)[-1]) - here
        if work.m.isnan(change):
            return _Side(work.m.nan, missing=True)
        changes.append(change)
        slopes.append(change / shift)
    first, second, third, other = slopes
    if abs(changes[0]) > work.m.mpf(2) ** -min(200, probes[0]) and changes[2] == 0:
        raise BeyondBounds("f stands apart from its value, until rounding makes it the same")
    size, settling = abs(changes[2]), abs(changes[2] - changes[1])
    still = size > work.m.mpf(2) ** -work.depth.snap and settling < size * work.m.mpf(2) ** -100
    if still or (size > work.m.mpf(2) ** -min(200, probes[0]) and settling < size / 4):
        return _Side(work.m.inf * work.m.sign(third), jump=True)
    if _same(second, third) and _same(third, other):
        return _Side(third)
    if abs(changes[0]) <= abs(changes[1]) <= size and size > work.m.mpf(2) ** -min(200, probes[0]):
        return _Side(work.m.inf * work.m.sign(third), jump=True)  # f runs away from its value
    falling = abs(third) * 2**20 <= abs(second) and abs(second) * 2**20 <= abs(first)
    if falling and abs(other) * 2**10 <= abs(second):
        return _Side(work.m.mpf(0))  # √h, h, h² …: each much smaller than the one before
    growing = abs(third) > 1.3 * abs(second) > 1.69 * abs(first) and first * second > 0 and third * other > 0
    if growing and second * third > 0 and abs(other) >= abs(second):
        return _Side(work.m.inf * work.m.sign(third))
    tendency = _tendency(kind, slopes, [*probes, probes[-1] - math.log2(0.7)])
    if tendency:
        return _Side(work.m.inf * work.m.sign(third) if tendency > 0 else work.m.mpf(0))
    return _Side(work.m.nan)


def _tendency(kind: Kind, slopes: Sequence[Any], bits: Sequence[float]) -> int:
    """1 where the quotients at h = 2^−bits grow without end, −1 where they die away, as h^α or |log h|^p do,
    however slowly; 0 where they follow neither.
    """
    if any(s * slopes[0] <= 0 for s in slopes):
        return 0
    logarithms = [kind.log(abs(s)) for s in slopes]
    for places, slack, least in ((bits, 1e-3, 1e-9), ([math.log(b) for b in bits], 0.05, 0.05)):
        powers = [
            (after - before) / (there - here)
            for before, after, here, there in zip(
                logarithms, logarithms[1:], places, places[1:], strict=False
            )
        ]
        middle = powers[1]
        if abs(middle) > least and all(abs(power - middle) <= slack * abs(middle) for power in powers):
            return 1 if middle > 0 else -1
    return 0


def _same(a: Any, b: Any) -> bool:
    return abs(a - b) <= abs(b) * a.context.mpf(2) ** -60 or max(abs(a), abs(b)) < a.context.mpf(2) ** -1080


def _status(left: _Side, right: _Side) -> str:
    """The word for a pair of one-sided limits."""
    if left.jump or right.jump:
        return "jump"
    if left.missing and right.missing:
        return "undefined"
    present = [side.slope for side in (left, right) if not side.missing]
    if any(slope != slope for slope in present):
        return "undefined"  # f is there, but its quotient has no limit: it goes on oscillating
    if any(abs(slope) == math.inf for slope in present):
        return "infinite"
    if len(present) < 2:
        return "undefined"  # the edge of the domain: a slope on one side only
    return "differentiable" if _same(*present) else "kink"


def _linear_to_first_order(work: _Work, kind: Kind, here: Any, limits: list) -> bool:
    """Whether f − f(p) − ∇f·δ vanishes faster than δ, along slanted lines and parabolas through the point."""
    n = len(work.point)
    gradient = [right.slope for _, right in limits]
    scale = min(0, *(math.frexp(x)[1] for x in work.point if x), 0)
    two = work.m.mpf(2)

    def beside_the_plane(i: int, j: int, across: float, power: int, probe: int) -> Any:
        """What f differs from its tangent plane at a distance h = 2^−probe, in units of h."""
        h = work.m.ldexp(work.m.mpf(1), scale - probe)
        shifts = [work.m.mpf(0)] * n
        shifts[i], shifts[j] = h, across * h**power
        change = work.m.mpf(work.values(kind, shifts)[-1]) - here
        return abs(change - work.m.fsum(g * s for g, s in zip(gradient, shifts, strict=True))) / h

    paths = itertools.product((0.75, -0.75, 1, -1), (1, 2, 3))
    for (i, j), (across, power) in itertools.product(itertools.permutations(range(n), 2), paths):
        first = beside_the_plane(i, j, across, power, work.depth.probes[1])
        if work.m.isnan(first):
            return False
        if first > two**-100:  # unless it is on its way to 0, like |x|^1.05
            second = beside_the_plane(i, j, across, power, work.depth.probes[2])
            if not second < first * two**-20:
                return False
    return True


def _snapped(m: Any, functions: dict[str, Callable[..., Any]], snap: int) -> dict[str, Callable[..., Any]]:
    """The operations with what is 0 but for rounding put on 0, where it arises: sin π, √2·√2 − 2.

    There, and only there, a number is small beside its operands; x⁴ may be as small as it likes.
    """
    tiny = m.mpf(2) ** -snap

    def kept(value: Any, *operands: Any) -> Any:
        return m.mpf(0) if abs(value) < tiny * max(abs(a) for a in operands) else value

    def crossing(name: str) -> Callable[..., Any]:
        return lambda *a: kept(functions[name](*a), *a)

    def on_integers(name: str) -> Callable[..., Any]:
        def snapped(a: Any) -> Any:
            whole = m.nint(a) if m.isfinite(a) else a
            return functions[name](whole if abs(a - whole) < tiny * max(abs(a), 1) else a)

        return snapped

    def with_poles(function: Callable[..., Any], zero: Callable[..., Any]) -> Callable[..., Any]:
        return lambda a: m.nan if zero(a) == 0 else function(a)

    def comparison(name: str) -> Callable[..., Any]:
        return lambda a, b: functions[name](snapped["subtract"](a, b), m.mpf(0))

    def remainder(a: Any, b: Any) -> Any:
        rest = functions["mod"](a, b)
        size = max(abs(a), abs(b))
        return m.mpf(0) if abs(rest) < tiny * size or abs(rest - b) < tiny * size else rest

    crossings = ("add", "subtract", "sin", "cos", "tan", "sinc", "log", "log2", "log10")
    integers = ("asin", "acos", "acosh", "atanh", "floor", "ceil", "gamma", "loggamma", "digamma", "trigamma")
    compared = [name for name, row in OPERATIONS.items() if row.boolean and row.switches is not None]
    snapped = {name: crossing(name) for name in crossings}
    snapped |= {name: on_integers(name) for name in integers}
    snapped["tan"] = with_poles(snapped["tan"], snapped["cos"])
    snapped["sec"] = with_poles(functions["sec"], snapped["cos"])
    snapped["cot"] = with_poles(functions["cot"], snapped["sin"])
    snapped["csc"] = with_poles(functions["csc"], snapped["sin"])
    snapped |= {name: comparison(name) for name in compared}
    return snapped | {"mod": remainder}


# --- higher derivatives, for the model of the error ---


def higher_derivatives(
    field: ScalarField,
    point: Any,
    highest: int,
    *,
    seconds: float | None = None,
    patience: float = PATIENCE,
) -> np.ndarray:
    """∂ᵏf/∂xᵢᵏ at ``point`` for k = 0 … ``highest``, (n, highest + 1) float64; nan where time or bounds are
    passed.

    Central differences of many digits over ``highest`` + 2 points a hundred bits apart from the coordinate:
    what they leave out lies far below float64.
    """
    point = as_point(field, point)
    table = np.full((len(point), highest + 1), np.nan)
    with context() as m:
        work = _Work(field, [float(x) for x in point], _deadline(seconds), m, patience=patience)
        try:
            for i in range(len(point)):
                table[i] = _derivatives_along(work, i, highest)
        except _FAILURES:
            pass  # what has not been reached stays nan, and the model says that it is not known
    return table


def _derivatives_along(work: _Work, i: int, highest: int) -> list[float]:
    scale = min(0, math.frexp(work.point[i])[1]) if work.point[i] else 0
    spacing = 100 - scale  # bits
    reach = highest // 2 + 1
    kind = work.kind(400 + (highest + 1) * spacing)
    h = work.m.ldexp(work.m.mpf(1), -spacing)
    values = []
    for j in range(-reach, reach + 1):
        shifts = [work.m.mpf(0)] * len(work.point)
        shifts[i] = j * h
        values.append(work.m.mpf(work.values(kind, shifts)[-1]))
    if not all(work.m.isfinite(value) for value in values):
        return [math.nan] * (highest + 1)
    # as whole numbers, which add up without rounding; what is cut off lies below the noise
    unit = max((work.m.mag(value) for value in values if value), default=0) - work.m.prec
    wholes = [int(work.m.ldexp(value, -unit)) for value in values]
    size = sum(abs(whole) for whole in wholes)
    found = []
    for order, (weights, divisor) in enumerate(_central_weights(reach, highest)):
        total = sum(weight * whole for weight, whole in zip(weights, wholes, strict=True))
        noisy = abs(total) << (work.m.prec - 40) <= size * divisor
        exact = work.m.ldexp(work.m.mpf(total), unit + order * spacing) / divisor
        found.append(0.0 if noisy else _nearest(exact))
    return found


@cache
def _central_weights(reach: int, highest: int) -> list[tuple[list[int], int]]:
    """The weights on −reach … reach of the derivatives 0 … highest at spacing 1, from the polynomial through
    the points; whole numbers, and what to divide by.
    """
    nodes = range(-reach, reach + 1)
    weights = []
    for (
        node
    ) in nodes:  # Lagrange's polynomial of this node, by its coefficients; k! times the kth is its weight
        coefficients = [Fraction(1)]
        for other in nodes:
            if other != node:
                shifted = [Fraction(0), *coefficients]
                coefficients = [
                    (a - other * b) / (node - other)
                    for a, b in zip(shifted, [*coefficients, Fraction(0)], strict=True)
                ]
        weights.append([c * math.factorial(k) for k, c in enumerate(coefficients[: highest + 1])])
    rows = list(zip(*weights, strict=True))
    divisors = [math.lcm(*(weight.denominator for weight in row)) for row in rows]
    return [
        ([int(weight * divisor) for weight in row], divisor)
        for row, divisor in zip(rows, divisors, strict=True)
    ]


# --- numbers ---


def _nearest(x: Any) -> float:
    """The float64 nearest to an mpf, ties to even; ±inf past the range."""
    if not x.context.isfinite(x):
        return float(x)
    if x == 0:
        return 0.0
    magnitude = x.context.mag(x)
    if magnitude > 1025:
        return math.copysign(math.inf, x)
    if magnitude < -1080:
        return 0.0
    sign, mantissa, exponent, _ = x._mpf_
    exact = Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
    try:
        return -float(exact) if sign else float(exact)
    except OverflowError:
        return math.copysign(math.inf, x)


def _decimals(x: Any) -> str:
    """Four digits of an mpf, as '2.726e+347', where it is finite and float64 makes ±inf or 0 of it; else ''.

    Also '' where its exponent has more than 60 bits itself. The digits come from the logarithm: there may be
    millions of them.
    """
    if not x.context.isfinite(x) or x == 0 or (_nearest(x) and math.isfinite(_nearest(x))):
        return ""
    sign, mantissa, exponent, bits = x._mpf_
    if abs(exponent) >= 2**60:
        return ""
    leading = int(mantissa) >> max(0, bits - 64)  # of 64 bits at most
    logarithm = math.log10(leading) + (int(exponent) + max(0, bits - 64)) * math.log10(2)
    power = math.floor(logarithm)
    digits = round(10 ** (logarithm - power), 3)
    if digits >= 10:
        digits, power = 1.0, power + 1
    return f"{'-' if sign else ''}{digits:g}e{power:+d}"
