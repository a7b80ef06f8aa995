"""The paragraph under the pictures: right numbers, whole sentences, and a word for every status."""

import re

import numpy as np
import pytest

import gradviz
from gradviz import comparison, link, sentences
from gradviz.methods import gradient_of, needing_torch
from gradviz.methods.loading import load_torch
from gradviz.presets import PRESETS
from gradviz.sweeping import sweep as sweeping
from gradviz.text.numbers import number, vector

SEED = gradviz.parse("x1^2 + x2^2")
METHODS = tuple(method.name for method in gradviz.METHODS)
SHOWN = link.known_methods(link.DEFAULTS[link.SHOWN])


def said(text: str, *point: float, step: float = 0.1, shown: tuple[str, ...] = SHOWN) -> str:
    """The paragraph about ``text``; without PyTorch where back-propagation is not asked for."""
    without = () if "backprop" in shown else ("backprop",)
    return sentences.paragraph(comparison.answer(gradviz.parse(text), point, step, without=without), shown)


def told(text: str, *point: float, step: float, dtype: str, step_kind: str = "plain") -> str:
    """The paragraph in another precision."""
    answers = comparison.answer(gradviz.parse(text), point, step, dtype=dtype, step_kind=step_kind)
    return sentences.paragraph(answers, SHOWN)


# --- the lesson, word by word -------------------------------------------------------------------------------


def test_the_default_paragraph_says_where_6_1_comes_from_term_by_term():
    assert said("x1^2 + x2^2", 3, 4) == (
        "At x₁ = 3 and x₂ = 4, f is 25 and the gradient is (6, 8). "  # 9 + 16; (2·3, 2·4)
        "The forward difference with ε = 0.1 says (6.1, 8.1). "
        "Along x₁: f rises from 25 to 25.61, by 0.61, and 0.61 ÷ 0.1 = 6.1. "  # 3.1² + 16
        "It is off by 0.1: the truncation error ½·f″·ε = ½·2·0.1 = 0.1. "
        "A ten times smaller ε makes this error ten times smaller, until rounding takes over: its best ε is "
        "near 5·10⁻⁸. "  # of the size of √(u·f/f″) = √(1.1·10⁻¹⁶·25/2) = 4·10⁻⁸
        "The closed form and back-propagation take no step and are right to the last digit."
    )


def test_the_same_words_serve_the_steeper_bowl():
    paragraph = said("x1^2 + 3x2^2", -2, 5)
    for part in (
        "At x₁ = −2 and x₂ = 5, f is 79 and the gradient is (−4, 30).",  # 4 + 75; (2·(−2), 6·5)
        "says (−3.9, 30.3).",
        "Along x₂: f rises from 79 to 82.03, by 3.03, and 3.03 ÷ 0.1 = 30.3.",  # 3·5.1² = 78.03
        "It is off by 0.3: the truncation error ½·f″·ε = ½·6·0.1 = 0.3.",
        "The closed form and back-propagation take no step and are right to the last digit.",
    ):
        assert part in paragraph


# --- each method's first term, by hand ----------------------------------------------------------------------

TERMS = [
    ("forward", "x^2", (3,), 0.1, "off by 0.1: the truncation error ½·f″·ε = ½·2·0.1 = 0.1."),
    ("backward", "x^2", (3,), 0.1, "off by −0.1: the truncation error −½·f″·ε = −½·2·0.1 = −0.1."),
    ("central", "x^3", (1,), 0.1, "off by 0.01: the truncation error 1/6·f‴·ε² = 1/6·6·0.1² = 0.01."),
    ("central4", "x^5", (1,), 0.1, "the truncation error −1/30·f⁽⁵⁾·ε⁴ = −1/30·120·0.1⁴ = −0.0004."),
    ("central6", "x^7", (1,), 0.1, "the truncation error 1/140·f⁽⁷⁾·ε⁶ = 1/140·5040·0.1⁶ = 3.6·10⁻⁵."),
    ("forward", "-x^2", (3,), 0.1, "½·f″·ε = ½·(−2)·0.1 = −0.1"),  # a negative factor stands in parentheses
    ("forward", "x^2", (3,), 1e-5, "½·f″·ε = ½·2·10⁻⁵ = 10⁻⁵"),
    (
        "forward",
        "x^3",
        (1,),
        0.5,
        "truncation, of which the largest term is ½·f″·ε = ½·6·0.5 = 1.5",
    ),  # and ε² = ¼
]


@pytest.mark.parametrize(("method", "text", "point", "step", "part"), TERMS)
def test_the_first_term_left_out_is_put_in_numbers(method, text, point, step, part):
    assert part in said(text, *point, step=step, shown=(method,))


REGIMES = [
    ("forward", 0.1, "A ten times smaller ε makes this error ten times smaller"),
    ("central", 0.1, "A ten times smaller ε makes this error a hundred times smaller"),
    ("central4", 0.1, "A ten times smaller ε makes this error 10⁴ times smaller"),
    ("central6", 0.3, "A ten times smaller ε makes this error 10⁶ times smaller"),
    ("central6", 0.1, "A ten times smaller ε makes this error about "),  # rounding takes over on the way
    ("forward", 1e-12, "At this ε rounding rules"),
    ("central", 1e-9, "At this ε rounding rules"),
]


@pytest.mark.parametrize(("method", "step", "part"), REGIMES)
def test_which_error_rules_is_said(method, step, part):
    assert part in said("exp(x)", 1, step=step, shown=(method,))


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("3x + 2", "Nothing is truncated here"),
        ("x + y", "Nothing is truncated here"),
    ],
)
def test_a_straight_line_truncates_nothing(text, part):
    assert part in said(text, *[1.0] * text.count("x"), *[2.0] * text.count("y"), shown=("forward",))


# --- what stands in the way of a gradient -------------------------------------------------------------------

PLACES = [
    ("x^2", (3,), "At x = 3, f is 9 and the derivative is 6.", "one variable has a derivative"),
    ("x if x > 0 else -x", (0,), "f rises from 0 to 0.1", "−0 is a zero like any other"),
    ("5", (), "f is the constant 5: it has no variables", "a constant has neither"),
    ("sqrt(x)", (-1,), "At x = −1, f has no real value", "outside the domain"),
    ("|x| + y^2", (0, 1), "Along x there is a kink: the slope is −1 on the left and 1 on the right.", "kink"),
    ("|x| + y^2", (0, 1), "The slope along y exists.", "and what is smooth is said as well"),
    ("floor(x)", (2,), "Along x f jumps here.", "jump"),
    ("cbrt(x)", (0,), "Along x the tangent stands upright", "infinite"),
    ("max(x, y)", (1, 1), "f has no gradient", "a tie"),
    (
        "x1 x2 x3 x4",
        (1, 2, 3, 4),
        "At this point, f is 24 and the gradient is (24, 12, 8, 6).",
        "four numbers",
    ),
    ("theta^2", (3,), "At θ = 3", "a Greek letter"),
    (
        "exp(x)",
        (800,),
        "f is 2.726·10³⁴⁷, too large for float64, and the derivative is 2.726·10³⁴⁷: it is finite and too "
        "large for float64.",
        "e⁸⁰⁰ = 10^(800 log₁₀ e) = 10^347.4356",
    ),
    (
        "-exp(x^2)",
        (26.6,),
        "f is −1.94717·10³⁰⁷ and the derivative is −1.036·10³⁰⁹: it is finite and too large for float64.",
        "26.6² log₁₀ e = 307.28940, and the derivative is 53.2 times as large",
    ),
    (
        "exp(-x^2)",
        (30,),
        "f is 1.364·10⁻³⁹¹, too small for float64, and the derivative is −8.187·10⁻³⁹⁰: it is not 0, but too "
        "small for float64.",
        "900 log₁₀ e = 390.8650, and the derivative is −60 times as large",
    ),
    (
        "exp(x) + exp(-y)",
        (800, 800),
        "the gradient is (2.726·10³⁴⁷, −3.668·10⁻³⁴⁸): along x it is finite and too large for float64, and "
        "along y it is not 0, but too small for float64.",
        "1/2.726 is 0.3668",
    ),
    (
        "|x - 800| exp(x)",
        (800,),
        "a kink: the slope is −2.726·10³⁴⁷ on the left and 2.726·10³⁴⁷ on the right.",
        "the slope of |x − 800| is −1 or 1",
    ),
    (
        "where(x >= 800, exp(x), undefined)",
        (800,),
        "f exists on one side only, where its slope is 2.726·10³⁴⁷ (to the right).",
        "not an infinite slope",
    ),
    ("cbrt(x)", (0,), "the slope grows without bound", "this one is infinite"),
]


@pytest.mark.parametrize(("text", "point", "part", "reason"), PLACES)
def test_the_place_is_told(text, point, part, reason):
    assert part in said(text, *point, shown=("symbolic", "forward")), reason


ANSWERS = [
    ("|x|", (0,), ("forward",), "That is the slope on the right, not a derivative."),
    ("|x|", (0,), ("backward",), "That is the slope on the left, not a derivative."),
    ("|x|", (0,), ("central",), "That is the mean of both slopes, not a derivative."),
    ("|x|", (0,), ("backprop",), "Back-propagation says 0: a convention of the rules"),
    (
        "sqrt(x)",
        (0.05,),
        ("central",),
        "The central difference has no answer here: f has no real value at x − ε",
    ),
    ("(x - 1e8)^2", (1e8 + 3,), ("forward",), "x + ε is x again in float64."),
    ("ln(1 + e^x)", (800,), ("forward",), "The forward difference has no answer here: f or the quotient"),
    (
        "ln(1 + e^x)",
        (800,),
        ("backprop",),
        "Back-propagation has no answer: a number on the way is too large",
    ),
    ("(1 - cos(x))/x^2", (1e-4,), ("symbolic",), "the rule is exact, the numbers in it are not."),
    ("1/7 x^3", (1.1,), ("symbolic", "backprop"), "right"),
]


@pytest.mark.parametrize(("text", "point", "shown", "part"), ANSWERS)
def test_each_method_that_loses_says_why(text, point, shown, part):
    step = 1e-9 if "1e8" in text else 0.1
    assert part in said(text, *point, step=step, shown=shown)


CONVENTION = "a convention of the rules, for there is no derivative here"
WRONG = "plainly wrong, for the"
# text, point, method, its number, what is said of it, why; the numbers are PyTorch's and SymPy's rules
VERDICTS = [
    ("|x|", (0,), "backprop", "0", CONVENTION, "the slopes are −1 and 1"),
    ("|x|", (0,), "symbolic", "0", CONVENTION, "sign(0) is 0"),
    ("relu(x)", (0,), "backprop", "0", CONVENTION, "the slopes are 0 and 1"),
    ("max(x, -x)", (0,), "backprop", "0", CONVENTION, "half of 1, half of −1"),
    ("min(x, x^3)", (0,), "backprop", "0.5", CONVENTION, "half of each"),
    ("floor(x)", (2,), "backprop", "0", CONVENTION, "a jump"),
    ("mod(x, 3)", (6,), "symbolic", "1", CONVENTION, "a jump"),
    ("sign(x)*x", (0,), "backprop", "0", CONVENTION, "|x|"),
    ("x^x", (0,), "backprop", "0", CONVENTION, "its tangent stands upright"),
    ("x + |y|", (1, 0), "backprop", "(1, 0)", "a convention of the rules along y", "smooth along x"),
    ("max(x, y)", (1, 1), "backprop", "(0.5, 0.5)", CONVENTION.replace("derivative", "gradient"), "a tie"),
    ("sqrt(|x y|)", (0, 0), "symbolic", "", "no answer", "0/0"),
    ("relu(x) - relu(-x)", (0,), "backprop", "0", f"{WRONG} derivative is 1. At this very point relu", "x"),
    ("max(x, 0) + min(x, 0) + y", (0, 1), "backprop", "(1, 1)", "", "½ and ½ are 1 by luck"),
    ("(x + |x|)/2 - relu(-x)", (0,), "backprop", "0.5", f"{WRONG} derivative is 1. At this very point", "x"),
    ("x + relu(y) - relu(-y)", (3, 0), "backprop", "(1, 0)", f"{WRONG} gradient is (1, 1).", "x + y"),
    ("1 if x == 1 else x", (1,), "symbolic", "0", f"{WRONG} derivative is 1. A condition", "x"),
    ("1 if x == 1 else x", (1,), "backprop", "0", f"{WRONG} derivative is 1. A condition", "x"),
    ("sqrt(x^4)", (0,), "backprop", "", "The derivative exists all the same.", "x²"),
    ("cbrt(x)^3", (0,), "symbolic", "", "The derivative exists all the same.", "x"),
    ("x|x|", (0,), "backprop", "0", "", "right"),
    ("sinc(x)", (0,), "backprop", "0", "", "right"),
    ("heaviside(x)*x^2", (0,), "symbolic", "0", "", "right"),
    ("|x|", (2,), "backprop", "1", "", "off the kink"),
    (
        "x^2 y/(x^2 + y^2) if x^2 + y^2 > 0 else 0",
        (0, 0),
        "backprop",
        "(0, 0)",
        "partial derivatives, which make no gradient here",
        "not linear off the axes",
    ),
]


@pytest.mark.parametrize(("text", "point", "method", "value", "verdict", "why"), VERDICTS)
def test_what_the_rules_give_where_they_do_not_hold(text, point, method, value, verdict, why):
    """In the paragraph and in the row alike."""
    found = comparison.answer(gradviz.parse(text), point, 0.1)
    paragraph = sentences.paragraph(found, (method,))
    (row,) = [row for row in sentences.rows(found) if row.method == method]
    noun = {"symbolic": "The closed form", "backprop": "Back-propagation"}[method]
    assert vector(found.estimates[method].gradient) == value or not value, why
    if not verdict:
        assert "right to the last digit" in paragraph
        assert not row.note
    elif value:
        assert f"{noun} says {value}: {verdict}" in paragraph
        assert verdict[1:] in row.note
    else:
        assert verdict in paragraph
        assert row.note


def test_a_method_that_is_not_shown_is_not_spoken_of():
    paragraph = said("x1^2 + x2^2", 3, 4, shown=("central",))
    assert "central difference" in paragraph
    assert "forward" not in paragraph
    assert "closed form" not in paragraph
    assert said("x1^2 + x2^2", 3, 4, shown=()) == "At x₁ = 3 and x₂ = 4, f is 25 and the gradient is (6, 8)."


def test_while_pytorch_loads_back_propagation_is_not_spoken_of():
    found = comparison.answer(gradviz.parse("x^2"), (3,), 0.1, without=("backprop",))
    assert "ack-propagation" not in sentences.paragraph(found, METHODS)


# --- every preset and every method --------------------------------------------------------------------------


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
@pytest.mark.parametrize("step", [1e-300, 1e-16, 1e-8, 0.1, 10.0, 1e100])
def test_the_paragraph_is_whole_sentences_at_any_step(preset, step):
    found = comparison.answer(gradviz.parse(preset.text), preset.point, step, without=("backprop",))
    for shown in (METHODS, ("symbolic",), *((name,) for name in METHODS[1:5])):
        paragraph = sentences.paragraph(found, shown)
        assert paragraph.startswith("At ")
        assert paragraph.endswith(".")
        assert not re.search(r"\bnan\b|\binf\b|None|e[+-]\d|  |\.\.|\?", paragraph), paragraph
        assert len(paragraph) < 1000


VECTORS = [
    ((6.1,), "6.1", "one number has no parentheses"),
    ((6.1, -8.1), "(6.1, −8.1)", "a true minus sign"),
    ((1, 2, 3, 4, 5, 6), "(1, 2, 3, 4, 5, 6)", "as many as fit"),
    ((1, 2, 3, 4, 5, 6, 7), "(1, 2, 3, … 7 numbers)", "more are counted"),
    ((float("nan"), float("inf"), float("-inf")), "(no value, ∞, −∞)", "what is not a number"),
    ((), "()", "none"),
]


@pytest.mark.parametrize(("values", "text", "reason"), VECTORS)
def test_a_vector_reads_well(values, text, reason):
    assert vector(values) == text, reason


# --- in other precisions ------------------------------------------------------------------------------------

# formula, point, ε, type, kind of step, a part of the paragraph, why
NARROW = [
    (
        "x1^2 + x2^2",
        (3, 4),
        0.125,
        "float16",
        "plain",
        "The forward difference with ε = 0.125 in float16 says (6.125, 8.125). Along x₁: f rises from 25 to "
        "25.7656, by 0.765625, and 0.765625 ÷ 0.125 = 6.125. It is off by 0.125: the truncation error ½·f″·ε "
        "= ½·2·0.125 = 0.125.",
        "3.125² = 9.765625 and the sum 25.765625 are numbers of 11 bits",
    ),
    (
        "x1^2 + x2^2",
        (3, 4),
        0.1,
        "float16",
        "power-of-two",
        "with ε = 0.1 in float16 (taken as a power of two) says (6.125, 8.125)",
        "0.125 is the nearest power",
    ),
    (
        "(x + 1000) - 1000",
        (1,),
        2.0**-16,
        "float32",
        "plain",
        "that is rounding: f is known to about 5 digits",
        "1001 + 2⁻¹⁶ is 1001, and 2⁻¹⁶ is 1.5·10⁻⁵",
    ),
    ("(x + 10) - 10", (1,), 2.0**-9, "float16", "plain", "f is known to about 3 digits", "2⁻⁹ is 0.002"),
    (
        "x^2",
        (3,),
        1e-3,
        "bfloat16",
        "plain",
        "the step is too small for x = 3: x + ε is x again in bfloat16",
        "the next number is 3 + 2⁻⁶",
    ),
    ("x^2", (3,), 1e-9, "float16", "plain", "ε = 1e-09 is 0 in float16", "the smallest number is 2⁻²⁴"),
    (
        "x^2",
        (3,),
        1e-3,
        "bfloat16",
        "representable",
        "The forward difference has no answer here: the step is too small",
        "0/0",
    ),
    ("x^2", (3,), 0.1, "bfloat16", "plain", "beside x = 3 the shift is rounded to 0.0938", "6·2⁻⁶"),
    (
        "x",
        (0.1,),
        0.5,
        "bfloat16",
        "plain",
        "At x = 0.1001, f is 0.100098 and the derivative is 1. bfloat16 holds 0.1 as 0.1001.",
        "205/2048",
    ),
    (
        "0.1x",
        (2,),
        0.5,
        "float16",
        "plain",
        "are right to the last digit that float16 holds.",
        "0.1 is no number of the type",
    ),
    (
        "exp(x)",
        (12,),
        0.1,
        "float16",
        "plain",
        "Back-propagation has no answer: a number on the way is too large for float16.",
        "e¹² = 162755",
    ),
    (
        "exp(-x)",
        (20,),
        0.1,
        "float16",
        "plain",
        "Back-propagation says 0: a number on the way is too small for float16, and became 0.",
        "e⁻²⁰ = 2·10⁻⁹",
    ),
    (
        "x^2",
        (1e6,),
        0.1,
        "float16",
        "plain",
        "x = 1000000 is too large for float16, which ends at 65504.",
        "it ends at 65504",
    ),
]


@pytest.mark.parametrize(("text", "point", "step", "dtype", "kind", "part", "reason"), NARROW)
def test_the_words_are_those_of_the_type(text, point, step, dtype, kind, part, reason):
    assert part in told(text, *point, step=step, dtype=dtype, step_kind=kind), reason


@pytest.mark.parametrize("dtype", ["float32", "float16", "bfloat16"])
def test_no_other_type_is_named(dtype):
    for preset in PRESETS:
        paragraph = told(preset.text, *preset.point, step=float(preset.step), dtype=dtype)
        assert "float64" not in paragraph
        assert "16 digits" not in paragraph
        assert "nan" not in paragraph


def test_where_pytorch_is_needed_for_every_number_nothing_is_said_before_it_is_there(monkeypatch):
    def too_early(*_):
        raise AssertionError("asked for before PyTorch was there")

    monkeypatch.setattr("gradviz.methods.differences.real_kind", too_early)
    answers = comparison.answer(SEED, (3, 4), 0.1, without=needing_torch("bfloat16"), dtype="bfloat16")
    assert {row.note for row in sentences.rows(answers)} == {"PyTorch is loading …"}
    assert sentences.paragraph(answers, SHOWN) == "At x₁ = 3 and x₂ = 4, f is 25 and the gradient is (6, 8)."


def test_which_methods_wait_for_pytorch():
    assert needing_torch("bfloat16") == METHODS
    for dtype in ("float64", "float32", "float16"):
        assert needing_torch(dtype) == ("backprop",)


def test_what_is_known_of_the_point_serves_another_kind_of_step_and_no_other_precision():
    first = comparison.answer(SEED, (3, 4), 0.1)
    truth = first.sweep.truth
    assert comparison.answer(SEED, (3, 4), 0.2, before=first, step_kind="representable").sweep.truth is truth
    assert comparison.answer(SEED, (3, 4), 0.2, before=first, dtype="float16").sweep.truth is not truth


def test_no_method_without_a_step_is_asked_twice_at_one_point(monkeypatch):
    """By the estimates, the table and another step: and the numbers are those of a new answer."""
    asked = []

    def counted(question, method, *rest):
        asked.append(method)
        return gradient_of(question, method, *rest)

    for module in (comparison, sweeping):
        monkeypatch.setattr(module, "gradient_of", counted)
    first = comparison.answer(SEED, (3, 4), 0.1)
    sentences.rows(first)
    after = comparison.answer(SEED, (3, 4), 0.2, before=first, step_kind="representable")
    sentences.rows(after)
    for method in gradviz.METHODS:
        assert asked.count(method.name) == (2 if method.takes_step else 1)
    anew = comparison.answer(SEED, (3, 4), 0.2, step_kind="representable")
    assert sentences.rows(after) == sentences.rows(anew)
    for name in METHODS:
        assert after.estimates[name].step_kind == "representable"
        np.testing.assert_array_equal(after.sweep.gradients[name], anew.sweep.gradients[name])
    comparison.answer(SEED, (3, 4), 0.2, before=first, dtype="float16")
    assert asked.count("adaptive") == 3  # another precision knows other numbers, and so does the third answer


@pytest.mark.parametrize("dtype", ["float64", "float16"])
def test_the_family_is_in_the_order_of_the_types_and_takes_what_is_there(dtype):
    answers = comparison.answer(
        SEED, (3, 4), 0.1, dtype=dtype
    )  # back-propagation among them: PyTorch is there
    load_torch()
    family = comparison.family(answers, "forward")
    assert list(family) == ["float64", "float32", "float16", "bfloat16"]
    assert family[dtype] is answers.sweep
    for name, swept in family.items():
        alone = gradviz.sweep(SEED, (3, 4), answers.sweep.steps, ("forward",), dtype=name)
        np.testing.assert_array_equal(swept.errors["forward"], alone.errors["forward"])


def test_the_heading_of_the_table_tells_the_type():
    answers = comparison.answer(
        gradviz.parse("x^2"), (0.1,), 0.25, dtype="float16", step_kind="representable"
    )
    assert sentences.table_heading(answers).startswith(
        "The gradient at x = 0.099976 with ε = 0.25 in float16 (taken as (x + ε) − x), to 5 digits."
    )
    (same, other) = sentences.rows(answers)[0].gradient[0]
    assert (same, other) == ("0.19995", "")  # 2 · 1638/16384, and a product by 2 is exact


# --- what each part of the page is --------------------------------------------------------------------------


@pytest.mark.parametrize("part", sentences.WHAT_IS_THIS)
def test_what_a_part_is_takes_one_short_sentence(part):
    sentence = sentences.WHAT_IS_THIS[part]
    assert re.fullmatch(r"[^.]{30,139}\.", sentence)
    assert not re.search(r"[*_`$<>\[\]]", sentence), "read as Markdown in some places"


def test_every_part_of_the_page_is_told():
    assert set(sentences.WHAT_IS_THIS) == {
        "surface",
        "curve",
        "errors",
        "map",
        "table",
        "closed form",
        "graph",
    }


# --- what was guessed ---------------------------------------------------------------------------------------

FOUR = ("symbolic", "forward", "backward", "central")
# (3, 4) of the lesson with ε = 0.1: both one-sided differences are off by 0.1·√2, the central one by nothing
GUESSES = [
    (1e-2, "forward", "too large", "truncation rules", "you are right"),
    (1e-14, "backward", "too small", "rounding rules", "you are right"),
    (
        1e-2,
        "central",
        "too large",
        "truncation rules",
        "But at ε = 0.1 the forward difference and the backward",
    ),
]


@pytest.mark.parametrize(("step", "worst", "size", "rules", "loser"), GUESSES)
def test_a_guess_is_judged(step, worst, size, rules, loser):
    answers = comparison.answer(gradviz.parse("x1^2 + x2^2"), (3, 4), 0.1, without=("backprop",))
    judged = sentences.verdict(answers, FOUR, sentences.Guess(sentences.about(answers), step, worst))
    for said in (size, rules, loser, "lose most, 0.14"):
        assert said in judged, judged


def test_a_good_guess_is_called_one():
    answers = comparison.answer(gradviz.parse("exp(x)"), (1,), 0.1, without=("backprop",))
    best = answers.sweep.best_step["forward"]
    about = sentences.about(answers)
    assert "No ε of the plot is better than your" in sentences.verdict(
        answers, FOUR, sentences.Guess(about, best, "forward")
    )
    assert "Well guessed" in sentences.verdict(answers, FOUR, sentences.Guess(about, best * 5, "forward"))
    assert "Well guessed" not in sentences.verdict(
        answers, FOUR, sentences.Guess(about, best * 50, "forward")
    )


# text, step, who loses most, and what is said of it
JUDGED = [
    (
        "exp(x)",
        1e-4,
        "backprop",
        "loses most, 0.14, and back-propagation nothing.",
    ),  # a name without an article
    ("exp(x)", 1e-4, "symbolic", "loses most, 0.14, and the closed form nothing."),
    ("|x|", 1e-4, "forward", "your 0.0001: there the forward difference is exact."),  # not: off by about 0
    ("2x", 1e-4, "forward", "is least near ε = 1, exactly 0; at your 0.0001 it is about"),
]


@pytest.mark.parametrize(("text", "step", "worst", "words"), JUDGED)
def test_a_verdict_speaks_of_methods_and_zeros_as_one_does(text, step, worst, words):
    at = (0.0,) if text == "|x|" else (1.0,)
    answers = comparison.answer(gradviz.parse(text), at, 0.1)
    guess = sentences.Guess(sentences.about(answers), step, worst)
    assert words in sentences.verdict(answers, ("symbolic", "forward", "backprop"), guess)


def test_a_guess_that_hits_a_lucky_error_is_judged_by_its_neighbours():
    """The least single error of all lies far left of the bottom of the V, in the cloud of round-off."""
    answers = comparison.answer(gradviz.parse("exp(x)"), (1,), 0.1, without=("backprop",))
    sweep = answers.sweep
    errors, lucky = sweep.errors["forward"].copy(), 80
    errors[lucky] = 0.0
    sweep.__dict__["errors"] = {**sweep.errors, "forward": errors}
    guess = sentences.Guess(sentences.about(answers), float(sweep.steps[lucky]), "forward")
    judged = sentences.verdict(answers, FOUR, guess)
    assert "Your ε is too small" in judged
    assert f"about {number(sweep.least_error['forward'], 2)}; at your" in judged
    assert sweep.least_error["forward"] > 0


def test_a_guess_is_about_one_plot():
    here = comparison.answer(gradviz.parse("x^2"), (1,), 0.1, without=("backprop",))
    there = comparison.answer(gradviz.parse("x^2"), (1,), 0.2, without=("backprop",))
    assert sentences.about(here) != sentences.about(there)


@pytest.mark.parametrize(
    ("text", "point", "shown"), [("5", (), FOUR), ("x^2", (1,), ("symbolic",)), ("log(x)", (-1,), FOUR)]
)
def test_nothing_is_asked_where_there_is_nothing_to_guess(text, point, shown):
    answers = comparison.answer(gradviz.parse(text), point, 0.1, without=("backprop",))
    assert sentences.question(answers, shown) is None


def test_parameters_are_told_with_their_values():
    field = gradviz.parse("f(x) = a x", parameters=("a",)).with_parameters(a=-2.5)
    answers = comparison.answer(field, (1,), 0.1, without=("backprop",))
    assert "with a = −2.5 and ε = 0.1" in sentences.table_heading(answers)
