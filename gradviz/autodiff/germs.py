"""How one node changes next to a point, to first order: what is proved of it, operation by operation.

Next to the point, along directions δ of one cone, a node is value + form·δ + o(δ). At a tie (an abs of 0, a
max of two equal numbers, a condition with equality) the cone is divided, and each part goes on with the
outcome that holds in it: A. Griewank, On stable piecewise linearization, Optim. Methods Softw. 28 (2013).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import cast

from flint import fmpq

from gradviz.autodiff.cones import Cone, NotDivided, Vector
from gradviz.autodiff.proved import RELATIONS
from gradviz.tree.balls.functions import FUNCTIONS
from gradviz.tree.balls.numbers import (
    HALF,
    ONE,
    UNDEFINED,
    UNKNOWN,
    ZERO,
    Condition,
    Number,
    add,
    divide,
    is_whole,
    multiply,
    negate,
    order,
    power,
    real_root,
    sign,
    subtract,
)
from gradviz.tree.balls.slopes import SWITCHES, slope, switches
from gradviz.tree.expression import Node
from gradviz.tree.operations import OPERATIONS


@dataclass(frozen=True, slots=True)
class Germ:
    """A node next to the point.

    ``value`` is its limit there. It differs from that by ``form``·δ + o(δ), where the form is known, and by
    O(|δ|^order); by nothing at all where the order is None. On a single ray it may differ by
    ``lead``·t^order + o(t^order) for δ = t·ray, with a lead that is certainly not 0. ``lowest``: it is
    nowhere less than the value.

    Of order 0 it has no known limit, as sin(1/x); it may still be ``defined`` nearby, and ``bounded``.
    """

    value: Number | Condition
    form: Vector | None
    order: fmpq | None = None
    lead: Number | None = None
    lowest: bool = False
    defined: bool = True
    bounded: bool = True

    @property
    def number(self) -> Number:
        """The value of what is no condition."""
        return cast(Number, self.value)

    @property
    def size(self) -> fmpq:
        """The order of what is no constant."""
        return cast(fmpq, self.order)


Part = tuple[Germ, Cone | None, bool]  # a germ, where it holds, and whether it certainly does inside
Terms = Sequence[tuple[fmpq, Number | None]]  # order and lead

_FIRST = fmpq(1)
_OUTCOMES = (-1, 0, 1)
_LINEAR = frozenset(("add", "subtract", "negate", "abs", "relu", "mod"))  # on each of their pieces
_BOUNDED = frozenset(("sin", "cos", "tanh", "sech", "sigmoid", "atan", "erf", "erfc", "sinc", "sign"))
_REAL_EVERYWHERE = frozenset(
    ("add", "subtract", "negate", "multiply", "abs", "relu", "exp", "sinh", "cosh", "cbrt", "max", "min")
)
_CONSTANT = frozenset(("sign", "heaviside", "floor", "ceil"))


@dataclass(frozen=True)
class Space:
    """The coordinates of the forms: all ``size`` variables, or t ≥ 0 on ``ray``."""

    size: int
    ray: bool

    @property
    def zeros(self) -> Vector:
        return (ZERO,) * self.size

    def constant(self, value: Number | Condition) -> Germ:
        return Germ(value, self.zeros, lowest=True)

    def unknown(self, *, defined: bool = False, bounded: bool = False) -> Germ:
        """A germ without a known limit; by default it need not even have a value nearby."""
        return Germ(UNKNOWN, None, ZERO, defined=defined, bounded=bounded)

    def small(self, value: Number | Condition, size: fmpq, *, lowest: bool = False) -> Germ:
        """A germ of which only the order is known."""
        return Germ(value, self.zeros if size > 1 else None, size, None, lowest)


def parts(
    node: Node, value: Number | Condition, operands: Sequence[Germ], cone: Cone | None, space: Space
) -> list[Part]:
    """The germs of an operation on the parts of a cone; ``value`` is that of the operands' values."""
    if node.operation == "select":
        condition = operands[0].value
        chosen = operands[1 if condition else 2] if isinstance(condition, bool) else space.unknown()
        return [(chosen, cone, True)]
    if any(germ.value is UNDEFINED and germ.order is None for germ in operands):
        return [(space.constant(value), cone, True)]
    if any(germ.order is not None and not germ.order > 0 for germ in operands):
        return [(_without_limit(node, operands, space), cone, True)]
    if all(germ.order is None for germ in operands):
        return [(space.constant(value), cone, True)]
    tie = _TIES.get(node.operation)
    if tie is not None:
        found = tie(node, operands, cone, space)
        if found is not None:
            return found
    return [(_smooth(node, value, operands, space), cone, True)]


def _without_limit(node: Node, germs: Sequence[Germ], space: Space) -> Germ:
    """An operation on something that has no known limit: x²·sin(1/x) is as small as x² all the same."""
    if not all(germ.defined for germ in germs):
        return space.unknown()
    bounded = all(germ.bounded for germ in germs)
    if node.operation in _BOUNDED:
        return space.unknown(defined=True, bounded=True)
    if node.operation == "multiply":
        for a, b in (germs, germs[::-1]):
            if a.order is None and sign(a.number) == 0:
                return space.constant(ZERO)
            if b.bounded and a.order is not None and a.order > 0 and sign(a.number) == 0:
                return space.small(ZERO, a.order)
    if node.operation in _REAL_EVERYWHERE:
        return space.unknown(defined=True, bounded=bounded)
    return space.unknown()


# --- where an operation is smooth ---


def _smooth(node: Node, value: Number | Condition, germs: Sequence[Germ], space: Space) -> Germ:
    values = tuple([germ.number for germ in germs])
    if not _is_smooth(node, values, germs):
        return space.unknown()
    if value is UNDEFINED:
        return space.constant(UNDEFINED)
    if OPERATIONS[node.operation].boolean or node.operation in _CONSTANT:
        return space.constant(value)
    if node.operation in ("subtract", "divide", "mod") and node.operands[0] == node.operands[1]:
        return space.constant(value)
    terms: list[tuple[fmpq, Number | None]] = []
    form: Vector | None = space.zeros
    least = min(germ.order for germ in germs if germ.order is not None)
    for place, germ in enumerate(germs):
        if germ.order is None:
            continue
        local = slope(node.operation, cast(Number, value), values, place)
        if local is None or (isinstance(local, fmpq) and local == 0):
            continue
        terms.append((germ.order, None if germ.lead is None else multiply(local, germ.lead)))
        form = None if form is None or germ.form is None else _plus(form, germ.form, local)
    rest = _rest(node, germs, least)
    if rest is not None:
        terms.append(rest)
        form = form if rest[0] > 1 else None
    if not terms:
        return space.constant(value)
    size, lead = total(terms)
    if size > 1:
        form = space.zeros
    return Germ(value, form, size, lead, _is_lowest(node, germs))


def _is_smooth(node: Node, values: tuple, germs: Sequence[Germ]) -> bool:
    if node.operation not in SWITCHES:
        return True
    if node.operation == "power" and germs[1].order is not None and sign(values[0]) != 1:
        return False  # a power that varies, of a number ≤ 0, has gaps
    return all(q is not UNDEFINED and sign(q) for q in switches(node.operation, values))


def _rest(node: Node, germs: Sequence[Germ], least: fmpq) -> tuple[fmpq, Number | None] | None:
    """What is left beyond the local derivatives, of second order in the operands; None if nothing is."""
    moving = [germ for germ in germs if germ.order is not None]
    if node.operation in _LINEAR or (node.operation in ("multiply", "divide") and germs[1].order is None):
        return None
    if node.operation == "multiply":
        if len(moving) == 1:
            return None
        a, b = germs
        lead = None if a.lead is None or b.lead is None else multiply(a.lead, b.lead)
        return a.size + b.size, lead
    return 2 * least, None


def _plus(form: Vector, other: Vector, factor: Number) -> Vector:
    return tuple([add(a, multiply(b, factor)) for a, b in zip(form, other, strict=True)])


def total(terms: Terms) -> tuple[fmpq, Number | None]:
    """Order and lead of a sum of leading terms."""
    size = min(term[0] for term in terms)
    lead: Number = ZERO
    for own, other in terms:
        if own == size:
            if other is None:
                return size, None
            lead = add(lead, other)
    return size, lead if sign(lead) in (1, -1) else None


def _is_lowest(node: Node, germs: Sequence[Germ]) -> bool:
    """Whether the value is the least nearby, by how the operation was made."""
    if node.operation in ("add", "exp", "sinh", "expm1", "atan", "asinh", "tanh", "erf", "softplus"):
        return all(germ.lowest for germ in germs)
    if node.operation == "multiply":
        square_of_0 = node.operands[0] == node.operands[1] and sign(germs[0].number) == 0
        return square_of_0 or all(germ.lowest and sign(germ.number) in (0, 1) for germ in germs)
    if node.operation == "divide":
        return germs[0].lowest and germs[1].order is None and sign(germs[1].number) == 1
    return False


# --- at a tie of a continuous operation ---


def _sides(germ: Germ, cone: Cone | None) -> list[tuple[int | None, Cone | None]]:
    """The signs of a germ's change, with the part of the cone for each.

    0 where it is 0 to first order, None where that is not known either.
    """
    if cone is None:
        known = germ.lead if germ.lead is not None else germ.form[0] if germ.form is not None else UNKNOWN
        return [(sign(known), cone)]
    if germ.form is None:
        return [(None, cone)]
    try:
        above, below, _ = cone.divided(germ.form)
    except NotDivided:
        return [(None, cone)]
    found: list[tuple[int | None, Cone | None]] = [
        (side, part) for side, part in ((1, above), (-1, below)) if part is not None
    ]
    return found or [(0, cone)]


def _at_corner(change: Germ, cone: Cone | None, space: Space, right: Germ, left: Germ) -> list[Part]:
    """``right`` where a change is positive, ``left`` where it is negative."""
    found: list[Part] = []
    for side, part in _sides(change, cone):
        if side:
            germ = right if side > 0 else left
        else:
            germ = Germ(ZERO, space.zeros if side == 0 else None, change.order, None)
        found.append((replace(germ, lowest=True), part, True))
    return found


def _opposite(germ: Germ) -> Germ:
    form = None if germ.form is None else tuple([negate(a) for a in germ.form])
    return Germ(
        negate(germ.number), form, germ.order, None if germ.lead is None else negate(germ.lead), lowest=False
    )


def _abs_at_0(_: Node, germs: Sequence[Germ], cone: Cone | None, space: Space) -> list[Part] | None:
    (a,) = germs
    return None if sign(a.number) != 0 else _at_corner(a, cone, space, a, _opposite(a))


def _relu_at_0(_: Node, germs: Sequence[Germ], cone: Cone | None, space: Space) -> list[Part] | None:
    (a,) = germs
    return None if sign(a.number) != 0 else _at_corner(a, cone, space, a, space.constant(ZERO))


def _difference(a: Germ, b: Germ, space: Space, n: Number = ONE) -> Germ:
    """a − n·b, but for its value."""
    terms = [
        (germ.order, None if germ.lead is None else multiply(germ.lead, factor))
        for germ, factor in ((a, ONE), (b, negate(n)))
        if germ.order is not None and factor != 0
    ]
    if not terms:
        return space.constant(ZERO)
    form = None if a.form is None or b.form is None else _plus(a.form, b.form, negate(n))
    return Germ(ZERO, form, *total(terms))


def _extreme(wanted: int) -> Callable[..., list[Part] | None]:
    def extreme_at_tie(
        node: Node, germs: Sequence[Germ], cone: Cone | None, space: Space
    ) -> list[Part] | None:
        distinct = dict(zip(node.operands, germs, strict=True))
        found: list[tuple[Germ, Cone | None]] = [(next(iter(distinct.values())), cone)]
        for other in list(distinct.values())[1:]:
            found = [pair for best, part in found for pair in _better(best, other, wanted, part, space)]
        return [(germ, part, True) for germ, part in found]

    return extreme_at_tie


def _better(a: Germ, b: Germ, wanted: int, cone: Cone | None, space: Space) -> list[tuple[Germ, Cone | None]]:
    """The larger of two germs for ``wanted`` 1, the smaller for −1."""
    lead = order(a.number, b.number)
    if lead is None:
        return [(space.unknown(), cone)]
    if lead != 0:
        return [(a if lead * wanted > 0 else b, cone)]
    found: list[tuple[Germ, Cone | None]] = []
    for side, part in _sides(_difference(a, b, space), cone):
        if side:
            found.append((a if side * wanted > 0 else b, part))
            continue
        sizes = [germ.order for germ in (a, b) if germ.order is not None]
        lowest = (a.lowest or b.lowest) if wanted > 0 else (a.lowest and b.lowest)
        if sizes:
            found.append((Germ(a.value, a.form if side == 0 else None, min(sizes), None, lowest), part))
        else:
            found.append((a, part))
    return found


# --- roots and powers at 0 ---


def _of_power(germ: Germ, exponent: fmpq, space: Space, lead: Number | None, *, lowest: bool) -> Germ:
    """A germ with value 0 to a power."""
    size = germ.size * exponent
    form = space.zeros if size > 1 else None
    if size == 1 and lead is not None:
        form = (lead,)
    return Germ(ZERO, form, size, lead, lowest)


def _root(germ: Germ, exponent: fmpq, space: Space, *, odd: bool) -> Germ:
    """germ^exponent at 0, for an exponent > 0; of negative numbers where ``odd``, else none."""
    side = None if germ.lead is None else sign(germ.lead)
    if germ.lead is None or side is None:
        if not (odd or germ.lowest):
            return space.unknown()
        return _of_power(germ, exponent, space, None, lowest=germ.lowest)
    if side < 0 and not odd:
        return space.constant(UNDEFINED)
    degree = int(exponent.q)
    size = abs(germ.lead) if side < 0 else germ.lead
    lead = real_root(size, degree) if exponent.p == 1 else power(size, exponent)
    return _of_power(germ, exponent, space, negate(lead) if side < 0 else lead, lowest=side > 0)


def _sqrt_at_0(_: Node, germs: Sequence[Germ], cone: Cone | None, space: Space) -> list[Part] | None:
    (a,) = germs
    return None if sign(a.number) != 0 else [(_root(a, HALF, space, odd=False), cone, True)]


def _cbrt_at_0(_: Node, germs: Sequence[Germ], cone: Cone | None, space: Space) -> list[Part] | None:
    (a,) = germs
    return None if sign(a.number) != 0 else [(_root(a, fmpq(1, 3), space, odd=True), cone, True)]


def _root_at_0(_: Node, germs: Sequence[Germ], cone: Cone | None, space: Space) -> list[Part] | None:
    a, degree = germs
    if sign(a.number) != 0 or a.order is None:
        return None
    n = degree.number
    if degree.order is not None or not is_whole(n) or not n > 0:
        return [(space.unknown(), cone, True)]
    return [(_root(a, 1 / n, space, odd=int(n.p) % 2 == 1), cone, True)]


def _power_at_0(node: Node, germs: Sequence[Germ], cone: Cone | None, space: Space) -> list[Part] | None:
    a, b = germs
    if sign(a.number) != 0 or a.order is None or b.order is not None or not isinstance(b.number, fmpq):
        return None
    n = b.number
    if not n > 0:
        return None
    if not is_whole(n):
        return [(_root(a, n, space, odd=False), cone, True)]
    if n == 1:
        return [(a, cone, True)]
    even = int(n.p) % 2 == 0
    lead = None if a.lead is None else power(a.lead, n)
    return [(_of_power(a, n, space, lead, lowest=even or a.lowest), cone, True)]


def _divide_at_0(_: Node, germs: Sequence[Germ], cone: Cone | None, space: Space) -> list[Part] | None:
    """Next to a pole there are values, if the divisor is not 0 there, and they have no bound."""
    a, b = germs
    if sign(b.number) != 0 or b.lead is None:
        return None
    if sign(a.number) == 0 and a.lead is not None and a.size > b.size:
        size, lead = a.size - b.size, divide(a.lead, b.lead)
        form = space.zeros if size > 1 else (lead,) if size == 1 else None
        return [(Germ(ZERO, form, size, lead), cone, True)]
    return [(space.unknown(defined=True), cone, True)]


def _hypot_at_0(_: Node, germs: Sequence[Germ], cone: Cone | None, space: Space) -> list[Part] | None:
    a, b = germs
    if sign(a.number) != 0 or sign(b.number) != 0:
        return None
    terms = [
        (2 * germ.size, None if germ.lead is None else multiply(germ.lead, germ.lead))
        for germ in (a, b)
        if germ.order is not None
    ]
    size, lead = total(terms)
    return [(_root(Germ(ZERO, None, size, lead, lowest=True), HALF, space, odd=False), cone, True)]


# --- at a jump ---


def _outcomes(change: Germ, cone: Cone | None) -> list[tuple[int, Cone | None, bool]]:
    """The signs that a change may have, where, and whether it certainly has it inside that part.

    On a hyperplane on which the form is 0 terms of higher order decide, so that there the sign may be any.
    """
    anything = [(outcome, cone, False) for outcome in _OUTCOMES]
    if cone is None:  # the lead has the sign; a form of 0 leaves it open
        ((side, _),) = _sides(change, cone)
        return [(side, cone, True)] if side else anything
    if change.form is None:
        return anything
    try:
        above, below, level = cone.divided(change.form)
    except NotDivided:
        return anything
    if above is None and below is None:
        return anything
    found: list[tuple[int, Cone | None, bool]] = [
        (side, part, True) for side, part in ((1, above), (-1, below)) if part is not None
    ]
    if level.lines or level.rays:
        taken = {side for side, *_ in found}
        found += [(outcome, level, False) for outcome in _OUTCOMES if outcome not in taken]
    return found


def _step(values: Callable[[Number], dict[int, Number]]) -> Callable[..., list[Part] | None]:
    """An operation that is constant on both sides of a jump; its ``values`` by the sign of the change."""

    def step_at_jump(node: Node, germs: Sequence[Germ], cone: Cone | None, space: Space) -> list[Part] | None:
        (a,) = germs
        integer = node.operation in ("floor", "ceil")
        if not (is_whole(a.number) if integer else sign(a.number) == 0):
            return None
        by_outcome = values(a.number)
        return [
            (space.constant(by_outcome[outcome]), part, sure) for outcome, part, sure in _outcomes(a, cone)
        ]

    return step_at_jump


def _mod_at_jump(node: Node, germs: Sequence[Germ], cone: Cone | None, space: Space) -> list[Part] | None:
    a, b = germs
    quotient = divide(a.number, b.number)
    if not is_whole(quotient) or node.operands[0] == node.operands[1]:
        return None
    change = _difference(a, b, space, quotient)
    if sign(b.number) == -1:
        change = _opposite(change)
    found: list[Part] = []
    for outcome, part, sure in _outcomes(change, cone):
        below = quotient - 1 if outcome < 0 else quotient
        value = subtract(a.number, multiply(b.number, below))
        found.append((replace(_difference(a, b, space, below), value=value), part, sure))
    return found


def _relation_at_tie(node: Node, germs: Sequence[Germ], cone: Cone | None, space: Space) -> list[Part] | None:
    a, b = germs
    if node.operands[0] == node.operands[1] or order(a.number, b.number) != 0:
        return None
    test = FUNCTIONS[node.operation]
    difference = _difference(a, b, space)
    if difference.order is None:
        return None
    return [
        (space.constant(test(fmpq(outcome), ZERO)), part, sure)
        for outcome, part, sure in _outcomes(difference, cone)
    ]


_TIES: dict[str, Callable[..., list[Part] | None]] = {
    "abs": _abs_at_0,
    "relu": _relu_at_0,
    "max": _extreme(1),
    "min": _extreme(-1),
    "sqrt": _sqrt_at_0,
    "cbrt": _cbrt_at_0,
    "root": _root_at_0,
    "power": _power_at_0,
    "divide": _divide_at_0,
    "hypot": _hypot_at_0,
    "sign": _step(lambda _: {outcome: fmpq(outcome) for outcome in _OUTCOMES}),
    "heaviside": _step(lambda _: {outcome: fmpq(outcome + 1, 2) for outcome in _OUTCOMES}),
    "floor": _step(lambda a: {-1: a - 1, 0: a, 1: a}),
    "ceil": _step(lambda a: {-1: a, 0: a, 1: a + 1}),
    "mod": _mod_at_jump,
    **dict.fromkeys(RELATIONS, _relation_at_tie),
}
