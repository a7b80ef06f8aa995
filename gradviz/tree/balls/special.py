"""Special functions on balls: Arb's own where they end quickly, and ways of ours where they do not."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

from flint import arb, arb_series, ctx, fmpq

from gradviz.tree.balls.numbers import (
    HALF,
    ONE,
    UNDEFINED,
    UNKNOWN,
    ZERO,
    Number,
    add,
    ball,
    exact,
    is_whole,
    sign,
    subtract,
)

Function = Callable[..., Number]

LEAST_ACCURACY = 16  # bits: on wider balls some of them cost seconds and say nothing
MORE_BITS = 128  # than a ball has: of more some functions cost seconds and say no more
MOST_BITS_OF_ORDERS = 3600  # with more some Bessel functions take tenths of a second
MOST_BITS_OF_ZETA_SLOPE = 1300
MOST_TERMS = 40  # of ζ far right: the rest is below the last one times its number
LARGEST_ORDER_OF_HURWITZ = arb(10) ** 10
FAR_LEFT, FAR_RIGHT = arb(2) ** -1100, arb(2) ** 1100
TINY = arb(2) ** -20_000  # with such operands Arb takes seconds at times
SMALL = arb(1) / 64  # balls about 0 are as good as narrow ones


def of_narrow(function: Callable[[arb], arb]) -> Function:
    """A function that is real everywhere, on balls that are not too wide."""

    def narrow(a: Number) -> Number:
        operand = ball(a)
        bits = operand.rel_accuracy_bits()
        if bits < LEAST_ACCURACY and not operand.abs_upper() < SMALL:
            return UNKNOWN
        if operand.is_exact() or bits < LEAST_ACCURACY:
            return exact(function(operand))
        with ctx.workprec(min(ctx.prec, bits + MORE_BITS)):
            value = function(operand)
        return exact(value)

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


def without_pole(function: Function, distance: Function = lambda a: a) -> Function:
    """A function with a pole where ``distance(a)`` is 0: there Arb's own is only not finite."""

    def outside(a: Number) -> Number:
        side = sign(distance(a))
        return UNKNOWN if side is None else UNDEFINED if side == 0 else function(a)

    return outside


def logarithmic_integral(a: Number) -> Number:
    """li a for a ≥ 0; a pole at 1."""
    side = sign(ball(a) - 1)
    if side == 0:
        return UNDEFINED
    value = right_of_0(arb.li, ZERO)(a)
    return UNKNOWN if side is None and value is not UNDEFINED else value


# --- Bessel functions ---


def _bessel(function: Callable[[arb, arb], arb], *, wave: bool) -> Function:
    """J or I: on the left for whole orders only, where 0 is no edge either."""

    def bessel(n: Number, x: Number) -> Number:
        order = exact(ball(n))
        if is_whole(order):
            parity = -1 if wave and order < 0 and order.p % 2 else 1  # Arb divides by Γ at its poles
            return of_narrow(lambda a: parity * function(a, arb(abs(order))))(x)
        above = sign(order)
        at_0 = UNKNOWN if above is None else ZERO if above > 0 else UNDEFINED
        return _not_whole(function, order, at_0)(x)

    return bessel


def _not_whole(function: Callable[[arb, arb], arb], order: Number, at_0: Number) -> Function:
    """A Bessel function of an order that is not whole, for x > 0; of so many bits that it stays quick."""
    if ctx.prec > MOST_BITS_OF_ORDERS:
        return lambda x: UNKNOWN
    n = ball(order)
    if at_0 is UNDEFINED and n > 0:  # K and Y
        return right_of_0(lambda a: function(a, n), at_0)
    return right_of_0(lambda a: _first_of_series(a, n) if a < TINY else function(a, n), at_0)


def _first_of_series(a: arb, order: arb) -> arb:
    """J, I and e^(−a) I of so small an operand that one term of the power series is all there is."""
    return (a / 2) ** order / (order + 1).gamma() * (1 + arb(0, 1) * a.upper())


def _bessel_y(n: Number, x: Number) -> Number:
    order = exact(ball(n))
    if is_whole(order):
        return right_of_0(lambda a: a.bessel_y(arb(order)))(x)
    return _not_whole(arb.bessel_y, order, UNDEFINED)(x)


def _bessel_k(n: Number, x: Number, *, scaled: bool = False) -> Number:
    """K of x > 0, or e^x K. Arb's is slow where twice the order is whole: these have sums of their own."""
    order = n if isinstance(n, fmpq) else exact(ball(n))
    if not (isinstance(order, fmpq) and order.q in (1, 2)):
        falling = partial(_bessel_k_far, order=order, scaled=scaled)
        return _not_whole(lambda a, _: _falling(falling, a), order, UNDEFINED)(x)
    size = abs(order)
    if size.q == 2:
        return right_of_0(lambda a: _k_of_half_orders(int((size - HALF).p), a, scaled))(x)
    return right_of_0(lambda a: _k_of_whole_orders(int(size.p), a, scaled))(x)


def _bessel_i(a: arb, order: arb) -> arb:
    """I; far out by what is left of it without e^x, where Arb's own takes tenths of a second at times."""
    if a > 60:
        return a.bessel_i(order, scaled=True) * a.exp()
    if a < -60:  # of whole orders only
        return (-1) ** int(float(order)) * _bessel_i(-a, order)
    return a.bessel_i(order)


def _scaled_bessel_i(a: arb, order: arb) -> arb:
    """e^(−|x|) I."""
    if a > 60:
        return a.bessel_i(order, scaled=True)
    if a < -60:
        return (-1) ** int(float(order)) * (-a).bessel_i(order, scaled=True)
    return a.bessel_i(order) * (-abs(a)).exp()


def _falling(function: Callable[[arb], arb], x: arb) -> arb:
    """A falling function by its values at both ends: on balls that are not exact some take Arb seconds."""
    low = function(x.lower())
    return low.union(function(x.upper())) if x.rad() > 0 else low


def _bessel_k_far(a: arb, order: Number, scaled: bool) -> arb:
    if a > 1000 and a > ctx.prec:  # nearer Arb's asymptotic series is too short for so many bits
        value = a.bessel_k(ball(order), scaled=True)
        return value if scaled else value * (-a).exp()
    value = _k_by_i(a, order) if a > 50 and ctx.prec > 424 else a.bessel_k(ball(order))
    return value * a.exp() if scaled else value


def _k_by_i(a: arb, order: Number) -> arb:
    """K of an order that is not whole by I of ± it, DLMF 10.27.4: Arb's takes seconds at 1300 bits."""
    with ctx.workprec(ctx.prec + int(3 * float(a.upper())) + 40):  # e^(2a) cancels
        n = ball(order)  # with all those bits
        return arb.pi() / 2 * (a.bessel_i(-n) - a.bessel_i(n)) / n.sin_pi()


def _k_of_half_orders(n: int, x: arb, scaled: bool) -> arb:
    """√(π/2x) e^(−x) Σ (n + k)!/(k! (n − k)!) (2x)^(−k) of order n + ½, DLMF 10.49.12."""
    total = term = arb(1)
    for k in range(1, n + 1):
        term = term * ((n + k) * (n - k + 1)) / (2 * k * x)
        total += term
    value = (arb.pi() / (2 * x)).sqrt() * total
    return value if scaled else value * (-x).exp()


def _k_of_whole_orders(n: int, x: arb, scaled: bool) -> arb:
    """By its series below as many as there are bits, at both ends of the ball, between which K falls."""
    if x.lower() > ctx.prec:
        return _bessel_k_far(x, arb(n), scaled)
    if ctx.prec > MOST_BITS_OF_ORDERS:
        return UNKNOWN
    value = _falling(lambda end: _k_by_series(n, end), x)
    return value * x.exp() if scaled else value


def _k_by_series(n: int, x: arb) -> arb:
    """K of order n at an exact x, DLMF 10.31.1: it is e^(−2x) of what is added up."""
    cancelled = int(3 * float(x)) + 40
    with ctx.workprec(ctx.prec + cancelled):
        half, square = x / 2, x * x / 4
        finite = sum(
            (arb(math.factorial(n - k - 1)) / math.factorial(k) * (-square) ** k for k in range(n)), arb(0)
        )
        psi = sum((arb(1) / k for k in range(1, n + 1)), -2 * arb.const_euler())  # ψ(1) + ψ(n + 1)
        factor = arb(1) / math.factorial(n)
        total, k, tiny = psi * factor, 0, arb(2) ** -ctx.prec
        while True:
            k += 1
            factor = factor * square / (k * (n + k))
            psi += arb(1) / k + arb(1) / (n + k)
            term = psi * factor
            total += term
            if 8 * square < k * (n + k) and abs(term) < tiny:
                break  # each of what is left is less than half of the one before
        total += arb(0, 1) * abs(term).upper()
        logarithmic = half.log() * x.bessel_i(arb(n))
        rest = half**n * total / 2 - logarithmic
        return finite / half**n / 2 + (-rest if n % 2 else rest)


# --- Lambert's W, zeta, beta ---


def from_branch_point(a: Number) -> Number:
    """a + 1/e, the distance to where both branches of W meet."""
    return add(a, arb(-1).exp())


def _lambert(branch: int) -> Function:
    inside = of_narrow(lambda a: a.lambertw(branch))

    def lambert(a: Number) -> Number:
        edge, side = sign(from_branch_point(a)), sign(a)
        if edge == -1 or (branch and side in (0, 1)):
            return UNDEFINED
        if edge != 1 or (branch and side is None):
            return UNKNOWN
        return inside(a)

    return lambert


def _from_1(a: Number) -> Number:
    return subtract(a, ONE)


def _value_of_zeta(a: arb) -> arb:
    """ζ: far out by a few terms, and by reflection, where Arb's own takes tenths of a second."""
    if ctx.prec > MOST_BITS_OF_ORDERS:
        return UNKNOWN
    if a < -40:
        t = 1 - a
        return 2 * (2 * arb.pi()) ** (a - 1) * (a / 2).sin_pi() * t.gamma() * _value_of_zeta(t)
    if not a > ctx.prec / 4 + 16:
        return a.zeta()
    terms = [arb(k) ** -a for k in range(1, MOST_TERMS + 1)]
    return sum(terms, arb(0)) + arb(0, 1) * (MOST_TERMS * terms[-1]).upper()


def _derivative_of_zeta(a: arb) -> arb:
    """ζ′: far right by its series, left of 0 by reflection, between them by Arb's power series."""
    if ctx.prec > MOST_BITS_OF_ZETA_SLOPE:
        return UNKNOWN
    if a < 0:
        t, value = 1 - a, _value_of_zeta(1 - a)
        size = 2 * (2 * arb.pi()) ** (a - 1) * t.gamma()
        sine, cosine = (a / 2).sin_cos_pi()
        bracket = arb.pi() / 2 * cosine + sine * ((2 * arb.pi()).log() - t.digamma())
        return size * (bracket * value - sine * _derivative_of_zeta(t))
    if not a > ctx.prec / 4 + 16:
        return arb_series([a, 1], 2).zeta()[1]
    terms = [arb(k).log() * arb(k) ** -a for k in range(2, MOST_TERMS + 1)]
    return -sum(terms, arb(0)) + arb(0, 1) * (MOST_TERMS * terms[-1]).upper()


def _of_hurwitz(inside: Callable[[arb, arb], Number]) -> Function:
    """A function of ζ(s, a), for s > 1 and a > 0."""

    def function(s: Number, a: Number) -> Number:
        sides = sign(subtract(s, ONE)), sign(a)
        if any(side in (0, -1) for side in sides):
            return UNDEFINED
        narrow = all(ball(x).rel_accuracy_bits() >= LEAST_ACCURACY for x in (s, a))
        if None in sides or not narrow or ctx.prec > MOST_BITS_OF_ZETA_SLOPE:
            return UNKNOWN
        order, first = ball(s), ball(a)
        if order < LARGEST_ORDER_OF_HURWITZ and FAR_LEFT < first < FAR_RIGHT:
            return inside(order, first)
        if not (order > 4 * ctx.prec and (first + 1) * (4 * ctx.prec) < order):
            return UNKNOWN
        return _first_term(order, first, inside is _slope_of_hurwitz)

    return function


def _first_term(s: arb, a: arb, slope: bool) -> arb:
    """The first term of the series with a bound for the others, the integral of the terms from 1 on."""
    first = a**-s
    term = -a.log() * first if slope else first
    rest = first * (a / (a + 1)) ** s * (2 + a) * (2 + (a + 1).log() if slope else 1)
    return term + arb(0, 1) * rest.upper()


def _value_of_hurwitz(s: arb, a: arb) -> Number:
    return exact(s.zeta(a))


def _slope_of_hurwitz(s: arb, a: arb) -> Number:
    return exact(arb_series([s, 1], 2).zeta(a)[1])


def _log_of_beta(a: Number, b: Number) -> Number:
    sides = sign(a), sign(b)
    if any(side in (0, -1) for side in sides):
        return UNDEFINED
    if None in sides or any(ball(x).rel_accuracy_bits() < LEAST_ACCURACY for x in (a, b)):
        return UNKNOWN
    return ball(a).lgamma() + ball(b).lgamma() - ball(add(a, b)).lgamma()


def _beta(a: Number, b: Number) -> Number:
    logarithm = _log_of_beta(a, b)
    return logarithm if logarithm is UNDEFINED or logarithm is UNKNOWN else ball(logarithm).exp()


SPECIAL_FUNCTIONS: dict[str, Function] = {
    "lambertw": _lambert(0),
    "lambertwm1": _lambert(-1),
    "zeta": without_pole(of_narrow(_value_of_zeta), _from_1),
    "zetaprime": without_pole(of_narrow(_derivative_of_zeta), _from_1),
    "hurwitz": _of_hurwitz(_value_of_hurwitz),
    "hurwitzprime": _of_hurwitz(_slope_of_hurwitz),
    "euler_beta": _beta,
    "betaln": _log_of_beta,
    "besselj": _bessel(arb.bessel_j, wave=True),
    "bessely": _bessel_y,
    "besseli": _bessel(_bessel_i, wave=False),
    "besselk": _bessel_k,
    "ive": _bessel(_scaled_bessel_i, wave=False),
    "kve": lambda n, x: _bessel_k(n, x, scaled=True),
    "airyai": of_narrow(lambda a: a.airy()[0]),
    "airyaiprime": of_narrow(lambda a: a.airy()[1]),
    "airybi": of_narrow(lambda a: a.airy()[2]),
    "airybiprime": of_narrow(lambda a: a.airy()[3]),
    "erfi": of_narrow(arb.erfi),
    "Ei": without_pole(of_narrow(arb.ei)),
    "li": logarithmic_integral,
    "Si": of_narrow(arb.si),
    "Ci": right_of_0(arb.ci),
    "Shi": of_narrow(arb.shi),
    "Chi": right_of_0(arb.chi),
    "fresnels": of_narrow(arb.fresnel_s),
    "fresnelc": of_narrow(arb.fresnel_c),
}
