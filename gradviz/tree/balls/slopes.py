"""Local derivatives on balls, and the quantities that must not be 0 for an operation to be smooth.

The rules of the table of operations serve here too. An operation has its own where a rule would lose
exactness (the product's, the sine's), would compare balls for equality (max, select), or cancels (sinc).
"""

from __future__ import annotations

from collections.abc import Callable

from flint import arb, ctx, fmpq

from gradviz.tree.balls.functions import FUNCTIONS, NUMERIC, direction, step
from gradviz.tree.balls.numbers import (
    HALF,
    ONE,
    UNKNOWN,
    ZERO,
    Condition,
    Number,
    Undefined,
    add,
    ball,
    divide,
    exact,
    floor,
    from_integer,
    is_whole,
    multiply,
    negate,
    order,
    power,
    same,
    sign,
    subtract,
)
from gradviz.tree.balls.special import from_branch_point
from gradviz.tree.expression import Kind
from gradviz.tree.operations import OPERATIONS

Slope = Callable[..., Number | None]  # of the value, the operands, and the place of one of them
Operands = tuple[Number, ...]


def _rule_function(name: str) -> Callable[..., Number | Condition]:
    """The operation for the rules of the table, which calculate with Python's operators: balls only."""
    function = FUNCTIONS[name]

    def of_balls(*operands: Number | float) -> Number | Condition:
        value = function(*(arb(a) if isinstance(a, float) else a for a in operands))
        if isinstance(value, bool) or value is None:
            return value
        return UNKNOWN if isinstance(value, Undefined) else ball(value)

    return of_balls


_RULE_KIND = Kind("rules on balls", float, {name: _rule_function(name) for name in FUNCTIONS}, number=arb)

BALLS = Kind("balls", lambda value: fmpq(value.numerator, value.denominator), FUNCTIONS)


def slope(operation: str, value: Number, operands: Operands, place: int) -> Number | None:
    """∂value/∂operand at ``place``; None where nothing flows, UNKNOWN where a ball is too wide to tell."""
    found = _SLOPES[operation](value, operands, place)
    return UNKNOWN if type(found) is Undefined else found


def _by_rule(name: str) -> Slope:
    """The slope by the rules of the table of operations."""
    rules = OPERATIONS[name].rules

    def slope_by_rule(value: Number, operands: Operands, place: int) -> Number | None:
        rule = rules[place]
        if rule is None:
            return None
        return exact(rule(_RULE_KIND, ball(value), *(ball(a) for a in operands)))

    return slope_by_rule


def _power_slope(value: Number, operands: Operands, place: int) -> Number:
    base, exponent = operands
    if place == 1:
        return multiply(value, NUMERIC["log"](base))
    if isinstance(exponent, fmpq) and exponent == 0:
        return ZERO
    lowered = power(base, subtract(exponent, ONE))
    return lowered if isinstance(lowered, Undefined) else multiply(exponent, lowered)


def _square_plus_one(value: Number, _: Operands, __: int) -> Number:
    return add(ONE, multiply(value, value))


def _root_slope(value: Number, operands: Operands, place: int) -> Number | None:
    return divide(value, multiply(operands[1], operands[0])) if place == 0 else None


def _mod_slope(_: Number, operands: Operands, place: int) -> Number:
    if place == 0:
        return ONE
    quotient = divide(*operands)
    return quotient if isinstance(quotient, Undefined) else negate(floor(quotient))


def _extreme_slope(wanted: int) -> Slope:
    """1 for the winner, 0 for the others; the same node twice counts once."""

    def extreme_slope(_: Number, operands: Operands, place: int) -> Number:
        here = operands[place]
        if any(same(a, here) for a in operands[:place]):
            return ZERO
        leads = [order(here, a) for a in operands if not same(a, here)]
        if any(lead is not None and wanted * lead < 0 for lead in leads):
            return ZERO
        return ONE if all(lead is not None and lead != 0 for lead in leads) else arb(0.5, 0.5)

    return extreme_slope


def _select_slope(_: Number, operands: tuple, place: int) -> Number | None:
    if place == 0:
        return None
    if operands[0] is None:
        return arb(0.5, 0.5)
    return ONE if operands[0] == (place == 1) else ZERO


def _of_orders_beside(function: Callable[..., Number], n: Number, x: Number) -> tuple[Number, Number]:
    """A function of an order n at x, with the order before and with the next."""
    return function(subtract(n, ONE), x), function(add(n, ONE), x)


def _of_neighbours(letter: str) -> Slope:
    """The slope of a Bessel function: half the difference, or sum, of those of the orders beside."""
    function = NUMERIC[f"bessel{letter}"]

    def of_neighbours(_: Number, operands: Operands, place: int) -> Number | None:
        if place == 0:
            return None
        below, above = _of_orders_beside(function, *operands)
        if isinstance(below, Undefined) or isinstance(above, Undefined):
            return UNKNOWN
        half = multiply(HALF, subtract(below, above) if letter in "jy" else add(below, above))
        return negate(half) if letter == "k" else half

    return of_neighbours


def _of_scaled_neighbours(name: str) -> Slope:
    """The slope of e^(−|x|) I, half the sum of its neighbours less the value, and of e^x K, the reverse."""
    function = NUMERIC[name]

    def of_neighbours(value: Number, operands: Operands, place: int) -> Number | None:
        if place == 0:
            return None
        below, above = _of_orders_beside(function, *operands)
        if isinstance(below, Undefined) or isinstance(above, Undefined):
            return UNKNOWN
        half = multiply(HALF, add(below, above))
        if name == "ive":
            return subtract(half, multiply(direction(operands[1]), value))
        return subtract(value, half)

    return of_neighbours


def _right_angles(a: Number) -> Number:
    """π a²/2."""
    return multiply(multiply(HALF, multiply(a, a)), NUMERIC["pi"]())


def _sinc_slope(value: Number, operands: Operands, _: int) -> Number:
    """(cos a − sinc a)/a; about 0, where that cancels, its series, whose terms alternate and fall."""
    a = ball(operands[0])
    side = sign(a)
    if side == 0:
        return ZERO
    if not a.is_finite():
        return UNKNOWN
    if a.abs_lower() > 0.5:
        return divide(subtract(NUMERIC["cos"](operands[0]), value), operands[0])
    if not a.abs_upper() < 2:
        return UNKNOWN
    square, term = a * a, -a / 3
    total, k, tiny = term, 1, arb(2) ** (-ctx.prec - 20)
    while term.abs_upper() > tiny * total.abs_lower() and k < ctx.prec:
        term = -term * square * (k + 1) / (k * (2 * k + 2) * (2 * k + 3))
        total += term
        k += 1
    return total + arb(0, 1) * term.abs_upper()  # the rest is smaller than the last term, for |a| < 2


_SLOPES: dict[str, Slope] = {
    "add": lambda v, o, i: ONE,
    "subtract": lambda v, o, i: -ONE if i else ONE,
    "negate": lambda v, o, i: -ONE,
    "multiply": lambda v, o, i: o[1 - i],
    "divide": lambda v, o, i: divide(negate(v) if i else ONE, o[1]),
    "power": _power_slope,
    "sqrt": lambda v, o, i: divide(HALF, v),
    "cbrt": lambda v, o, i: divide(ONE, multiply(fmpq(3), multiply(v, v))),
    "root": _root_slope,
    "hypot": lambda v, o, i: divide(o[i], v),
    "exp": lambda v, o, i: v,
    "sin": lambda v, o, i: NUMERIC["cos"](o[0]),
    "cos": lambda v, o, i: negate(NUMERIC["sin"](o[0])),
    "tan": _square_plus_one,
    "cot": lambda v, o, i: negate(_square_plus_one(v, o, i)),
    "log": lambda v, o, i: divide(ONE, o[0]),
    "atan": lambda v, o, i: divide(ONE, _square_plus_one(o[0], o, i)),
    "acot": lambda v, o, i: divide(-ONE, _square_plus_one(o[0], o, i)),
    "abs": lambda v, o, i: direction(o[0]),
    "relu": lambda v, o, i: step(o[0]),
    "sign": lambda v, o, i: ZERO,
    "floor": lambda v, o, i: ZERO,
    "ceil": lambda v, o, i: ZERO,
    "heaviside": lambda v, o, i: ZERO,
    "mod": _mod_slope,
    "max": _extreme_slope(1),
    "min": _extreme_slope(-1),
    "select": _select_slope,
    "sinc": _sinc_slope,
    **{f"bessel{letter}": _of_neighbours(letter) for letter in "jyik"},
    **{name: _of_scaled_neighbours(name) for name in ("ive", "kve")},
    "Si": lambda v, o, i: NUMERIC["sinc"](o[0]),
    "Shi": lambda v, o, i: ONE if sign(o[0]) == 0 else divide(NUMERIC["sinh"](o[0]), o[0]),
    "li": lambda v, o, i: ZERO if sign(o[0]) == 0 else divide(ONE, NUMERIC["log"](o[0])),
    "fresnels": lambda v, o, i: NUMERIC["sin"](_right_angles(o[0])),
    "fresnelc": lambda v, o, i: NUMERIC["cos"](_right_angles(o[0])),
}
_SLOPES = {
    name: (lambda v, o, i: None) if row.boolean else _SLOPES.get(name) or _by_rule(name)
    for name, row in OPERATIONS.items()
}


# --- what must not be 0 ---


def switches(operation: str, operands: Operands) -> Operands:
    """The quantities whose signs tell on which smooth piece the operation stands; at 0 it is between two."""
    own = SWITCHES.get(operation)
    return () if own is None else own(*operands)


def _itself(a: Number, *_: Number) -> Operands:
    return (a,)


def _quotient_switches(_: Number, b: Number) -> Operands:
    return (b,)


def _power_switches(a: Number, b: Number) -> Operands:
    return () if is_whole(b) and b >= 0 else (a,)


def _cosine(a: Number) -> Operands:
    return (NUMERIC["cos"](a),)


def _sine(a: Number) -> Operands:
    return (NUMERIC["sin"](a),)


def _unit_interval(a: Number) -> Operands:
    return subtract(ONE, a), add(ONE, a)


def _angle_switches(y: Number, x: Number) -> Operands:
    """The cut runs along the negative x axis."""
    right = sign(x)
    if right == 1:
        return ()
    return (UNKNOWN,) if right is None and not sign(y) else (y,)


def _gamma_switches(a: Number) -> Operands:
    return () if sign(a) == 1 else (from_integer(a),)


def _mod_switches(a: Number, b: Number) -> Operands:
    quotient = divide(a, b)
    return (b,) if isinstance(quotient, Undefined) else (b, from_integer(quotient))


def _ties(wanted: int) -> Callable[..., Operands]:
    """The differences between the winner and the others, for each pair in order; 1 for pairs of losers."""

    def ties(*operands: Number) -> Operands:
        distinct = [a for i, a in enumerate(operands) if not any(same(a, b) for b in operands[:i])]
        count = len(distinct)
        leads = {}
        for i in range(count):
            for k in range(i):
                lead = order(distinct[i], distinct[k])
                leads[i, k], leads[k, i] = lead, None if lead is None else -lead
        beaten = {i for (i, _), lead in leads.items() if lead is not None and wanted * lead < 0}
        return tuple(
            subtract(distinct[i], distinct[k]) if i not in beaten or k not in beaten else ONE
            for i in range(count)
            for k in range(i)
        )

    return ties


def _difference(a: Number, b: Number) -> Operands:
    return () if same(a, b) else (subtract(a, b),)


SWITCHES: dict[str, Callable[..., Operands]] = {
    "divide": _quotient_switches,
    "power": _power_switches,
    **dict.fromkeys(
        (
            "sqrt",
            "cbrt",
            "root",
            "log",
            "log2",
            "log10",
            "loggamma",
            "coth",
            "csch",
            "abs",
            "acot",
            "sign",
            "relu",
            "heaviside",
            "Ei",
            "Ci",
            "Chi",
        ),
        _itself,
    ),
    **dict.fromkeys(("besselj", "besseli"), lambda n, x: () if is_whole(n) else (x,)),
    **dict.fromkeys(("bessely", "besselk", "ive", "kve"), lambda n, x: (x,)),
    "lambertw": lambda a: (from_branch_point(a),),
    "lambertwm1": lambda a: (from_branch_point(a), a),
    **dict.fromkeys(("zeta", "zetaprime"), lambda a: (subtract(a, ONE),)),
    **dict.fromkeys(("hurwitz", "hurwitzprime"), lambda s, a: (subtract(s, ONE), a)),
    **dict.fromkeys(("euler_beta", "betaln"), lambda a, b: (a, b)),
    "li": lambda a: (a, subtract(a, ONE)),
    "hypot": lambda a, b: (NUMERIC["hypot"](a, b),),
    "log1p": lambda a: (add(ONE, a),),
    **dict.fromkeys(("tan", "sec"), _cosine),
    **dict.fromkeys(("cot", "csc"), _sine),
    **dict.fromkeys(("asin", "acos", "atanh", "erfinv"), _unit_interval),
    "erfcinv": lambda a: (a, subtract(fmpq(2), a)),
    "acosh": lambda a: (subtract(a, ONE),),
    "atan2": _angle_switches,
    **dict.fromkeys(("floor", "ceil"), lambda a: (from_integer(a),)),
    "mod": _mod_switches,
    "max": _ties(1),
    "min": _ties(-1),
    **dict.fromkeys(("gamma", "digamma", "trigamma"), _gamma_switches),
    **dict.fromkeys(("less", "less_equal", "greater", "greater_equal", "equal", "not_equal"), _difference),
}
