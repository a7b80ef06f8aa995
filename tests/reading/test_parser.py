"""What people type is understood, what cannot be is refused at its place, and nothing typed ever runs."""

import json
import math
import unicodedata

import numpy as np
import pytest
import sympy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sympy.parsing.sympy_parser import parse_expr

from gradviz.errors import GradvizError, ParseError
from gradviz.reading.builder import MOST_NODES
from gradviz.reading.lexer import LONGEST_TEXT, MOST_TOKENS, pointed, tokenize
from gradviz.reading.parser import parse
from gradviz.reading.spelling import ALIASES, EXPANSIONS, nearest_name
from tests.support.paths import CASES

SPELLINGS = json.loads((CASES / "spellings.json").read_text(encoding="utf-8"))

# Away from seams and poles; the last two have both signs.
POINTS = (
    (0.31, 0.72, 1.13, 0.54),
    (1.41, 0.23, 0.65, 1.87),
    (0.9, 1.7, 0.4, 0.6),
    (-0.37, 0.81, -1.2, 0.5),
    (0.7, -1.3, 0.2, -0.8),
)


def by_sympy(text: str, variables: list[str], point: tuple[float, ...]) -> complex:
    """The value of a row's SymPy spelling, our own data; gamma and lambda are written gamma_ and lambda_."""
    letters = {
        name + "_" * (name in ("gamma", "lambda")): sympy.Symbol(name, real=True) for name in variables
    }
    expression = parse_expr(text, local_dict=letters)
    values = dict(zip(letters.values(), point, strict=False))
    return complex(
        expression.subs({letter: sympy.Float(value, 30) for letter, value in values.items()}).evalf(25)
    )


def agrees(field, text: str, variables: list[str]) -> bool:
    """Whether the field has SymPy's values at every point, and none where SymPy's are not real."""
    for point in POINTS:
        point = point[: len(variables)]
        expected = by_sympy(text, variables, point)
        order = [variables.index(name) for name in field.variables]
        found = float(field([point[i] for i in order]))
        if abs(expected.imag) > 1e-20 or math.isnan(expected.real):
            if not math.isnan(found):
                return False
        elif not math.isclose(found, expected.real, rel_tol=1e-13, abs_tol=1e-14):
            return False
    return True


@pytest.mark.parametrize("row", SPELLINGS, ids=lambda row: ascii(row["text"]))
def test_a_spelling_is_understood(row):
    field = parse(row["text"])
    readings = [row["sympy"], *row.get("alt", [])]
    if "alt" not in row:
        assert sorted(field.variables) == sorted(row["vars"])
    assert any(
        set(field.variables) <= set(row["vars"]) and agrees(field, reading, row["vars"])
        for reading in readings
    )


@pytest.mark.parametrize("row", [row for row in SPELLINGS if row["vars"]], ids=lambda row: ascii(row["text"]))
def test_declared_variables_change_no_meaning(row):
    field = parse(row["text"], variables=tuple(row["vars"]))
    assert field.variables == tuple(row["vars"])
    assert any(agrees(field, reading, row["vars"]) for reading in [row["sympy"], *row.get("alt", [])])


# --- names --------------------------------------------------------------------------------------------------

NAMES = [  # text, variables=, parameters=, the field's variables
    ("x10 + x2 + x1", None, (), ("x1", "x2", "x10")),
    ("b + a + x", None, (), ("a", "b", "x")),
    ("x + x1 + X", None, (), ("X", "x", "x1")),
    ("x₁ + x_2 + x_{3} + x[3]", None, (), ("x1", "x2", "x3", "x4")),
    ("θ + alpha", None, (), ("alpha", "theta")),
    ("f(y, x) = x - y", None, (), ("y", "x")),
    ("f(x, y) = x", None, (), ("x", "y")),
    ("x - y", ("y", "x"), (), ("y", "x")),
    ("3", ("x", "y"), (), ("x", "y")),
    ("5", None, (), ()),
    ("a x^2 + b", None, ("a", "b"), ("x",)),
    ("f(x) = a x", None, ("a",), ("x",)),
    ("f(x, a) = a x", None, ("a",), ("x",)),
    ("w1*alpha + rate", ("w1", "alpha", "rate"), (), ("w1", "alpha", "rate")),
    ("w1alpha", ("w1", "alpha"), (), ("w1", "alpha")),
    ("learning_rate*x", ("x", "learning_rate"), (), ("x", "learning_rate")),
    ("e^2 + pi", ("e", "pi"), (), ("e", "pi")),  # declared names win
    ("x[0] + x[1]", ("u", "v"), (), ("u", "v")),
    ("x[0] + x[1]", ("x0", "x1"), (), ("x0", "x1")),
    ("sum(x**2)", ("a", "b", "c"), (), ("a", "b", "c")),
    ("sum(x**2)", ("x1", "x2", "x3"), (), ("x1", "x2", "x3")),
    ("x_1 + θ", ("θ", "x_{1}"), (), ("theta", "x1")),
    ("sin(in)", ("in",), (), ("in",)),
    ("xy + yx", ("x", "y"), (), ("x", "y")),
]


@pytest.mark.parametrize(("text", "variables", "parameters", "expected"), NAMES)
def test_names_are_in_order(text, variables, parameters, expected):
    field = parse(text, variables, parameters=parameters)
    assert field.variables == expected
    assert field.parameters == tuple((name, None) for name in parameters)
    assert field.text == text
    assert field.expression.variables <= set(expected) | set(parameters)


def test_equal_functions_are_equal_however_they_were_spelled():
    spelled = [
        "x^2 + sin(2y)",
        "x*​*2+sin 2y".replace("​", ""),
        "f(x, y) = x² + np.sin(2*y)",
        "x^{2}+\\sin{2y}",
    ]
    assert len({parse(text) for text in spelled}) == 1
    assert (
        parse("x if x > 0 else -x")
        == parse("where(x > 0, x, -x)")
        == parse("Piecewise((x, x > 0), (-x, True))")
    )


REMARKS = [
    ("log(x)", "natural"),
    ("1/2x", "(a/b)·c"),
    ("x^y^z", "x^(y^z)"),
    ("sin x^2", "sin(x^2)"),
    ("sin x/2", "(sin x)/2"),
    ("e^2x", "(e^2)·x"),
    ("x^(1/3)", "cbrt"),
    ("sin^-1 x", "inverse"),
    ("0,5x", "decimal comma"),
    ("x[0]", "counts from 0"),
    ("sum(x^2)", "vector"),
    ("E x", "Euler"),
    ("i x", "only real numbers"),
    ("g(x)", "times"),
    ("np.sinc(x)", "normalised"),
    ("√2x", "(√2)·x"),
    ("x!", "gamma"),
    ("(x > 0)*x", "counts as 1"),
    ("kc(3)", "‘kc’ is read as k·c times"),
    ("qsqrt(x)", "‘qsqrt’ is read as q·sqrt."),
    ("psi(x)", "psi(…) is read as psi times"),
    ("k0(1 - x)", "k0(…) is read as k0 times"),
    ("N(x)", "N(…) is read as N times"),
]


@pytest.mark.parametrize(("text", "words"), REMARKS)
def test_an_ambiguous_spelling_is_remarked_on(text, words):
    assert any(words in remark for remark in parse(text).remarks)


@pytest.mark.parametrize(
    "text",
    [
        "ln(x)",
        "x^2y",
        "np.log(x)",
        "x^(1/2)",
        "1/(2x)",
        "e^(2x)",
        "e^2 x",
        "-x^2",
        "sin(x)/2",
        "kx(1-x)",
        "xsin(x)",
    ],
)
def test_a_plain_spelling_has_no_remark(text):
    assert parse(text).remarks == ()


# --- commas -------------------------------------------------------------------------------------------------

LISTS = [  # a list is never a number with a decimal comma, whoever holds it; values by hand
    ("sum([1,2])", 3.0),
    ("sum([1, 2])", 3.0),
    ("sum([1，2])", 3.0),
    ("sum([1;2])", 3.0),
    ("sum((1,2))", 3.0),
    ("sum((1, 2))", 3.0),
    ("sum({1,2})", 3.0),
    ("np.sum([1,2])", 3.0),
    ("sum(np.array([1,2]))", 3.0),
    ("torch.sum(torch.tensor([1,2]))", 3.0),
    ("torch.stack([1,2]).sum()", 3.0),
    ("[1,2].sum()", 3.0),
    ("sum([1,2]+[3,4])", 10.0),
    ("sum(2*([1,2]))", 6.0),
    ("sum([0,5])", 5.0),
    ("sum([1,2,3])", 6.0),
    ("sum([max(1,5),2])", 7.0),
    ("mean([1,2])", 1.5),
    ("mean((1,2,6))", 3.0),
    ("max([1,2])", 2.0),
    ("max((1,2))", 2.0),
    ("max(([1,2]))", 2.0),
    ("min([3,1,2])", 1.0),
    ("\\max\\{1,2\\}", 2.0),
    ("norm([3,4])", 5.0),
    ("norm((3,4))", 5.0),
    ("np.linalg.norm([3,4])", 5.0),
    ("‖[3,4]‖", 5.0),
    ("prod([2,3])", 6.0),
    ("dot([1,2],[3,4])", 11.0),
    ("dot((1,2),(3,4))", 11.0),
    ("np.dot([1,2], [3,4])", 11.0),
    ("[1,2]@[3,4]", 11.0),
    ("atan2(0,5)", 0.0),
    ("hypot(3,4)", 5.0),
    ("hypot(0,1e300)", 1e300),
    ("logaddexp(1000,1000)", 1000 + math.log(2)),
    ("logsumexp([1000,1000,1000,1000])", 1000 + 2 * math.log(2)),
    ("exp10(2)", 100.0),
    ("rsqrt(4)", 0.5),
    ("nroot(8,3)", 2.0),
    ("relu6(7)", 6.0),
    ("relu6(2)", 2.0),
    ("hardtanh(-3)", -1.0),
    ("hardsigmoid(1.5)", 0.75),
    ("hardswish(3)", 3.0),
    ("leaky_relu(-2)", -0.02),
    ("leaky_relu(-2,0.5)", -1.0),
    ("elu(0)", 0.0),
    ("tanhshrink(0)", 0.0),
    ("cospi(1)", -1.0),
    ("pow(2,3)", 8.0),
]


@pytest.mark.parametrize(("text", "value"), LISTS)
def test_a_list_is_not_a_number_with_a_decimal_comma(text, value):
    field = parse(text)
    assert float(field([])) == value
    assert not any("decimal comma" in remark for remark in field.remarks)


DECIMAL_COMMAS = [  # where no list can stand a comma between digits is a decimal one, and told
    ("0,5x", "0.5x"),
    ("1,5*x + 2,5*y", "1.5*x + 2.5*y"),
    ("x^0,5", "x^0.5"),
    ("x^(0,5)", "x^0.5"),
    ("x^{1,5}", "x^1.5"),
    ("√(0,5)*x", "sqrt(0.5)*x"),
    ("(0,5+x)*2", "(0.5+x)*2"),
    ("sin(0,5x)", "sin(0.5x)"),
    ("sin(0,5)x", "sin(0.5)x"),
    ("exp(-0,5x^2)", "exp(-0.5x^2)"),
    ("ln(2,5)x", "ln(2.5)x"),
    ("|x-0,5|", "|x-0.5|"),
    ("⌊0,5x⌋", "floor(0.5x)"),
    ("\\frac{0,5}{2}x", "0.5/2*x"),
    ("\\sqrt{0,5}x", "sqrt(0.5)*x"),
    ("max(0,5; x)", "max(0.5, x)"),
    ("max(sin(0,5x); (y+1,5)*2)", "max(sin(0.5x), (y+1.5)*2)"),
    ("0,5*max(x, y)", "0.5*max(x, y)"),
    ("max(\\frac{0,5}{2}, x)", "max(0.5/2, x)"),
    ("heaviside(x; 0,5)", "heaviside(x, 0.5)"),
]


@pytest.mark.parametrize(("text", "with_point"), DECIMAL_COMMAS)
def test_a_decimal_comma_is_read_and_told(text, with_point):
    field = parse(text)
    assert field == parse(with_point)
    assert any("decimal comma" in remark for remark in field.remarks)


def test_the_letters_of_a_pair_are_its_components():
    assert parse("sum((x, y))") == parse("x + y")
    assert parse("norm((x, y))") == parse("norm([x, y])")
    assert parse("sum(clip(x, 0, 1))").variables == ("x1", "x2")


# --- refusals -----------------------------------------------------------------------------------------------

REFUSALS = [  # text, words of the sentence, column
    ("", "Type a formula", 0),
    ("   ", "Type a formula", 3),
    ("f(x) =", "Type a formula", 6),
    ("sine(x)", "I don't know ‘sine’. Did you mean sin?", 0),
    ("2 + cosine(x)", "Did you mean cos?", 4),
    ("sinn(x)", "Did you mean sin?", 0),
    ("arcsine x", "Did you mean arcsin?", 0),
    ("sqroot(x)", "I don't know ‘sqroot’", 0),
    ("foo", "I don't know ‘foo’", 0),
    ("x*foo(x)", "I don't know ‘foo’", 2),
    ("np.foo(x)", "I don't know ‘np.foo’", 3),
    ("x.foo()", "I don't know .foo", 2),
    ("\\foo x", "I don't know ‘\\foo’", 0),
    ("2*(x+1", "This parenthesis is never closed.", 2),
    ("sin(x", "never closed", 3),
    ("x[0", "This bracket is never closed.", 1),
    ("|x", "This bar | is never closed.", 0),
    ("x + 1)", "This parenthesis was never opened.", 5),
    ("(x]", "cannot close", 2),
    ("x +", "Something is missing after +.", 2),
    ("x ×", "Something is missing after ×.", 2),
    ("x*", "Something is missing after ×.", 1),
    ("* x", "Something is missing before ×.", 0),
    ("f(**x)", "Two stars before a name, as in bold print or Python's f(**x)", 2),
    ("f(**x**) = norm(x)", "Two stars before a name", 2),
    ("norm(**x**)", "leave them out.", 5),
    ("2 + ** 3", "Something is missing before **.", 4),
    ("x****2", "Something is missing before **.", 3),
    ("np.piecewise(x)", "Piecewise is written with pairs: Piecewise((x, x > 0), (-x, True)).", 13),
    ("piecewise(x + 1)", "Piecewise is written with pairs", 10),
    ("2 + / 3", "Something is missing before /.", 4),
    ("()", "nothing between", 0),
    ("sin", "sin needs something to work on", 0),
    ("sin()", "needs something in its parentheses", 4),
    ("kn(3)", "I don't know the function ‘kn’", 0),
    ("sin(x, y)", "sin takes one argument, not 2", 0),
    ("atan2 x", "needs its arguments in parentheses", 0),
    ("max(x,y,z,a,b,c,k,m,n)", "at most 8 arguments", 20),
    ("x, y", "comma", 1),
    ("x; y", "one formula", 1),
    ("2 3", "Two numbers", 2),
    ("sin 2 3", "Two numbers", 6),
    ("x^2 = 1", "equals sign", 4),
    ("2x = 4", "equals sign", 3),
    ("y = x*y", "both sides", 6),
    ("x == 1", "condition", 2),
    ("x > 1", "condition", 2),
    ("x if x else 1", "condition such as x > 0", 2),
    ("x if x > 0", "else is missing", 10),
    ("х^2", "looks like the Latin x", 0),
    ("2 + а", "looks like the Latin a", 4),
    ("x\u202e2", "U+202E", 1),
    ("x\x00", "U+0000", 1),
    ("x\ud800", "U+D800", 1),
    ("x\u0301", "U+0301", 1),
    ("x😀", "U+1F600", 1),
    ("٣x", "digits 0 to 9", 0),
    ("∫x", "Integrals", 0),
    ("∂x", "Derivatives", 0),
    ("x'", "Derivatives", 1),
    ("d/dx x^2", "Derivatives", 2),
    ("\\frac{d}{dx} x^2", "Derivatives", 9),
    ("∑x", "terms out", 0),
    ("\\int x", "Integrals", 0),
    ("diff(x, x)", "Derivatives", 0),
    ("x ± 1", "choose", 2),
    ("∞", "Infinity", 0),
    ("oo", "finite", 0),
    ("90°", "radians", 2),
    ("I*x", "imaginary unit", 0),
    ("x_", "underscore", 1),
    ("_x", "underscore", 0),
    ("x[-1]", "counts from the front", 2),
    ("1_000 x", "underscore", 0),
    ("0x10", "Hexadecimal", 0),
    ("1,000x", "two ways", 0),
    ("x + 1.2.3", "two decimal points", 4),
    ("1e400", "too large", 0),
    ("1e-400 x", "rounds to 0", 0),
    ("1234567890123456", "digits", 0),
    ("0.12345678901234567890123456", "25 characters", 0),
    ("1/0", "divides by zero", 1),
    ("x/0", "divides by zero", 1),
    ("y + x/(3-3)", "divides by zero", 5),
    ("x // 0", "divides by zero", 2),
    ("x % 0", "divides by zero", 2),
    ("\\frac{x}{0}", "divides by zero", 0),
    ("log(x, 1)", "divides by zero", 0),
    ("log(0)*x", "no real value", 0),
    ("gamma(0)*x", "no real value", 0),
    ("digamma(0)*x", "no real value", 0),
    ("x + 1/(2-2)", "divides by zero", 5),
    ("0^-1", "divides by zero", 2),
    ("sqrt(-1)", "no real value", 0),
    ("2x + ln(-1)", "no real value", 5),
    ("e^1000", "too large", 2),
    ("x^200", "Exponents", 2),
    ("x^-101", "Exponents", 2),
    ("2^10^3", "Exponents", 2),
    ("exp^-1(x)", "two ways", 3),
    ("root(x, 2.5)", "whole number", 0),
    ("x!!", "double factorial", 2),
    ("e⁻ˣ²", "power of a power", 1),
    ("[x, y]", "vector", 0),
    ("x.T", "vector", 0),
    ("versin x", "I don't know ‘versin’", 0),
    ("coss x", "Did you mean cos?", 0),
    ("\\begin{matrix} x", "only cases", 0),
    ("\\begin{cases} x", "never closed", 0),
    ("\\begin{cases} x \\end{cases}", "parted by &", 16),
    ("2 @ x", "two vectors", 2),
    ("[x,[y,z]]", "Matrices", 0),
    ("[1,2]", "vector of 2 components", 0),
    ("[1,2,3]", "vector of 3 components", 0),
    ("[x,1,2]", "vector of 3 components", 0),
    ("[1，2]*x", "vector of 2 components", 0),
    ("[1;2]", "vector of 2 components", 0),
    ("[0,5+x]^2", "vector of 2 components", 0),
    ("x + [1,2]", "vector of 2 components", 0),
    ("torch.tensor([1,2])", "vector of 2 components", 0),
    ("np.array((1,2))", "vector of 2 components", 0),
    ("max((1,2), 3)", "vector of 2 components", 0),
    ("torch.tensor(1,2)", "tensor takes one argument, not 2", 0),
    ("sum(1,2)", "sum takes one argument, not 2", 0),
    ("norm(3,4)", "norm takes one argument, not 2", 0),
    ("float(1,2)", "float takes one argument, not 2", 0),
    ("max(sin(1,2), 3)", "sin takes one argument, not 2", 4),
    ("‖3,4‖", "comma", 2),
    ("[1,2; 3,4]", "Matrices", 0),
    ("sum([1,5; 2,5])", "two ways", 4),
    ("sum([[1,2],[3,4]])", "Matrices", 4),
    ("(1,2)", "two ways: write 1.2 for the number, [1, 2] for a list", 0),
    ("x + (1,2)*y", "two ways", 4),
    ("x(1,2)", "two ways", 1),
    ("{1,2}", "two ways", 0),
    ("(1,2).sum()", "two ways", 0),
    ("(1,2,3)", "comma", 4),
    ("(1,2)@(3,4)", "two ways", 0),
    ("eye(20000)", "Matrices", 0),
    ("np.eye(3)", "Matrices", 3),
    ("ones(3)", "Matrices", 0),
    ("sees(3)", "I don't know ‘sees’", 0),
    ("xlogy(x)", "I don't know ‘xlogy’", 0),
    ("cosm1(x)", "I don't know ‘cosm1’", 0),
    ("vstack([x,y])", "Matrices", 0),
    ("a+b+c+d+f+g+h+k+l+m+n", "at most 10 variables", 0),
    ("True", "cannot stand here", 0),
    ("f(x) = y", "not among the declared names (x)", 7),
    ("f(x, x) = x", "twice", 2),
    ("f(sin) = 1", "already has a meaning", 2),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words", "column"), REFUSALS, ids=lambda value: ascii(value)[:40])
def test_a_refusal_says_what_and_where(text, words, column):
    with pytest.raises(ParseError) as refusal:
        parse(text)
    assert words in str(refusal.value)
    assert refusal.value.column == column


MISDECLARED = [
    ("x + z", {"variables": ("x", "y")}, "‘z’ is not among the declared names (x, y)"),
    ("xz", {"variables": ("x", "y")}, "‘z’ is not among"),
    ("sine(x)", {"variables": ("x", "y")}, "Did you mean sin?"),
    ("x", {"variables": ("x", "x_1", "x1")}, "twice"),
    ("x", {"variables": ("2x",)}, "cannot be the name"),
    ("x", {"variables": ("x.y",)}, "cannot be the name"),
    ("x", {"variables": ("",)}, "cannot be the name"),
    ("x", {"variables": ("max",)}, "already has a meaning"),
    ("x", {"variables": ("x",), "parameters": ("x",)}, "variable and a parameter"),
    ("x", {"variables": 3}, "list of names"),
    ("x", {"variables": (3,)}, "list of names"),
    ("x", {"variables": tuple(f"x{i}" for i in range(11))}, "at most 10"),
]


@pytest.mark.parametrize(("text", "names", "words"), MISDECLARED)
def test_a_declaration_that_does_not_fit_is_refused(text, names, words):
    with pytest.raises(ParseError, match=None) as refusal:
        parse(text, **names)
    assert words in str(refusal.value)


@pytest.mark.parametrize("text", [None, 3, b"x", ["x"], object()])
def test_what_is_no_text_is_refused(text):
    with pytest.raises(ParseError):
        parse(text)


# --- hostile texts ------------------------------------------------------------------------------------------

HOSTILE = {
    "import": "__import__('os').system('true')",
    "attributes": "x.__class__.__mro__",
    "globals": "x.__class__.__mod__.__globals__",
    "tuple attributes": "().__class__.__bases__[0].__subclasses__()",
    "attributes in disguise": "x.__clᵃss__",
    "full-width attributes": "ｘ．＿＿ｃｌａｓｓ＿＿",
    "mathematical eval": "𝐞𝐯𝐚𝐥(x)",
    "eval with a gap of no width": "ev\u200bal(x)",
    "format string": "f'{x}'",
    "comprehension": "[x for x in y]",
    "sum of a generator": "sum(x for x in y)",
    "walrus": "(x := 5)",
    "call of a lambda": "(lambda: 1)()",
    "empty lambda": "lambda: 1",
    "default of a lambda": "lambda x=1: x",
    "statement": "import os",
    "two statements": "x\nimport os",
    "getattr": "getattr(x, x)",
    "string": "Symbol('x')",
    "backquotes": "`ls`",
    "dictionary": "{x: 1}",
    "slice": "x[1:2]",
    "ellipsis": "x[...]",
    "star": "max(*x)",
    "keyword": "sum(x, axis=0)",
    "decorator": "@x",
    "tower": "9**9**9**9",
    "tower from the left": "((9**9)**9)**9",
    "tower of decimals": "((1.000001^100)^100)^100",
    "bignum": "2**10**10",
    "factorial": "factorial(10**9)",
    "factorial sign": "99999!",
    "gamma": "gamma(10**9)",
    "zeta": "zeta(1)",
    "binomial": "binomial(10**9, 10**8)",
    "legendre": "legendre(2000, x)",
    "huge literal": "1e1000000",
    "tiny literal": "1e-1000000",
    "long literal": "9" * 900,
    "long zero": "0e-99999999" + "9" * 20,
    "nest of functions": "sin(x*" * 16 + "x" + ")" * 16,
    "nest of constants": "abs(sin(2*" * 16 + "1" + "))" * 16,
    "nest of parentheses": "(" * 33 + "x" + ")" * 33,
    "open parentheses": "(" * 999,
    "signs": "-" * 300 + "x",
    "powers": "x^" * 300 + "x",
    "roots": "√" * 300 + "x",
    "negations": "not " * 200 + "x > 0",
    "conditions": "x?" * 100 + "x" + ":x" * 100,
    "bars": "|" * 300 + "x" + "|" * 300,
    "summands": "+".join(f"x^{i % 90}*y^{i // 90}" for i in range(150)),
    "too long": "x+" * 5000 + "x",
    "long word": "x" * 900,
    "vectors of vectors": "sum(x*" * 12 + "x" + ")" * 12 + "+x10",
    "method of nothing": "(.T)",
    "exponent behind a comma": "11,000e999999999",
    "methods of nothing": "norm((.sum().T)x)",
    "markup": "<script>alert(1)</script>",
    "link": "[x](https://example.org)",
    "href": "\\href{https://example.org}{x}",
    "newline in LaTeX": "x \\\\ y",
    "surrogate": "x\udfff",
    "null": "\x00",
    "right to left": "\u202ex",
    "tag characters": "x\U000e0041",
    "private use": "\ue000",
    "last code point": "\U0010ffff",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_is_refused(text):
    with pytest.raises(ParseError) as refusal:
        parse(text)
    assert_is_a_sentence(refusal.value, text)


def assert_is_a_sentence(refusal: ParseError, text: str) -> None:
    message = str(refusal)
    assert 0 < len(message) <= 400
    assert message.isprintable()
    assert all(unicodedata.category(c) != "Cf" for c in message)
    assert 0 <= refusal.column <= len(text)
    assert pointed(text, refusal.column).count("\n") == 1


def test_limits_are_met_before_work_is_done():
    assert parse("x" + " " * (LONGEST_TEXT - 1)).variables == ("x",)
    with pytest.raises(ParseError, match="longer than"):
        parse("x" + " " * LONGEST_TEXT)
    longest = "+".join(["x"] * (MOST_TOKENS // 2))
    assert len(parse(longest).expression.nodes) == MOST_TOKENS // 2
    with pytest.raises(ParseError, match="parts"):
        parse(longest + "+x+x")
    with pytest.raises(ParseError, match="different parts"):
        parse("+".join(f"{i}x" for i in range(MOST_NODES * 2 // 5)))


def test_the_work_grows_with_the_text_alone():
    """Every token is read a bounded number of times; going back at each nest would take 2^16 reads here."""
    reads = 0

    class Counting(list):
        def __getitem__(self, place):
            nonlocal reads
            reads += 1
            return super().__getitem__(place)

    from gradviz.reading.builder import BoundedBuilder
    from gradviz.reading.heading import Names
    from gradviz.reading.parser import Parser
    from gradviz.reading.words import split_words

    for text in (
        "(" * 16 + "|x|" + ")" * 16,
        "|" * 12 + "x" + "|" * 12,
        "2|x|" * 30,
        "sin x cos x " * 30,
        "x^-" * 20 + "x",
    ):
        tokens = Counting(split_words(tokenize(text), Names(), []))
        reads = 0
        Parser(tokens, BoundedBuilder([])).whole()
        assert reads < 60 * len(tokens)


PIECES = [
    "x", "y", "x1", "2", "0.5", "1e5", "+", "-", "*", "/", "^", "**", "(", ")", "[", "]", "{", "}", "|",
    ",", ";", " ", "=", "sin", "ln", "log_2", "max(", "sqrt", "Piecewise((", "True", "if", "else",
    "and", "not", "mod", "<", ">=", "np.", ".T", ".sum()", "sum(", "@", "\\frac", "\\left|", "\\right|",
    "\\sqrt[3]", "_", "_{1}", "√", "²", "⁻¹", "½", "π", "Γ", "θ", "lambda x:", "f(x)=", "'", "\u200b",
    "\u202e", "!", "%", "?", ":", "&", "~", "x[0]", "x[", "e", "gamma", "undefined", "\\sum_{i=1}^{3}",
    "∑", "∏_i", "x_i", "_{i+1}", "^T", "⊤", "\\hat{y}", "\\mathbf{w}", "\\cdot", "⟨", "⟩",
    "\\begin{cases}", "\\end{cases}", "\\text{if }", "||", "‖_2", "inf", "norm(", ".^", ".*", "@(x) ",
    "x(1)", "x(2)", "[1 2]", "{\\displaystyle ", "→", "\\over", "for ", "Piecewise[{{", "∇",
    "x, y = x;", "otherwise", "^2_1", "ŷ", "σₓ", "$$", "\\]", "f[x_] := ",
]  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(st.text(max_size=40), st.lists(st.sampled_from(PIECES), max_size=25).map("".join)))
def test_any_text_is_read_or_refused(text):
    try:
        field = parse(text)
    except ParseError as refusal:
        assert_is_a_sentence(refusal, text)
    else:
        assert all(remark.isprintable() for remark in field.remarks)
        with np.errstate(all="raise"):
            field(np.ones(len(field.variables)))


# --- the caret ----------------------------------------------------------------------------------------------

CARETS = [
    ("x + + 2", 4, "x + + 2\n    ^"),
    ("(x", 0, "(x\n^"),
    ("x +", 3, "x +\n   ^"),
    ("ｘ + а", 4, "ｘ + а\n     ^"),  # full-width characters take two columns
    ("x\u0301 + а", 5, "x\u0301 + а\n    ^"),  # combining ones take none
    ("x\u0301", 1, "x\u0301\n^"),
    ("x\u202ey", 1, "x�y\n ^"),
    ("a\tb", 2, "a b\n  ^"),
]


@pytest.mark.parametrize(("text", "column", "expected"), CARETS)
def test_the_caret_stands_under_the_place(text, column, expected):
    assert pointed(text, column) == expected


def test_a_long_text_is_cut_around_the_caret():
    line, caret = pointed("x+" * 200 + "!" + "+x" * 200, 400).split("\n")
    assert line[caret.index("^")] == "!"
    assert len(line) <= 74
    assert line[0] == line[-1] == "…"


# --- the tables ---------------------------------------------------------------------------------------------


def test_every_name_leads_to_an_operation():
    from gradviz.tree.operations import OPERATIONS

    assert set(ALIASES.values()) <= set(OPERATIONS)
    assert not set(ALIASES) & set(EXPANSIONS)


@pytest.mark.parametrize("name", sorted(set(ALIASES) | set(EXPANSIONS)))
def test_every_name_is_read_with_its_arguments(name):
    for arguments in (
        "(x)",
        "(x, y)",
        "(x, y, z)",
        "(x > y, x, y)",
        "(x > y, y > x)",
        "(x > y)",
        "(x, 5)",
        "(2, x)",
        "(x)[0]",
        "(x, y)[1]",
    ):
        try:
            parse(f"where({name}{arguments}, 1, 0)")
        except ParseError:
            try:
                parse(name + arguments)
            except ParseError:
                continue
        return
    pytest.fail(f"{name} is never understood")


def test_a_suggestion_is_a_name_that_is_understood():
    assert nearest_name("sine") == "sin"
    assert nearest_name("qqqq") == ""
    assert issubclass(ParseError, GradvizError)


@pytest.mark.parametrize(
    ("word", "nearest"),
    [("coz", "cos"), ("zin", "sin"), ("lgo", "log"), ("exo", "exp"), ("sqtr", "sqrt"), ("tna", "tan")],
)
def test_one_wrong_letter_in_a_short_word_is_a_slip(word, nearest):
    with pytest.raises(ParseError, match=rf"Did you mean {nearest}\?") as error:
        parse(f"2{word}(x)")
    assert (error.value.column, error.value.slip, error.value.nearest) == (1, word, nearest)
