"""The table of accuracy in the README is the one that bench/accuracy.py prints, and the picture shows it."""

import math
from xml.etree import ElementTree

import numpy as np
import pytest

from bench import accuracy
from bench.accuracy_picture import picture
from gradviz import parse
from tests.support.paths import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
DRAWN = ROOT / "docs" / "accuracy.svg"


def rows_of_the_readme() -> list[list[str]]:
    table = README.split(accuracy.BEGIN)[1].split(accuracy.END)[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.split("\n") if line]


def test_the_readme_has_the_methods_in_the_order_in_which_they_are_printed():
    """Their digits are measured anew by whoever wants to; the names are the table's own."""
    heading, _, *rows = rows_of_the_readme()
    printed = accuracy.table([]).splitlines()[0]
    assert heading == [cell.strip() for cell in printed.strip("|").split("|")]
    assert [row[0] for row in rows] == [label for label, _ in accuracy.MEASURED]


def test_the_picture_shows_the_same_methods_in_the_same_order():
    root = ElementTree.fromstring(DRAWN.read_text(encoding="utf-8"))
    texts = ["".join(node.itertext()) for node in root.iter("{http://www.w3.org/2000/svg}text")]
    labels = [label for label, _ in accuracy.MEASURED]
    assert [text for text in texts if text in labels] == labels


def test_an_exact_method_is_drawn_at_the_end_of_the_axis():
    root = ElementTree.fromstring(picture([("a & b", 0.0, 1e-15, 0, 1), ("c", 1e-3, 1e5, 2, 3)]))
    ends = [line for line in root.iter("{http://www.w3.org/2000/svg}line") if line.get("stroke-width") == "3"]
    places = [float(line.get("x1")) for line in ends]
    assert places[0] < places[1] < places[2] < places[3]
    assert all(300 <= place <= 640 for place in places)


class Known:
    """x² at 3 with a gradient of 6."""

    id, field, point, gradient, scale = "x^2", parse("x^2"), [3.0], np.array([6.0]), 6.0


# answer, what is counted, why
COUNTED = [
    ((6.0, 0.0), {"median": 0.0, "failed": 0, "wrong": 0, "covered": 1.0}, "right, and says so"),
    ((6.6, 0.1), {"median": 0.1, "wrong": 1, "silent": 1, "covered": 0.0}, "wrong, and says a tenth"),
    ((6.6, 9.0), {"wrong": 1, "silent": 0, "covered": 1.0}, "wrong, and says so"),
    ((6.03, None), {"median": 0.005, "wrong": 0, "silent": 0}, "not so wrong, and says nothing"),
    ((7.0, None), {"wrong": 1, "silent": 1}, "wrong in silence"),
    ((math.nan, None), {"failed": 1, "wrong": 0}, "no number"),
    (None, {"failed": 1}, "an exception"),
]


@pytest.mark.parametrize(("answer", "counted", "why"), COUNTED)
def test_what_is_counted(answer, counted, why):
    def method(field, point):
        if answer is None:
            raise ValueError
        slope, bar = answer
        return np.array([slope]), None if bar is None else np.array([bar])

    found = accuracy.measured("", method, [Known, Known] if answer and answer[0] == 6.0 else [Known])
    for name, expected in counted.items():
        assert getattr(found, name) == pytest.approx(expected, abs=1e-15), why


def test_ridders_method_is_ridders_method():
    """sin at 1.234 and x eˣ at 2, whose slopes are known, to a hundred roundings."""
    for f, x, slope in (
        (math.sin, 1.234, math.cos(1.234)),
        (lambda t: t * math.exp(t), 2.0, 3 * math.exp(2.0)),
    ):
        assert accuracy._ridders(f, x)[0] == pytest.approx(slope, rel=100 * 2**-52)


def test_the_rivals_see_the_same_function():
    """Each of them, but fdm, which is loaded for the table alone, finds (6, 8) for x² + y² at (3, 4)."""
    field = parse("x^2 + y^2")
    for label, answer in accuracy.MEASURED:
        if "fdm" not in label:
            np.testing.assert_allclose(answer(field, np.array([3.0, 4.0]))[0], [6, 8], 1e-6, err_msg=label)
