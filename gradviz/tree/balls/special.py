"""Special functions on balls: Arb's own where they end quickly, and ways of ours where they do not."""

from __future__ import annotations

from collections.abc import Callable

from flint import arb

from gradviz.tree.balls.numbers import (
    UNDEFINED,
    UNKNOWN,
    ZERO,
    Number,
    ball,
    exact,
    sign,
)

Function = Callable[..., Number]

LEAST_ACCURACY = 16  # bits: on wider balls some of them cost seconds and say nothing
SMALL = arb(1) / 64  # balls about 0 are as good as narrow ones


def of_narrow(function: Callable[[arb], arb]) -> Function:
    """A function that is real everywhere, on balls that are not too wide."""

    def narrow(a: Number) -> Number:
        operand = ball(a)
        wide = operand.rel_accuracy_bits() < LEAST_ACCURACY and not operand.abs_upper() < SMALL
        return UNKNOWN if wide else exact(function(operand))

    return narrow


def right_of_0(function: Callable[[arb], arb], at_0: Number = UNDEFINED) -> Function:
    """A function on the positive numbers, ``at_0`` at 0."""
    inside = of_narrow(function)

    def right(a: Number) -> Number:
        side = sign(a)
        if side is None:
            return UNKNOWN
        return inside(a) if side > 0 else at_0 if side == 0 else UNDEFINED

    return right


def outside_0(function: Callable[[arb], arb]) -> Function:
    """A function on all numbers but 0."""
    inside = of_narrow(function)

    def outside(a: Number) -> Number:
        side = sign(a)
        return UNKNOWN if side is None else UNDEFINED if side == 0 else inside(a)

    return outside


def logarithmic_integral(a: Number) -> Number:
    """li a for a ≥ 0; a pole at 1."""
    side = sign(ball(a) - 1)
    if side == 0:
        return UNDEFINED
    value = right_of_0(arb.li, ZERO)(a)
    return UNKNOWN if side is None and value is not UNDEFINED else value


SPECIAL_FUNCTIONS: dict[str, Function] = {
    "erfi": of_narrow(arb.erfi),
    "Ei": outside_0(arb.ei),
    "li": logarithmic_integral,
    "Si": of_narrow(arb.si),
    "Ci": right_of_0(arb.ci),
    "Shi": of_narrow(arb.shi),
    "Chi": right_of_0(arb.chi),
    "fresnels": of_narrow(arb.fresnel_s),
    "fresnelc": of_narrow(arb.fresnel_c),
}
