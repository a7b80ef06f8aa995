"""Formulas as they are set: complete, in their place, and never wider than their room."""

import pytest

from gradviz import parse
from gradviz.export.vector.formula import AXIS, Glyph, Rule, in_lines, joined, typeset
from gradviz.presets import PRESETS
from gradviz.tree.printing import to_latex

LETTERS = str.maketrans({"−": "-", "⋅": "", "π": "p", "∗": ""})


def glyphs(latex):
    return [piece for piece in joined(typeset(latex)).pieces if isinstance(piece, Glyph)]


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_every_letter_of_a_formula_is_set_once(preset):
    """What the LaTeX has but for its commands, in its order."""
    latex = to_latex(parse(preset.text).expression)
    for command in (r"\left", r"\right", r"\frac", r"\sqrt", r"\operatorname", "{", "}", "^", "_", "\\", " "):
        latex = latex.replace(command, "")
    expected = latex.replace("pi", "p")
    set_letters = "".join(glyph.character for glyph in glyphs(to_latex(parse(preset.text).expression)))
    set_letters = set_letters.replace("√", "").translate(LETTERS)
    assert sorted(set_letters) == sorted(expected.replace("|", ""))


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_letters_stand_inside_of_their_box_and_in_no_others_way(preset):
    box = joined(typeset(to_latex(parse(preset.text).expression)))
    rooms = []
    for glyph in (piece for piece in box.pieces if isinstance(piece, Glyph)):
        left, bottom, right, top = (edge * glyph.size for edge in glyph.face.bounds(glyph.character))
        assert glyph.x + left >= -0.05
        assert glyph.x + right <= box.width + 0.05
        assert glyph.y + top <= box.height + 1e-9
        assert glyph.y + bottom >= -box.depth - 1e-9
        if glyph.character != "√":
            rooms.append((glyph.x + left, glyph.x + right, glyph.y + bottom, glyph.y + top))
    for k, (left, right, bottom, top) in enumerate(rooms):
        for a, b, c, d in rooms[k + 1 :]:
            across, up = min(right, b) - max(left, a), min(top, d) - max(bottom, c)
            assert not (across > 0.12 and up > 0.12), "two letters lie over each other"


def test_a_fraction_lies_about_the_axis():
    top, bottom = glyphs(r"\frac{1}{2}")
    (rule,) = [piece for piece in joined(typeset(r"\frac{1}{2}")).pieces if isinstance(piece, Rule)]
    assert rule.y < AXIS < rule.y + rule.height
    assert top.y > AXIS > bottom.y + 0.6
    assert top.x == pytest.approx(bottom.x)


def test_scripts_are_raised_lowered_and_smaller():
    base, above, below = sorted(glyphs("x_{1}^{2}"), key=lambda glyph: (glyph.character != "x", -glyph.y))
    assert (base.character, base.y, base.size) == ("x", 0.0, 1.0)
    assert below.y < 0 < above.y
    assert below.size == above.size == 0.7


def test_a_minus_in_front_is_a_sign_and_one_between_is_none():
    """Only an operator between two things has space around it."""
    sign, between = joined(typeset("-x")), joined(typeset("a-x"))
    letters = {glyph.character: glyph for glyph in between.pieces if isinstance(glyph, Glyph)}
    assert sign.pieces[1].x == pytest.approx(letters["−"].face.width("−", 1))
    assert letters["x"].x - letters["−"].x > sign.pieces[1].x + 0.2


@pytest.mark.parametrize("room", [12.0, 20.0, 40.0])
def test_lines_break_before_operators_and_keep_their_room(room):
    latex = to_latex(parse("(1.5 - x + x*y)^2 + (2.25 - x + x*y^2)^2 + (2.625 - x + x*y^3)^2 - x").expression)
    lines = in_lines(typeset(latex), room)
    assert all(line.width <= room for line in lines)
    assert sum(len(line.pieces) for line in lines) == len(joined(typeset(latex)).pieces)
    for line in lines[1:]:
        assert line.pieces[0].character in "+−"


@pytest.mark.parametrize(
    "latex", ["", "{", "^", r"\frac", r"\left(", r"\begin{cases}", "x^", r"\sqrt[", r"\unknown{x}"]
)
def test_what_is_no_formula_is_set_as_far_as_it_goes(latex):
    assert joined(typeset(latex)).width >= 0
