"""The operations of the tree on balls and exact numbers: one function each, with three-valued conditions.

Arb's own answers are used wherever they suffice. It says nan both for what is undefined and for what a ball
is too wide to tell, so each function with a domain asks for the sign of its distance to the edge first.
"""

from __future__ import annotations

from collections.abc import Callable

from flint import arb, fmpq

from gradviz.tree.balls.numbers import (
    HALF,
    ONE,
    UNDEFINED,
    UNKNOWN,
    ZERO,
    Condition,
    Number,
    PiMultiple,
    SquareRoot,
    Undefined,
    add,
    ball,
    divide,
    exact,
    floor,
    is_whole,
    multiple_of_pi,
    multiply,
    negate,
    order,
    power,
    real_root,
    same,
    sign,
    subtract,
)
from gradviz.tree.balls.special import LEAST_ACCURACY, SPECIAL_FUNCTIONS, Function, without_pole

Predicate = Callable[..., Condition]


def _of_ball(name: str) -> Function:
    """Arb's function of that name, which is real everywhere."""
    function = getattr(arb, name)
    return lambda a: exact(function(ball(a)))


def _strict(function: Function) -> Function:
    """Undefined where an operand is, and unknown where one is: it may be undefined, so even 0·a may be."""

    def strict(*operands: Number) -> Number:
        known = True
        for a in operands:
            if isinstance(a, arb) and not a.is_finite():
                if a is UNDEFINED:
                    return UNDEFINED
                known = known and not (a.is_nan() or a.is_exact())
        return function(*operands) if known else UNKNOWN

    return strict


def _where(edge: Function, function: Function, *, closed: bool = False) -> Function:
    """``function`` where ``edge(a)`` > 0, or ≥ 0 for a ``closed`` domain; elsewhere undefined."""

    def within(a: Number) -> Number:
        inside = sign(edge(a))
        if inside is None:
            return UNKNOWN
        if inside < 0 or (inside == 0 and not closed):
            return UNDEFINED
        return function(a)

    return within


def hypotenuse(a: Number, b: Number) -> Number:
    """√(a² + b²)."""
    return real_root(add(multiply(a, a), multiply(b, b)), 2)


# --- exponentials and logarithms ---


def _logarithm(base: int, constant: Callable[[], arb]) -> Function:
    """The logarithm to an integer base; of its powers it is an integer."""

    def logarithm(a: Number) -> Number:
        value = ball(a).log() / constant()
        whole = value.unique_fmpz() if isinstance(a, fmpq) else None
        if whole is not None and abs(whole) < 5000 and fmpq(base) ** int(whole) == a:
            return fmpq(whole)
        return exact(value)

    return logarithm


# --- angles ---


def _of_angle(name: str, at_multiple: Callable[[fmpq], Number]) -> Function:
    """Arb's function of an angle, and ``at_multiple`` of q at the angle q·π."""
    function = getattr(arb, name)

    def of_angle(a: Number) -> Number:
        if type(a) is PiMultiple:
            return at_multiple(a.q)
        return exact(function(ball(a)))

    return of_angle


_SINES = {  # sin πq for q in [0, ½] as ±√s, where it is the root of a rational
    fmpq(0): fmpq(0),
    fmpq(1, 6): fmpq(1, 4),
    fmpq(1, 4): fmpq(1, 2),
    fmpq(1, 3): fmpq(3, 4),
    fmpq(1, 2): fmpq(1),
}
_ARCSINES = {s: q for q, s in _SINES.items()}


def _sine_of_multiple(q: fmpq) -> Number:
    """sin πq."""
    turn = q - 2 * fmpq((q / 2).floor())
    turn, negative = (turn - 1, True) if turn >= 1 else (turn, False)
    square = _SINES.get(min(turn, 1 - turn))
    value = real_root(square, 2) if square is not None else arb.sin_pi_fmpq(turn)
    return negate(value) if negative else value


def _cosine_of_multiple(q: fmpq) -> Number:
    return _sine_of_multiple(q + HALF)


def _tangent_of_multiple(q: fmpq) -> Number:
    return divide(_sine_of_multiple(q), _cosine_of_multiple(q))


def _cotangent_of_multiple(q: fmpq) -> Number:
    return divide(_cosine_of_multiple(q), _sine_of_multiple(q))


def _secant_of_multiple(q: fmpq) -> Number:
    return divide(ONE, _cosine_of_multiple(q))


def _cosecant_of_multiple(q: fmpq) -> Number:
    return divide(ONE, _sine_of_multiple(q))


def _arcsine(a: Number) -> Number:
    angle = _inverse_sine(a)
    return exact(ball(a).asin()) if angle is None else angle


def _arccosine(a: Number) -> Number:
    angle = _inverse_sine(a)
    return exact(ball(a).acos()) if angle is None else subtract(multiple_of_pi(HALF), angle)


def _inverse_sine(a: Number) -> Number | None:
    """asin a as a multiple of π where it is a common one."""
    if type(a) is SquareRoot:
        square, negative = abs(a.s), a.s < 0
    elif isinstance(a, fmpq):
        square, negative = a * a, a < 0
    elif sign(subtract(ONE, absolute(a))) == 0:  # a ball around ±1 that counts as it
        square, negative = ONE, sign(a) == -1
    else:
        return None
    q = _ARCSINES.get(square)
    if q is None or q == 0:
        return ZERO if q is not None else None
    return multiple_of_pi(-q if negative else q)


def _arctangent(a: Number) -> Number:
    if isinstance(a, fmpq) and abs(a) == 1:
        return multiple_of_pi(a / 4)
    return exact(ball(a).atan())


def _arccotangent(a: Number) -> Number:
    """arctan(1/a), and π/2 at 0."""
    side = sign(a)
    if side is None:
        return arb(0, 2)
    return multiple_of_pi(HALF) if side == 0 else _arctangent(divide(ONE, a))


def _angle(y: Number, x: Number) -> Number:
    """The angle of (x, y) in (−π, π]; none at the origin, where Arb says 0."""
    up, right = sign(y), sign(x)
    if up is None and right is None:
        return UNKNOWN
    if up == 0:
        return (
            UNDEFINED
            if right == 0
            else UNKNOWN
            if right is None
            else ZERO
            if right > 0
            else multiple_of_pi(ONE)
        )
    if right == 0 and up is not None:
        return multiple_of_pi(HALF * up)
    if up is None and right != 1:
        return arb(0, 4)
    return exact(arb.atan2(ball(y), ball(x)))


def _below_one(a: Number) -> Number:
    return subtract(ONE, absolute(a))


def _arccosine_hyperbolic(a: Number) -> Number:
    return ZERO if sign(subtract(a, ONE)) == 0 else exact(ball(a).acosh())


# --- pieces ---


def absolute(a: Number) -> Number:
    direction = sign(a)
    if direction is None:
        return abs(a)
    return ZERO if direction == 0 else a if direction > 0 else negate(a)


def direction(a: Number) -> Number:
    """−1, 0 or 1."""
    known = sign(a)
    return arb(0, 1) if known is None else fmpq(known)


def step(a: Number) -> Number:
    """Heaviside's: 0, ½ or 1."""
    known = sign(a)
    return arb(0.5, 0.5) if known is None else fmpq(known + 1, 2)


def _relu(a: Number) -> Number:
    known = sign(a)
    if known is None:
        return ball(a).max(arb(0))
    return a if known > 0 else ZERO


def ceiling(a: Number) -> Number:
    return negate(floor(negate(a)))


def _remainder(a: Number, b: Number) -> Number:
    """a − b ⌊a/b⌋."""
    quotient = divide(a, b)
    return quotient if quotient is UNDEFINED else subtract(a, multiply(b, floor(quotient)))


def _extreme(wanted: int) -> Function:
    """The largest operand for ``wanted`` 1, the smallest for −1."""

    def extreme(first: Number, *others: Number) -> Number:
        best = first
        for other in others:
            lead = order(best, other)
            if lead is not None:
                best = best if wanted * lead >= 0 else other
            else:
                best = ball(best).max(ball(other)) if wanted > 0 else ball(best).min(ball(other))
        return best

    return extreme


# --- the logistic function, and special functions ---


def _sigmoid(a: Number) -> Number:
    return HALF if sign(a) == 0 else 1 / (1 + (-ball(a)).exp())


def _softplus(a: Number) -> Number:
    if sign(a) == 1:
        return ball(a) + (-ball(a)).exp().log1p()
    return ball(a).exp().log1p()


def _log_of_sum(a: Number, b: Number) -> Number:
    """log(e^a + e^b), from the larger operand, where that is known."""
    larger, smaller = (b, a) if order(b, a) == 1 else (a, b)
    return add(larger, _softplus(subtract(smaller, larger)))


def _sinc(a: Number) -> Number:
    """sin a/a, 1 at 0."""
    if sign(a) == 0:
        return ONE
    return divide(_sine_of_multiple(a.q), a) if type(a) is PiMultiple else exact(ball(a).sinc())


def _with_poles(function: Callable[[arb], arb], *, left: bool = True) -> Function:
    """A function with the poles of Γ; ``left`` where it goes on between them."""

    def between(a: Number) -> Number:
        side = sign(a)
        if side is None:
            return UNKNOWN
        if side == 0 or (side < 0 and (not left or is_whole(_integer_or_itself(a)))):
            return UNDEFINED
        operand = ball(a)
        return UNKNOWN if operand.rel_accuracy_bits() < LEAST_ACCURACY else exact(function(operand))

    return between


def _integer_or_itself(a: Number) -> Number:
    """The integer for which a ball counts, if any, else ``a``."""
    if isinstance(a, fmpq):
        return a
    below = floor(a)
    return below if is_whole(below) and sign(a - below) == 0 else a


def _trigamma(a: arb) -> arb:
    """ψ′(a) = ζ(2, a); on the left (π/sin πa)² − ψ′(1 − a)."""
    if a > 0:
        return arb(2).zeta(a)
    return (arb.pi() / a.sin_pi()) ** 2 - arb(2).zeta(1 - a)


# --- conditions: True, False, or None where the balls overlap ---


def _relation(test: Callable[[int], bool], where_undefined: bool) -> Predicate:
    """A comparison by the sign of the difference; with no value it is false, as with a nan."""

    def relation(a: Number, b: Number) -> Condition:
        if isinstance(a, Undefined) or isinstance(b, Undefined):
            return where_undefined
        known = order(a, b)
        return None if known is None else test(known)

    return relation


def _both(a: Condition, b: Condition) -> Condition:
    return False if a is False or b is False else None if a is None or b is None else True


def _either(a: Condition, b: Condition) -> Condition:
    return True if a is True or b is True else None if a is None or b is None else False


def _opposite(a: Condition) -> Condition:
    return None if a is None else not a


def _select(condition: Condition, a: Number, b: Number) -> Number:
    if condition is not None:
        return a if condition else b
    if same(a, b):
        return a
    if isinstance(a, Undefined) or isinstance(b, Undefined):
        return a if a is b else UNKNOWN
    both_finite = ball(a).is_finite() and ball(b).is_finite()
    return ball(a).union(ball(b)) if both_finite else UNKNOWN


NUMERIC: dict[str, Function] = {
    "pi": lambda: multiple_of_pi(ONE),
    "e": arb.const_e,
    "tau": lambda: multiple_of_pi(fmpq(2)),
    "undefined": lambda: UNDEFINED,
    "add": add,
    "subtract": subtract,
    "multiply": multiply,
    "divide": divide,
    "negate": negate,
    "power": power,
    "sqrt": lambda a: real_root(a, 2),
    "cbrt": lambda a: real_root(a, 3),
    "root": real_root,
    "hypot": hypotenuse,
    **{
        name: _of_ball(name)
        for name in ("exp", "expm1", "sinh", "cosh", "tanh", "sech", "asinh", "erf", "erfc")
    },
    "log": _where(lambda a: a, _of_ball("log")),
    "log2": _where(lambda a: a, _logarithm(2, arb.const_log2)),
    "log10": _where(lambda a: a, _logarithm(10, arb.const_log10)),
    "log1p": _where(lambda a: add(ONE, a), _of_ball("log1p")),
    "sin": _of_angle("sin", _sine_of_multiple),
    "cos": _of_angle("cos", _cosine_of_multiple),
    "tan": _of_angle("tan", _tangent_of_multiple),
    "sec": _of_angle("sec", _secant_of_multiple),
    "cot": without_pole(_of_angle("cot", _cotangent_of_multiple)),
    "csc": without_pole(_of_angle("csc", _cosecant_of_multiple)),
    "asin": _where(_below_one, _arcsine, closed=True),
    "acos": _where(_below_one, _arccosine, closed=True),
    "atan": _arctangent,
    "acot": _arccotangent,
    "atan2": _angle,
    "coth": without_pole(_of_ball("coth")),
    "csch": without_pole(_of_ball("csch")),
    "acosh": _where(lambda a: subtract(a, ONE), _arccosine_hyperbolic, closed=True),
    "atanh": _where(_below_one, _of_ball("atanh")),
    "abs": absolute,
    "sign": direction,
    "floor": floor,
    "ceil": ceiling,
    "mod": _remainder,
    "min": _extreme(-1),
    "max": _extreme(1),
    "heaviside": step,
    "relu": _relu,
    "sigmoid": _sigmoid,
    "softplus": _softplus,
    "logaddexp": _log_of_sum,
    "sinc": _sinc,
    **SPECIAL_FUNCTIONS,
    "erfinv": _where(_below_one, _of_ball("erfinv")),
    "erfcinv": _where(lambda a: subtract(ONE, absolute(subtract(a, ONE))), _of_ball("erfcinv")),
    "gamma": _with_poles(arb.gamma),
    "loggamma": _with_poles(arb.lgamma, left=False),
    "digamma": _with_poles(arb.digamma),
    "trigamma": _with_poles(_trigamma),
}

NUMERIC = {name: _strict(function) for name, function in NUMERIC.items()}

FUNCTIONS: dict[str, Function | Predicate] = {
    **NUMERIC,
    "less": _relation(lambda s: s < 0, False),
    "less_equal": _relation(lambda s: s <= 0, False),
    "greater": _relation(lambda s: s > 0, False),
    "greater_equal": _relation(lambda s: s >= 0, False),
    "equal": _relation(lambda s: s == 0, False),
    "not_equal": _relation(lambda s: s != 0, True),
    "and": _both,
    "or": _either,
    "not": _opposite,
    "select": _select,
}
