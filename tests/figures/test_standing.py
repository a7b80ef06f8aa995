"""What stands while ε and the point change is made once, is the same as made anew, and cannot be changed."""

import copy
import json
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gradviz
from gradviz import content, figures, link
from gradviz.figures import standing
from gradviz.figures.parts.drawing import WIDEST, Standing, including, readable_range, sampled_range

QUERIES = (
    {"f": "x^2 + y^2", "at": "3, 4"},
    {"f": "sin(x*y) + x^2", "at": "1, 2", "more": "plane,level"},
    {"f": "1/x + y", "at": "1, 2"},
    {"f": "sqrt(x) * y", "at": "1, -2"},
    {"f": "x*y*z + 1/z", "at": "1, 2, 3"},
    {"f": "x^3", "at": "1"},
)


def sent(queries: list[dict[str, str]]) -> list[str]:
    """All messages about the pictures of these queries, made one after the other."""
    found = []
    for query in queries:
        values = link.values_in(query)[0]
        reading = link.read(link.entries(values))
        chosen, answers = content.choices(values), content.answers_of(reading)
        drawn = content.pictures(reading, answers, chosen, fills=True)
        assert not drawn.failures
        parts, data = content.view_message(drawn.panels, reading, answers, chosen)
        found.append(json.dumps([parts, data, content.walk_message(drawn.panels)]))
    return found


@pytest.mark.parametrize("query", QUERIES, ids=lambda query: query["f"])
def test_what_is_made_once_is_sent_as_what_is_made_anew(query, monkeypatch):
    places = query["at"].split(", ")
    moved = query | {"at": ", ".join([*places[:-1], str(float(places[-1]) + 0.25)])}
    queries = [query | {"eps": "0.1"}, query | {"eps": "1e-3"}, moved, query | {"eps": "1e-3"}]
    standing._sampled.cache_clear()
    together = sent(queries)
    assert standing._sampled.cache_info().hits
    monkeypatch.setattr(standing, "_sampled", standing._sampled.__wrapped__)
    assert sent(queries) == together


def test_a_surface_is_shared_for_its_function_window_and_what_is_held():
    field = gradviz.parse("x^2 + 1/y + z")
    window = ((-1.0, 1.0), (-2.0, 2.0))
    surface = standing.sampled(field, window, 9, point=(1.0, 2.0, 3.0), axes=(0, 2))
    assert standing.sampled(field, window, 9, point=(7.0, 2.0, 8.0), axes=(0, 2)) is surface
    others = (
        {"point": (1.0, 2.5, 3.0)},
        {"axes": (2, 0)},
        {"resolution": 11},
        {"window": ((-1.0, 1.0), (-2.0, 2.5))},
        {"field": gradviz.parse("x^2 + 1/y - z")},
    )
    same = {"field": field, "window": window, "resolution": 9, "point": (1.0, 2.0, 3.0), "axes": (0, 2)}
    for other in others:
        found = standing.sampled(**(same | other))
        assert found is not surface, other
        fresh = gradviz.sample(
            *(found.field, (same | other)["window"], (same | other)["resolution"]),
            point=found.point,
            axes=found.axes,
        )
        np.testing.assert_array_equal(found.z, fresh.z)
    zeros = [standing.sampled(field, window, 9, point=(0.0, zero, 0.0), axes=(0, 2)) for zero in (0.0, -0.0)]
    assert zeros[0] is not zeros[1]  # 1/y is not the same there


def test_no_more_is_held_than_has_room():
    surface = gradviz.sample(gradviz.parse("x"), ((0.0, 1.0),), 5)
    for number in range(3 * standing.MOST):
        assert standing.once(surface, "kind", (number,), lambda number=number: number) == number
    assert len(vars(surface)["made"]["kind"]) == standing.MOST
    assert standing.once(surface, "kind", (3 * standing.MOST - 1,), lambda: "anew") == 3 * standing.MOST - 1


def test_a_trace_that_is_shared_cannot_be_changed():
    trace = Standing({"x": [1], "name": "f"})
    for change in (
        lambda: trace.update(x=2),
        lambda: trace.__setitem__("x", 2),
        lambda: trace.pop("x"),
        lambda: trace.__ior__({"x": 2}),
        trace.clear,
    ):
        with pytest.raises(TypeError, match="not to be changed"):
            change()
    for copied in (copy.deepcopy(trace), copy.copy(trace), pickle.loads(pickle.dumps(trace)), trace | {}):
        assert type(copied) is dict
        assert copied == trace
    assert json.dumps(trace) == '{"x": [1], "name": "f"}'
    assert figures.paint(trace, figures.palettes()["light"]) == trace


VALUES = st.lists(
    st.floats(-1e3, 1e3) | st.sampled_from([np.nan, np.inf, -np.inf, 1e308, 0.0]), min_size=1, max_size=9
)


@given(VALUES, st.floats(-2e3, 2e3) | st.just(np.nan))
def test_a_range_is_readable_with_what_it_includes(values, include):
    low, high, cut = readable_range(values, include=include)
    assert (low, high, cut) == including(sampled_range(values), include)
    assert -2 * WIDEST < low < high < 2 * WIDEST
    assert np.isnan(include) or low <= include <= high
    finite = [value for value in values if np.isfinite(value)]
    inside = [low <= value <= high for value in finite]
    assert cut or all(inside)
    if any(np.isinf(values)):
        assert cut
