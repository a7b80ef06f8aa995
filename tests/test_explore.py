"""The stage of a notebook: what is done on it reaches Python, and what it shows then is the page's own."""

from __future__ import annotations

import gzip
import math
import sys
from typing import Any

import numpy as np
import pytest
import torch

import gradviz
from gradviz import content, function_stage, link, widget
from gradviz.errors import GradvizError
from gradviz.export.snapshot import snapshot_of_link
from gradviz.scripts import plotly_script


class Sent(list[tuple[dict[str, Any], list[bytes]]]):
    """What a widget has sent to its views."""


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The lesson's stage, whose messages are kept in ``sent``."""
    made = gradviz.explore("x1^2 + x2^2", at=(3, 4), step=0.1)
    made.sent = Sent()
    monkeypatch.setattr(
        type(made), "send", lambda self, content, buffers=(): self.sent.append((content, list(buffers)))
    )
    return made


def done(stage: Any, kind: str, value: object, n: int = 1) -> None:
    """What the view sends of something done on it."""
    stage._handle_custom_msg({"kind": kind, "n": n, "value": value}, [])


def shown(stage: Any) -> dict[str, str]:
    return {card["method"]: card["gradient"] for card in stage.view["cards"]}


def test_it_shows_what_the_page_shows(stage: Any):
    opened = snapshot_of_link(stage.link or "?")
    chosen = content.choices(opened.values)
    panels = content.pictures(opened.reading, opened.answers, chosen).panels
    _, view = content.view_message(panels, opened.reading, opened.answers, chosen, words=None)
    assert stage.view["pictures"] == view["pictures"]
    assert stage.words["table"] == content.table_of(opened.answers)
    assert shown(stage)["forward"] == "(6.1, 8.1)"
    assert stage.graph == {"walk": opened.walk, "walkView": content.walk_message(panels)}


@pytest.mark.parametrize(
    ("kind", "value", "name", "text"),
    [
        ("picked", {"picture": "map", "x": 1.0, "y": -2.0, "done": True}, link.POINT, "1, -2"),
        ("stepped", -3.0, link.STEP, "0.001"),
        ("shown", "forward,central6", link.SHOWN, "forward,central6"),
        ("explained", "central", link.EXPLAINED, "central"),
        ("turned", [1.25, 1.5, 1.0, 0, 0, 0, 0, 0, 1], link.CAMERA, "1.25,1.5,1,0,0,0,0,0,1"),
    ],
)
def test_what_is_done_on_it_is_in_its_link_and_is_answered(
    stage: Any, kind: str, value: object, name: str, text: str
):
    done(stage, kind, value, n=7)
    values = snapshot_of_link(stage.link or "?").values
    assert values[name].replace(" ", "") == text.replace(" ", "")
    assert stage.sent == [({"kind": "answer", "n": 7}, [])]


def test_its_numbers_follow(stage: Any):
    done(stage, "picked", {"picture": "map", "x": 1.0, "y": -2.0, "done": False})
    assert shown(stage)["symbolic"] == "(2, −4)"
    adjoints = {node["name"]: node["adjoint"] for node in stage.graph["walk"]["nodes"].values()}
    assert (adjoints["x₁"], adjoints["x₂"]) == ("2", "−4")
    assert stage.answers.point.tolist() == [1, -2]
    done(stage, "stepped", -1.0)  # the point was never let go: it is where it was
    assert stage.answers.point.tolist() == [3, 4]


@pytest.mark.parametrize(
    "value", [None, [1], {"x": 1}, {"x": "y", "y": None, "done": True}, float("nan"), {}]
)
def test_a_report_that_makes_no_sense_changes_nothing_and_is_answered(stage: Any, value: object):
    before = stage.link
    for kind in (*link.reports.REPORTS, "unheard of"):
        done(stage, kind, value)
    assert stage.link == before
    assert {content["kind"] for content, _ in stage.sent} == {"answer"}


def test_it_hands_out_plotly_when_it_is_asked_and_not_before(stage: Any):
    stage._handle_custom_msg({"kind": "plotly"}, [])
    ((said, (packed,)),) = stage.sent
    assert said == {"kind": "plotly"}
    assert gzip.decompress(packed).decode() == plotly_script()
    synced = len(str(stage.get_state()))
    assert synced < 1_000_000, "a notebook keeps it with every widget"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"function": "foo(x)", "at": (1,)}, "I don't know ‘foo’"),
        ({"function": "x y", "at": (1, "a")}, "must be numbers"),
        ({"function": "x", "at": 1, "theme": "blue"}, "theme"),
        ({"function": None, "at": (1,)}, "written as text"),
        ({"function": lambda x: x[0] ** 2}, "how many coordinates"),
        ({"function": lambda x: x[0] ** 2, "at": (1,), "n": 2}, "how many coordinates"),
        ({"function": lambda x: x[0] ** 2, "n": 51}, "from 1 to 50 variables"),
        ({"function": lambda x: x[0] ** 2, "n": 1, "dtype": "float16"}, "written as text"),
        ({"function": lambda x: x[5], "at": (1, 2)}, r"At \(1, 2\) f raised IndexError"),
        ({"function": lambda x: "a", "n": 2}, "f must give one number, and gave str"),
        ({"function": lambda x: x, "n": 2}, r"gave ndarray of shape \(2,\)"),
        ({"function": "x", "at": 1, "dtype": "float8"}, "float8"),
    ],
)
def test_bad_input_is_one_sentence(arguments: dict[str, Any], sentence: str):
    with pytest.raises(GradvizError, match=sentence):
        gradviz.explore(**arguments)


def test_a_field_with_parameters_is_explored_as_it_is():
    field = gradviz.parse("a x^2 + y", parameters=["a"]).with_parameters(a=3.0)
    stage = gradviz.explore(field, at=(1, 2))
    assert stage.answers.field(stage.answers.point) == field([1, 2])
    assert "a" not in stage.answers.field.variables


def steep(x: Any) -> Any:
    """sin of the first coordinate times e to the second, of an array or a complex one."""
    return np.sin(x[0]) * np.exp(x[1])


def test_a_python_function_of_arrays_is_explored_by_the_methods_that_apply():
    stage = gradviz.explore(steep, at=(1, 0.5), step=0.1)
    assert list(stage.view["pictures"]) == ["surface", "errors", "map"]
    expected = np.array([math.cos(1), math.sin(1)]) * math.exp(0.5)
    for method in ("central6", "complex-step", "adaptive"):
        assert stage.answers.estimates[method].gradient == pytest.approx(expected, rel=1e-2), method
    assert stage.answers.sweep.reference.method == "complex-step"
    forward = (math.sin(1.1) - math.sin(1)) / 0.1 * math.exp(0.5)
    assert stage.answers.estimates["forward"].gradient[0] == pytest.approx(forward, rel=1e-12)
    assert "by the complex step" in stage.view["headline"]["text"]
    for method in ("the closed form", "back-propagation"):
        assert f"Not {method}: " in stage.words["paragraph"]
    assert stage.words["table"].count("<tr data-method") == 9
    assert stage.link == ""


def test_a_python_function_of_tensors_follows_what_is_done_on_its_stage(monkeypatch: pytest.MonkeyPatch):
    stage = gradviz.explore(lambda x: torch.sum(x**2), n=3)
    monkeypatch.setattr(type(stage), "send", lambda *_, **__: None)
    assert shown(stage)["backprop"] == "(2, 2, 2)"
    done(stage, "picked", {"picture": "map", "x": 2.0, "y": -1.0, "done": True})
    assert shown(stage)["backprop"] == "(4, −2, 2)"
    assert "Not back-propagation" not in stage.words["paragraph"]
    done(stage, "stepped", -3.0)
    assert stage.answers.estimates["forward"].gradient == pytest.approx([4.001, -1.999, 2.001])
    done(stage, "shown", "forward")
    assert [card["method"] for card in stage.view["cards"] if card["shown"]] == ["forward"]


def test_where_a_python_function_raises_there_is_a_hole_and_a_sentence():
    """The square root of numbers below 0 is one of Python's own; an IndexError is the function's fault."""
    stage = gradviz.explore(lambda x: math.sqrt(x[0]) if x[0] > -1 else x[3], at=(2,))
    assert list(stage.view["pictures"]) == ["curve", "errors"]
    assert stage.words["notes"] == [
        "At some places f raised IndexError (index 3 is out of bounds for axis 0 with size 1)."
    ]
    curve = stage.answers.sweep.reference
    assert curve.gradient == pytest.approx([0.5 / math.sqrt(2)])


def test_a_python_function_of_two_variables_ends_with_its_samples():
    """Its edge is not searched for, as a formula's is: that would call it some thousand times more."""
    stage = gradviz.explore(lambda x: math.sqrt(x[0]) + x[1], at=(2, 1))
    assert set(stage.view["pictures"]) == {"surface", "map", "errors"}


def test_a_slow_python_function_is_asked_less_often_and_a_very_slow_one_refused(
    monkeypatch: pytest.MonkeyPatch,
):
    calls = []
    monkeypatch.setattr(function_stage.time, "perf_counter", lambda: len(calls) * 0.02)

    def slow(x: Any) -> Any:
        calls.append(x)
        return x[0] ** 2

    assert len(gradviz.explore(slow, at=(1,)).answers.sweep.steps) == 33
    assert len(calls) * 0.02 < function_stage.MOST_SECONDS
    monkeypatch.setattr(function_stage.time, "perf_counter", lambda: len(calls) * 0.2)
    with pytest.raises(GradvizError, match=r"One call of the function takes 0\.2 s"):
        gradviz.explore(slow, at=(1,))


def test_without_anywidget_a_sentence_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setitem(sys.modules, "anywidget", None)
    with pytest.raises(GradvizError, match=r"gradviz\[notebook\]"):
        widget._stage_class.__wrapped__()
