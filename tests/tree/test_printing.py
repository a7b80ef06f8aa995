"""The tree is written so that the reader reads it back, and so that a person reads what was typed."""

import json
import re
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradviz.errors import GradvizError, ParseError
from gradviz.reading.parser import parse
from gradviz.tree.expression import Builder, Expression
from gradviz.tree.operations import OPERATIONS
from gradviz.tree.printing import LONGEST_LATEX, name_to_latex, to_latex, to_text
from tests.support.paths import CASES

SPELLINGS = json.loads((CASES / "spellings.json").read_text(encoding="utf-8"))

TEXTS = [
    ("2x y", "2*x*y"),
    ("x-(y-z)", "x - (y - z)"),
    ("(x-y)-z", "x - y - z"),
    ("x+(y+z)", "x + (y + z)"),
    ("x/(y/z)", "x/(y/z)"),
    ("x/y/z", "x/y/z"),
    ("x*(y*z)", "x*(y*z)"),
    ("1/2x", "1/2*x"),
    ("-x^2", "-x^2"),
    ("(-x)^2", "(-x)^2"),
    ("-(x+y)", "-(x + y)"),
    ("x - -y", "x - -y"),
    ("x*-y", "x*-y"),
    ("(x^y)^z", "(x^y)^z"),
    ("x^y^z", "x^(y^z)"),
    ("x^-1", "x^-1"),
    ("x^-(y+1)", "x^(-(y + 1))"),
    ("e^-x", "exp(-x)"),
    ("|x|", "abs(x)"),
    ("x if 0 < x <= 1 else -x", "where(0 < x and x <= 1, x, -x)"),
    ("where(not (x > 0 or y > 0), 1, 0)", "where(not (x > 0 or y > 0), 1, 0)"),
    ("where(x > 0 or y > 0 and x > y, 1, 0)", "where(x > 0 or y > 0 and x > y, 1, 0)"),
    ("where((x > 0 or y > 0) and x > y, 1, 0)", "where((x > 0 or y > 0) and x > y, 1, 0)"),
    ("0.10x + 1E-3 + .5", "0.10*x + 1e-3 + 0.5"),
    ("Piecewise((x, x > 0))", "where(x > 0, x, undefined)"),
    ("γ + Γ(x)", "gamma + tgamma(x)"),
]


@pytest.mark.parametrize(("typed", "text"), TEXTS)
def test_parentheses_stand_where_the_reader_needs_them(typed, text):
    assert to_text(parse(typed).expression) == text


@pytest.mark.parametrize("row", SPELLINGS, ids=lambda row: ascii(row["text"]))
def test_what_was_read_is_written_and_read_again(row):
    field = parse(row["text"])
    text = to_text(field.expression)
    assert text.isascii()
    assert parse(text, field.variables).expression == field.expression
    assert to_latex(field.expression)


LATEX = [
    ("x1^2 + x2^2", "x_{1}^{2} + x_{2}^{2}"),
    ("2x", "2 x"),
    ("x*2", r"x \cdot 2"),
    ("2*3x", r"2 \cdot 3 x"),
    ("x*2^y", r"x \cdot 2^{y}"),
    ("x*-1", r"x \cdot \left(-1\right)"),
    ("x/y", r"\frac{x}{y}"),
    ("-x/y", r"-\frac{x}{y}"),
    ("(x/y)^2", r"\left(\frac{x}{y}\right)^{2}"),
    ("sqrt(x)", r"\sqrt{x}"),
    ("cbrt(x) + root(x, 5)", r"\sqrt[3]{x} + \sqrt[5]{x}"),
    ("|x-1|", r"\left|x - 1\right|"),
    ("floor(x)", r"\left\lfloor x \right\rfloor"),
    ("sin(x)^2", r"\sin^{2}\left(x\right)"),
    ("sin(x)^-1", r"\left(\sin\left(x\right)\right)^{-1}"),
    ("asin(x)", r"\arcsin\left(x\right)"),
    ("log(x)", r"\ln\left(x\right)"),
    ("log10(x)", r"\log_{10}\left(x\right)"),
    ("e^(-x^2)", "e^{-x^{2}}"),
    ("(e^x)^2", r"\left(e^{x}\right)^{2}"),
    ("1e-3x", "10^{-3} x"),
    ("2.5e-3x", r"2.5 \cdot 10^{-3} x"),
    ("pi theta", r"\pi \theta"),
    ("x - (y + z)", r"x - \left(y + z\right)"),
    ("x - -y", r"x - \left(-y\right)"),
    ("x(x+1)", r"x \left(x + 1\right)"),
    ("x if x > 0 else -x", r"\begin{cases} x & \text{if } x > 0 \\ -x & \text{otherwise} \end{cases}"),
    (
        "1 if x > 1 else 2 if x >= 0 else 3",
        r"\begin{cases} 1 & \text{if } x > 1 \\ 2 & \text{if } x \ge 0 \\ 3 & \text{otherwise} \end{cases}",
    ),
    ("Piecewise((x, x != 0))", r"\begin{cases} x & \text{if } x \ne 0 \end{cases}"),
    ("x mod 3", r"x \bmod 3"),
    ("max(x, y)", r"\max\left(x, y\right)"),
]


@pytest.mark.parametrize(("typed", "latex"), LATEX)
def test_the_typeset_echo_shows_how_it_was_read(typed, latex):
    assert to_latex(parse(typed).expression) == latex


@pytest.mark.parametrize(
    ("name", "latex"),
    [
        ("sigma_x", r"\sigma_{x}"),
        ("T_max", r"T_{\mathrm{max}}"),
        ("yhat", r"\hat{y}"),
        ("thetahat1", r"\hat{\theta}_{1}"),
        ("chat", r"\hat{c}"),
        ("chatty", r"\mathrm{chatty}"),
        ("x", "x"),
        ("x10", "x_{10}"),
        ("theta", r"\theta"),
        ("theta1", r"\theta_{1}"),
        ("Omega", r"\Omega"),
        ("rate", r"\mathrm{rate}"),
        ("learning_rate", r"\mathrm{learning\_rate}"),
        ("rate2", r"\mathrm{rate}_{2}"),
    ],
)
def test_a_name_is_typeset(name, latex):
    assert name_to_latex(name) == latex


# --- any tree -----------------------------------------------------------------------------------------------

NUMBERS = st.one_of(
    st.sampled_from(["x", "y", "x1", "theta", "pi", "e"]), st.integers(0, 99), st.decimals(0, 99, places=2)
)
UNARY = sorted(
    name
    for name, row in OPERATIONS.items()
    if row.typed and row.arity == 1 and not row.boolean and name != "negate"
)
BINARY = ("add", "subtract", "multiply", "divide", "power", "mod", "atan2")
COMPARISONS = ("less", "less_equal", "greater", "greater_equal", "equal", "not_equal")


def trees(parts):
    conditions = st.tuples(st.sampled_from(COMPARISONS), parts, parts)
    conditions = st.one_of(
        conditions,
        st.tuples(st.sampled_from(("and", "or")), conditions, conditions),
        st.tuples(st.just("not"), conditions),
    )
    return st.one_of(
        st.tuples(
            st.sampled_from(("add", "subtract", "multiply", "divide", "power", "mod", "atan2")), parts, parts
        ),
        st.tuples(st.sampled_from(UNARY), parts),
        st.tuples(st.sampled_from(("min", "max")), parts, parts, parts),
        st.tuples(st.just("select"), conditions, parts, parts),
    )


def built(tree, builder: Builder) -> int:
    if isinstance(tree, tuple):
        return builder.apply(tree[0], *(built(part, builder) for part in tree[1:]))
    if tree in ("pi", "e"):
        return builder.apply(tree)
    if isinstance(tree, str):
        return builder.variable(tree)
    return builder.literal(Fraction(tree), "" if isinstance(tree, int) else f"{tree:f}")


@settings(max_examples=300, deadline=None)
@given(st.recursive(NUMBERS, trees, max_leaves=12))
def test_any_tree_is_written_and_read_again(tree):
    builder = Builder()
    expression = builder.build(built(tree, builder))
    latex = to_latex(expression)
    assert latex.count("{") == latex.count("}")
    assert latex.count(r"\left") == latex.count(r"\right") + latex.count(r"\leftarrow")
    read, refusal = read_or_refused(to_text(expression))
    if read is None:  # an exponent of 1000, or a part without variables that has no value
        assert re.search("Exponents|no real value|too large|divides by zero|too many digits|nested", refusal)
    else:
        assert read_or_refused(to_text(read)) == (read, "")
        if "e^" not in to_text(expression):  # e^x is read as exp(x)
            assert to_text(read) == to_text(expression)


def read_or_refused(text: str) -> tuple[Expression | None, str]:
    try:
        return parse(text, ("x", "y", "x1", "theta")).expression, ""
    except ParseError as refusal:
        return None, str(refusal)


@pytest.mark.parametrize("row", SPELLINGS, ids=lambda row: ascii(row["text"]))
def test_the_typeset_echo_is_read_as_the_same_function(row):
    field = parse(row["text"])
    echoed = parse(to_latex(field.expression), field.variables)
    points = np.random.default_rng(0).uniform(-2, 2, (20, len(field.variables)))
    np.testing.assert_allclose(echoed(points), field(points), rtol=1e-13)


def test_shared_parts_that_grow_without_end_are_cut():
    builder = Builder()
    place = builder.variable("x")
    for _ in range(40):
        place = builder.apply("add", place, place)
    expression = builder.build(place)
    assert len(to_latex(expression)) < 3 * LONGEST_LATEX
    with pytest.raises(GradvizError, match="too long"):
        to_text(expression)


def test_a_part_of_a_tree_is_written():
    expression = parse("sin(2x) + y").expression
    texts = [to_text(expression, place) for place in range(len(expression.nodes))]
    assert texts == ["2", "x", "2*x", "sin(2*x)", "y", "sin(2*x) + y"]
    assert to_latex(expression, 3) == r"\sin\left(2 x\right)"


def test_a_literal_without_digits_is_written_exactly():
    builder = Builder()
    texts = {Fraction(1, 8): "0.125", Fraction(3): "3", Fraction(1, 3): "1/3", Fraction(7, 50): "0.14"}
    for value, text in texts.items():
        assert to_text(builder.build(builder.literal(value))) == text
