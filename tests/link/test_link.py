"""What the texts of the page's entries mean, and what must be said where one cannot be taken as it stands."""

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gradviz
from gradviz import link
from gradviz.autodiff import costs, faults
from gradviz.errors import GradvizError, ParseError
from gradviz.figures.layers.table import LAYERS
from gradviz.link import reports
from gradviz.link.parameters import read_field
from gradviz.methods.steps import STEP_KINDS, Arithmetic, arithmetic_named
from gradviz.presets import PRESETS
from gradviz.reading.parser import undeclared
from gradviz.text.numbers import numbers_text
from gradviz.tree.precision import PRECISIONS

ONE, TWO = gradviz.parse("x^2"), gradviz.parse("x1^2 + x2^2")
CONSTANT, EIGHT = gradviz.parse("5"), gradviz.parse("x1 x2 x3 x4 x5 x6 x7 x8")

# --- points -------------------------------------------------------------------------------------------------

POINTS = [
    ("3, 4", TWO, (3, 4), "as on the default page"),
    ("3 ,4", TWO, (3, 4), "blanks anywhere"),
    ("(3, 4)", TWO, (3, 4), "as a point is written"),
    ("[3, 4]", TWO, (3, 4), "as a list is written"),
    ("(1)/(2), (3)", TWO, (0.5, 3), "brackets that belong to the numbers"),
    ("−2, 5", TWO, (-2, 5), "a typographic minus"),
    ("pi/4, sqrt(2)", TWO, (math.pi / 4, math.sqrt(2)), "what the reader of formulas can work out"),
    ("max(1, 2), 3", TWO, (2, 3), "a comma inside parentheses parts nothing"),
    ("1e-8, 2^-26", TWO, (1e-8, 2.0**-26), "powers"),
    ("½, ⅓", TWO, (0.5, 1 / 3), "fractions in one letter"),
    ("0,5; 1,5", TWO, (0.5, 1.5), "a semicolon makes the commas decimal"),
    ("3; 4", TWO, (3, 4), "a semicolon alone"),
    ("3", ONE, (3,), "a bare number"),
    ("(3)", ONE, (3,), "a bare number in parentheses"),
    ("1e100, -1e100", TWO, (1e100, -1e100), "the last that is not too far out"),
    ("1,2,3,4,5,6,7,8", EIGHT, tuple(range(1, 9)), "no blanks"),
    ("", CONSTANT, (), "a constant needs no number"),
]


@pytest.mark.parametrize(("text", "field", "point", "reason"), POINTS)
def test_a_point_is_read(text, field, point, reason):
    assert link.read_point(text, field) == (point, ""), reason


TELLING_POINTS = [
    ("3, 4, 5", TWO, (3, 4), "3 numbers, and the function has only x1, x2", "too many: the rest is left out"),
    ("3, 4", ONE, (3,), "2 numbers, and the function has only x", "a comma and a blank are no decimal comma"),
    ("3, 4", CONSTANT, (), "no variable", "nothing to move"),
    ("0,5", ONE, (0.5,), "0,5 is read as 0.5", "one variable: a comma between digits is a decimal one"),
    ("-3,4", ONE, (-3.4,), "-3,4 is read as -3.4", "and so behind a minus"),
    ("3", TWO, (3, 1), "x2 = 1 is taken", "too few: the others are 1"),
    ("", TWO, (1, 1), "x1 = 1, x2 = 1", "none at all"),
    ("0,5", TWO, (0, 5), "", "two variables: a comma parts"),
]


@pytest.mark.parametrize(("text", "field", "point", "note", "reason"), TELLING_POINTS)
def test_a_point_of_another_length_is_taken_and_told(text, field, point, note, reason):
    read, told = link.read_point(text, field)
    assert read == point, reason
    assert note in told
    assert bool(note) == bool(told)


BAD_POINTS = [
    ("3,", "Number 2 is missing", "a comma too many"),
    (",3", "Number 1 is missing", "and in front"),
    ("3,,4", "Number 2 is missing", "and between"),
    ("3, x", "without the variable ‘x’", "a letter"),
    ("nan, 1", "finite", "no number"),
    ("1e999, 1", "too large", "past every float"),
    ("1e101, 1", "x1 = 1e+101 is too far out", "past what a picture can show"),
    ("1, -1e200", "x2 = -1e+200 is too far out", "named by its variable"),
    ("1/0, 1", "divides by zero", "worked out"),
    ("2 3^2", "Two numbers", "no comma"),
    ("(3, 4", "This bracket is never closed", "half a pair"),
    ("3, 4)", "never opened", "the other half"),
    ("9" * 61, "at most 60 characters", "one number too long"),
    ("1," * 300, "too long", "the list too long"),
    ("__import__('os')", "", "whatever it says, it is a sentence"),
    ("<b>3</b>, 4", "", "and so for this"),
]


@pytest.mark.parametrize(("text", "words", "reason"), BAD_POINTS, ids=lambda value: str(value)[:20])
def test_a_bad_point_gets_its_sentence(text, words, reason):
    with pytest.raises(GradvizError) as refusal:
        link.read_point(text, TWO)
    assert words in str(refusal.value), reason
    assert str(refusal.value)[-1] in ".?", "a whole sentence"


# --- steps --------------------------------------------------------------------------------------------------

STEPS = [
    ("0.1", 0.1, ""),
    ("1e-8", 1e-8, ""),
    ("2^-26", 2.0**-26, ""),
    ("0,1", 0.1, ""),
    ("1e-16", 1e-16, "The step vanishes: x1 + ε is x1 again"),  # half the gap beside 3 is 2.2e-16
    ("5e-324", 5e-324, "The step vanishes"),
    ("1e100", 1e100, ""),
    ("h = 0.1", 0.1, ""),  # as it stands in a book, and above the entry
    ("ε=1e-8", 1e-8, ""),
    ("eps: 2^-26", 2.0**-26, ""),
]


@pytest.mark.parametrize(("text", "step", "note"), STEPS)
def test_a_step_is_read(text, step, note):
    read, told = link.read_step(text, TWO, (3.0, 4.0))
    assert read == step
    assert told.startswith(note)
    assert bool(note) == bool(told)


def test_a_step_vanishes_beside_the_point_and_not_below_a_constant():
    assert link.read_step("1e-300", ONE, (0.0,))[1] == ""  # 0 + 1e-300 is no longer 0
    assert "x + ε is x again" in link.read_step("5e-9", ONE, (1e8,))[1]
    assert link.read_step("5e-324", CONSTANT, ())[1] == ""


# point, ε, type: the word that is due
NARROW_STEPS = [
    ("1e-8", "float64", ""),
    ("1e-8", "float32", "less than half the gap to the next number of float32"),  # half of it at 3 is 1.2e-7
    ("3e-7", "float32", ""),
    ("1e-3", "float16", "x2 + ε is x2 again"),  # at 3 half the gap is 9.8e-4, at 4 twice as much
    ("2e-3", "float16", ""),  # just above half the gap at 4, 1.95e-3
    ("0.01", "bfloat16", "The step vanishes: x2 + ε"),
    ("0.1", "bfloat16", ""),
    ("1e-9", "float16", "ε = 1e-09 is 0 in float16"),
    ("1e6", "float16", "ε = 1e+06 is too large for float16, which ends at 65504"),
]


@pytest.mark.parametrize(("text", "dtype", "note"), NARROW_STEPS)
def test_whether_a_step_vanishes_is_judged_in_the_type(text, dtype, note):
    step, told = link.read_step(text, TWO, (3.0, 4.0), Arithmetic(PRECISIONS[dtype]))
    assert step == float(text)
    assert note in told
    assert bool(note) == bool(told)


def test_whether_a_power_of_two_vanishes_is_judged_of_the_power():
    """Beside 4 half the gap of float32 is 2⁻²²: 3·10⁻⁷ is more, its nearest power 2⁻²² is not."""
    power = arithmetic_named("float32", "power-of-two")
    assert link.read_step("3e-7", TWO, (3.0, 4.0), arithmetic_named("float32", "plain"))[1] == ""
    assert "x2 + ε is x2 again" in link.read_step("3e-7", TWO, (3.0, 4.0), power)[1]


@pytest.mark.parametrize("dtype", PRECISIONS)
@pytest.mark.parametrize("step_kind", STEP_KINDS)
def test_precision_and_kind_of_step_are_read(dtype, step_kind):
    reading = link.read(link.Entries(dtype=f" {dtype} ", step_kind=step_kind))
    assert (reading.dtype, reading.step_kind, reading.remarks) == (dtype, step_kind, ())


@pytest.mark.parametrize("text", ["", "double", "float128", "<b>", "__import__('os')", "9" * 500])
def test_another_precision_or_kind_of_step_gets_its_sentence(text):
    reading = link.read(link.Entries(dtype=text, step_kind=text))
    assert (reading.dtype, reading.step_kind) == ("float64", "plain")
    precision, kind = reading.remarks
    assert (precision.entry, kind.entry) == (link.PRECISION, link.STEP_KIND) == ("dtype", "steps")
    assert "float64, float32, float16, bfloat16" in precision.sentence
    assert "plain, representable, power-of-two" in kind.sentence
    assert len(precision.sentence) < 200


BAD_STEPS = [
    ("0", "greater than 0: it is the shift"),
    ("-1", "greater than 0: it is the shift"),
    ("-1e-300", "greater than 0: it is the shift"),
    ("1e-400", "rounds to 0, and ε must be greater than 0"),
    ("1e101", "too large: at most 1e100"),
    ("1e308", "too large"),
    ("1e400", "too large"),
    ("nan", "finite"),
    ("inf", "finite"),
    ("", "Type a number"),
    ("1_000", "underscore"),
    ("h", "without the variable ‘h’"),
    ("0.1, 0.2", "comma"),
    ("eps", r"2\^-52 in float64, its square root 2\^-26"),
    ("sqrt(eps)", r"2\^-52 in float64"),
    ("np.finfo(float).eps", r"2\^-52 in float64"),
    ("ε", "type ε as a number"),
    ("e-8", "missing before the e: 1e-8"),  # Euler's e, less 8, is no step
]


@pytest.mark.parametrize(("text", "words"), BAD_STEPS)
def test_a_bad_step_gets_its_sentence(text, words):
    with pytest.raises(GradvizError, match=words):
        link.read_step(text, TWO, (3.0, 4.0))


# --- ranges -------------------------------------------------------------------------------------------------

RANGES = [
    ("-6, 6", (-6, 6), ""),
    ("(-6, 6)", (-6, 6), ""),
    ("-6 .. 6", (-6, 6), ""),
    ("-6…6", (-6, 6), ""),
    ("-0,5; 1,5", (-0.5, 1.5), ""),
    ("-6 to 6", (-6, 6), ""),  # as the label of the entry says it
    ("from -6 to 6", (-6, 6), ""),
    ("-6 6", (-6, 6), ""),
    ("-pi, pi", (-math.pi, math.pi), ""),
    ("6, -6", (-6, 6), "The ends are swapped: from -6 to 6."),
    ("-1e100, 1e100", (-1e100, 1e100), ""),
    ("1, 1.00001", (1, 1.00001), ""),
    ("0, 1e-99", (0, 1e-99), ""),
]


@pytest.mark.parametrize(("text", "ends", "note"), RANGES)
def test_a_range_is_read(text, ends, note):
    assert link.read_range(text) == (ends, note)


BAD_RANGES = [
    ("6", "two numbers"),
    ("1, 2, 3", "two numbers"),
    ("", "two numbers"),
    ("2, 2", "too narrow"),
    ("1, 1.0000000001", "too narrow"),
    ("0, 1e-300", "too narrow"),
    ("0, 5e-324", "too narrow"),
    ("-1e101, 0", "too wide"),
    ("-1e300, 1e300", "too wide"),
    ("-1e308, 1e308", "too wide"),  # the width alone overflows
    ("-inf, inf", "finite"),
    ("a, b", "without the variable ‘a’"),
]


@pytest.mark.parametrize(("text", "words"), BAD_RANGES)
def test_a_bad_range_gets_its_sentence(text, words):
    with pytest.raises(GradvizError, match=words):
        link.read_range(text)


# --- the automatic window -----------------------------------------------------------------------------------

WINDOWS = [
    ((3, 4), ((-8, 8), (-8, 8)), "the bowl with its bottom, and room for the arrows"),
    ((0, 0), ((-2, 2), (-2, 2)), "the smallest"),
    ((1.5, 1.5), ((-4, 4), (-4, 4)), "twice as far as the point"),
    ((20, 20), ((-40, 40), (-40, 40)), "the farthest that holds the origin"),
    ((21, 1), ((19, 23), (-2, 2)), "one coordinate far out: the other keeps its own scale"),
    ((1e6, 0), ((1e6 - 2, 1e6 + 2), (-2, 2)), "far out, around the point"),
    ((1e9, 0), ((1e9 - 1e3, 1e9 + 1e3), (-2, 2)), "so far that the ends would be the same number"),
]


@pytest.mark.parametrize(("point", "window", "reason"), WINDOWS)
def test_the_window_is_chosen_by_the_point(point, window, reason):
    assert link.automatic_window(point, (0, 1)) == window, reason


coordinates = st.floats(-1e100, 1e100)


@given(st.tuples(coordinates, coordinates))
def test_the_automatic_window_holds_the_point(point):
    for x, (low, high) in zip(point, link.automatic_window(point, (0, 1)), strict=True):
        assert low < x < high
        assert math.isfinite(high - low)


def test_the_window_stands_while_the_point_moves_inside_it():
    first = link.read(link.Entries())
    moved = link.read(link.Entries(point="0.5, 0.5"), first)
    assert moved.window == first.window
    at_the_rim = link.read(link.Entries(point="7.9, 0"), first)
    assert at_the_rim.window != first.window
    another = link.read(link.Entries(function="x1 x2", point="0.5, 0.5"), first)
    assert another.window == ((-2, 2), (-2, 2))


# --- reading all entries ------------------------------------------------------------------------------------


def test_the_entries_of_the_default_page_are_the_lesson():
    reading = link.read(link.Entries())
    assert reading.field == TWO
    assert (reading.point, reading.step, reading.remarks) == ((3, 4), 0.1, ())
    assert reading.axes == (0, 1)


LEFT_STANDING = [
    ("function", "x1^2 + + +", link.FUNCTION, True),
    ("function", "", link.FUNCTION, True),
    ("point", "3, oops", link.POINT, True),
    ("point", "3, 1e999", link.POINT, True),
    ("step", "-1", link.STEP, False),
    ("step", "0.1.2", link.STEP, True),
    ("across", "1, 1", link.ACROSS, False),
    ("up", "down", link.UP, True),
]


@pytest.mark.parametrize(("entry", "text", "name", "caret"), LEFT_STANDING)
def test_what_cannot_be_read_keeps_its_last_meaning_and_says_why(entry, text, name, caret):
    last = link.read(link.Entries("x1 + 3x2", "5, 6", "0.01", "0, 10", "1, 11"))
    # a range is either typed or automatic: it has no last meaning
    texts = {"function": "x1 + 3x2", "point": "5, 6", "step": "0.01", "across": "0, 10", "up": "1, 11"}
    reading = link.read(link.Entries(**{**texts, entry: text}), last)
    assert (reading.field, reading.point, reading.step) == (last.field, (5, 6), 0.01)
    (remark,) = reading.remarks
    assert (remark.entry, remark.stops, bool(remark.caret)) == (name, True, caret)
    if entry == "across":
        assert reading.window == (reading.automatic[0], (1, 11))


def test_a_caret_stands_under_the_place():
    (remark,) = link.read(link.Entries("x1^2 + sine(x2)")).remarks
    line, caret = remark.caret.splitlines()
    assert line[caret.index("^")] == "s"
    assert "sin" in remark.sentence


CARETS = [
    ("point", "3, oops", "o", "in the second number"),
    ("point", " ( 3 , oops )", "o", "behind a bracket and blanks"),
    ("point", "0,5; 1,5x", "x", "parted by a semicolon"),
    ("step", "  0.1y", "y", "behind blanks"),
    ("across", "-1 .. 2z", "z", "behind two dots"),
    ("across", "-1…2z", "z", "behind an ellipsis"),
]


@pytest.mark.parametrize(("entry", "text", "letter", "reason"), CARETS)
def test_a_caret_stands_under_the_place_in_a_list(entry, text, letter, reason):
    (remark,) = link.read(link.Entries(**{entry: text})).remarks
    line, caret = remark.caret.splitlines()
    assert line[caret.index("^")] == letter, reason


def test_another_function_of_as_many_variables_keeps_the_point():
    last = link.read(link.Entries("x y", "5, 6"))
    assert link.read(link.Entries("a + b", "5, oops"), last).point == (5, 6)
    assert link.read(link.Entries("a + b + c", "oops"), last).point == (1, 1, 1)


def test_every_bad_entry_is_told_at_once():
    reading = link.read(link.Entries("(", "?", "0", "2", "3"))
    assert [remark.entry for remark in reading.remarks] == ["f", "at", "eps", "across", "up"]


AXES = [
    ("x y z", ("x", "z"), (0, 2), "as chosen"),
    ("x y z", ("z", "x"), (2, 0), "in the order chosen"),
    ("x y z", ("y", "y"), (0, 1), "the same twice is no choice"),
    ("x y z", ("q", "z"), (0, 1), "left over from another function"),
    ("x y z", (None, None), (0, 1), "nothing chosen yet"),
    ("x y", ("y", "x"), (0, 1), "two variables leave no choice"),
    ("x", (), (0,), "a curve has one axis"),
    ("5", (), (), "a constant has none"),
]


@pytest.mark.parametrize(("text", "chosen", "axes", "reason"), AXES)
def test_the_variables_drawn(text, chosen, axes, reason):
    assert link.drawn_axes(gradviz.parse(text), chosen) == axes, reason


# --- and back to texts --------------------------------------------------------------------------------------


@given(st.lists(coordinates, max_size=10))  # as many as there may be variables
def test_numbers_are_written_so_that_they_read_the_same(values):
    assert link.read_list(numbers_text(values)) == values


NUMBERS = [
    ((3.0, 4.0), "3, 4"),
    ((0.1 + 0.2,), "0.30000000000000004"),  # short where that is exact, and only there
    ((0.3,), "0.3"),
    ((1e-8,), "1e-08"),
    ((1 / 3,), "0.3333333333333333"),
    ((100000003.0,), "100000003"),
    ((1e22,), "1e+22"),
]


@pytest.mark.parametrize(("values", "text"), NUMBERS)
def test_numbers_are_short_where_that_is_exact(values, text):
    assert numbers_text(values) == text


PLACES = [round(place * link.EXPONENT_STEP, 2) for place in range(-320, 1)]


@pytest.mark.parametrize("exponent", PLACES)
def test_every_place_of_the_slider_writes_a_step_that_leads_back_to_it(exponent):
    step, _ = link.read_step(link.step_text(exponent), CONSTANT, ())
    assert link.exponent_of(step) == exponent
    assert step == pytest.approx(10**exponent, rel=5e-3)  # three digits are written


STEP_TEXTS = [
    (-1.0, "0.1"),
    (0.0, "1"),
    (-3.0, "0.001"),
    (-4.0, "1e-4"),
    (-8.0, "1e-8"),
    (-16.0, "1e-16"),
    (-7.5, "3.16e-08"),
]


@pytest.mark.parametrize(("exponent", "text"), STEP_TEXTS)
def test_a_whole_power_of_ten_is_written_as_one(exponent, text):
    assert link.step_text(exponent) == text


LET_GO = [
    (-3.0, "1e-3", "1e-3"),
    (-2.0, "1e-3", "0.01"),
    (-1.0, "0.1", "0.1"),
    (-7.85, "2^-10", "1.41e-08"),
    (-3.0, "2^-10", "2^-10"),  # its place already: as typed
    (-3.05, "2^-10", "0.000891"),
    (1e9, "0.1", "1"),
    (-1e9, "0.1", "1e-16"),
    (float("nan"), "0.1", "0.1"),  # no place on the slider
    (float("inf"), "0.1", "0.1"),
    (None, "0.1", "0.1"),
    ("1e400", "0.1", "0.1"),
    ({"x": 1}, "0.1", "0.1"),
    (True, "0.5", "1"),
]


@pytest.mark.parametrize(("exponent", "text", "after"), LET_GO)
def test_a_slider_that_is_let_go_writes_the_entry(exponent, text, after):
    reading = link.read(link.Entries(step=text))
    assert link.stepped_text(exponent, reading, text) == after


@pytest.mark.parametrize(("step", "exponent"), [(1e-300, -16.0), (5e-324, -16.0), (1e50, 0.0), (2.0, 0.0)])
def test_a_step_past_the_slider_stands_at_its_end(step, exponent):
    assert link.exponent_of(step) == exponent


METHODS_SHOWN = [
    ("symbolic,forward", ("symbolic", "forward"), "as the page writes it"),
    ("forward,symbolic", ("symbolic", "forward"), "in the order of the table"),
    (" backprop , central ", ("central", "backprop"), "blanks"),
    ("forward,forward", ("forward",), "once"),
    ("nonsense", (), "unknown names are passed over"),
    ("forward,<script>", ("forward",), "and so is this"),
    ("none", (), "none ticked"),
    ("", (), "nothing there"),
]


@pytest.mark.parametrize(("text", "names", "reason"), METHODS_SHOWN)
def test_the_methods_in_a_link(text, names, reason):
    assert link.known_methods(text) == names, reason


@given(st.sets(st.sampled_from([method.name for method in gradviz.METHODS])))
def test_the_methods_shown_are_written_so_that_they_read_the_same(names):
    assert set(link.known_methods(link.shown_text(sorted(names)))) == names
    assert link.shown_text(sorted(names))  # an empty entry would bring the default back


def test_the_methods_shown_at_first_are_methods():
    assert link.shown_text(link.known_methods(link.DEFAULTS[link.SHOWN])) == link.DEFAULTS[link.SHOWN]


PICKED = [
    ((3.0, 4.0), {0: 1.23456789}, "1.23, 4", "rounded to what a hand can mean in a window of 16"),
    ((3.0, 4.0), {0: -1e-9, 1: 8.5}, "0, 8", "no minus zero, and never outside"),
    ((1 / 3, 4.0), {1: 2.0}, "0.3333333333333333, 2", "what has not been moved keeps all its digits"),
]


@pytest.mark.parametrize(("point", "moved", "text", "reason"), PICKED)
def test_a_press_is_rounded_to_the_window(point, moved, text, reason):
    assert link.picked_text(point, moved, ((-8, 8), (-8, 8)), (0, 1)) == text, reason


def test_a_press_on_what_a_map_shows_around_its_window_goes_there():
    window = ((-8, 8), (-8, 8))
    for x, y, text in ((11.5, -9.25, "11.5, -9.25"), (1e9, -1e9, "24, -24")):
        assert link.picked_text((3.0, 4.0), {0: x, 1: y}, window, (0, 1), beyond=1.0) == text


@pytest.mark.parametrize(
    ("press", "point", "across", "up"),
    [
        ((1.0, 2.0), "1, 2", "-4, 4", "0, 4"),  # inside: it stays
        ((6.0, 2.0), "6, 2", "0, 8", "0, 4"),  # a quarter of the width from the edge that it went over
        ((-5.0, 7.0), "-5, 7", "-7, 1", "4, 8"),
        ((100.0, 2.0), "12, 2", "6, 14", "0, 4"),  # no further than one width outside
    ],
)
def test_a_typed_window_goes_after_a_press_around_it(press, point, across, up):
    texts = {link.FUNCTION: "x^2 + y^2", link.POINT: "1, 1", link.ACROSS: "-4, 4", link.UP: "0, 4"}
    values = link.values_in({})[0] | texts
    reading = link.read(link.entries(values))
    event = {"x": press[0], "y": press[1], "done": False}
    held = reports.REPORTS["picked"](event, reading, values)
    assert held == {reports.DRAGGED: point}  # the window does not move under the pointer
    changed = reports.REPORTS["picked"](event | {"done": True}, reading, values)
    assert changed[link.POINT] == point
    entries = [changed.get(name, values[name]) for name in (link.ACROSS, link.UP)]
    assert entries == [across, up]


def test_a_press_on_a_slice_moves_the_variables_that_are_drawn():
    window = ((-4, 4), (0, 1e-6))
    assert link.picked_text((1, 2, 3), {0: 0.5, 2: 4.321e-7}, window, (0, 2)) == "0.5, 2, 4.32e-07"


# --- parameters ---------------------------------------------------------------------------------------------

UNDECLARED = [
    ("f(x, y) = a x^2 + b y^2", ("a", "b"), "what the heading leaves out"),
    ("f(x,y)=ax^2+by^2", ("a", "b"), "run together with a variable"),
    ("f(t) = A sin(w t + phi)", ("A", "phi", "w"), "capital and Greek letters"),
    ("x -> m x + c", ("c", "m"), "every kind of heading"),
    ("f(x) = e^x + pi", (), "constants are none"),
    ("a x^2 + b y^2", (), "without a heading every letter is a variable"),
    ("y = a x", (), "nor does a bare title declare any"),
    ("f(x) = f + x", (), "the function's own name is no parameter"),
    ("f(x) = sine(x)", (), "a slip stays one"),
    ("f(x) = a x + + +", ("a",), "the words alone are looked at"),
    ("f(x) = " + "a" * 2000, (), "too long"),
    ("", (), "nothing"),
]


FRAMED = [
    (0.5, ("-2.5, 5.5", "-2, 6"), "closer: the point stays where it is in the picture"),
    (2, ("-19, 13", "-20, 12"), "wider"),
    (1, ("-8, 8", "-8, 8"), "as it is"),
    (0, (), "no width"),
    (-1, (), "turned over"),
    (1e9, (), "too far at once"),
    (float("nan"), (), "no number"),
    (True, (), "no number"),
    ("2", (), "no number"),
    (None, (), "nothing"),
]


CONSTANTS = [
    ("7", {}, ("x", "y"), "nothing is named"),
    ("f = 7", {}, ("x", "y"), "nor here"),
    ("f(u) = 7", {}, ("u",), "a heading says over what"),
    ("a x", {"a": 2.0, "x": 3.5}, ("y", "z"), "all that occurs is fixed"),
    ("x y z t u v w s p q", dict.fromkeys("xyztuvwspq", 1.0), ("r", "h"), "as many as can be"),
]


@pytest.mark.parametrize(("text", "fixed", "variables", "reason"), CONSTANTS)
def test_a_constant_is_a_function_of_letters_that_mean_nothing_else(text, fixed, variables, reason):
    parameters = ",".join(f"{name}:{value}" for name, value in fixed.items())
    reading = link.read(link.Entries(text, "3, 4", parameters=parameters))
    assert reading.field.variables == variables, reason
    assert dict(reading.field.parameters) == fixed
    np.testing.assert_array_equal(gradviz.gradient(reading.field, reading.point, "symbolic").gradient, 0.0)
    assert len(reading.window) == len(variables)
    assert not reading.remarks


LIKELY = [
    ("a x^2 + b y", ("a", "b"), ""),
    ("a x^2 + b y^2 + c", ("a", "b", "c"), ""),
    ("k*x1 + x2", ("k",), "x1 is a coordinate as x is"),
    ("exp(-alpha t)", ("alpha",), "Greek ones too"),
    ("x^2 + y", (), "all are coordinates"),
    ("a b + c", (), "nothing is left to draw over"),
    ("r^2 + s", (), "neither is one or the other"),
    ("a1 x + b", ("b",), "with an index it may as well be a coordinate"),
    ("f(a, x) = a x", (), "a heading says what is a variable"),
    ("lambda a, x: a*x", (), "of Python, too"),
    ("e^x + pi y", (), "constants are no letters"),
    ("7", (), "nothing to choose"),
    ("tanh(w x + b)", (), "a bias is trained, as its weight is"),
    ("w1 x1 + b", (), "the same"),
]


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_a_preset_has_no_likely_coefficients(preset):
    assert link.likely_parameters(link.read(link.entries_of(preset)).field) == ()


@pytest.mark.parametrize(("text", "letters", "reason"), LIKELY)
def test_letters_that_are_likely_coefficients(text, letters, reason):
    assert link.likely_parameters(link.read(link.Entries(text)).field) == letters, reason


@pytest.mark.parametrize(
    ("text", "parameters", "point", "entries"),
    [
        ("a x^2 + b y", "", "3, 4", ("a:1,b:1", "3, 4")),  # the point was typed for x and y
        ("a x^2 + b y", "", "2, 5, 3, 4", ("a:2,b:5", "3, 4")),  # for all four
        ("a x^2 + b y", "a:7", "3, 4", ("a:7,b:1", "3, 4")),
        ("a x^2 + b y", "", "x=3, y=4", ("a:1,b:1", "x=3, y=4")),
        ("a x^2 + b y", "", "nonsense", ("a:1,b:1", "1, 1")),
    ],
)
def test_likely_coefficients_become_parameters_and_a_point_for_the_rest_stays(
    text, parameters, point, entries
):
    reading = link.read(link.Entries(text, point, parameters=parameters))
    assert link.fix_likely(reading, point) == entries
    fixed = link.read(link.Entries(text, entries[1], parameters=entries[0]))
    assert fixed.field.variables == ("x", "y")
    assert not fixed.remarks


@pytest.mark.parametrize(("factor", "texts", "reason"), FRAMED)
def test_the_window_is_framed_around_the_point(factor, texts, reason):
    assert link.framed_entries((3, 4), ((-8, 8), (-8, 8)), (0, 1), factor) == texts, reason


@pytest.mark.parametrize(("window", "factor"), [((0.0, 9e299), 100), ((1.0, 1.0 + 4e-16), 0.01)])
def test_a_window_that_cannot_be_drawn_is_not_framed(window, factor):
    assert link.framed_entries((window[0],), (window,), (0,), factor) == ()


PANNED = [
    ([[-5, 11], [-7.99966, 8.00034]], ("-5, 11", "-8, 8"), "rounded to a thousandth of the width"),
    ([[11, -5], [-8, 8]], (), "turned over"),
    ([[-5, 11]], (), "one range"),
    ([[-5, 11], [-8]], (), "no range"),
    ([[-5, float("inf")], [-8, 8]], (), "not finite"),
    ([[float("nan"), 11], [-8, 8]], (), "no number"),
    ([[-1.7e308, 1.7e308], [-8, 8]], (), "too wide"),
    ([[-5, 10**400], [-8, 8]], (), "too large"),
    ([[False, 11], [-8, 8]], (), "no number"),
    ([["-5", "11"], [-8, 8]], (), "no numbers"),
    ({"x": [-5, 11]}, (), "no ranges"),
    (None, (), "nothing"),
]


@pytest.mark.parametrize(("ranges", "texts", "reason"), PANNED, ids=lambda value: str(value)[:40])
def test_the_window_is_moved_on_the_map(ranges, texts, reason):
    assert link.panned_entries((0, 1), ranges) == texts, reason


@pytest.mark.parametrize(("text", "letters", "reason"), UNDECLARED, ids=lambda value: str(value)[:20])
def test_the_letters_that_a_heading_leaves_out(text, letters, reason):
    assert undeclared(text) == letters, reason


def test_letters_left_out_are_parameters_on_the_page_and_refused_elsewhere():
    with pytest.raises(GradvizError, match="‘a’ is not among the declared names"):
        gradviz.parse("f(x, y) = a x^2 + b y^2")
    reading = link.read(link.Entries("f(x, y) = a x^2 + b y^2", parameters="b:0.5"))
    assert reading.remarks == ()
    assert reading.field.variables == ("x", "y")
    assert reading.field.parameters == (("b", 0.5), ("a", 1.0))
    assert reading.field([3, 4]) == 1 * 9 + 0.5 * 16


def test_a_variable_may_be_held_fixed():
    reading = link.read(link.Entries("a x^2 + b y", "3, 4", parameters="a:2,b:-1"))
    assert reading.field.variables == ("x", "y")
    assert reading.field([3, 4]) == 2 * 9 - 4
    declared = link.read(link.Entries("f(x, y) = x^2 y", "3", parameters="y:5"))
    assert (declared.field.variables, float(declared.field([3]))) == (("x",), 45)


def test_a_parameter_that_the_function_does_not_have_is_passed_over():
    reading = link.read(link.Entries("x^2", "3", parameters="a:2,x1:3"))
    assert (reading.field.parameters, reading.remarks) == ((), ())


BAD_PARAMETERS = [
    ("a:nan", "finite"),
    ("a:1e101", "too far out"),
    ("a:b", "without the variable"),
    ("sin:2", "already has a meaning"),
    (",", "cannot be the name"),
    ("a:1,a:2,__import__('os'):3", "cannot be the name"),
    (",".join("abcdefghijk"), "already has a meaning|at most 10"),
    ("a:1," * 200, "too long"),
]


@pytest.mark.parametrize(("text", "words"), BAD_PARAMETERS, ids=lambda value: value[:20])
def test_bad_parameters_get_their_sentence_and_the_others_stand(text, words):
    with pytest.raises(GradvizError, match=words):
        link.read_parameters(text)
    reading = link.read(link.Entries("f(x) = a x", "3", parameters=text))
    assert [remark.entry for remark in reading.remarks] == [link.PARAMETERS]
    assert reading.field([3]) == 3


letters = st.sampled_from(["a", "b", "k", "x1", "theta", "alpha2"])


@pytest.mark.parametrize("text", ["a:2,b:-0.5", "a=2, b=-0.5", " a = 2 , b: -1/2", "a=2,b:-5e-1"])
def test_parameters_may_be_spelled_with_either_sign(text):
    assert link.read_parameters(text) == ({"a": 2.0, "b": -0.5}, "")


@given(st.dictionaries(letters, coordinates))
def test_parameters_are_written_so_that_they_read_the_same(held):
    assert link.read_parameters(link.parameters_text(held)) == (held, "")


def test_a_variable_is_held_where_the_point_is_and_let_go_where_it_was_held():
    reading = link.read(link.Entries("a x^2 + b y", "1, 2, 3, 4"))
    held = link.hold_fixed(reading, ["a", "b"])
    assert held == ("a:1,b:2", "3, 4")
    reading = link.read(link.Entries("a x^2 + b y", held[1], parameters=held[0]))
    assert link.hold_fixed(reading, ["b"]) == ("b:2", "1, 3, 4")
    declared = link.read(link.Entries("f(x) = a x", "3", parameters="a:7"))
    assert link.hold_fixed(declared, []) == ("a:7", "3"), "a heading’s word counts"
    unreadable = link.read(link.Entries("a x^2 + + +", "1, 2, 3", parameters="b:2"), reading)
    assert link.hold_fixed(unreadable, ["a"])[0] == "a:1", "of the function that is shown"


@pytest.mark.parametrize(("value", "ends"), [(0, (-5, 5)), (-5, (-5, 5)), (8, (0, 16)), (-8, (-16, 0))])
def test_a_parameters_slider_has_room_on_both_sides(value, ends):
    assert link.slider_ends(value) == ends


@given(st.floats(-100, 100))
def test_a_parameter_that_is_played_comes_back_to_where_it_began(start):
    low, high = link.slider_ends(start)
    values = [link.played(start, tick) for tick in range(2 * link.PLAYED_STEPS)]
    assert values[0] == pytest.approx(start, abs=1e-9)
    assert all(low - 1e-9 <= value <= high + 1e-9 for value in values)
    stride = (high - low) / link.PLAYED_STEPS
    assert min(values) <= low + stride
    assert max(values) >= high - stride
    assert link.played(start, 2 * link.PLAYED_STEPS) is None


# --- the address --------------------------------------------------------------------------------------------

texts = st.text(max_size=30)
numbers = st.floats(-10, 10, allow_nan=False)


def listed(names):
    """Some of ``names`` as the address lists them."""
    return st.sets(st.sampled_from(names)).map(lambda some: ",".join(n for n in names if n in some))


VALUES = {
    **dict.fromkeys(("f", "at", "eps", "par", "across", "up", "win", "axes"), texts),
    **dict.fromkeys(("lift", "overlay", "relative", "precisions", "predict", "present"), st.booleans()),
    "explain": st.sampled_from(["", "none", "forward", "central", "complex-step"]),
    "show": listed([method.name for method in gradviz.METHODS]).map(lambda text: text or "none"),
    "cam": st.one_of(
        st.just(""),
        st.lists(numbers, min_size=6, max_size=6)
        .filter(lambda c: math.dist(c[:3], c[3:]) > 0.02)
        .map(link.camera_text),
    ),
    "dtype": st.sampled_from(list(PRECISIONS)),
    "steps": st.sampled_from(list(STEP_KINDS)),
    "more": listed([layer.name for layer in LAYERS]),
    "by": st.sampled_from(["", "forward", "central6"]),
    "fault": st.sampled_from(["", *(fault.name for fault in faults.FAULTS)]),
    "where": st.sampled_from(["", "5.0", "12.1"]),
    "node": st.sampled_from(["", "0", "37"]),
    "costs": st.sampled_from(["", *(family.name for family in costs.FAMILIES)]),
    "open": listed(link.PANELS),
    "hide": listed(list(link.PARTS)),
    "kept": st.sampled_from(
        ["", "f=x1%5E2+%2B+x2%5E2", "f=x+y&at=1,+2&eps=1e-3", "f=sin(x)&at=2&across=-3,+3&dtype=float32"]
    ),
}
states = st.fixed_dictionaries({key.name: VALUES[key.name] for key in link.KEYS})
LESSON = {key.name: key.default for key in link.KEYS}


@given(states)
def test_every_state_is_in_its_address(state):
    query = link.query_for(state)
    assert link.values_in(query) == (state, ())
    assert (query == {}) == (state == LESSON)
    assert not query or query["v"] == str(link.VERSION)


plausible = st.one_of(texts, st.sampled_from(["1", "true", "none", "1,2,3,0,0,0", "a:1", "x,y", "99", "-1"]))


@given(st.dictionaries(st.one_of(st.sampled_from([*LESSON, "v", "unknown"]), texts), plausible))
def test_every_address_gives_a_state_that_its_own_address_brings_back(query):
    state, remarks = link.values_in(query)
    assert state.keys() == LESSON.keys()
    assert link.values_in(link.query_for(state)) == (state, ())
    assert all(remark.sentence[-1] in ".?!" for remark in remarks)
    reading = link.read(link.entries(state))
    assert len(reading.point) == len(reading.field.variables)
    assert len(reading.window) == len(reading.axes)
    assert all(low < high for low, high in reading.window)


# as the page wrote them before links had a version; what they open must never change
OLD = [
    ({"f": "x1^2 + 3x2^2", "at": "-2, 5", "eps": "2^-10", "show": "forward,complex-step"}, {}),
    ({"f": "5", "at": ""}, {}),
    ({"across": "-6, 6", "up": "0, 10"}, {}),
    ({"lift": "true"}, {"lift": True}),
    ({"overlay": "True"}, {"overlay": True}),
    ({"lift": "false"}, {"lift": False}),
    ({"show": "none"}, {}),
]


@pytest.mark.parametrize(("query", "read"), OLD, ids=str)
def test_a_link_of_the_first_version_opens_the_same_picture(query, read):
    assert link.values_in(query) == ({**LESSON, **query, **read}, ())
    assert link.values_in({**query, "v": "1"}) == ({**LESSON, **query, **read}, ())


@pytest.mark.parametrize(("text", "explained"), [("true", ""), ("False", "none")])
def test_the_predicted_errors_of_old_are_the_curve_that_is_explained(text, explained):
    assert link.values_in({"model": text}) == ({**LESSON, "explain": explained}, ())


def test_the_keys_of_the_first_version_are_known_for_ever():
    first = {"f", "at", "eps", "show", "across", "up", "lift", "overlay", "model"}
    renamed = {renewal.name for renewal in link.RENEWALS}
    assert {key.name for key in link.KEYS} | renamed >= first
    assert len({key.name for key in link.KEYS} | {link.LINK}) == len(link.KEYS) + 1
    assert all(1 < renewal.until <= link.VERSION for renewal in link.RENEWALS)
    assert {renewal.new for renewal in link.RENEWALS} <= {key.name for key in link.KEYS}


def test_a_link_of_a_later_version_opens_as_far_as_it_is_understood():
    state, (remark,) = link.values_in({"v": str(link.VERSION + 1), "eps": "0.01", "depth": "3"})
    assert state == {**LESSON, "eps": "0.01"}
    assert "newer version" in remark.sentence


LEFT_OUT = [
    ("v", "two", "version"),
    ("v", "0", "version"),
    ("lift", "perhaps", "lift"),
    ("dtype", "float8", "float64, float32"),
    ("steps", "", "plain, representable, power-of-two"),
    ("show", "forward,nonsense", "‘nonsense’"),
    ("hide", "<script>", "‘<script>’"),
    ("more", "../etc", "‘../etc’ is unknown"),
    ("more", "lenses", "‘lenses’ is unknown"),
    ("more", "a," * 300, "too long"),
    ("cam", "1,2,3", "six or nine"),
    ("cam", "1,2,3,1,2,3", "looks at nothing"),
    ("cam", "1,2,11,0,0,0", "too far out"),
    ("cam", "1,2,nan,0,0,0", "finite"),
    ("cam", "1,2,3,0,0,0,0,0,0", "no direction"),
    ("cam", "here", "I don't know|without the variable"),
]


DOUBTS = [  # values besides the lesson's, keys that were repeated, what is said
    ({"f": "a*x", "par": "a:2"}, (), []),
    (
        {"f": "a*x", "par": "a:2"},
        ("f", "utm_source"),
        ["The link has f more than once: the last one is taken."],
    ),
    ({"f": "a*x", "par": "b:2,a:1,c:3"}, (), ["The function has no b, no c: left out."]),
    ({"f": "f(x, y) = x + y", "par": "y:5,z:1"}, (), ["The function has no z: left out."]),
    ({"f": "a*(", "par": "b:2"}, (), []),
    ({"f": "a*x", "par": "b:?"}, (), []),
]


@pytest.mark.parametrize(("values", "repeated", "sentences"), DOUBTS)
def test_what_a_link_says_twice_or_of_nothing_is_told(values, repeated, sentences):
    remarks = link.doubts({**LESSON, **values}, repeated)
    assert [remark.sentence for remark in remarks] == sentences
    assert all((remark.entry, remark.stops) == (link.LINK, False) for remark in remarks)


REPEATED = [
    ("a:1,a:2", {"a": 2.0}, "a stands there more than once: the last one, a = 2, is taken."),
    ("a:2, b:1, a", {"a": 1.0, "b": 1.0}, "the last one, a = 1, is taken."),
    ("x1:1,x_1:0.5", {"x1": 0.5}, "x1 stands there more than once"),
    ("a:1,b:2", {"a": 1.0, "b": 2.0}, ""),
]


@pytest.mark.parametrize(("text", "held", "words"), REPEATED)
def test_a_parameter_that_stands_twice_is_told(text, held, words):
    assert link.read_parameters(text)[0] == held
    assert words in link.read_parameters(text)[1]
    assert bool(words) == bool(link.read_parameters(text)[1])
    remarks = link.read(link.Entries("a*x1 + b", "3", parameters=text)).remarks
    assert [remark.stops for remark in remarks if remark.entry == link.PARAMETERS] == [False] * bool(words)


def test_a_kept_picture_that_says_a_thing_twice_is_refused():
    with pytest.raises(GradvizError, match="each thing once"):
        link.compared_values("f=x&f=x^2")


@pytest.mark.parametrize(("name", "text", "words"), LEFT_OUT, ids=lambda value: value[:16])
def test_what_a_link_says_wrongly_is_left_out_with_a_word(name, text, words):
    state, (remark,) = link.values_in({name: text, "v": "2"} | ({name: text}))
    assert re.search(words, remark.sentence)
    assert (remark.entry, remark.stops) == (link.LINK, False)
    expected = "forward" if name == "show" else LESSON.get(name)
    assert state.get(name) == expected


TURNED = [
    ([1.23456, 0, 2, 0, 0, 0, 0, 0, 1], "1.235,0,2,0,0,0,0,0,1"),
    ([0, -0.002, 2, 0, 0, 0, 0, 0, 1, 1], "0,-0.002,2,0,0,0,0,0,1,1"),
    ([0, -0.002, 2, 0, 0, 0, 0, 0, 1, 2], "0,0,2,0,0,0"),
    ([1, 2, 3, 1, 2, 3, 0, 0, 1], "0,0,2,0,0,0"),  # looks at nothing: as it was
    ([1e9] * 9, "0,0,2,0,0,0"),
    ([float("nan")] * 9, "0,0,2,0,0,0"),
    (["1"] * 9, "0,0,2,0,0,0"),
    ([], "0,0,2,0,0,0"),
    (None, "0,0,2,0,0,0"),
    ({"eye": 1}, "0,0,2,0,0,0"),
]


@pytest.mark.parametrize(("numbers", "text"), TURNED, ids=str)
def test_what_the_browser_says_of_the_camera_is_checked(numbers, text):
    assert link.turned_text(numbers, "0,0,2,0,0,0") == text


PRESSED = [
    ("forward", ""),  # the first that takes a step: a plain page has a plain address
    ("central", "central"),
    ("none", "none"),
    ("symbolic", "backward"),  # takes no step: as it was
    ("complex-step", "backward"),  # not shown
    ("f=x&explain=none", "backward"),
    ("", "backward"),
    (None, "backward"),
    (["central"], "backward"),
    ({"method": "central"}, "backward"),
    (float("nan"), "backward"),
]


@pytest.mark.parametrize(("name", "text"), PRESSED, ids=str)
def test_what_the_browser_says_of_the_legend_is_checked(name, text):
    assert link.pressed_text(name, ("symbolic", "forward", "backward", "central"), "backward") == text


CAMERAS = [
    ("", ()),
    ("1.25, 1.25, 1.25, 0, 0, 0", (1.25, 1.25, 1.25, 0, 0, 0)),
    ("0,0,2,0,0,-0.5,0,1,0", (0, 0, 2, 0, 0, -0.5, 0, 1, 0)),
    ("1,0,2,0,0,-0.5,0,0,1,1", (1, 0, 2, 0, 0, -0.5, 0, 0, 1, 1)),
]


@pytest.mark.parametrize(("text", "camera"), CAMERAS)
def test_a_camera_is_read(text, camera):
    assert link.read_camera(text) == camera
    assert link.read_camera(link.camera_text(camera)) == camera


def test_a_camera_is_written_to_what_an_eye_can_tell_apart():
    assert link.camera_text((1.23456, -1e-9, 2, 0, 0, 0)) == "1.235,0,2,0,0,0"


def test_a_window_that_stands_though_the_point_has_moved_is_in_the_link():
    first = link.read(link.Entries())
    assert link.window_text(first) == ""
    moved = link.read(link.Entries(point="0.5, 0.5"), first)
    assert link.window_text(moved) == "-8, 8, -8, 8"
    opened = link.read(link.Entries(point="0.5, 0.5", window=link.window_text(moved)))
    assert (opened.window, opened.remarks) == (moved.window, ())
    away = link.read(link.Entries(point="50, 0.5", window="-8, 8, -8, 8"))
    assert away.window == link.automatic_window((50, 0.5), (0, 1)), "it must hold the point"


@pytest.mark.parametrize("text", ["1", "1,2,3", "1,1,2,2", "nan,1,2,3", "x"])
def test_a_window_that_cannot_be_is_left_out_with_a_word(text):
    reading = link.read(link.Entries(window=text))
    assert [remark.entry for remark in reading.remarks] == [link.WINDOW]
    assert reading.window == link.read(link.Entries()).window


NAMED_AXES = [
    ("x y z", "x,z", (0, 2), False),
    ("x y z", "z,x", (2, 0), False),
    ("x y z", "", (0, 1), False),
    ("x y z", "z,z", (0, 1), True),
    ("x y z", "x,q", (0, 1), True),
    ("x y z", "x,y,z", (0, 1), True),
    ("x y", "y,x", (0, 1), False),
]


@pytest.mark.parametrize(("text", "named", "axes", "told"), NAMED_AXES)
def test_the_drawn_variables_are_in_the_link(text, named, axes, told):
    reading = link.read(link.Entries(text, "1, 2, 3"[: 3 * len(text.split()) - 2], axes=named))
    assert reading.axes == axes
    assert [remark.entry for remark in reading.remarks] == [link.AXES] * told


# --- presets ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_a_presets_entries_read_without_a_remark(preset):
    across, up = link.preset_entries(preset.point, preset.span)
    entries = link.Entries(preset.text, numbers_text(preset.point), preset.step, across or "", up or "")
    reading = link.read(entries)
    assert reading.point == preset.point
    assert [remark for remark in reading.remarks if remark.stops] == []
    for place, axis in enumerate(reading.axes):
        low, high = reading.window[place]
        assert low < preset.point[axis] < high


EXPLAINED = [
    ("", ("symbolic", "forward", "central"), "forward", "the first shown that takes a step"),
    ("central", ("symbolic", "forward", "central"), "central", "as asked"),
    ("central", ("symbolic", "backward"), "backward", "what is not shown cannot be explained"),
    ("none", ("forward",), "none", "none wanted"),
    ("", ("symbolic", "backprop"), "none", "nothing takes a step"),
    ("backprop", ("forward", "backprop"), "forward", "a method without steps has no curve"),
    ("<script>", ("forward",), "forward", "nonsense"),
]


@pytest.mark.parametrize(("text", "shown", "name", "reason"), EXPLAINED)
def test_whose_curve_is_explained(text, shown, name, reason):
    assert link.explained(text, shown) == name, reason
    assert link.explained(link.explained_text(name, shown), shown) == name


# --- a picture kept beside ----------------------------------------------------------------------------------

COMPARED = [
    ({}, "f=x1%5E2+%2B+x2%5E2"),
    ({"f": "x y", "at": "1, 2", "eps": "1e-3"}, "f=x+y&at=1,+2&eps=1e-3"),
    (
        {"f": "f(x)=a x", "par": "a:2", "at": "1", "dtype": "float32"},
        "f=f(x)%3Da+x&at=1&par=a:2&dtype=float32",
    ),
    ({"f": "x + 1", "at": "", "lift": True, "kept": "f=x"}, "f=x+%2B+1&at="),  # the point and f, nothing else
]


@pytest.mark.parametrize(("values", "text"), COMPARED, ids=str)
def test_a_kept_picture_is_a_query_of_its_entries(values, text):
    assert link.compared_text({**LESSON, **values}) == text
    read = link.compared_values(text)
    assert set(read) == set(link.ENTRIES)
    assert read == {name: {**LESSON, **values}[name] for name in link.ENTRIES}
    assert link.read_compared(text).field == link.read(link.entries({**LESSON, **values})).field


@given(states)
def test_every_kept_picture_is_read_as_it_was_written(state):
    assert link.compared_values(link.compared_text(state)) == {name: state[name] for name in link.ENTRIES}


@given(states)
def test_to_swap_twice_changes_nothing(state):
    state = {**state, "kept": link.compared_text({**LESSON, "f": "x y", "eps": "1e-4"})}
    there = link.swapped(state)
    assert (there["f"], there["eps"], there["show"]) == ("x y", "1e-4", state["show"])
    assert link.swapped(there) == state


NOTHING_TO_KEEP = [
    ("at=1", "needs a function"),
    ("f=x&lift=1", "‘lift’ is no part"),
    ("f=x&kept=f%3Dx", "‘kept’ is no part"),  # one is kept, and not a chain of them
    ("f=x+%2B", "missing after +"),
    ("f=__import__(1)", ""),
    ("f=x&eps=-1", "greater than 0"),
    ("f=x&par=2:1", ""),
    ("f=x&dtype=float8", "There is only"),
    ("f=" + "x%2B" * 1000 + "x", "at most 4000"),
    ("f=x" + "&f=x" * 20, "once"),
    ("nonsense", ""),
]


@pytest.mark.parametrize(("text", "word"), NOTHING_TO_KEEP, ids=str)
def test_nonsense_is_not_kept_and_the_link_says_so(text, word):
    state, (remark,) = link.values_in({"kept": text, "v": "2"})
    assert state == LESSON
    assert remark.sentence.startswith("The link’s kept is left out. ")
    assert word.lower() in remark.sentence.lower()


@pytest.mark.parametrize(
    ("entries", "reason"),
    [({}, ""), ({"f": "x +"}, "all entries"), ({"at": "1,,2"}, "all entries"), ({"f": "5"}, "")],
    ids=str,
)
def test_what_can_be_seen_can_be_kept(entries, reason):
    values = {**LESSON, **entries}
    told = link.why_not_compared(link.read(link.entries(values)), values)
    assert bool(told) == bool(reason)
    assert reason in told


def test_what_is_too_long_for_the_address_cannot_be_kept():
    values = {**LESSON, "f": "x" + "\u2003" * 900, "at": "1"}
    reading = link.read(link.entries(values))
    assert reading.field.variables == ("x",)
    assert "too long" in link.why_not_compared(reading, values)


FAMILIES = [  # function, point, parameters, the types in which a number is past the range
    ("f(x) = a sin(x)", "1", "a:-1e5", ["float16"]),
    ("f(x) = a sin(x)", "1e39", "", ["float32", "float16", "bfloat16"]),
    ("f(x) = a sin(x)", "1", "a:65504", []),
]


@pytest.mark.parametrize(("function", "point", "parameters", "names"), FAMILIES)
def test_a_precision_without_a_curve_is_told(function, point, parameters, names):
    reading = link.read(link.Entries(function, point, parameters=parameters))
    remarks = link.family_remarks(reading)
    assert [remark.sentence.split(":")[0] for remark in remarks] == [
        f"There is no curve in {n}" for n in names
    ]
    assert all("too large" in remark.sentence and not remark.stops for remark in remarks)


def test_a_function_is_read_once_for_its_text_and_its_parameters():
    field = read_field("a*x^2 + 1/a", {"a": 2.0})
    assert read_field("a*x^2 + 1/a", {"a": 2.0}) is field
    assert read_field("a*x^2 + 1/b", {"a": 2.0, "b": 1.0}) is not field
    values = [math.copysign(1, dict(read_field("a*x", {"a": zero}).parameters)["a"]) for zero in (0.0, -0.0)]
    assert values == [1, -1]
    for _ in range(2):  # what cannot be read is refused each time
        with pytest.raises(ParseError):
            read_field("a*x^2 +", {"a": 2.0})
