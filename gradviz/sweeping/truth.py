"""The trusted truth: the correctly rounded gradient, or the word for why there is none.

The typed tree is run forward and back in mpmath numbers of growing precision until two runs agree, at the
exact binary value of the point and with the decimals of the formula exact. Where an operation stands on a
kink, a jump or an edge, the slopes on both sides are taken as limits instead, with thousands of bits. None of
the methods that it judges is used.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from gradviz.autodiff.reverse import adjoints, switches
from gradviz.field import ScalarField
from gradviz.question import Question
from gradviz.sweeping.evaluation import FAILURES, PATIENCE, Evaluation, OutOfTime, deadline
from gradviz.sweeping.limits import linear_to_first_order, one_sided, status
from gradviz.sweeping.rounding import decimals, nearest
from gradviz.sweeping.taylor import higher_derivatives
from gradviz.tree.expression import Kind, Number
from gradviz.tree.many_digits import BeyondBounds, context
from gradviz.tree.operations import OPERATIONS
from gradviz.tree.precision import precision_named

__all__ = ["Truth", "higher_derivatives", "true_gradient"]  # the functions are those that a worker runs

PRECISIONS = (106, 212, 424, 1300, 3600)  # bits; the last is past every cancellation of float64 coordinates


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


def true_gradient(
    field: ScalarField,
    point: ArrayLike,
    *,
    seconds: float | None = None,
    dtype: str = "float64",
    patience: float = PATIENCE,
) -> Truth:
    """∇f at ``point`` (n,), correctly rounded to float64, or the status that says why there is none.

    With a narrower ``dtype`` f is differentiated at the point as rounded to that type; the decimals of the
    formula stay exact, and the answer is float64 still. Past ``seconds`` of CPU (``evaluation.SECONDS`` by
    default) or ``patience`` times as long by the clock, or where numbers grow past all bounds, the status is
    'undecided'. PointError for a point that does not fit.
    """
    question = Question.of(field, point, precision_named(dtype))
    point, field, precision = question.point, question.rounded_field, question.precision
    if note := question.out_of_range:
        return _without_gradient("undefined", len(point), note)
    with context() as m:
        work = Evaluation(field, [float(x) for x in point], deadline(seconds), m, precision, patience)
        try:
            truth = _smooth(work)
            return truth if truth is not None else _from_limits(work)
        except OutOfTime:
            reason = "in the time given"
        except FAILURES:
            reason = "with numbers of bounded size"
    return _without_gradient("undecided", len(point), f"The true gradient could not be decided {reason}.")


def _without_gradient(word: str, n: int, note: str) -> Truth:
    return Truth(np.full(n, np.nan), (word,) * n, np.full((n, 2), np.nan), False, note)


# --- where every operation is smooth ---


def _smooth(work: Evaluation) -> Truth | None:
    """The truth by reverse sweeps; None where some operation stands on a kink, a jump or an edge."""
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
            if _absorbs_for_good(work):
                raise BeyondBounds("what was absorbed by a large number may be all that is left of it")
            return None
        if before is not None and _settled(before, after) and (last or not (absorbed or cancelled)):
            break
        before = after
    else:
        return None
    if work.m.isnan(after[2]) or any(work.m.isnan(g) for g in after[0]):
        return None
    gradient = np.array([nearest(g) for g in after[0]], dtype=float)
    n = len(gradient)
    return Truth(
        gradient,
        ("differentiable",) * n,
        np.column_stack((gradient, gradient)),
        True,
        _near_a_kink(work, after[1]),
        nearest(after[2]),
        tuple((text, text, text) for text in map(decimals, after[0])),
        decimals(after[2]),
    )


def _has_gaps(work: Evaluation, values: list[Number]) -> bool:
    """Whether some power has a base that is not positive under an exponent that varies.

    Such an f has no values next to the point, though the rules that pass 0 back may not notice.
    """
    expression = work.field.expression
    return any(
        node.operation == "power"
        and expression.supports[node.operands[1]]
        and not values[node.operands[0]] > 0
        for node in expression.nodes
    )


def _losses(work: Evaluation, kind: Kind, values: list[Number]) -> tuple[bool, bool]:
    """Whether some operation absorbs an operand (x + 10³⁰⁰), and whether one cancels ((x + 10³⁰⁰) − 10³⁰⁰).

    Two precisions may then agree on what both have lost. Measured by the condition |slope · operand / value|
    of each operation against the working precision.
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


def _absorbs_for_good(work: Evaluation) -> bool:
    """Whether an operand is absorbed even with rounding residues set to 0: 1 + sin²(3π) loses nothing."""
    kind = work.kind(work.depth.precision, snapping=True)
    return _losses(work, kind, work.values(kind))[0]


def _gradient(work: Evaluation, kind: Kind, values: list[Number]) -> list[Number]:
    expression = work.field.expression
    swept = adjoints(expression, kind, values)
    found = {n.name: swept[i] for i, n in enumerate(expression.nodes) if n.operation == "variable"}
    return [
        work.m.mpf(found[name]) if found.get(name) is not None else work.m.mpf(0)
        for name in work.field.variables
    ]


def _settled(before: tuple, after: tuple) -> bool:
    """Whether two precisions agree: every switch clearly away from 0, every number the same float64."""
    gradients = zip([*before[0], before[2]], [*after[0], after[2]], strict=True)
    return all(_away_from_0(a, b) for a, b in zip(before[1], after[1], strict=True)) and all(
        _agree(a, b) for a, b in gradients
    )


def _away_from_0(a: Number, b: Number) -> bool:
    if a.context.isnan(a) and a.context.isnan(b):
        return True
    return b != 0 and abs(a - b) <= abs(b) / 4


def _agree(a: Number, b: Number) -> bool:
    if a.context.isnan(a) or a.context.isnan(b):
        return bool(a.context.isnan(a) and a.context.isnan(b))
    if nearest(a) != nearest(b):
        return False
    return nearest(b) == 0 or abs(a - b) <= abs(b) * a.context.mpf(2) ** -60


def _near_a_kink(work: Evaluation, quantities: list[Number]) -> str:
    """A sentence where f is not smooth at, or before, the nearest number of the type; '' else."""
    near = work.m.mpf(2) ** (23 - work.precision.bits)  # 2^−30 for float64
    close = [j for j, q in enumerate(quantities) if abs(q) < near]
    if not close:
        return ""
    kind = work.kind(PRECISIONS[1])
    for i, x in enumerate(work.point):
        for neighbour in work.precision.neighbours(x):
            shifts = work.shifts(i, work.m.mpf(neighbour) - work.m.mpf(x))
            beyond = [q for _, q in switches(work.field.expression, kind, work.values(kind, shifts))]
            if len(beyond) == len(quantities) and any(beyond[j] * quantities[j] <= 0 for j in close):
                return (
                    "There is a kink, a jump or an edge of the domain within one ulp of "
                    f"{work.field.variables[i]}."
                )
    return ""


# --- where one is not: limits from both sides ---


def _from_limits(work: Evaluation) -> Truth:
    """The truth from one-sided limits of the difference quotient, coordinate by coordinate."""
    kind = work.kind(work.depth.precision, snapping=True)
    n = len(work.point)
    here = work.m.mpf(work.values(kind)[-1])
    if work.m.isnan(here):
        return _without_gradient("undefined", n, "f has no real value at this point.")
    if here and work.m.isfinite(here) and abs(work.m.mag(here)).bit_length() > work.depth.precision - 200:
        raise BeyondBounds("the exponent of the value alone has more digits than are worked with")
    limits = [[one_sided(work, kind, here, i, side) for side in (-1, 1)] for i in range(n)]
    words = tuple(status(left, right) for left, right in limits)
    gradient = np.array(
        [
            nearest(right.slope) if word == "differentiable" else math.nan
            for word, (_, right) in zip(words, limits, strict=True)
        ]
    )
    slopes = np.array([[nearest(side.slope) for side in pair] for pair in limits]).reshape(n, 2)
    partials_exist = all(word == "differentiable" for word in words)
    whole = partials_exist and linear_to_first_order(work, kind, here, [right.slope for _, right in limits])
    note = ""
    if partials_exist and not whole:
        note = "Every partial derivative exists here, and f is still not differentiable."
    texts = []
    for left, right in limits:
        sides = decimals(left.slope), decimals(right.slope)
        texts.append((sides[0] if sides[0] == sides[1] else "", *sides))
    return Truth(gradient, words, slopes, whole, note, nearest(here), tuple(texts), decimals(here))
