"""Bessel functions of a fixed order, and Airy's functions."""

from __future__ import annotations

from gradviz.tree import bessel
from gradviz.tree.airy import NAMES, airy, complex_airy, error_of_waves
from gradviz.tree.expression import Kind, Number
from gradviz.tree.operations.derivative import Rule
from gradviz.tree.operations.inert import Inert
from gradviz.tree.operations.layout import Layout, Written, function
from gradviz.tree.operations.row import Operation
from gradviz.tree.precedence import POWER, TIMES

_ROUNDINGS = {"J": 16, "Y": 40, "I": 24, "K": 16}


def _with_order(letter: str) -> Layout:
    r"""The order as an index, J_{0}\left(x\right)."""
    return lambda n, x: Written(rf"{letter}_{{{n.text}}}\left({x.text}\right)", POWER)


def _edge(k: Kind, n: Number, x: Number) -> tuple:
    """0 is an edge for orders that are not whole."""
    return (k.select(k.equal(n, k.floor(n)), 1.0, x),)


def _pole(_: Kind, __: Number, x: Number) -> tuple:
    return (x,)


def _row(letter: str, numpy: Rule, complex: Rule, slope: str, switches: Rule, in_scipy: str) -> Operation:
    """A Bessel function; ``slope`` has {0} and {1} for the functions of the neighbouring orders."""
    name = f"bessel{letter.lower()}"
    neighbours = f"{name}(a - 1, b)", f"{name}(a + 1, b)"
    return Operation(
        name=name,
        arity=2,
        fixed=0,
        numpy=numpy,
        complex=complex,
        sympy=name,
        derivatives=(None, slope.format(*neighbours)),
        roundings=_ROUNDINGS[letter],
        magnitude=bessel.error_of_waves if letter in "JY" else bessel.error_of_exponentials,
        switches=switches,
        formula=f"{name}(a, b)",
        symbol=letter,
        noun=f"the Bessel function {letter} of order {{a}} of {{b}}",
        plural="Bessel functions",
        latex=_with_order(letter),
        code=f"special.{in_scipy}({{0}}, {{1}})",
        slope_codes=(None, f"special.{in_scipy}p({{0}}, {{1}})"),
    )


def _scaled_row(letter: str, numpy: Rule, complex: Rule, slope: str, factor: str) -> Operation:
    """A Bessel function times an exponential that keeps it from overflow and underflow, by SciPy's name."""
    name, near = f"{letter.lower()}ve", f"bessel{letter.lower()}"
    code = f"special.{name}({{0}}, {{1}})"
    beside = f"(special.{name}({{0}} - 1, {{1}}) + special.{name}({{0}} + 1, {{1}})) / 2"
    latex = rf"e^{{{{{factor}}}}} {letter}_{{{{{{0}}}}}}\left({{1}}\right)"
    sign = -1 if letter == "I" else 1
    return Operation(
        name=name,
        arity=2,
        fixed=0,
        numpy=numpy,
        complex=complex,
        sympy=Inert(
            f"ScaledBessel{letter}",
            latex,
            lambda S, n, x: getattr(S, near)(n, x) * S.exp(sign * (S.Abs(x) if sign < 0 else x)),
        ),
        derivatives=(None, slope),
        roundings=_ROUNDINGS[letter],
        magnitude=bessel.error_of_exponentials,
        switches=_pole,
        formula=f"{name}(a, b)",
        symbol=name,
        noun=f"the scaled Bessel function {letter} of order {{a}} of {{b}}",
        plural="scaled Bessel functions",
        latex=lambda n, x: Written(latex.format(n.text, x.text), TIMES),
        code=code,
        slope_codes=(
            None,
            f"{beside} - np.sign({{1}}) * {code}" if letter == "I" else f"{code} - {beside}",
        ),
    )


_AIRY_SLOPES = ("airyaiprime(a)", "a*airyai(a)", "airybiprime(a)", "a*airybi(a)")
_AIRY_LETTERS = (r"\operatorname{Ai}", r"\operatorname{Ai}'", r"\operatorname{Bi}", r"\operatorname{Bi}'")
_AIRY_CODES = tuple(f"special.airy({{0}})[{which}]" for which in range(4))
_AIRY_SLOPE_CODES = (_AIRY_CODES[1], f"{{0}} * {_AIRY_CODES[0]}", _AIRY_CODES[3], f"{{0}} * {_AIRY_CODES[2]}")

BESSEL = (
    _row("J", bessel.besselj, bessel.complex_besselj, "({0} - {1})/2", _edge, "jv"),
    _row("Y", bessel.bessely, bessel.complex_bessely, "({0} - {1})/2", _pole, "yv"),
    _row("I", bessel.besseli, bessel.complex_besseli, "({0} + {1})/2", _edge, "iv"),
    _row("K", bessel.besselk, bessel.complex_besselk, "-({0} + {1})/2", _pole, "kv"),
    _scaled_row(
        "I",
        bessel.scaled_besseli,
        bessel.complex_scaled_besseli,
        "(ive(a - 1, b) + ive(a + 1, b))/2 - sign(b)*ive(a, b)",
        r"-\left|{1}\right|",
    ),
    _scaled_row(
        "K",
        bessel.scaled_besselk,
        bessel.complex_scaled_besselk,
        "kve(a, b) - (kve(a - 1, b) + kve(a + 1, b))/2",
        "{1}",
    ),
    *(
        Operation(
            name=name,
            arity=1,
            numpy=airy(which),
            complex=complex_airy(which),
            sympy=name,
            derivatives=(_AIRY_SLOPES[which],),
            roundings=48,
            magnitude=error_of_waves(which),
            latex=function(_AIRY_LETTERS[which]),
            code=_AIRY_CODES[which],
            slope_codes=(_AIRY_SLOPE_CODES[which],),
        )
        for which, name in enumerate(NAMES)
    ),
)
