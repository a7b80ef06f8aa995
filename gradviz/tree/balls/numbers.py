"""Numbers with proved bounds: exact rationals, exact multiples of π, square roots of rationals, and balls.

A ball of Arb encloses the true number whatever was rounded on the way. Exact numbers stand under the balls,
because no ball decides whether 0.1·3 − 0.3 is 0 or x/x is 1. A number is one of

* ``fmpq``, a rational, as long as its numerator and denominator have few bits;
* ``PiMultiple`` and ``SquareRoot``, balls that remember the rational they are made of;
* ``arb``, a ball. :data:`UNKNOWN`, the ball of nothing known, asks for more bits;
* :data:`UNDEFINED`, where there is certainly no real value.

The working precision of python-flint is one for the process: all arithmetic happens inside :func:`working`,
which holds a lock. What is compared has three answers, and ``None`` is the one that is not known.
"""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import TypeGuard, cast

from flint import arb, ctx, fmpq, fmpz

HEIGHT = 4096  # bits of numerator and denominator up to which a rational stays exact, …
HEIGHT_PER_BIT = 4  # … or so many for each bit of the working precision
LARGEST_SHIFT = 20_000  # bits of an exact ball that is read as a rational
LARGEST_DEGREE = 1 << 16  # of an exact root


class Undefined(arb):
    """The type of :data:`UNDEFINED`; calculated with, it is as little as :data:`UNKNOWN`."""

    def __repr__(self) -> str:
        return "UNDEFINED"


UNDEFINED = Undefined("nan")
UNKNOWN = arb("nan")
ZERO, ONE, HALF = fmpq(0), fmpq(1), fmpq(1, 2)

Number = fmpq | arb
Condition = bool | None


class PiMultiple(arb):
    """The ball of q·π that remembers the rational q."""

    q: fmpq


class SquareRoot(arb):
    """The ball of ±√|s| that remembers the rational s, whose sign is its own."""

    s: fmpq


# --- the working precision ---

_LOCK = threading.Lock()
_NEXT = threading.Lock()  # held by whoever waits for the other one: who has just had it stands behind
_SNAP: arb | None = None  # balls around 0 that are smaller are taken for 0, while limits are looked for


def _renew_locks() -> None:
    """After a fork the thread that would release a lock does not exist in the child."""
    global _LOCK, _NEXT
    _LOCK, _NEXT = threading.Lock(), threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_locks)


@contextmanager
def working(bits: int, *, snap: int | None = None) -> Iterator[None]:
    """Work with ``bits`` bits, alone in the process: hold it for one sweep, never for longer.

    With ``snap`` a ball around 0 that lies within 2^−``snap`` counts as 0. That is a guess (√2·√3 − √6 is
    0, no precision proves it), for limits that do not claim to be proved.
    """
    global _SNAP
    lock = _LOCK
    with _NEXT:
        lock.acquire()
    before = ctx.prec
    try:
        ctx.prec = bits
        _SNAP = None if snap is None else arb(2) ** -snap
        yield
    finally:
        ctx.prec, _SNAP = before, None
        lock.release()


def end_thread() -> None:
    """Free what FLINT holds for this thread; to be called before a thread that has worked with numbers ends.

    FLINT keeps the memory of large numbers for the next ones, in each thread by itself, and loses it when the
    thread ends: 0.23 MB for every answer of a server that gives each answer a thread. Numbers that are still
    in use stay as they are.
    """
    ctx.cleanup()


# --- from one form to another ---


def rational(value: float | Fraction) -> fmpq:
    """A float64 or a fraction, exactly."""
    return fmpq(*value.as_integer_ratio())


def is_small(q: fmpq) -> bool:
    """Whether a rational may stay exact."""
    return q.height_bits() <= _most_bits()


def _most_bits() -> int:
    return max(HEIGHT, HEIGHT_PER_BIT * ctx.prec)


def bounded(q: fmpq) -> Number:
    """The rational, or its ball where it has grown too long."""
    return q if is_small(q) else arb(q)


def ball(a: Number) -> arb:
    return a if isinstance(a, arb) else arb(a)


def exact(a: arb) -> Number:
    """A ball without a radius as the rational that it is: sin 0, log 1, Γ(5)."""
    if not a.is_exact() or not a.is_finite():
        return a
    mantissa, exponent = a.man_exp()
    if abs(exponent) > LARGEST_SHIFT or mantissa.bit_length() > LARGEST_SHIFT:
        return a
    shift = int(exponent)
    q = fmpq(mantissa << shift) if shift >= 0 else fmpq(mantissa, fmpz(1) << -shift)
    return q if is_small(q) else a


def multiple_of_pi(q: fmpq) -> Number:
    """q·π."""
    if q == 0:
        return ZERO
    if not is_small(q):
        return arb.pi() * q
    value = PiMultiple(arb.pi() * q)
    value.q = q
    return value


def signed_root(s: fmpq) -> Number:
    """√s, or −√|s| for negative s: rational where s is a square."""
    size = abs(s)
    root = exact_root(size, 2)
    if root is not None:
        return root if s >= 0 else -root
    value = SquareRoot(arb(size).sqrt() if s > 0 else -arb(size).sqrt())
    value.s = s
    return value


def exact_root(q: fmpq, degree: int) -> fmpq | None:
    """The rational nth root of a rational ≥ 0, if there is one."""
    if not 0 < degree <= LARGEST_DEGREE:
        return None
    over, under = q.p.root(degree), q.q.root(degree)
    return fmpq(over, under) if over**degree == q.p and under**degree == q.q else None


# --- what is asked of a number: three answers ---


def sign(a: Number) -> int | None:
    """1, 0 or −1 where it is certain, else None."""
    if isinstance(a, fmpq):
        return (a > 0) - (a < 0)
    if a > 0:
        return 1
    if a < 0:
        return -1
    if a.is_zero():
        return 0
    return 0 if _SNAP is not None and a.abs_upper() < _SNAP else None


def same(a: Number, b: Number) -> bool:
    """Whether both are the value of one node. Two unknowns are not: each may be anything."""
    return a is b and not isinstance(a, Undefined) and (isinstance(a, fmpq) or a.is_finite())


def order(a: Number, b: Number) -> int | None:
    """The sign of a − b."""
    return 0 if same(a, b) else sign(subtract(a, b))


def is_whole(a: Number) -> TypeGuard[fmpq]:
    return isinstance(a, fmpq) and a.q == 1


def floor(a: Number) -> Number:
    """The integer below; a ball of several where that is not certain."""
    if isinstance(a, fmpq):
        return fmpq(a.floor())
    if not a.is_finite():
        return UNKNOWN
    if _SNAP is not None and (nearest := (a + HALF).floor()).is_exact() and sign(a - nearest) == 0:
        return exact(nearest)
    return exact(a.floor())


def from_integer(a: Number) -> Number:
    """The distance to the nearest integer, with its sign; ½ for a ball that straddles a half."""
    if isinstance(a, fmpq):
        return a - fmpq((a + HALF).floor())
    if not a.is_finite():
        return UNKNOWN
    nearest = (a + HALF).floor()
    if nearest.is_exact():
        return a - nearest
    return UNKNOWN if a.contains_integer() else HALF


# --- arithmetic ---


def add(a: Number, b: Number) -> Number:
    if isinstance(a, fmpq) and isinstance(b, fmpq):
        return bounded(a + b)
    if type(a) is PiMultiple and type(b) is PiMultiple:
        return multiple_of_pi(a.q + b.q)
    if type(a) is SquareRoot and type(b) is SquareRoot:
        ratio = exact_root(abs(a.s / b.s), 2)  # √8 = 2 √2
        if ratio is not None:
            factor = 1 + (ratio if (a.s > 0) == (b.s > 0) else -ratio)
            return multiply(factor, b)
    for one, other in ((a, b), (b, a)):
        if isinstance(one, fmpq) and one == 0:
            return _anew(cast(arb, other))
    return ball(a) + ball(b)


def _anew(a: arb) -> Number:
    """The same number, not as the value of the same node: x + π is another function than π, also at 0."""
    if type(a) is PiMultiple:
        return multiple_of_pi(a.q)
    return signed_root(a.s) if type(a) is SquareRoot else arb(a)


def negate(a: Number) -> Number:
    if type(a) is PiMultiple:
        return multiple_of_pi(-a.q)
    if type(a) is SquareRoot:
        return signed_root(-a.s)
    return -a


def subtract(a: Number, b: Number) -> Number:
    return ZERO if same(a, b) else add(a, negate(b))


def multiply(a: Number, b: Number) -> Number:
    if isinstance(a, fmpq) and isinstance(b, fmpq):
        return bounded(a * b)
    for one, other in ((a, b), (b, a)):
        if isinstance(one, fmpq):
            if one == 0:
                return ZERO if isinstance(other, fmpq) or other.is_finite() else UNKNOWN
            if type(other) is PiMultiple:
                return multiple_of_pi(one * other.q)
            if type(other) is SquareRoot and is_small(one * one * other.s):
                return signed_root(one * abs(one) * other.s)
    if type(a) is SquareRoot and type(b) is SquareRoot and is_small(a.s * b.s):
        size = signed_root(abs(a.s * b.s))
        return size if (a.s > 0) == (b.s > 0) else negate(size)
    return ball(a) * ball(b)


def divide(a: Number, b: Number) -> Number:
    divisor = sign(b)
    if divisor == 0:
        return UNDEFINED
    if divisor is None:
        return UNKNOWN
    if same(a, b):
        return ONE
    if isinstance(a, fmpq) and a == 0:
        return ZERO if isinstance(b, fmpq) or b.is_finite() else UNKNOWN
    if isinstance(b, fmpq):
        return bounded(a / b) if isinstance(a, fmpq) else multiply(a, 1 / b)
    if type(a) is PiMultiple and type(b) is PiMultiple:
        return bounded(a.q / b.q)
    if type(a) is SquareRoot and type(b) is SquareRoot:
        return multiply(a, signed_root(1 / b.s))
    return ball(a) / ball(b)


def whole_power(a: Number, n: int) -> Number:
    """a^n for an integer n."""
    if n == 0:
        return ONE
    base = sign(a)
    if base == 0:
        return ZERO if n > 0 else UNDEFINED
    if base is None and n < 0:
        return UNKNOWN
    if isinstance(a, fmpq) and a.height_bits() * abs(n) <= _most_bits():
        return a**n
    if type(a) is SquareRoot and n % 2 == 0 and a.s.height_bits() * abs(n) <= _most_bits():
        return abs(a.s) ** (n // 2)
    if base is None:
        return _through_0(ball(a), lambda end: end ** fmpz(n), even=n % 2 == 0)
    return ball(a) ** fmpz(n)


def _through_0(a: arb, monotone: Callable[[arb], arb], *, even: bool = False) -> arb:
    """The image of a ball around 0 under a function that is monotone on both sides of it, and 0 at 0."""
    if not a.is_finite():
        return UNKNOWN
    images = monotone(arb(a.lower())), monotone(arb(a.upper()))
    return images[0].union(images[1]).union(arb(0)) if even else images[0].union(images[1])


def power(a: Number, b: Number) -> Number:
    """a^b: of a base below 0 only for integers, 0⁰ = 1, and 0 to a negative power undefined."""
    if isinstance(b, arb) and not isinstance(b, PiMultiple | SquareRoot):
        b = exact(b)
    if is_whole(b):
        return whole_power(a, int(b.p))
    base, exponent = sign(a), sign(b)
    if base == 1:
        return _positive_power(a, b)
    if base == 0:
        if exponent is None:
            return UNKNOWN
        return ZERO if exponent > 0 else UNDEFINED if exponent < 0 else ONE
    if base == -1 and (isinstance(b, fmpq) or (b.is_finite() and not b.contains_integer())):
        return UNDEFINED
    return UNKNOWN


def _positive_power(a: Number, b: Number) -> Number:
    if isinstance(a, fmpq) and a == 1:
        return ONE if isinstance(b, fmpq) or b.is_finite() else UNKNOWN
    if isinstance(a, fmpq) and isinstance(b, fmpq) and b.height_bits() <= 16:
        least_bits = (a.height_bits() - 1) * abs(int(b.p))  # of the power, before it is worked out
        if b.q == 2 and least_bits <= _most_bits() and is_small(a ** abs(int(b.p))):
            return signed_root(a ** int(b.p))
        root = exact_root(a, int(b.q))
        if root is not None:
            return whole_power(root, int(b.p))
    return ball(a) ** ball(b)


def real_root(a: Number, n: fmpq | int) -> Number:
    """The real nth root; of a number below 0 for odd n only."""
    degree = int(n.p) if isinstance(n, fmpq) else n
    radicand = sign(a)
    if radicand == 0:
        return ZERO
    if radicand is None and degree % 2:
        return _through_0(ball(a), lambda end: ball(real_root(end, degree)))
    if radicand is None:
        return UNKNOWN
    if radicand < 0:
        return UNDEFINED if degree % 2 == 0 else negate(real_root(negate(a), degree))
    if isinstance(a, fmpq):
        if degree == 2:
            return signed_root(a)
        root = exact_root(a, degree)
        if root is not None:
            return root
    return ball(a).sqrt() if degree == 2 else ball(a).root(degree)


# --- what a number says ---


def nearest_float(a: Number) -> float | None:
    """The nearest float64, ties to even, ±inf past the range; None where the ball leaves a choice."""
    if isinstance(a, fmpq):
        try:
            return int(a.p) / int(a.q) + 0.0  # of integers: rounded once; no −0
        except OverflowError:
            return math.inf if a > 0 else -math.inf
    if isinstance(a, Undefined) or not a.is_finite():
        return None
    low, high = float(a.lower()), float(a.upper())
    return low + 0.0 if low == high else None


def decimal_digits(a: Number, digits: int) -> tuple[int, str, int] | None:
    """(sign, digits, exponent) of sign · d.ddd · 10^exponent with ``digits`` digits, rounded to nearest.

    None where the ball leaves a choice, as 0 does for any ball but itself; 0 is (0, '000', 0).
    """
    direction = sign(a)
    if direction is None or not ball(a).is_finite():
        return None
    if direction == 0:
        return 0, "0" * digits, 0
    size = abs(a)
    exponent = _decimal_exponent(size)
    if exponent is None:
        return None
    whole = floor(add(multiply(size, power(fmpq(10), fmpq(digits - 1 - exponent))), HALF))
    if not is_whole(whole):
        return None
    text = str(whole.p)
    return direction, text[:digits], exponent + len(text) - digits  # 9.999 may round to 10.00


def _decimal_exponent(size: Number) -> int | None:
    """⌊log₁₀ a⌋ for a > 0."""
    guess = ((ball(size).log() / arb.const_log10()) + HALF).floor().unique_fmpz()
    if guess is None:
        return None
    rest = order(size, power(fmpq(10), fmpq(guess)))
    return None if rest is None else int(guess) - (rest < 0)
