"""The error of one difference quotient taken apart: truncation, the rounded shift, and the rounding of f.

Nothing is estimated: the quotient is formed once more in balls, of exact neighbours and of those that the
type has, and the bounds on each part are far below the error.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from flint import fmpq

from gradviz.autodiff.proved import NotDecided, NotSmooth
from gradviz.methods.differences import STENCILS, Stencil
from gradviz.methods.estimate import value_in
from gradviz.methods.steps import Arithmetic, taken_steps
from gradviz.question import Question
from gradviz.sweeping.evaluation import FAILURES, Depth, Evaluation
from gradviz.tree.balls.numbers import UNDEFINED, Number, add, ball, multiply, rational, sign, subtract
from gradviz.tree.expression import Expression

SECONDS = 0.03  # of CPU for all the parts of one error
_DEPTHS = (160, 400, 1300, 4000)  # bits
_ACCURATE = 2.0**-14  # of the error: the bound on each part


@dataclass(frozen=True)
class ErrorParts:
    """The parts that add up to a quotient less the derivative, along one coordinate.

    ``truncation`` is what exact arithmetic leaves; ``shift`` what the rounding of the neighbours x + jh adds;
    ``rounding`` all the rest, of f and of the quotient. ``untruncated`` where the truncation is certainly 0.
    ``inaccuracy`` is the largest relative error of a computed f among the neighbours: 0 where all are right,
    inf where one should be 0.
    """

    truncation: float
    shift: float
    rounding: float
    untruncated: bool
    inaccuracy: float


@np.errstate(all="ignore")
def error_parts(
    question: Question,
    method: str,
    i: int,
    step: float,
    arithmetic: Arithmetic,
    quotient: float,
    slope: float,
) -> ErrorParts | None:
    """The parts of the error of ``quotient``, by a stencil along coordinate ``i``.

    ``slope`` is the derivative, rounded; where f is smooth the exact one takes its place. None where f has no
    value at a neighbour, or past the time.
    """
    point, precision, stencil = question.point, question.precision, STENCILS[method]
    taken = taken_steps(point, [step], arithmetic)
    h = float(np.broadcast_to(taken.reshape(-1), point.shape)[i])
    if not (math.isfinite(quotient) and math.isfinite(slope) and math.isfinite(h) and h):
        return None
    x = float(point[i])
    landed = {j: float(precision.rounded(x + float(precision.rounded(j * h)))) for j in stencil.weights}
    if not all(map(math.isfinite, landed.values())):
        return None
    exact_shifts = {j: rational(h) * j for j in stencil.weights}
    landed_shifts = {j: rational(landed[j]) - rational(x) for j in stencil.weights}
    work = Evaluation.of(question, SECONDS)
    computed = {}
    for j in stencil.weights:
        moved = np.array(point)
        moved[i] = landed[j]
        computed[j] = value_in(question.rounded_field, moved, precision)
    try:
        for bits in _DEPTHS:
            depth = Depth(bits)
            with work.working(depth):
                there = {j: work.value(depth, {i: s} if s else None) for j, s in landed_shifts.items()}
                same = exact_shifts == landed_shifts
                ideal = there if same else {
                    j: work.value(depth, {i: s} if s else None) for j, s in exact_shifts.items()
                }  # fmt: skip
                if any(value is UNDEFINED for value in (*there.values(), *ideal.values())):
                    return None
                right = _slope(work, i, slope)
                exact, rounded = _quotient(stencil, ideal, h), _quotient(stencil, there, h)
                parts = [
                    subtract(exact, right),
                    subtract(rounded, exact),
                    subtract(rational(quotient), rounded),
                ]
                if _known(parts, abs(quotient - slope)):
                    truncation, shift, rounding = (float(ball(part).mid()) for part in parts)
                    untruncated = sign(parts[0]) == 0
                    return ErrorParts(truncation, shift, rounding, untruncated, _inaccuracy(computed, there))
    except FAILURES:
        pass
    return None


def _slope(work: Evaluation, i: int, rounded: float) -> Number:
    """The exact derivative where f is smooth, else the ``rounded`` one; inside ``working``."""
    try:
        return work.sweep((work.field.variables[i],)).partials[0]
    except (NotSmooth, NotDecided):
        return rational(rounded)


def _quotient(stencil: Stencil, values: dict[int, Number], h: float) -> Number:
    total: Number = fmpq(0)
    for j, weight in stencil.weights.items():
        total = add(total, multiply(fmpq(weight.numerator, weight.denominator), values[j]))
    return multiply(total, 1 / rational(h))


def _known(parts: list[Number], error: float) -> bool:
    """Whether the bounds on the parts are small beside the error; where there is none, beside the parts."""
    sizes = [ball(part) for part in parts]
    if not all(size.is_finite() for size in sizes):
        return False
    largest = max([error, *(float(abs(size).mid()) for size in sizes)])
    return all(float(size.rad()) <= _ACCURATE * (error or largest) for size in sizes)


def _inaccuracy(computed: dict[int, float], exact: dict[int, Number]) -> float:
    worst = 0.0
    for j, value in computed.items():
        if not math.isfinite(value):
            return math.inf
        off = abs(ball(subtract(rational(value), exact[j])))
        if not off > 0:  # right as far as balls can tell, as acos(cos(x)) is x
            continue
        size = abs(ball(exact[j]))
        worst = max(worst, float((off / size).mid()) if size > 0 else math.inf)
    return worst


def beside(question: Question, i: int) -> tuple[bool, bool]:
    """Whether f has a value just to the left and just to the right of the point along coordinate ``i``.

    True, too, where it could not be decided.
    """
    work = Evaluation.of(question, SECONDS)
    found = []
    for side in (-1, 1):
        try:
            found.append(not all(_missing(work, i, side, bits) for bits in _BESIDE))
        except FAILURES:
            found.append(True)
    return found[0], found[1]


def certainly_not_zero(question: Question) -> tuple[bool, list[bool]]:
    """Whether f at the point, and each partial derivative, is proved not to be 0, however small it is."""
    n = len(question.point)
    work = Evaluation.of(question, SECONDS)
    try:
        with work.working(Depth(_DEPTHS[0])):
            sweep = work.sweep()
            return bool(sign(sweep.value)), [bool(sign(partial)) for partial in sweep.partials]
    except (*FAILURES, NotSmooth, NotDecided):
        return False, [False] * n


_BESIDE = (1100, 1571)  # bits of the steps


def _missing(work: Evaluation, i: int, side: int, bits: int) -> bool:
    depth = Depth(2 * bits)
    x = work.point[i]
    places = bits - (min(0, math.frexp(x)[1]) if x else 0)
    with work.working(depth):
        return work.value(depth, {i: fmpq(side, 1 << places)}) is UNDEFINED


# --- polynomials, of which some quotients truncate nothing at any step ---

_DEGREES: dict[str, Callable[[list[float]], float]] = {
    "add": max,
    "subtract": max,
    "negate": max,
    "multiply": sum,
}


def polynomial_degree(expression: Expression, name: str) -> float:
    """The degree of the expression as a polynomial in one variable, at most; inf where it is none."""
    degrees: list[float] = []
    for node, support in zip(expression.nodes, expression.supports, strict=True):
        below = [degrees[operand] for operand in node.operands]
        if name not in support:
            degree = 0.0
        elif node.operation == "variable":
            degree = 1.0
        elif node.operation in _DEGREES:
            degree = float(_DEGREES[node.operation](below))
        elif node.operation == "divide" and name not in expression.supports[node.operands[1]]:
            degree = below[0]
        elif node.operation == "power":
            exponent = expression.nodes[node.operands[1]].value
            whole = exponent is not None and exponent.denominator == 1 and exponent >= 0
            degree = below[0] * float(exponent or 0) if whole else math.inf
        else:
            degree = math.inf
        degrees.append(degree)
    return degrees[-1]
