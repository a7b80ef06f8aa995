"""Numbers of many digits: mpmath's functions on numbers whose size is bounded before any work is done.

mpmath is exact for as long as it takes: an angle of n bits costs n digits of π, an integer exponent of n bits
n squarings, ψ′ at −n a sum of n terms. Each function here looks at the size of its operands first and raises
:class:`BeyondBounds` past what a fraction of a second can do, or takes a way whose length does not depend on
that size: reflection on the left, an asymptotic series far out, 2ⁿ·eʳ for large exponents.

A context holds the working precision, so each piece of work takes one of its own (:func:`context`). The
constants and series that mpmath caches are shared by all contexts and not safe under threads: one lock guards
them, for a single operation at a time.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import mpmath
from mpmath.libmp import gammazeta

Rule = Callable[..., Any]

LARGEST_EXPONENT = 10_000  # bits of the integer n in 2ⁿ·eʳ: so many digits of ln 2 a power costs
LARGEST_NUMBER = 1 << 12_000  # of |log₂ a|: past it no product of numbers within LARGEST_EXPONENT comes
LARGEST_ANGLE = 20_000  # bits before the binary point: so many digits of π an angle costs
MOST_DIGITS_OF_GAMMA = 2_000  # bits; the work of Γ and its kin grows with their square
LARGEST_GAMMA = 40  # bits of an operand of Γ, whose value has as many bits in its exponent
LONGEST_SERIES = 16_000  # bits; the error function's has as many terms
SHORT_SERIES = 600  # bits up to which mpmath's own series for Γ is set up in no time
USUAL_DIGITS = 1_400  # bits of the derivatives of higher order


class BeyondBounds(ArithmeticError):
    """A number of many digits that has grown past what can be worked on in a bounded time."""


# --- contexts, and what they share ---

_IDLE: deque[Any] = deque()
_SHARED = threading.Lock()


def _renew_lock() -> None:
    """In a forked child no thread is left that would release the lock."""
    global _SHARED
    _SHARED = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_lock)


@contextmanager
def context() -> Iterator[Any]:
    """An mpmath context for one piece of work in one thread; no other thread changes its precision."""
    try:
        borrowed = _IDLE.pop()
    except IndexError:
        borrowed = mpmath.MPContext()
    try:
        yield borrowed
    finally:
        _IDLE.append(borrowed)


def one_at_a_time(function: Rule) -> Rule:
    """``function``, which uses what mpmath caches, by one thread at a time."""

    def guarded(*operands: Any) -> Any:
        with _SHARED:
            return function(*operands)

    return guarded


def checked(value: Any) -> Any:
    """``value`` if its exponent is one that every operation can work on."""
    if type(value) is not bool and hasattr(value, "_mpf_"):
        exponent = value._mpf_[2]
        if exponent > LARGEST_NUMBER or exponent < -LARGEST_NUMBER:
            raise BeyondBounds("a number in the formula is too large to be worked on exactly")
    return value


def _bounded(m: Any, a: Any, bits: int) -> Any:
    if a and m.isfinite(a) and m.mag(a) > bits:
        raise BeyondBounds("a number in the formula is too large to be worked on exactly")
    return a


# --- arithmetic ---


def function(name: str) -> Rule:
    """mpmath's function of that name, nan where its operand is no finite number."""
    return lambda m, a: getattr(m, name)(a) if m.isfinite(a) else m.nan


def of_angle(name: str) -> Rule:
    """The same for a function that must know its operand to a fraction of π or of 1."""
    return lambda m, a: getattr(m, name)(_bounded(m, a, LARGEST_ANGLE)) if m.isfinite(a) else m.nan


def within(function: Rule, inside: Rule) -> Rule:
    """``function`` where ``inside(a)`` holds, else nan: mpmath would go on in the complex plane."""
    return lambda m, a: function(m, a) if inside(a) else m.nan


def divide(m: Any, a: Any, b: Any) -> Any:
    return m.nan if b == 0 or m.isnan(a) or m.isnan(b) else m.fdiv(a, b)


def mod(m: Any, a: Any, b: Any) -> Any:
    if b == 0 or m.isnan(a) or m.isnan(b):
        return m.nan
    return a - b * m.floor(_bounded(m, a / b, LARGEST_ANGLE))


def power(m: Any, a: Any, b: Any) -> Any:
    """a^b; by products where 2b is a small integer, else e^(b ln a) with as many guard bits as it has."""
    if m.isnan(a) or m.isnan(b):
        return m.nan
    if a == 0:
        return m.mpf(0) if b > 0 else m.mpf(1) if b == 0 else m.nan
    whole = m.isint(b)
    if a < 0 and not whole:
        return m.nan
    if (whole or (m.isint(2 * b) and m.mag(b) < 10)) and m.mag(b) < 31:
        return m.power(a, int(b) if whole else b)
    size = abs(a)
    bits = m.mag(b) + m.mag(m.log(size)) if size != 1 else 0
    if bits > LARGEST_EXPONENT:
        raise BeyondBounds("a power in the formula is too large to be worked on exactly")
    with m.extraprec(max(bits, 0) + 10):
        value = exp(m, b * m.log(size))
    odd = whole and b._mpf_[2] == 0
    return -value if a < 0 and odd else +value


def root(m: Any, a: Any, n: Any) -> Any:
    """The real nth root; the exponent is divided beforehand, mpmath's own would raise e to it."""
    order = int(n)
    if m.isnan(a) or a == 0:
        return a
    if a < 0:
        return -root(m, -a, n) if order % 2 else m.nan
    whole = m.mag(a) // order
    return m.ldexp(m.root(m.ldexp(a, -whole * order), order), whole)


# --- exponentials ---


def exp(m: Any, a: Any) -> Any:
    """e^a by 2^n e^r: mpmath's own takes minutes for whole numbers of thousands of bits."""
    if not m.isfinite(a):
        return m.nan
    if m.mag(_bounded(m, a, LARGEST_EXPONENT)) < 30:
        return m.exp(a)
    with m.extraprec(m.mag(a)):
        n = m.floor(a / m.ln2)
        rest = a - n * m.ln2
    return m.ldexp(m.exp(rest), int(n))


def expm1(m: Any, a: Any) -> Any:
    return m.expm1(a) if m.mag(a) < 30 else exp(m, a) - 1


def growing(name: str) -> Rule:
    """sinh or cosh; far out they are half of e^|a|, which mpmath's own would take minutes for."""

    def function(m: Any, a: Any) -> Any:
        if not m.isfinite(a):
            return m.nan
        if m.mag(a) < 30:
            return getattr(m, name)(a)
        half = exp(m, abs(a)) / 2
        return -half if name == "sinh" and a < 0 else half

    return function


def tanh(m: Any, a: Any) -> Any:
    """tanh a; past 2³⁰ it is ±1 to more than a billion bits."""
    if not m.isfinite(a):
        return m.nan
    return m.tanh(a) if m.mag(a) < 30 else m.sign(a)


def sigmoid(m: Any, a: Any) -> Any:
    return 1 / (1 + exp(m, -a)) if m.isfinite(a) else m.nan


def softplus(m: Any, a: Any) -> Any:
    if not m.isfinite(a):
        return m.nan
    small = exp(m, -abs(a))
    return max(a, 0) + m.log1p(small)


def sinc(m: Any, a: Any) -> Any:
    return m.mpf(1) if a == 0 else m.sin(_bounded(m, a, LARGEST_ANGLE)) / a


# --- the error function ---


def erf(m: Any, a: Any) -> Any:
    if not m.isfinite(a):
        return m.nan
    if m.mag(a) < 1:
        return m.erf(a)
    value = m.mpf(1) if _is_far_out(m, a) else _erf_by_series(m, abs(a))
    return -value if a < 0 else value


def erfc(m: Any, a: Any) -> Any:
    if not m.isfinite(a):
        return m.nan
    if a < 1:
        return 1 - erf(m, a)
    if _is_far_out(m, a):
        return _erfc_far_out(m, a)
    with m.extraprec(int(1.45 * a * a) + 10):  # of 1 − erf, of which e^(−a²) is left
        value = 1 - _erf_by_series(m, a)
    return +value


def _is_far_out(m: Any, a: Any) -> bool:
    """Whether e^(−a²) is below the working precision.

    Then erf is ±1, and the asymptotic series of erfc, whose least term it is, reaches that precision.
    """
    return m.mag(a) > 20 or 1.44 * a * a > m.prec + 100


def _erfc_far_out(m: Any, a: Any) -> Any:
    """erfc a = e^(−a²)/(a √π) Σ (−1)ᵏ (2k − 1)!!/(2a²)ᵏ; DLMF 7.12.1."""
    bits = m.prec + 40
    total = m.mpf(1)
    if 2 * m.mag(a) < bits:
        total = _power_series(m, 1 / (2 * a * a), lambda k: (-(2 * k + 1), 1), bits)
    with m.extraprec(2 * min(m.mag(a), LARGEST_EXPONENT) + 20):
        value = exp(m, -a * a) * total / (a * m.sqrt(m.pi))
    return +value


def _erf_by_series(m: Any, a: Any) -> Any:
    """erf a = 2/√π e^(−a²) Σ 2ᵏ a^(2k+1)/(2k+1)!!, all terms positive; DLMF 7.6.2."""
    bits = m.prec + int(1.45 * float(a * a)) + 40
    if bits > LONGEST_SERIES:
        raise BeyondBounds("the error function is not worked on to so many digits so far out")
    with m.workprec(bits):
        total = _power_series(m, 2 * a * a, lambda k: (1, 2 * k + 3), bits)
        value = 2 * a * m.exp(-a * a) * total / m.sqrt(m.pi)
    return +value


def _power_series(m: Any, y: Any, ratio: Callable[[int], tuple[int, int]], bits: int) -> Any:
    """Σ cₖ yᵏ to 2^−``bits``, with c₀ = 1 and whole numbers cₖ₊₁/cₖ = p/q by ``ratio(k)``.

    With √N multiplications of full length for N terms: each column sums every wth term without its power of
    y below w (Smith, Math. Comp. 52 (1989) 131).
    """
    size = abs(m.mag(y)) + 1
    width = max(1, min(int(bits**0.4), bits // (8 * size)))  # of a tiny y few powers are wanted
    guard = width * size + 20
    bits += guard
    with m.workprec(bits):
        powers = [m.mpf(1)]
        for _ in range(width):
            powers.append(powers[-1] * y)
        shift = max(0, bits - m.mag(powers[width]))
        whole_row = int(m.ldexp(powers[width], shift))
        columns = [0] * width
        term = 1 << bits
        k = 0
        while abs(term) >> guard:
            for place in range(width):
                columns[place] += term
                over, under = ratio(k)
                term = term * over // under
                k += 1
            term = term * whole_row >> shift
        total = m.fsum(power * column for power, column in zip(powers, columns, strict=False))
    return m.ldexp(total, -bits)


# --- Γ and its kin ---


def _of_gamma(function: Rule, bits: int | None = None, *, left: bool = True) -> Rule:
    """A function with the poles of Γ; ``left`` where it goes on between them."""

    def worked(m: Any, a: Any) -> Any:
        if m.prec > MOST_DIGITS_OF_GAMMA:
            raise BeyondBounds("Γ is not worked on to so many digits")
        missing = not m.isfinite(a) or (a <= 0 and (not left or m.isint(a)))
        return m.nan if missing else function(m, a if bits is None else _bounded(m, a, bits))

    return worked


def _steps_out(m: Any, a: Any, share: float) -> int:
    """How many steps of 1 lead from ``a`` to where an asymptotic series reaches the working precision."""
    return max(0, int(share * m.prec) + 10 - int(m.floor(a)))


def warm_up() -> None:
    """Sets up mpmath's Taylor series of 1/Γ for the usual digits, which takes some 0.2 s, once."""
    with context() as m, _SHARED:
        m.prec = USUAL_DIGITS
        m.gamma(m.mpf(4) / 3)


def _series_is_set_up(m: Any) -> bool:
    return m.prec <= SHORT_SERIES or max(gammazeta.gamma_taylor_cache, default=0) > m.prec + 64


def _gamma(m: Any, a: Any) -> Any:
    if abs(a) > m.prec or _series_is_set_up(m):
        return m.gamma(a)
    if a < 0:
        with m.extraprec(20):
            value = m.pi / (m.sinpi(a) * _gamma(m, 1 - a))
        return +value
    with m.extraprec(20):
        steps = _steps_out(m, a, 0.25)
        value = m.gamma(a + steps) / _rising(m, a, steps)
    return +value


def _loggamma(m: Any, a: Any) -> Any:
    """ln Γ on the right; about its zeros at 1 and 2 with as many guard bits as cancel there."""
    if m.mag(a) > m.prec + 20:
        return a * (m.log(a) - 1)
    if a > m.prec or _series_is_set_up(m):
        return m.loggamma(a)
    zero = 1 if a < 1.5 else 2
    near = a - zero
    if not near:
        return m.mpf(0)
    if (
        m.mag(near) < -m.prec // 2 - 5
    ):  # ln Γ(z + h) = ψ(z) h + ψ′(z) h²/2 + …, ψ and ψ′ one step from those at 1
        with m.extraprec(20):
            slope, curvature = zero - 1 - m.euler, m.pi**2 / 6 - (zero - 1)
            value = near * (slope + near * curvature / 2)
        return +value
    with m.extraprec(20 + max(0, -m.mag(near))):
        steps = _steps_out(m, a, 0.25)
        value = m.loggamma(a + steps) - m.log(_rising(m, a, steps))
    return +value


def _rising(m: Any, a: Any, steps: int) -> Any:
    """a (a + 1) … (a + steps − 1) for a > 0, in whole numbers.

    (b + k)(b + n − 1 − k) is b(b + n − 1) + k(n − 1 − k), so a pair of factors costs one multiplication.
    """
    if not steps:
        return m.mpf(1)
    bits, n = m.prec + 20, steps - 1
    b = int(m.ldexp(a + 1, bits))
    ends = b * (b + ((n - 1) << bits)) >> bits
    product = b + ((n - 1) // 2 << bits) if n % 2 else 1 << bits
    for k in range(n // 2):
        product = product * (ends + (k * (n - 1 - k) << bits)) >> bits
    return a * m.ldexp(product, -bits)


def _digamma(m: Any, a: Any) -> Any:
    if m.mag(a) > m.prec + 20:
        return m.log(a)
    if a < 0:
        with m.extraprec(20):
            value = _digamma(m, 1 - a) - m.pi * m.cospi(a) / m.sinpi(a)
        return +value
    if m.prec <= SHORT_SERIES:
        return m.digamma(a)
    with m.extraprec(20):
        steps = _steps_out(m, a, 0.4)
        shift = m.mpf(0)
        for k in range(steps):
            shift += 1 / (a + k)
        value = m.digamma(a + steps) - shift
    return +value


def _trigamma(m: Any, a: Any) -> Any:
    if m.mag(a) > m.prec + 20:
        return 1 / a
    if a < 0:  # mpmath's own would add up |a| terms
        with m.extraprec(20):
            value = (m.pi / m.sinpi(a)) ** 2 - m.psi(1, 1 - a)
        return +value
    return m.psi(1, a)


gamma = _of_gamma(_gamma, LARGEST_GAMMA)
loggamma = _of_gamma(_loggamma, left=False)
digamma = _of_gamma(_digamma)
trigamma = _of_gamma(_trigamma)


# --- special functions as mpmath has them, within a size ---


def near(name: str, inside: Callable[[Any], bool] = lambda a: True, *, most: float = 1e3) -> Rule:
    """mpmath's function of that name where ``inside`` holds; BeyondBounds past ``most`` in size."""

    def bounded(m: Any, a: Any, **options: int) -> Any:
        if not m.isfinite(a) or not inside(a):
            return m.nan
        if abs(a) > most or 0 < abs(a) < 1e-300:
            raise BeyondBounds(f"{name} is not worked on so far out")
        with m.extraprec(30):
            value = getattr(m, name)(a, **options)
        return +m.mpf(value.real)

    return bounded


def bessel(name: str, *, positive: bool = False, scale: int = 0) -> Rule:
    """mpmath's Bessel function of an order, times e^(± |x|); for x < 0 of whole orders only."""

    def bounded(m: Any, n: Any, x: Any) -> Any:
        if not m.isfinite(x) or (positive and x <= 0) or (x < 0 and not m.isint(n)):
            return m.nan
        if abs(x) > 1e3 or 0 < abs(x) < 1e-300:
            raise BeyondBounds(f"{name} is not worked on so far out")
        with m.extraprec(30):
            value = getattr(m, name)(n, x) * m.exp(scale * abs(x))
        return +m.mpf(value.real)

    return bounded


def hurwitz(derivative: int) -> Rule:
    """ζ(s, a) for s > 1 and a > 0, or its derivative along s."""

    def bounded(m: Any, s: Any, a: Any) -> Any:
        if not (m.isfinite(s) and m.isfinite(a) and s > 1 and a > 0):
            return m.nan
        if s > 100 or s < 1 + m.mpf(10) ** -9 or not m.mpf(10) ** -100 < a < 1e3:
            raise BeyondBounds("zeta is not worked on so far out")
        with m.extraprec(60):
            value = m.zeta(s, a, derivative)
        return +m.mpf(value.real)

    return bounded


def inverse_e(a: Any) -> Any:
    return a.context.exp(-1)


def betaln(m: Any, a: Any, b: Any) -> Any:
    if not (m.isfinite(a) and m.isfinite(b) and a > 0 and b > 0):
        return m.nan
    if max(a, b) > 1e6 or min(a, b) < 1e-30:
        raise BeyondBounds("beta is not worked on so far out")
    with m.extraprec(120):
        value = m.loggamma(a) + m.loggamma(b) - m.loggamma(a + b)
    return +value


def beta(m: Any, a: Any, b: Any) -> Any:
    with m.extraprec(30):
        value = m.exp(betaln(m, a, b))
    return +value


def erfcinv(m: Any, a: Any) -> Any:
    """The inverse of erfc, as erfinv(1 − a)."""
    if not 0 < a < 2:
        return m.nan
    if a < 1e-30:
        raise BeyondBounds("1 − a would take too many digits")
    with m.extraprec(120):
        value = m.erfinv(1 - a)
    return +value


# --- pieces ---


def sign(m: Any, a: Any) -> Any:
    return a if m.isnan(a) else m.sign(a)


def step(m: Any, a: Any) -> Any:
    return a if m.isnan(a) else (m.sign(a) + 1) / 2


def fold(function: Rule) -> Rule:
    return lambda m, *a: m.nan if any(m.isnan(x) for x in a) else function(a)
