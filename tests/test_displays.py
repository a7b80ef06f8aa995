"""What a notebook shows of the nouns: their numbers in well-formed HTML, and formulas that read back."""

from __future__ import annotations

import base64
import pickle
from functools import cache
from html.parser import HTMLParser
from xml.etree import ElementTree

import numpy as np
import pytest

import gradviz
from gradviz import comparison
from gradviz.displays import BY_NAME
from gradviz.text.numbers import number
from gradviz.tree.expression import Expression, Node

FIELD = gradviz.parse("x1^2 + x2^2")
POINT = [3, 4]
HOSTILE = "<img src=x onerror=alert(1)>"


class Reader(HTMLParser):
    """The rows of one table, and the names of all tags."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.rows: list[list[str]] = []
        self.caption = ""
        self.images: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag == "img":
            self.images.append(dict(attrs))
        if tag not in ("br", "img"):
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open[-1] in ("td", "th"):
            self.rows[-1][-1] += data
        else:
            self.caption += data


@cache
def html_of(name: str) -> str:
    return nouns()[name]._repr_mimebundle_()["text/html"]


def read(noun: object) -> Reader:
    """The table of a noun, or of one of :func:`nouns` by its name."""
    reader = Reader()
    reader.feed(html_of(noun) if isinstance(noun, str) else noun._repr_html_())
    reader.close()
    assert reader.open == []
    assert {len(row) for row in reader.rows} == {len(reader.rows[0])}
    return reader


@cache
def nouns() -> dict[str, object]:
    kink = gradviz.parse("abs(x) + y")
    return {
        "estimate": gradviz.gradient(FIELD, POINT),
        "adaptive": gradviz.gradient(FIELD, POINT, "adaptive"),
        "truth": gradviz.true_gradient(FIELD, POINT),
        "kink": gradviz.true_gradient(kink, [0, 1]),
        "sweep": gradviz.sweep(FIELD, POINT),
        "measured": gradviz.sweep(lambda x: (x**2).sum(), POINT),
        "answers": comparison.answer(FIELD, (3.0, 4.0), 0.1),
        "graph": gradviz.trace(FIELD, POINT),
        "surface": gradviz.sample(FIELD, ((0, 1), (0, 2)), 5),
        "curve": gradviz.sample(gradviz.parse("sqrt(x)"), ((-2, -1),), 5),
        "constant": gradviz.true_gradient(gradviz.parse("5"), []),
    }


def test_every_table_is_well_formed_and_survives_pickling():
    for name, noun in nouns().items():
        reader = read(name)
        assert set(reader.tags) <= {"table", "caption", "br", "thead", "tbody", "tr", "th", "td", "img"}, name
        again = pickle.loads(pickle.dumps(noun))
        assert type(again) is type(noun)
        if not reader.images:  # a picture takes longer, and is drawn from the same numbers
            assert again._repr_html_() == noun._repr_html_(), name


def test_sweeps_answers_and_samples_have_a_picture():
    """An image, which can run nothing: an SVG of its own, well formed."""
    for name in ("sweep", "answers", "surface", "curve"):
        (image,) = read(name).images
        kind, text = str(image["src"]).split("base64,")
        assert kind == "data:image/svg+xml;"
        assert ElementTree.fromstring(base64.b64decode(text)).tag.endswith("}svg")
        assert str(image["alt"]).startswith(("Error against ε", "Surface of f", "Curve of f")), name
        assert len(text) < 400_000


def test_the_tables_hold_the_numbers():
    found = nouns()
    assert read("estimate").rows[1][:4] == ["forward difference", "(6.1, 8.1)", "0.1", "3 evaluations"]
    assert [row[:2] for row in read("truth").rows[1:]] == [["x1", "6"], ["x2", "8"]]
    assert read("kink").rows[1][1:5] == ["no value", "−1", "1", "kink"]
    forward = next(row for row in read("sweep").rows if row[0] == "forward difference")
    sweep = found["sweep"]
    assert forward[1:] == [
        number(value)
        for value in (
            sweep.best_step["forward"],
            sweep.model["forward"].best_step,
            sweep.least_error["forward"],
        )
    ]
    answers = {row[0]: row for row in read("answers").rows[1:]}
    assert len(answers) == len(gradviz.METHODS)
    assert answers["forward difference"][-2] == "0.1414"
    assert "f = x1^2 + x2^2 at (3, 4), ε = 0.1" in read("answers").caption
    assert read("graph").rows[1][1:] == ["x1", "", "3", "6"]
    assert read("surface").rows[-1] == ["f", "0", "5", "25"]


@pytest.mark.parametrize("text", ["x1^2 + x2^2", "sin(x1)/x2", "alpha*exp(-x1) + max(x1, x2)"])
def test_formulas_read_back(text: str):
    field = gradviz.parse(text)
    latex = field._repr_latex_()
    assert latex.startswith(r"$\displaystyle f(")
    point = np.arange(1, len(field.variables) + 1) / 3
    again = gradviz.parse(latex.strip("$").removeprefix(r"\displaystyle "), variables=field.variables)
    assert again(point) == pytest.approx(field(point))
    body = field.expression._repr_latex_().strip("$").removeprefix(r"\displaystyle ")
    assert gradviz.parse(body, variables=field.variables)(point) == pytest.approx(field(point))
    assert set(field._repr_mimebundle_()) == {"text/plain", "text/latex"}


def test_what_is_asked_for_is_given():
    estimate = nouns()["estimate"]
    assert estimate._repr_html_() == html_of("estimate")
    assert estimate._repr_latex_() is None
    bundle = FIELD._repr_mimebundle_(include={"text/latex"})
    assert list(bundle) == ["text/latex"]
    assert "text/latex" not in FIELD._repr_mimebundle_(exclude={"text/latex"})
    assert FIELD._repr_html_() is None


def test_nothing_foreign_becomes_html():
    """A function's own words come into the notes."""

    def function(x: np.ndarray) -> float:
        if not isinstance(x, np.ndarray) or np.iscomplexobj(x):
            raise KeyError(HOSTILE)
        return float(x[0])

    for noun in (gradviz.gradient(function, [1.0], "backprop"), gradviz.sweep(function, [1.0])):
        assert HOSTILE in str(read(noun).rows)
        assert HOSTILE not in noun._repr_html_()


def test_a_formula_too_long_to_read_is_left_out():
    """As partial derivatives may be."""
    sines = [Node("sin", (place,)) for place in range(1000)]
    long = Expression((Node("variable", (), "x"), *sines))
    assert set(long._repr_mimebundle_()) == {"text/plain"}


def test_each_class_that_is_shown_has_its_display():
    from gradviz.shown import DISPLAYS

    assert DISPLAYS == BY_NAME
    for noun in [*nouns().values(), FIELD, FIELD.expression]:
        assert type(noun).__name__ in BY_NAME
