"""Questions for a quiz: read by other people's readers, and the answers worked out again."""

from __future__ import annotations

import base64
import json
import math
import os
import re
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from moodle_xml_parser.parser import parse_string

import gradviz
from gradviz import content, link
from gradviz.errors import GradvizError
from gradviz.export import questions as making
from gradviz.export.questions import Question, questions
from gradviz.export.quiz import gift, in_gift, in_moodle_xml, moodle_xml
from gradviz.export.snapshot import Snapshot, snapshot_of, snapshot_of_link
from gradviz.presets import PRESETS
from gradviz.tree.printing import name_to_latex
from tests.support.node import READERS, install, run_node

LINKS = {
    "lesson": "?f=x1^2%2Bx2^2&at=3,4",
    "one variable": "?f=x^3-3x&at=1.5",
    "a kink": "?f=abs(x)%2By&at=0,1",
    "letters of the formats": "?f=where(x==1 or y<2, x^2, {x}*y) %2B 1e-7 x&at=2,1",
    "a parameter": "?f=f(x)=a*exp(x)&par=a:2.5&at=1",
    "three variables": "?f=x*y%2By*z^2%2Bsin(z*x)&at=1,2,3",
    "outside the domain": "?f=sqrt(x)&at=-1",
}


@cache
def linked(name: str) -> Snapshot:
    return snapshot_of_link(f"{LINKS[name]}&v=2")


DRAWN: dict[bytes, Any] = {}  # what each picture was made of


@cache
def asked(name: str) -> tuple[Question, ...]:
    """The questions, each picture recorded."""
    drawing = making.preview

    def recorded(field, window, point, arrows, axes):
        picture = drawing(field, window, point, arrows, axes)
        DRAWN[picture] = (point, arrows)
        return picture

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(making, "preview", recorded)
        return questions.__wrapped__(linked(name).reading)  # not those that another test made


def for_moodle(name: str) -> str:
    return in_moodle_xml(asked(name), content.function_in_short(linked(name).reading.field))


def of_kind(name: str, kind: str) -> list[Question]:
    return [question for question in asked(name) if question.kind == kind]


def point_of(question: Question, name: str) -> list[float]:
    """The point, as the text of the question has it."""
    told = re.search(r"at \\\((.*?)\\\)", question.text)[1].split(", ")
    return [float(part.partition(" = ")[2]) for part in told][: len(linked(name).reading.point)]


# --- the files, by other readers ----------------------------------------------------------------------------


def as_javascript_reads(text: str, tmp_path: Any) -> list[dict[str, Any]]:
    """The questions of a GIFT file by the grammar of gift-pegjs."""
    install(READERS)
    (tmp_path / "quiz.gift").write_text(text, encoding="utf-8")
    program = f"""
        const {{ parse }} = require({json.dumps(str(READERS / "node_modules" / "gift-pegjs"))});
        const text = require("fs").readFileSync({json.dumps(str(tmp_path / "quiz.gift"))}, "utf8");
        console.log(JSON.stringify(parse(text)));
    """
    outcome = run_node("-e", program)
    assert outcome.returncode == 0, outcome.stdout
    return json.loads(outcome.stdout)


def test_gift_is_read_as_it_was_meant(tmp_path):
    """All functions in one file, for one start of Node.js; a short picture, for its parser is slow."""
    short = {name: [replace(row, picture=row.picture[:4]) for row in asked(name)] for name in LINKS}
    wanted = [question for name in LINKS for question in short[name]]
    files = [in_gift(short[name], content.function_in_short(linked(name).reading.field)) for name in LINKS]
    read = as_javascript_reads("\n".join(files), tmp_path)
    categories = [row for row in read if row["type"] == "Category"]
    assert all(row["title"].startswith("$course$/top/gradviz/f(") for row in categories)
    found = [row for row in read if row["type"] != "Category"]
    assert [row["title"] for row in found] == [question.name for question in wanted]
    for row, question in zip(found, wanted, strict=True):
        text, image, _ = row["stem"]["text"].partition("<p><img")
        assert text == question.text
        assert bool(image) == bool(question.picture)
        assert row["type"] == ("Numerical" if question.is_numerical else "MC")
        choices = row["choices"]
        if isinstance(choices, dict):  # a single number
            choices = [
                {"isCorrect": True, "text": choices, "feedback": {"text": question.choices[0].feedback}}
            ]
        for answer, choice in zip(choices, question.choices, strict=True):
            assert answer["feedback"]["text"] == choice.feedback
            if choice.tolerance is None:
                assert (answer["isCorrect"], answer["text"]["text"]) == (choice.right, choice.text)
            else:
                assert answer["text"]["number"] == float(choice.text)
                assert answer["text"]["range"] == pytest.approx(choice.tolerance)
                assert (answer.get("weight") is None) == choice.right  # what is wrong is worth 0 %


@pytest.mark.parametrize("name", LINKS)
def test_moodle_xml_has_what_moodle_reads(name: str):
    """By the description of the format: what its importer asks each kind of question for."""
    root = ElementTree.fromstring(for_moodle(name))
    assert root.tag == "quiz"
    kinds = [element.get("type") for element in root]
    assert kinds[0] == "category"
    assert set(kinds) <= {"category", "numerical", "multichoice"}
    elements = [element for element in root if element.get("type") != "category"]
    for element, question in zip(elements, asked(name), strict=True):
        assert element.findtext("name/text") == question.name
        assert element.find("questiontext").get("format") == "html"
        assert element.findtext("questiontext/text").startswith(question.text)
        fractions = [answer.get("fraction") for answer in element.findall("answer")]
        assert fractions == ["100" if choice.right else "0" for choice in question.choices]
        if element.get("type") == "numerical":
            for answer, choice in zip(element.findall("answer"), question.choices, strict=True):
                assert float(answer.findtext("text")) == float(choice.text)
                assert float(answer.findtext("tolerance")) == pytest.approx(choice.tolerance)
        else:
            assert element.findtext("single") == "true"
        file = element.find("questiontext/file")
        assert (file is not None) == bool(question.picture)
        if file is not None:
            assert base64.b64decode(file.text) == question.picture
            assert f"@@PLUGINFILE@@/{file.get('name')}" in element.findtext("questiontext/text")
            assert question.picture.startswith(b"\x89PNG")


@pytest.mark.parametrize("name", LINKS)
def test_moodle_xml_is_read_by_a_parser_of_others(name: str):
    read = parse_string(for_moodle(name))["multichoice"]
    wanted = [question for question in asked(name) if not question.is_numerical]
    assert [row.name for row in read] == [question.name for question in wanted]
    for row, question in zip(read, wanted, strict=True):
        assert [option.answer for option in row.options] == [choice.text for choice in question.choices]
        assert [option.score_fraction for option in row.options] == [
            100.0 * choice.right for choice in question.choices
        ]
        assert row.single
        assert row.shuffle_answers


def test_the_same_bytes_in_another_process():
    program = (
        "from gradviz.export.snapshot import snapshot_of_link\n"
        "from gradviz.export.quiz import gift, in_gift, in_moodle_xml, moodle_xml\n"
        f"snapshot = snapshot_of_link({LINKS['three variables'] + '&v=2'!r})\n"
        "print(gift(snapshot) + moodle_xml(snapshot), end='')"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "3", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, env=environment)
    snapshot = linked("three variables")
    assert done.stdout.decode() == gift(snapshot) + moodle_xml(snapshot)


# --- the answers --------------------------------------------------------------------------------------------


def test_the_lessons_answers_by_hand():
    """f = x₁² + x₂²: the derivative is 2x, the forward difference 2x + ε, the backward one 2x − ε."""
    for question in of_kind("lesson", "Difference quotient"):
        first, second = re.search(r"x_\{1\} = (\S+), x_\{2\} = (\S+)\\\)", question.text).groups()
        step = Fraction(re.search(r"varepsilon = (\S+?)\\\)", question.text)[1])
        x = Fraction(first if r"along \(x_{1}\)" in question.text else second)
        shift = step if "forward" in question.text else -step if "backward" in question.text else 0
        right = question.choices[0]
        assert abs(Fraction(right.text) - (2 * x + shift)) < Fraction(1, 10**7)
        if shift:
            (wrong,) = question.choices[1:]
            assert abs(Fraction(wrong.text) - 2 * x) < Fraction(1, 10**7)
    first = of_kind("lesson", "Difference quotient")[0]
    assert (first.choices[0].text, first.choices[1].text) == ("6.1", "6")


@pytest.mark.parametrize("name", LINKS)
def test_four_digits_are_enough_and_the_wrong_number_is_refused(name: str):
    for question in asked(name):
        if not question.is_numerical:
            continue
        right, *wrong = question.choices
        value = float(right.text)
        assert abs(float(f"{value:.3e}") - value) < right.tolerance
        assert abs(float(f"{value:.2e}") - value) < right.tolerance or value != float(f"{value:.2e}")
        for choice in wrong:
            assert abs(float(choice.text) - value) > right.tolerance + choice.tolerance


@pytest.mark.parametrize("name", LINKS)
def test_derivatives_are_the_true_ones(name: str):
    field = linked(name).reading.field
    for question in of_kind(name, "Derivative"):
        truth = gradviz.true_gradient(field, point_of(question, name))
        assert truth.differentiable
        along = re.search(r"\\frac\{\S+ f\}\{\S+ (\S+)\}\\\)", question.text)[1]
        i = [name_to_latex(variable) for variable in field.variables].index(along)
        assert float(question.choices[0].text) == pytest.approx(truth.gradient[i], rel=1e-9)


@pytest.mark.parametrize("name", LINKS)
def test_the_best_step_is_better_at_points_of_its_own(name: str):
    """The error is measured again, at steps that the sweep does not have."""
    field = linked(name).reading.field
    for question in of_kind(name, "Best step"):
        method = "forward" if "the forward" in question.text else "central"
        typical = []
        for choice in question.choices:
            step = 10.0 ** int(re.search(r"\{(-\d+)\}", choice.text)[1])
            steps = step * np.geomspace(0.7, 1.4, 41)
            found = gradviz.sweep(field, point_of(question, name), steps=steps, methods=(method,))
            typical.append(np.median(found.errors[method]))
        assert min(typical[1:]) > 2 * typical[0]


@pytest.mark.parametrize("name", LINKS)
def test_the_arrow_is_that_of_the_right_method(name: str):
    for question in of_kind(name, "Which method"):
        point, arrows = DRAWN[question.picture]
        step = float(re.search(r"varepsilon = (\S+?)\\\)", question.text)[1])
        (right,) = [choice.text.split()[0] for choice in question.choices if choice.right]
        field = linked(name).reading.field
        true, other = arrows.values()
        np.testing.assert_array_equal(true, gradviz.true_gradient(field, point).gradient)
        np.testing.assert_array_equal(other, gradviz.gradient(field, point, right, step).gradient)
        for choice in question.choices:
            if not choice.right:
                method = choice.text.split()[0]
                assert math.dist(
                    gradviz.gradient(field, point, method, step).gradient, other
                ) > 0.05 * math.hypot(*other)


@pytest.mark.parametrize("name", LINKS)
def test_every_variant_is_another(name: str):
    texts = [question.text for question in asked(name)]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.name)
def test_something_can_be_asked_about_every_preset(preset, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(making, "preview", lambda *_: b"")
    snapshot = snapshot_of({**link.values_in({})[0], **link.values_of(preset)})
    kinds = {question.kind for question in questions(snapshot.reading, variants=1)}
    assert {"Derivative", "Difference quotient"} <= kinds


def test_a_quiz_has_an_end():
    for variants in (0, -1, 51):
        with pytest.raises(GradvizError, match="from 1 to 50 variants"):
            questions(snapshot_of_link("?f=x^2&at=1&v=2").reading, variants)


def test_a_constant_asks_nothing():
    with pytest.raises(GradvizError, match="f is constant"):
        questions(snapshot_of_link("?f=7&at=1,1&v=2").reading)
