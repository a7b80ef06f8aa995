"""Central quotients over many steps at once, each with its rounding error, and where they may be trusted."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations

import numpy as np

from gradviz.autodiff.proved import RELATIONS
from gradviz.autodiff.reverse import Rounding, rounding_along
from gradviz.field import ScalarField, nodes_at
from gradviz.tree.expression import Expression, Number
from gradviz.tree.kinds import NUMPY, real_kind
from gradviz.tree.operations import OPERATIONS
from gradviz.tree.precision import FLOAT64, Precision

Scale = Callable[..., Number]


def _fixed(size: float) -> Scale:
    return lambda *a: size


def _growing(size: float) -> Scale:
    return lambda a: np.maximum(size, np.abs(a) / 2)


# how far an operand may move before a function is far from every polynomial of low degree: a difference over
# a longer step may see nothing of it, as of sin over its period, and would not know
SCALES: Mapping[str, Scale] = {
    **dict.fromkeys(("sin", "cos", "sinh", "cosh", "exp", "expm1", "sinc"), _fixed(2.0)),
    **dict.fromkeys(("erfc", "sech"), _fixed(1.5)),
    "softplus": lambda a: np.maximum(1.5, a / 2),
    **dict.fromkeys(("tanh", "sigmoid", "erf"), _growing(1.5)),  # flat, where they have come to their end
    **dict.fromkeys(("tan", "cot", "sec", "csc"), _fixed(1.0)),
    **dict.fromkeys(("atan", "asinh", "gamma", "loggamma", "digamma"), _growing(1.0)),
}
# those whose scale is the distance to the number at which they are not smooth
POLES = frozenset(
    ("divide", "sqrt", "cbrt", "root", "log", "log2", "log10", "log1p", "power", "hypot", "coth", "csch",
     "asin", "acos", "acosh", "atanh", "tan", "cot", "sec", "csc", "gamma", "loggamma", "digamma")
)  # fmt: skip
REACH = 0.75  # of that distance
JUMPS = frozenset(("floor", "ceil", "mod", "sign", "heaviside", *RELATIONS))
_DOUBTED = frozenset(("min", "max", "relu", *JUMPS)) - {"sign", "heaviside"}
LATTICES = frozenset(("floor", "ceil", "mod"))
_WHOLE = JUMPS - {"mod"}
OF_SIZE_1 = frozenset(
    ("log", "log2", "log10", "loggamma", "sinc")
)  # that rounding errors at their zeros come from
CANCELLING = OF_SIZE_1 | {"add", "subtract", "sin", "cos", "tan", "cot", "sec", "csc"}
CANCELLED = 64  # unit round-offs of the operand: what is less is noise
KINKED = frozenset(("abs", "relu", "sign", "heaviside", "sqrt", "cbrt", "hypot"))
COARSE = 1e-4  # a unit round-off above this is that of a type with few bits
SAFETY = 2.0  # times the first-order bound on the noise, in types with few bits
FINE = 4  # rungs that must lie between two of their jumps


@dataclass(frozen=True)
class Rungs:
    """Central quotients at x ± ``steps``, each with the bound and the root mean square of its rounding error.

    ``sides`` (2, …) are the right and the left quotient, which differ at a kink, ``side_noise`` the bound on
    the noise of their difference. ``finite`` where f is; ``usable`` where the quotient and its bound are
    numbers; ``smooth`` where no operation that f depends on leaves the smooth piece it stands on, or moves
    by more than its own scale, between there and the point.
    """

    steps: np.ndarray
    slopes: np.ndarray
    bounds: np.ndarray
    deviations: np.ndarray
    sides: np.ndarray
    side_noise: np.ndarray
    finite: np.ndarray
    usable: np.ndarray
    smooth: np.ndarray

    def part(self, rungs: slice | np.ndarray) -> Rungs:
        return Rungs(*[array[..., rungs] for array in vars(self).values()])


@dataclass(frozen=True)
class Look:
    """The ``rungs``, and what the tree knows of the point itself.

    ``stands`` where some operation on which f depends stands exactly on its kink, jump or edge; ``gaps``
    where f has a value at isolated points only, or no step leads off a jump: a power that varies, of a
    negative number, and ⌊x⌋ where all numbers are whole. ``overflows`` where some number on
    the way is infinite at the point. ``doubtful`` where f depends on a number that does not move along the
    coordinate and that rounding may have made wholly another one: sin 20π.
    """

    rungs: Rungs
    stands: bool
    gaps: bool
    overflows: bool
    doubtful: bool


def look(
    field: ScalarField,
    point: np.ndarray,
    i: int,
    steps: np.ndarray,
    precision: Precision,
    known_smooth: bool = False,
) -> Look | None:
    """The quotients along coordinate ``i`` by one vectorised call; None if f is not finite at the point.

    ``known_smooth`` where the steps lie within others that have been found to be; only then the rungs have
    deviations. The caller holds np.errstate.
    """
    coordinates: list = [float(x) for x in point]
    x, rounded, kind = coordinates[i], precision.rounded, real_kind(precision)
    above, below, count = rounded(x + steps), rounded(x - steps), len(steps)
    coordinates[i] = np.concatenate((above, below, [x]))
    nodes = typed = nodes_at(field, coordinates)
    if precision is not FLOAT64:
        typed = [kind.floats(n) for n in nodes_at(field, [kind.number(c) for c in coordinates], kind)]
    shape = coordinates[i].shape
    values = np.broadcast_to(typed[-1], shape)
    here = values[-1]
    if not np.isfinite(here):
        return None
    name = field.variables[i]
    sizes = [np.abs(node) for node in nodes]
    if typed is not nodes:
        sizes = [np.maximum(size, np.abs(narrow)) for size, narrow in zip(sizes, typed, strict=True)]
    rounding = rounding_along(field, name, nodes, shape, precision, sizes, scattered=known_smooth)
    lost, overflows = np.zeros(shape, dtype=bool), False
    in_range = precision is FLOAT64 and np.isfinite(rounding.bound).all()  # no infinity has any effect
    for node, adjoint in () if in_range else zip(typed, rounding.adjoints, strict=True):
        infinite = np.isinf(node)
        if infinite.any():
            overflows = overflows or bool(np.ravel(infinite)[-1])
            lost |= infinite & (adjoint is not None and np.not_equal(adjoint, 0))
    misled = _decided_by_rounding(field.expression, nodes, typed, shape)
    lost |= misled
    finite = np.isfinite(values)[:-1].reshape(2, count).all(axis=0)
    known = (np.isfinite(rounding.bound) & ~lost)[:-1].reshape(2, count).all(axis=0)
    divided = _divided(values, rounding, (x, above, below, steps), precision)
    smooth, stands, gaps, doubtful = np.ones(count, dtype=bool), False, False, False
    if not known_smooth and _has_pieces(field.expression, name):
        pieces = _Pieces(field.expression, name, nodes, rounding.adjoints, count, precision.unit_roundoff)
        smooth, stands, gaps, doubtful = pieces.smooth()
    if not known_smooth:
        doubtful = doubtful or _is_doubtful(field.expression, name, typed, precision)
    usable = (
        finite & known & (above > x) & (below < x) & np.isfinite(divided.slopes) & np.isfinite(divided.bounds)
    )
    rungs = replace(divided, finite=finite, usable=usable, smooth=smooth)
    return Look(rungs, stands, gaps or bool(misled[-1]), overflows, doubtful)


@lru_cache(maxsize=256)
def _has_pieces(expression: Expression, name: str) -> bool:
    """Whether some operation has a switch or a scale: polynomials are one smooth piece."""
    for node, support in zip(expression.nodes, expression.supports, strict=True):
        operation, row = node.operation, OPERATIONS.get(node.operation)
        if operation in RELATIONS or operation in LATTICES:
            return True
        if row is None or name not in support:
            continue
        if operation == "divide" and name not in expression.supports[node.operands[1]]:
            continue
        exponent = expression.nodes[node.operands[1]].value if operation == "power" else None
        if exponent is not None and exponent.denominator == 1 and exponent >= 0:
            continue
        if row.switches is not None or operation in SCALES or operation in ("atan2", "logaddexp"):
            return True
    return False


@lru_cache(maxsize=256)
def _cancelling(expression: Expression, name: str) -> tuple[int, ...]:
    """The nodes whose digits may all cancel, if they do not move along ``name`` or a kink hangs on them.

    Of a logarithm that moves, too: log(1 + eˣ) far on the left.
    """
    of_kinks = {k for node in expression.nodes if node.operation in KINKED for k in node.operands}
    return tuple(
        place
        for place, (node, support) in enumerate(zip(expression.nodes, expression.supports, strict=True))
        if node.operation in OF_SIZE_1
        or (node.operation in CANCELLING and (name not in support or place in of_kinks))
    )


def _is_doubtful(expression: Expression, name: str, values: list[Number], precision: Precision) -> bool:
    """Whether a number that does not move, or decides, is not much larger than its rounding error."""
    part = min(0.05, CANCELLED * precision.unit_roundoff)
    for place in _cancelling(expression, name):
        node = expression.nodes[place]
        here, *operands = [abs(float(np.ravel(values[k])[-1])) for k in (place, *node.operands)]
        size = 1.0 if node.operation in OF_SIZE_1 else max(operands)
        if here <= part * size:
            return size > 0
    return False


def _decided_by_rounding(
    expression: Expression, exact: list[Number], typed: list[Number], shape: tuple[int, ...]
) -> np.ndarray:
    """Where a branch, a whole number or a maximum is another one in a narrow type than in float64."""
    misled = np.zeros(shape, dtype=bool)
    if exact is typed:
        return misled
    for node, wide, narrow in zip(expression.nodes, exact, typed, strict=True):
        if node.operation in JUMPS:
            gap = 0.25 * np.abs(exact[node.operands[1]]) if node.operation == "mod" else 0.0
            misled |= np.abs(np.subtract(wide, narrow, dtype=float)) > gap
        elif node.operation in ("min", "max"):
            for i in node.operands:
                misled |= np.equal(exact[i], wide) != np.equal(typed[i], narrow)
    return misled


def _divided(
    values: np.ndarray,
    rounding: Rounding,
    places: tuple[float, np.ndarray, np.ndarray, np.ndarray],
    precision: Precision,
) -> Rungs:
    """The quotients and their rounding; what can be said of f there is filled in later."""
    x, above, below, steps = places
    count, u, rounded = len(steps), precision.unit_roundoff, precision.rounded
    here, here_noise = values[-1], rounding.bound[-1] if math.isfinite(rounding.bound[-1]) else 0.0
    right, left = values[:-1].reshape(2, count)
    bounds = rounding.bound[:-1].reshape(2, count).sum(axis=0)
    if precision is not FLOAT64:  # so coarse that the sensitivity itself changes from rounding to rounding
        bounds = np.maximum(SAFETY * np.maximum.accumulate(bounds), 2 * here_noise)
    deviations = np.hypot(*rounding.deviation[:-1].reshape(2, count))
    gaps = rounded(above - below)  # exact: the steps in fact
    slopes = rounded(rounded(right - left) / gaps)
    sides = np.stack(((right - here) / (above - x), (here - left) / (x - below)))
    side_noise = 2 * (bounds + here_noise) / steps + u * np.abs(sides).sum(axis=0)
    errors = bounds / gaps + u * np.abs(slopes) + precision.smallest / 2
    errors = errors + u * u * np.maximum(np.abs(right), np.abs(left)) / gaps  # to second order
    # x ± h are rounded where h is large: the quotient is that of a point beside x
    beside = np.abs((above - x) - (x - below)) / 2
    bend = (np.abs(sides[0] - sides[1]) + side_noise) / steps
    errors = errors + np.where(beside > 0, beside * bend, 0.0)
    errors = errors + _common_errors(rounding.common, gaps, steps, np.abs(sides).max(axis=0))
    yes = np.ones(count, dtype=bool)
    return Rungs(steps, slopes, errors, deviations / gaps, sides, side_noise, yes, yes, yes)


def _common_errors(
    common: tuple[tuple[Number, Number], ...], gaps: np.ndarray, steps: np.ndarray, slopes: np.ndarray
) -> np.ndarray | float:
    """What the rounding of numbers that all points share does to the quotients, whose size is ``slopes``."""
    count = len(steps)
    moving = [(error, adjoint) for error, adjoint in common if np.ndim(adjoint)]
    if not moving:
        return 0.0
    error: np.ndarray
    if all(isinstance(e, float) for e, _ in moving):
        error = np.array([[e] for e, _ in moving])
    else:
        error = np.stack([np.broadcast_to(e, (2 * count + 1,))[:count] for e, _ in moving])
    everywhere = np.array([adjoint for _, adjoint in moving])
    right, left, here = everywhere[:, :count], everywhere[:, count:-1], everywhere[:, -1:]
    alike = (right == left) | (np.isnan(right) & np.isnan(left))
    change = np.where(alike, 0.0, np.abs(right - left) / gaps)
    first = np.where((error > 0) & (change > 0), error * change, 0.0)
    # to second order: (π − x)³ at π, where the sensitivity to π is the same on both sides; an error of the
    # number acts like a shift of x, by the ratio of both sensitivities
    shift = error * (np.maximum(np.abs(right), np.abs(left)) / slopes)
    bent = error / steps * (np.abs((right - here) + (left - here)) / steps) * shift
    return (first + np.where((error > 0) & np.isfinite(bent), bent, 0.0)).sum(axis=0)


@dataclass(frozen=True)
class _Pieces:
    """Which smooth piece of every operation the rungs stand on, from the values of all nodes.

    Arrays over the points x ± h and, last, x, as :func:`look` lays them out.
    """

    expression: Expression
    name: str
    nodes: list[Number]
    adjoints: list[Number]
    count: int
    unit_roundoff: float

    def smooth(self) -> tuple[np.ndarray, bool, bool, bool]:
        """Where all operations keep to their piece; whether one stands at its end, or may; gaps; doubts."""
        smooth, stands, doubtful = np.ones(self.count, dtype=bool), False, False
        gaps = self._powers_of_negatives() or self._guesses()
        for place, quantity in self._quantities():
            operation = self.expression.nodes[place].operation
            there, here = self._on_rungs(quantity), quantity[-1]
            doubt = self._doubt(place)
            side = math.copysign(1.0, here)
            low, high = (side * there).min(), (side * there).max()  # nan where some of them are
            if operation in POLES and low > 0.5 * abs(here) and high < 1.3 * abs(here):
                continue
            if operation not in POLES and low > doubt and abs(here) > doubt:
                continue
            matters = self._matters(place) & self._moved(place)
            if not matters.any():
                continue
            nowhere = np.isnan(there) & np.isnan(here)  # as the condition of a branch: it stays what it is
            crossed = ((np.sign(there) != np.sign(here)) | (np.abs(there) <= doubt)) & ~nowhere
            if operation in POLES:
                crossed |= np.abs(there - here) > self._part() * REACH * abs(here)
            crossed = crossed.any(axis=0) & matters
            if operation == "divide" and self.unit_roundoff <= COARSE:
                crossed &= self._has_pole(place)
            if abs(here) <= doubt and np.isfinite(here) and crossed[0]:
                stands = True
                unknown = here != 0 or self._lattice(place) or (operation == "mod" and doubt > 0)
                decides = operation in JUMPS or self.unit_roundoff > COARSE
                gaps = gaps or (decides and unknown)
            else:
                doubtful = doubtful or bool(abs(here) <= doubt)
                smooth &= ~crossed
        for place, moved, limit in _movements(self.expression, self.name, self.nodes):
            if np.max(moved) <= self._part() * limit:
                continue
            far = (self._on_rungs(moved) > self._part() * limit).any(axis=0) & self._matters(place)
            if far.any():  # but not where it is flat, erfc far on the right
                values = np.asarray(self.nodes[place])
                far &= np.logical_or.accumulate((self._on_rungs(values) != values[-1]).any(axis=0))
                smooth &= ~far
        return np.logical_and.accumulate(smooth), stands, gaps, doubtful

    def _part(self) -> float:
        """The part of a scale that a step may take: with fewer bits noise hides what the table cuts off."""
        return 1.0 if self.unit_roundoff == FLOAT64.unit_roundoff else 0.5

    def _quantities(self) -> Iterator[tuple[int, np.ndarray]]:
        """The switches of the nodes that move; of a maximum, how far its operands lie apart.

        Of rounding and of Γ, the distance to the two ends of the cell of the point, negative outside.
        """
        shape = (2 * self.count + 1,)
        for place, (node, support) in enumerate(
            zip(self.expression.nodes, self.expression.supports, strict=True)
        ):
            row = OPERATIONS.get(node.operation)
            if row is None or row.switches is None or self.name not in support:
                continue
            if row.boolean and node.operands[0] == node.operands[1]:
                continue
            operands = [self.nodes[i] for i in node.operands]
            if node.operation in ("min", "max"):
                for first, second in combinations(dict.fromkeys(node.operands), 2):
                    wins = [np.equal(self.nodes[i], self.nodes[place]) for i in (first, second)]
                    gap = np.broadcast_to(np.subtract(self.nodes[first], self.nodes[second]), shape)
                    yield place, np.where(np.logical_or(*wins), gap, np.nan)
            elif node.operation in ("gamma", "digamma", "loggamma", "floor", "ceil", "mod"):
                if node.operation == "mod":
                    if node.operands[0] == node.operands[1] or _zero(operands[0]):
                        continue
                    yield place, np.broadcast_to(operands[1], shape).astype(float)
                    operands = [np.divide(*operands)]
                argument = np.broadcast_to(operands[0], shape).astype(float)
                cell = np.floor(argument[-1])
                if "gamma" in node.operation and cell >= 0:
                    yield place, argument
                else:
                    yield place, np.minimum(argument - cell, cell + 1 - argument)
            else:
                for quantity in row.switches(NUMPY, *operands):
                    if np.ndim(quantity):
                        yield place, np.asarray(quantity, dtype=float)

    def _has_pole(self, place: int) -> np.ndarray:
        """On which rungs a quotient is not about what it is at the point: (eˣ − 1)/x has no pole at 0."""
        values = np.asarray(self.nodes[place], dtype=float)
        ratios = self._on_rungs(values / values[-1])
        return np.asarray(~((ratios > 0.5) & (ratios < 2.0)).all(axis=0))

    def _moved(self, place: int) -> np.ndarray:
        """On which rungs, or on a smaller one, some operand of a node is not what it is at the point."""
        moved = np.zeros(self.count, dtype=bool)
        for i in self.expression.nodes[place].operands:
            values = np.asarray(self.nodes[i], dtype=float)
            if values.ndim:
                there = self._on_rungs(values)
                moved |= ((there != values[-1]) & ~(np.isnan(there) & np.isnan(values[-1]))).any(axis=0)
        return np.logical_or.accumulate(moved)

    def _lattice(self, place: int) -> bool:
        """Whether the steps lead from one jump of ⌊x⌋ onto others, x being large."""
        node = self.expression.nodes[place]
        if node.operation not in LATTICES:
            return False
        operands = [np.asarray(self.nodes[i], dtype=float) for i in node.operands]
        argument = self._on_rungs(np.divide(*operands) if node.operation == "mod" else operands[0])
        return bool((argument == np.floor(argument))[:, :FINE].all(axis=0).any())

    def _matters(self, place: int) -> np.ndarray:
        """On which rungs f depends on a node."""
        adjoint = self.adjoints[place]
        if adjoint is None:
            return np.full(self.count, self.expression.nodes[place].operation in RELATIONS)
        adjoint = np.broadcast_to(adjoint, (2 * self.count + 1,))
        return np.not_equal(self._on_rungs(adjoint), 0).any(axis=0) | (adjoint[-1] != 0)

    def _here(self, place: int) -> float:
        """The value of a node at the point."""
        return float(np.ravel(self.nodes[place])[-1])

    def _on_rungs(self, array: np.ndarray) -> np.ndarray:
        if not np.ndim(array):
            return np.full((2, self.count), array)
        return array[:-1].reshape(2, self.count)

    def _doubt(self, place: int) -> float:
        """The size below which a switch is rounding: 0 for one that is asked of inputs as they are."""
        node = self.expression.nodes[place]
        if node.operation not in _DOUBTED:
            return 0.0
        if all(self._exact(i) for i in node.operands):
            return 0.0
        sizes = [abs(self._here(i)) for i in node.operands]
        size = sizes[0] / sizes[1] if node.operation == "mod" and sizes[1] else max(sizes)
        return 2 * self.unit_roundoff * size if math.isfinite(size) else 0.0

    def _exact(self, place: int) -> bool:
        """Whether a node is a number as it was handed in, or one that is no fraction, and not rounded."""
        node = self.expression.nodes[place]
        if node.operation in _WHOLE or node.operation == "variable":
            return True
        if node.operation in ("negate", "abs", "min", "max", "select"):
            return all(self._exact(i) for i in node.operands)
        if node.operation in ("add", "subtract", "multiply", "divide", "power"):
            return self._of_integers(place) and all(self._exact(i) for i in node.operands)
        if node.value is None:
            return False
        exponent = node.value.denominator.bit_length() - 1
        bits = abs(node.value.numerator).bit_length()
        return node.value.denominator == 1 << exponent and bits <= -np.log2(self.unit_roundoff)

    def _of_integers(self, place: int) -> bool:
        """Whether at the point a node and its operands are integers, of so few digits that none is lost."""
        node = self.expression.nodes[place]
        if node.operation == "divide" and node.operands[0] == node.operands[1]:
            return True
        values = [self._here(i) for i in (place, *node.operands)]
        if any(not value.is_integer() or abs(value) >= 1 / self.unit_roundoff for value in values):
            return False
        return node.operation != "divide" or values[0] * values[2] == values[1]

    def _guesses(self) -> bool:
        """Whether a condition on what does not move is decided by rounding: 0.3 < 3·0.1.

        Or a whole number, as that of mod(2, 2 + x²) at 1e-8, where 2 + x² is rounded to 2.
        """
        for place, (node, support) in enumerate(
            zip(self.expression.nodes, self.expression.supports, strict=True)
        ):
            if node.operation in RELATIONS and support and not self._moved(place)[0]:
                a, b = map(self._here, node.operands)
                if abs(a - b) < self._doubt(place):
                    return True
            elif node.operation in LATTICES and self.adjoints[place] is not None:
                argument, *divisors = map(self._here, node.operands)
                if divisors:  # of mod
                    argument = argument / divisors[0] if divisors[0] else math.nan
                doubt = self._doubt(place)
                if doubt and argument == np.round(argument) and not self._moved(place)[0]:
                    return True
        return False

    def _powers_of_negatives(self) -> bool:
        """Whether a power whose exponent moves has a base that is not positive."""
        for place, node in enumerate(self.expression.nodes):
            if node.operation == "power" and self.name in self.expression.supports[node.operands[1]]:
                base, exponent = (np.asarray(self.nodes[i], dtype=float) for i in node.operands)
                moves = exponent.ndim and (self._on_rungs(exponent)[:, 0] != exponent[-1]).any()
                lost = _zero(self.nodes[place])  # by underflow: f may depend on it all the same
                if moves and base.ravel()[-1] < 0 and (lost or self._matters(place)[0]):
                    return True
        return False


def _zero(values: Number) -> bool:
    return bool(np.equal(values, 0).all())


def _movements(
    expression: Expression, name: str, nodes: list[Number]
) -> Iterator[tuple[int, np.ndarray, float]]:
    """Of every node whose operation has a scale, how far its operand moves, and that scale."""
    for place, (node, support) in enumerate(zip(expression.nodes, expression.supports, strict=True)):
        if name not in support:
            continue
        if scale := SCALES.get(node.operation):
            operand = np.asarray(nodes[node.operands[0]])
            yield place, np.abs(operand - operand[-1]), float(scale(operand[-1]))
        elif node.operation in ("atan2", "logaddexp"):
            a, b = (np.asarray(nodes[i]) for i in node.operands)
            first, second = (np.abs(c - c[-1]) if c.ndim else np.zeros(1) for c in (a, b))
            ends = [float(c[-1]) if c.ndim else float(c) for c in (a, b)]
            if node.operation == "atan2":
                limit = math.hypot(*ends) * REACH
            else:
                limit = max(2.0, abs(ends[0] - ends[1]) / 2)
            yield place, np.hypot(first, second), limit
