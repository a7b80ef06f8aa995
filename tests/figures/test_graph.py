"""The picture of the computation graph: where its boxes stand, what is on them, and what is drawn as one."""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gradviz
from gradviz.autodiff.graph import trace
from gradviz.figures import collected, contour_picture, curve_picture, figure_apart, graph
from gradviz.figures.graph import LARGEST, graph_view, parts, walk_data
from gradviz.figures.graph_layout import NEAR, repeats
from gradviz.figures.parts.box_layout import Edge, layered, layers


def view(text: str, *point: float, **options) -> dict:
    return graph_view(gradviz.trace(gradviz.parse(text), list(point)), **options)


def squares(n: int) -> str:
    return " + ".join(f"(x{i} - {i})^2" for i in range(1, n + 1))


# --- the layout ---------------------------------------------------------------------------------------------


def test_a_box_stands_after_all_it_needs():
    edges = [Edge(0, 2), Edge(1, 2), Edge(2, 4), Edge(1, 4), Edge(3, 4)]
    assert layers(5, edges) == [0, 0, 1, 0, 2]
    assert layers(5, edges, late=[3]) == [0, 0, 1, 1, 2]


@st.composite
def graphs(draw: st.DrawFn) -> tuple[int, list[Edge]]:
    count = draw(st.integers(2, 25))
    label = st.sampled_from(((0.0, 0.0), (120.0, 34.0), (30.0, 17.0)))
    edges = []
    for target in range(1, count):
        for _ in range(draw(st.integers(0, 3))):
            edges.append(Edge(draw(st.integers(0, target - 1)), target, draw(label)))
    return count, edges


@given(graphs(), st.booleans())
def test_nothing_lies_on_anything(graph, down):
    count, edges = graph
    sizes = [(128.0, 58.0)] * count
    laid = layered(sizes, edges, down=down)
    taken = [(*centre, *size) for centre, size in zip(laid.boxes, sizes, strict=True)]
    taken += [(*c, *edge.label) for c, edge in zip(laid.labels, edges, strict=True) if edge.label[0]]
    for (x, y, wide, tall), (x_, y_, wide_, tall_) in itertools.combinations(taken, 2):
        apart = max(abs(x - x_) - (wide + wide_) / 2, abs(y - y_) - (tall + tall_) / 2)
        assert apart > -1e-6
    for x, y, wide, tall in taken:
        assert x - wide / 2 >= -1e-6
        assert x + wide / 2 <= laid.width + 1e-6
        assert y - tall / 2 >= -1e-6
        assert y + tall / 2 <= laid.height + 1e-6


@given(graphs(), st.booleans())
def test_every_edge_runs_from_its_source_to_its_target(graph, down):
    count, edges = graph
    laid = layered([(128.0, 58.0)] * count, edges, down=down)
    along = 1 if down else 0
    for edge, path in zip(edges, laid.paths, strict=True):
        numbers = [float(n) for n in re.findall(r"-?\d+\.\d", path)]
        start, end = numbers[:2], numbers[-2:]
        half = (58.0 if down else 128.0) / 2
        assert start[along] == pytest.approx(laid.boxes[edge.source][along] + half, abs=0.1)
        assert end[along] == pytest.approx(laid.boxes[edge.target][along] - half, abs=0.1)
        assert start[1 - along] == pytest.approx(laid.boxes[edge.source][1 - along], abs=0.1)


def test_what_can_be_drawn_without_a_crossing_is():
    """Two inputs that each feed the operation opposite: one swap mends it."""
    laid = layered([(10.0, 10.0)] * 4, [Edge(0, 3), Edge(1, 2)])
    first, second, third, fourth = (y for _, y in laid.boxes)
    assert (first < second) == (fourth < third)


# --- boxes and edges ----------------------------------------------------------------------------------------


def boxes(data: dict, name: str = "whole") -> list[dict]:
    return data["views"][name]["wide"]["boxes"]


def edges(data: dict, name: str = "whole") -> list[dict]:
    return data["views"][name]["wide"]["edges"]


def test_the_lesson_is_drawn_whole():
    data = view("x1^2 + x2^2", 3, 4, drawn=("x1", "x2"))
    assert sorted(box["title"] for box in boxes(data)) == ["+", "2", "2", "^", "^", "x₁", "x₂"]
    found = {(edge["formula"], edge["number"]) for edge in edges(data)}
    assert found == {
        ("", ""),
        ("∂(a²)/∂a = 2·a", "= 6"),
        ("∂(a²)/∂a = 2·a", "= 8"),
        ("∂(a + b)/∂a = 1", "= 1"),
        ("∂(a + b)/∂b = 1", "= 1"),
    }
    nodes = {node["name"]: (node["value"], node["adjoint"]) for node in data["nodes"].values()}
    assert nodes["x₁"] == ("3", "6")
    assert nodes["v₃"] == ("25", "1")


@pytest.mark.parametrize("way", ["wide", "tall"])
def test_inputs_stand_first_and_the_output_last(way):
    data = view("sin(x*y) + x/y", 1, 2)
    along = "x" if way == "wide" else "y"
    placed = {box["title"]: box[along] for box in data["views"]["whole"][way]["boxes"]}
    assert min(placed, key=placed.__getitem__) in "xy"
    assert max(placed, key=placed.__getitem__) == "+"


def test_a_shared_part_stands_once():
    data = view("(x + y)*(x + y)", 1, 2)
    assert [box["title"] for box in boxes(data)].count("+") == 1
    between = [edge for edge in edges(data) if edge["formula"].startswith("∂(a·b)")]
    assert [edge["number"] for edge in between] == ["= 3", "= 3"]


def test_the_steps_carry_what_is_drawn_of_the_gradient():
    data = view("x*y + x", 2, 5, drawn=("x", "y"))
    assert [step["partial"] for step in data["steps"] if "partial" in step] == [[0, 1.0], [0, 6.0], [1, 2.0]]
    assert not [step for step in view("x*y", 2, 5)["steps"] if "partial" in step]


# --- what is drawn as one -----------------------------------------------------------------------------------


def test_equal_shapes_and_chains_are_drawn_as_one():
    data = view(squares(10), *range(10))
    titles = [box["title"] for box in boxes(data, "folded")]
    assert titles.count("sum of 10") == 1
    assert titles.count("like v₂") == 9
    assert len(titles) < 0.5 * len(boxes(data))
    numbers = [e["number"] for e in edges(data, "folded") if not e["formula"] and e["number"]]
    # at x = (0, 1, … 9) every factor 2(xᵢ − i) through a folded square is −2; through the sum it is 1
    assert sorted(numbers) == ["1"] * 10 + ["−2"] * 9


def test_a_product_drawn_as_one_hands_on_the_product_of_the_others():
    data = view("x1*x2*x3*x4", 2, 3, 5, 7)
    (one,) = [box for box in boxes(data, "folded") if box["title"] == "product of 4"]
    assert one["members"] == [2, 4, 6]
    assert sorted(edge["number"] for edge in edges(data, "folded")) == ["105", "30", "42", "70"]


def test_what_does_not_repeat_is_left_as_it_is():
    graph = gradviz.trace(gradviz.parse("sin(x)*cos(y) + 1/x"), [1.0, 2.0])
    assert repeats(graph, range(len(graph.nodes))) == []
    assert "folded" not in view("sin(x)*cos(y) + 1/x", 1, 2)


# --- a graph that is too large ------------------------------------------------------------------------------

LARGE = "+".join(f"sin(x)*{i}" for i in range(2, 55))


def test_of_a_large_graph_a_part_is_drawn_and_that_is_said():
    field = gradviz.parse(LARGE)
    places = parts(field, (1.0,))
    nodes = len(field.expression.nodes)
    assert nodes > LARGEST
    data = walk_data(field, (1.0,), ("x",))
    assert f"{nodes} nodes" in data["note"]
    operations = [box for box in boxes(data) if not box["number"]]
    assert 10 < len(operations) <= NEAR
    assert str(nodes - 1) in data["nodes"]
    centre = min(places)
    assert str(centre) in walk_data(field, (1.0,), ("x",), around=centre)["nodes"]


def test_of_a_graph_that_fits_nothing_need_be_chosen():
    assert parts(gradviz.parse("x^2"), (1.0,)) == {}


def test_sixty_nodes_are_a_message_of_moderate_size():
    data = view(f"{squares(10)} + sin(x1*x2) + exp(x3/x4) + tanh(x5)", *range(1, 11))
    assert len(data["nodes"]) > 55
    assert len(json.dumps(data)) < 150_000


@pytest.mark.parametrize(
    "text", ["5", "pi", "x", "-x if x < 0 and x > -3 or not x > 2 else x", "max(x, 1, 2, 3)"]
)
def test_whatever_is_typed_can_be_drawn(text):
    field = gradviz.parse(text)
    json.dumps(graph_view(gradviz.trace(field, [1.0] * len(field.variables))), allow_nan=False)


# --- the gradient as far as it is collected -----------------------------------------------------------------


def trace_of(picture, role: str) -> dict:
    (found,) = [t for t in picture.figure["data"] if (t.get("meta") or {}).get("role") == role]
    return found


def arrow_of(picture, method: str) -> np.ndarray:
    (found,) = [t for t in picture.figure["data"] if (t.get("meta") or {}).get("method") == method]
    return np.array([found["x"], found["y"]])


@pytest.mark.parametrize("window", [((-8, 8), (-8, 8)), ((-1, 20), (3, 5))])
def test_all_collected_it_is_the_arrow_of_back_propagation(window):
    field = gradviz.parse("x1^2 + x2^2")
    surface = gradviz.sample(field, window, 20)
    estimates = [gradviz.gradient(field, [3.0, 4.0], "backprop")]
    picture = contour_picture(field, surface, [3.0, 4.0], estimates)
    meta = trace_of(picture, collected.ROLE)["meta"]
    tip = np.array(meta["from"]) + np.array([6.0, 8.0]) @ np.array(meta["unit"])
    assert arrow_of(picture, "backprop")[:, 1] == pytest.approx(tip)
    assert trace_of(picture, collected.ROLE)["visible"] is False


@pytest.mark.parametrize("text", ["x1^2 + x2^2", "x^2"])
@pytest.mark.parametrize("methods", [("symbolic", "forward", "backprop"), ("forward", "backprop")])
def test_beside_the_walk_the_part_grows_on_the_true_gradient_alone(text, methods):
    """The arrows of all methods lay over it, from the first step on, when nothing is collected yet."""
    field = gradviz.parse(text)
    at = [3.0, 4.0][: len(field.variables)]
    estimates = [gradviz.gradient(field, at, method) for method in methods]
    draw = contour_picture if len(at) == 2 else curve_picture
    picture = draw(field, gradviz.sample(field, ((-8, 8), (-8, 8))[: len(at)], 20), at, estimates)
    prepared = figure_apart(picture)
    beside, title = collected.beside_walk(picture)
    drawn = beside.figure["data"]
    assert not any((trace.get("meta") or {}).get("method") for trace in drawn)  # which lie over all traces
    names = [trace.get("name") for trace in drawn]
    assert {"closed form", "forward", "back-propagation"} & set(names) == (
        {"closed form"} if "symbolic" in methods else set()
    )
    assert drawn.index(trace_of(beside, collected.ROLE)) > max(
        [place for place, name in enumerate(names) if name == "closed form"], default=0
    )
    assert ("whole gradient" in title) == ("symbolic" in methods)
    assert trace_of(beside, collected.ROLE) == trace_of(picture, collected.ROLE)
    assert len(drawn) == len(figure_apart(beside).value["data"]) < len(prepared.value["data"])
    assert figure_apart(beside).value == figure_apart(replace(beside)).value  # as if it were prepared anew


def test_on_a_curve_it_is_the_slope_at_the_point():
    field = gradviz.parse("x^3 - 3x")
    picture = curve_picture(field, gradviz.sample(field, (-2, 2), 50), [1.5], [])
    assert trace_of(picture, collected.ROLE)["meta"]["at"] == [1.5, pytest.approx(-1.125)]


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("x (20 + e)", ["node", "number", "number", "node", "node"]),  # a sum of constants is no condition
        ("-x if x < 1 else x", ["node", "number", "condition", "node", "node"]),
    ],
)
def test_only_what_asks_something_says_yes_or_no(text, kinds):
    found = {node["letters"]: node["kind"] for node in view(text, 2.0)["nodes"].values()}
    assert sorted(found.values()) == sorted(kinds), found


def test_one_graph_serves_all_that_is_made_of_it(monkeypatch):
    """The list of its parts, the walk over it, and the places of faults in it."""
    traced = []
    monkeypatch.setattr(graph, "trace", lambda *asked, **more: traced.append(asked) or trace(*asked, **more))
    field, point = gradviz.parse("x^2 + sin(x)*0.7213"), (1.375,)
    parts(field, point)
    walk_data(field, point, ("x",))
    graph.fault_places(field, point, "sign")
    assert len(traced) == 1
