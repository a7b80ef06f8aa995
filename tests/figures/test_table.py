"""The table: which digits are right, what an error and a cost look like, and that no text becomes markup."""

import math
import re
from decimal import Decimal
from html.parser import HTMLParser

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import gradviz
from gradviz import comparison, sentences
from gradviz.figures.parts.theme import STYLES, palettes
from gradviz.figures.table import table_html, table_style
from gradviz.sentences.table import Row, cost_text, error_text
from gradviz.text.numbers import agreement

# (value, truth, the digits that agree, the others), worked out by hand: n digits agree while the error is at
# most half a unit in the nth digit of the truth
AGREEMENTS = [
    (6.0, 6.0, "6.0000000000000000", "", "the same number"),
    (6.1, 6.0, "6", ".0999999999999996", "0.1 is under half of 1, over half of 0.1"),
    (6.099999999999994, 6.0, "6", ".0999999999999943", "what the forward difference says"),
    (6.5, 6.0, "6", ".5000000000000000", "just half a unit"),
    (6.6, 6.0, "", "6.5999999999999996", "more than half a unit: not even the first digit"),
    (
        5.9999999999999964,
        6.0,
        "5.99999999999999",
        "64",
        "3.6e-15 is under 5e-15: 15 digits of 6.00000000000000",
    ),
    (5.96, 6.0, "5.9", "600000000000000", "0.04 is under 0.05: 6.0 to two digits"),
    (-3.9000000000000057, -4.0, "−3", ".9000000000000057", "a true minus sign, which is no digit"),
    (4.0, -4.0, "", "4.0000000000000000", "the sign is wrong"),
    (0.5, 0.0, "", "0.50000000000000000", "0 has no digits to agree with"),
    (0.0, 0.0, "0.0000000000000000", "", "but may be met exactly"),
    (-0.0, 0.0, "−0.0000000000000000", "", "0 and −0 are equal"),
    (0.0, 6.0, "", "0.0000000000000000", "no digit of 6"),
    (0.012345, 0.012346, "0.01234", "5000000000000", "zeros in front are no digits: 1e-6 is 4 digits"),
    (1.2345e-8, 1.2346e-8, "1.234", "5000000000001e−08", "and an exponent is none"),
    (1e-300, 1.5e-300, "1", ".0000000000000000e−300", "0.5e-300 is half a unit of the first digit"),
    (123456.0, 123457.0, "12345", "6.00000000000", "digits before the point count alike"),
    (1e17, 1.2e17, "1", ".0000000000000000e+17", "an exponent with a plus"),
    (2.0, 1.9999999999999998, "2.000000000000000", "0", "one rounding apart: 16 digits"),
    (0.0, 9e307, "", "0.0000000000000000", "twice the error overflows"),
    (-1e308, 1.5e308, "", "−1.0000000000000000e+308", "and so does the error itself"),
    (5e-324, 1e-323, "", "4.9406564584124654e−324", "the smallest numbers there are"),
    (
        999.9999999999999,
        1000.0,
        "999.9999999999998",
        "9",
        "1.1e-13 is under 5e-13, a power of ten from below",
    ),
    (6.0, math.nan, "", "6.0000000000000000", "without a truth no digit is right"),
    (6.0, math.inf, "", "6.0000000000000000", "nor with an infinite one"),
    (math.nan, 6.0, "", "no value", "no number"),
    (math.inf, 6.0, "", "∞", "too large"),
    (-math.inf, math.nan, "", "−∞", "and too small"),
]


@pytest.mark.parametrize(("value", "truth", "same", "other", "reason"), AGREEMENTS)
def test_digits_that_agree_are_set_apart(value, truth, same, other, reason):
    assert agreement(value, truth) == (same, other), reason


finite = st.floats(allow_nan=False, allow_infinity=False)


@given(finite, finite)
def test_the_two_parts_are_the_number_to_17_digits(value, truth):
    same, other = agreement(value, truth)
    text = (same + other).replace("−", "-")
    assert float(text) == value
    assert len(text.split("e")[0].strip("-").replace(".", "").lstrip("0")) in (17, 0) or value == 0


@given(finite, st.floats(1e-17, 1.0), st.booleans())
def test_the_digits_that_agree_are_within_half_a_unit(truth, relative, up):
    """Counted here in exact decimals, by the definition."""
    value = truth * (1 + relative) if up else truth * (1 - relative)
    assume(math.isfinite(value) and value != truth and abs(truth) > 1e-290)
    same, _ = agreement(value, truth)
    count = len(same.strip("−").replace(".", "").lstrip("0"))
    error, first = abs(Decimal(value) - Decimal(truth)), Decimal(truth).adjusted()
    assume(abs(float(error)) > 1e-300)

    def half_a_unit(digits: int) -> Decimal:
        return Decimal(10) ** (first + 1 - digits) / 2

    margin = 1 + Decimal("1e-9")  # the logarithm is a float
    if 0 < count < 17:
        assert error <= half_a_unit(count) * margin
    if count < 17:
        assert error * margin >= half_a_unit(count + 1)


ERRORS = [
    (0.0, "0 (exact)"),
    (math.nan, "–"),
    (0.14142135, "0.141"),
    (1.12e-14, "1.12·10⁻¹⁴"),
    (1e20, "10²⁰"),
    (math.inf, "∞"),
]


@pytest.mark.parametrize(("error", "text"), ERRORS)
def test_an_error_reads_well(error, text):
    assert error_text(error) == text
    assert "exact" not in error_text(error, differentiable=False)


COSTS = [
    ((0, 0), "no evaluation of f"),
    ((1, 0), "1 evaluation of f"),
    ((3, 0), "3 evaluations of f"),
    ((1, 1), "1 forward + 1 backward pass"),
]


@pytest.mark.parametrize(("cost", "text"), COSTS)
def test_a_cost_reads_well(cost, text):
    assert cost_text(*cost) == text


# --- the HTML -----------------------------------------------------------------------------------------------


class Elements(HTMLParser):
    """What a browser would make of it: the names of the elements, in order, and their texts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.open: list[str] = []
        self.texts: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.names.append(tag)
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, "every element ends where it should"

    def handle_data(self, data):
        self.texts.append(data)


HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>&amp;\"'"


def test_no_text_becomes_markup():
    rows = [
        Row("forward", "numerical", (("6", ".1"), ("8", ".1")), "0.141", "3 evaluations of f"),
        Row(HOSTILE, HOSTILE, ((HOSTILE, HOSTILE),), HOSTILE, HOSTILE, HOSTILE),
    ]
    elements = Elements(table_html(rows, (HOSTILE, HOSTILE), HOSTILE, HOSTILE))
    assert not {"script", "img"} & set(elements.names)
    assert not elements.open
    assert "".join(elements.texts).count("onerror=alert(2)") >= 8  # seen as the text it is


def answers(
    text: str, *point: float, step: float = 0.1, without: tuple[str, ...] = ("backprop",)
) -> comparison.Answers:
    """All that is said; without PyTorch, which takes seconds to load, unless asked for."""
    return comparison.answer(gradviz.parse(text), point, step, without=without)


def test_every_method_has_a_row():
    found = answers("x1^2 + x2^2", 3, 4)
    html = table_html(sentences.rows(found), found.field.variables, sentences.table_heading(found))
    elements = Elements(html)
    assert elements.names.count("tr") == 1 + len(gradviz.METHODS)
    assert not elements.open
    for method in gradviz.METHODS:
        assert f"data-method='{method.name}'" in html
    assert "<b>6</b><span class='off'>.0999999999999943</span>" in html  # (3.1² − 9)/0.1 in float64
    assert "PyTorch is loading" in html


def test_what_the_table_is_stands_under_its_heading():
    elements = Elements(table_html([], "xyz", "Heading", "What it is."))
    assert elements.texts[:2] == ["Heading", "What it is."]
    assert "about" not in table_html([], "xyz", "Heading")


def test_what_is_no_number_is_not_marked_as_wrong_digits():
    html = table_html([Row("forward", "", (("", "no value"), ("", "∞"), ("", "6.1")), "–", "")], "xyz", "")
    assert html.count("class='off'") == 1


def test_what_is_judged_by_nothing_is_not_marked_as_wrong():
    """At the tie of max(x, y) only the differences have a slope to agree with."""
    found = answers("max(x, y)", 1, 1)
    marked = {row.method: table_html([row], "xy", "") for row in sentences.rows(found)}
    assert "class='off'" not in marked["symbolic"]
    assert marked["symbolic"].count("class='none'>0.5000") == 2
    assert marked["forward"].count("<b>1.000") == 2
    assert "judged by the slopes on its own sides" in sentences.table_heading(found)
    assert "judged" not in sentences.table_heading(answers("x^2", 3))


ROWS = [
    ("x1^2 + x2^2", (3, 4), "symbolic", "0 (exact)", "", "right to the last bit"),
    ("x1^2 + x2^2", (3, 4), "adaptive", "", " along x₁, ± ", "each coordinate has its bar"),
    ("x^2", (3,), "adaptive", "", "Its own error bar: ± ", "one has one"),
    ("a + b^2 + c + d", (3, 4, 5, 6), "adaptive", "", " in all.", "many have one together"),
    ("|x|", (0,), "complex-step", "–", "needs an analytic function", "a method that does not apply"),
    ("|x|", (0,), "forward", "0", "", "judged by the slope on the right"),
    ("sqrt(x)", (-1,), "forward", "–", "no real value", "outside the domain"),
    ("x^2", (1e17,), "forward", "", "too small", "a step that vanishes"),
    ("5", (), "symbolic", "", "", "a constant"),
]


@pytest.mark.parametrize(("text", "point", "method", "error", "note", "reason"), ROWS)
def test_a_row_says_what_there_is_to_say(text, point, method, error, note, reason):
    (row,) = [row for row in sentences.rows(answers(text, *point)) if row.method == method]
    assert error in row.error, reason
    assert note in row.note
    assert len(row.gradient) == len(point)


def test_while_pytorch_loads_its_row_says_so_and_shows_no_number():
    (row,) = [row for row in sentences.rows(answers("x^2", 3)) if row.method == "backprop"]
    assert (row.gradient, row.error, row.cost) == ((), "", "")
    assert "PyTorch is loading" in row.note
    (row,) = [row for row in sentences.rows(answers("x^2", 3, without=())) if row.method == "backprop"]
    assert row.gradient == (("6.0000000000000000", ""),)


# text, point, what the heading says of more digits, why; these by mpmath, or by division
PROVED_DIGITS = [
    ("x/3", (1,), "30 digits it is 0.333333333333333333333333333333.", "a third"),
    ("x y/7", (1, 2), "(0.285714285714285714285714285714, 0.142857142857142857142857142857).", "sevenths"),
    ("exp(x)", (800,), "30 digits it is 2.72637457211256656736477954637·10³⁴⁷.", "past float64"),
    ("-exp(-x)", (800,), "30 digits it is 3.66787458417768721345549565426·10⁻³⁴⁸.", "below it"),
    ("relu(x)*y/3 - relu(-x)*y/3", (0, 1), "(0.333333333333333333333333333333, 0).", "a kink that is none"),
    ("x^2", (3,), "", "6 is 6"),
    ("x/8", (3,), "", "0.125"),
    ("|x|", (0,), "", "none"),
    ("x^1.5*sin(y)*z*w/3", (1, 1, 1, 1), "", "too long a vector"),
]


@pytest.mark.parametrize(
    ("text", "point", "words", "why"), PROVED_DIGITS, ids=[row[0] for row in PROVED_DIGITS]
)
def test_the_heading_has_digits_that_float64_has_not(text, point, words, why):
    found = sentences.table_heading(answers(text, *point))
    assert words in found, why
    assert ("Proved" in found) == bool(words)


def test_the_heading_says_what_was_computed():
    assert "at x₁ = 3 and x₂ = 4 with ε = 0.1" in sentences.table_heading(answers("x1^2 + x2^2", 3, 4))
    assert "ε = 10⁻⁸" in sentences.table_heading(answers("x", 3, step=1e-8))
    assert np.isfinite(answers("5").step)
    assert "at " not in sentences.table_heading(answers("5"))[:16]


STYLED = [*(method.name for method in gradviz.METHODS), "my own", "a{b}"]


@pytest.mark.parametrize("method", STYLED)
def test_each_method_has_a_key_of_its_own(method):
    (key,) = re.findall(r"class='key (key-[\w-]+)'", table_html([Row(method, "", (), "0", "")], [], ""))
    rule = rf"^\.gradviz-table \.{key} \{{ border-top: [\d.]+px \w+ [#\w]+; \}}$"
    assert len(re.findall(rule, table_style(STYLED), re.MULTILINE)) == 1


@pytest.mark.parametrize("method", [name for name in STYLES if name != "symbolic"])
def test_a_key_is_as_light_on_dark_paper_as_the_card_of_its_method(method):
    (pair,) = re.findall(rf"key-{method} \{{ border-top-color: light-dark\((.*)\); \}}", table_style())
    assert pair.split(", ") == [palettes()[theme][method] for theme in ("light", "dark")]
