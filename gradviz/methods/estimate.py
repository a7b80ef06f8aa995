"""What a method is, and the estimate that it returns."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gradviz.autodiff.proved import RELATIONS, OutOfTime
from gradviz.autodiff.proved import evaluate as evaluate_balls
from gradviz.autodiff.reverse import adjoints, switches
from gradviz.field import ScalarField, inputs_at, nodes_at, values_at
from gradviz.methods.steps import Arithmetic
from gradviz.patience import Allowance
from gradviz.shown import shown
from gradviz.tree.balls.numbers import UNDEFINED, rational, sign, working
from gradviz.tree.expression import Expression, Node, Number
from gradviz.tree.kinds import NUMPY, real_kind
from gradviz.tree.operations import OPERATIONS
from gradviz.tree.precision import FLOAT64, Precision

BITS_OF_BALLS = 212
SECONDS_OF_BALLS = 0.1


@shown
@dataclass(frozen=True)
class GradientEstimate:
    """A gradient as one method computes it.

    ``gradient`` (n,) float64, nan where the method has no answer; ``step`` None where none is taken;
    ``evaluations`` the points at which f was evaluated, ``backward_passes`` the passes back through the
    graph; ``error_bar`` (n,) the method's own bound, or None. ``status`` is 'ok', 'not applicable', 'outside
    the domain', 'step vanished', 'overflow', 'underflow' or 'no closed form', and ``note`` its sentence (''
    when ok): a finite gradient that came through an infinity, or through a 0 that is none, says so.
    ``dtype`` is the type in which every operation was rounded, ``step_kind`` the kind of step.
    """

    method: str
    gradient: np.ndarray
    step: float | None = None
    evaluations: int = 0
    backward_passes: int = 0
    error_bar: np.ndarray | None = None
    status: str = "ok"
    note: str = ""
    dtype: str = "float64"
    step_kind: str = "plain"


@dataclass(frozen=True)
class Method:
    """A way to a gradient: ``estimate(field, point, step, arithmetic)``, the point being of that precision.

    ``order`` is its order of accuracy, if it takes a step.
    """

    name: str
    label: str
    approach: str
    formula: str
    estimate: Callable[[ScalarField, np.ndarray, float, Arithmetic], GradientEstimate]
    takes_step: bool = False
    order: int | None = None


ANALYTICAL = "analytical (closed form)"
NUMERICAL = "numerical"
BACK_PROPAGATION = "analytical (back-propagation)"


def with_status(
    estimate: GradientEstimate,
    values: Sequence[float],
    field: ScalarField,
    point: np.ndarray,
    precision: Precision,
) -> GradientEstimate:
    """``estimate`` with a status if its gradient is not finite, rounded to 0, or comes through an infinity.

    ``values`` are those of the nodes of f at the point; a status that it has already stays.
    """
    if estimate.status != "ok":
        return estimate
    if not field.variables:
        return estimate
    too_large = replace(
        estimate, status="overflow", note=f"A number on the way is too large for {precision.name}."
    )
    if np.isfinite(estimate.gradient).all():
        if overflows(field.expression, [*values[:-1], 0.0]):  # f itself may: no slope needs its value
            return too_large
        lost = not estimate.gradient.all() and _underflows(field, point, precision)
        note = f"A number on the way is too small for {precision.name}, and became 0."
        return replace(estimate, status="underflow", note=note) if lost else estimate
    if np.isinf(values[-1]) or overflows(field.expression, values):
        return too_large
    names, times_0 = upright(field.expression, values)
    if np.isinf(estimate.gradient).any():
        note = f"The slope of {names} is 1/0 there, ∞ in {precision.name}." if names else too_large.note
        return replace(too_large, note=note)
    note = "A number on the way is not real, or it is 0/0 or ∞/∞."
    if names and np.isfinite(values[-1]):
        rest = "times 0: that is 0/0." if times_0 else "and no number comes of it."
        note = f"The slope of {names} is 1/0 there, {rest}"
    return replace(estimate, status="outside the domain", note=note)


def upright(expression: Expression, values: Sequence[Number]) -> tuple[str, bool]:
    """The operations whose slope is 1/0, as that of acos at 1 is, and whether all their operands are flat.

    '' where there are none. Those of two operands are 0/0 there, as hypot and atan2 at the origin, but for
    powers.
    """
    found: dict[str, bool] = {}
    with np.errstate(all="ignore"):
        on_edge = {place for place, quantity in switches(expression, NUMPY, values) if np.equal(quantity, 0)}
        for place in sorted(on_edge):
            node = expression.nodes[place]
            row, operands = OPERATIONS[node.operation], tuple(values[i] for i in node.operands)
            if row.arity != 1 and row.fixed is None and node.operation != "power":
                continue
            slot = 0 if row.fixed is None else 1 - row.fixed
            slope = row.derivative(NUMPY, values[place], operands, slot)
            if slope is not None and not np.isfinite(slope):  # 1/0 is nan here
                name = "the power" if node.operation == "power" else row.called
                flat = _is_flat(expression, node.operands[slot], values)
                found[name] = flat and found.get(name, True)
    return " and ".join(found), all(found.values())


def _is_flat(expression: Expression, place: int, values: Sequence[Number]) -> bool:
    """Whether the node there has a slope of 0 along every variable."""
    part = Expression(expression.nodes[: place + 1])
    swept = adjoints(part, NUMPY, values[: place + 1])
    slopes = (a for node, a in zip(part.nodes, swept, strict=True) if node.operation == "variable")
    return all(slope is None or np.equal(slope, 0) for slope in slopes)


def value_in(field: ScalarField, coordinates: Sequence[float] | np.ndarray, precision: Precision) -> float:
    """f at one point, each operation rounded to the type; the caller holds np.errstate."""
    kind = real_kind(precision)
    return float(values_at(field, [kind.number(float(x)) for x in coordinates], kind))


def nodes_in(
    field: ScalarField, coordinates: Sequence[float] | np.ndarray, precision: Precision
) -> list[float]:
    """The value of every node, in the type; the caller holds np.errstate."""
    kind = real_kind(precision)
    nodes = nodes_at(field, [kind.number(float(x)) for x in coordinates], kind)
    return [float(value) for value in nodes]


def overflows(expression: Expression, values: Sequence[Number]) -> bool:
    """Whether the output depends on a node whose value is infinite; ``values`` are numbers, or arrays.

    An infinity that only loses a comparison does no harm: what it stands for is larger than all numbers, too.
    """
    if not any(math.isinf(v) if isinstance(v, float) else np.isinf(v).any() for v in values):
        return False
    wanted: list[Number] = [None] * (len(values) - 1) + [np.True_]
    for place in range(len(values) - 1, -1, -1):
        matters = wanted[place]
        if matters is None:
            continue
        if np.any(matters & np.isinf(values[place])):
            return True
        for operand, taken in _taken(expression.nodes[place], values, place):
            before = wanted[operand]
            wanted[operand] = matters & taken if before is None else before | (matters & taken)
    return False


def _taken(node: Node, values: Sequence[Number], place: int) -> Iterator[tuple[int, Number]]:
    """The operands of a node, and where its value depends on them."""
    operands = [values[i] for i in node.operands]
    if node.operation == "select":
        chosen = np.not_equal(operands[0], 0)
        yield from zip(node.operands, (np.True_, chosen, ~chosen), strict=True)
    elif node.operation in ("min", "max"):
        yield from ((i, np.equal(values[i], values[place])) for i in node.operands)
    elif node.operation in RELATIONS:
        yield from ((i, np.equal(*operands)) for i in node.operands)
    else:
        yield from ((i, np.True_) for i in node.operands)


def why_missing(
    field: ScalarField, coordinates: Sequence[float] | np.ndarray, precision: Precision, where: str
) -> tuple[str, str]:
    """The status and the sentence for a point at which f, evaluated in the type, is nan.

    The caller holds np.errstate.
    """
    exact, values = in_balls(field, coordinates), nodes_in(field, coordinates, precision)
    nothing = "outside the domain", f"f has no real value at {where}."
    if exact is not None and exact[-1] is UNDEFINED:
        return nothing
    if overflows(field.expression, [0.0 if math.isnan(value) else value for value in values]):
        return "overflow", f"A number on the way to f at {where} is too large for {precision.name}."
    if exact is not None and any(
        value == 0 and ball is not UNDEFINED and not isinstance(ball, bool | None) and sign(ball)
        for value, ball in zip(values, exact, strict=True)
    ):
        return "underflow", (
            f"A number on the way to f at {where} is too small for {precision.name}, and became 0."
        )
    if exact is None and math.isnan(value_in(field, coordinates, FLOAT64)):
        return nothing
    return "outside the domain", f"Rounded to {precision.name}, a number on the way to f at {where} has none."


def in_balls(
    field: ScalarField, coordinates: Sequence[float] | np.ndarray, bits: int = BITS_OF_BALLS
) -> list | None:
    """The value of every node with proved bounds; None where that would take too long."""
    inputs = {
        name: UNDEFINED if math.isnan(value) else rational(float(value))
        for name, value in inputs_at(field, [float(x) for x in coordinates]).items()
    }
    work = Allowance(SECONDS_OF_BALLS)
    try:
        with working(bits):
            return evaluate_balls(field.expression, inputs, lambda: work.used_up)
    except OutOfTime:
        return None


def _underflows(field: ScalarField, point: np.ndarray, precision: Precision) -> bool:
    """Whether some node of f is 0 in the type and not in float64; always False for float64."""
    if precision is FLOAT64:
        return False
    with np.errstate(all="ignore"):
        pairs = zip(nodes_in(field, point, precision), nodes_in(field, point, FLOAT64), strict=True)
        return any(value == 0 and 0 < abs(wide) < precision.smallest for value, wide in pairs)
