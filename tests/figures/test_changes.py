"""Messages that tell only what has changed: what the browser makes of them is the whole message."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import gradviz
from gradviz import figures
from gradviz.figures.changes import WORTHWHILE, Base, changed_since, changes, changes_since
from gradviz.figures.messages import Message
from tests.support.changes import patched
from tests.support.node import run_node

SCALARS = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from([0.5, -1.0]) | st.text(max_size=2)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from("abcd"), inner, max_size=4),
    max_leaves=12,
)

PAIRS = [
    ({}, {"a": 1}),
    ({"a": 1, "b": 2}, {"b": 2}),
    ({"a": [1, 2]}, {"a": [1, 2, 3]}),
    ({"a": [{"x": 1}, {"x": 2}]}, {"a": [{"x": 1}, {"y": 2}]}),
    ({"a": {"b": 1}}, {"a": [1]}),
    ([1, True, 0.0], [True, 1, False]),
    (1, None),
    ({"a": None}, {}),
]


@given(VALUES, VALUES)
def test_the_changes_make_the_one_of_the_other(before, after):
    made = patched(before, changes(before, after))
    assert json.dumps(made, sort_keys=True) == json.dumps(after, sort_keys=True)


def test_the_browser_makes_the_same_of_them():
    cases = [[before, changes(before, after)] for before, after in PAIRS]
    program = (
        "import {patched} from './gradviz/browser/patch.js';"
        f"console.log(JSON.stringify({json.dumps(cases)}.map(([base, changes]) => patched(base, changes))))"
    )
    outcome = run_node("--input-type=module", "--eval", program)
    assert outcome.returncode == 0, outcome.stdout
    assert json.loads(outcome.stdout) == [after for _, after in PAIRS]


def test_what_is_the_same_is_not_told():
    assert changes({"a": [1, {"b": 2}]}, {"a": (1, {"b": 2})}) == {"set": [], "delete": []}


def panel_at(x: float, points: int = 20) -> figures.Panel:
    """A map, the point of which is (x, 1)."""
    field = gradviz.parse("x^2 + y^2")
    surface = gradviz.sample(field, ((-3, 3), (-3, 3)), points, point=(x, 1.0))
    estimate = gradviz.gradient(field, (x, 1.0), "forward")
    return figures.Panel(figures.contour_picture(field, surface, (x, 1.0), [estimate]))


def message_at(x: float) -> dict:
    """The message of such a map."""
    return figures.view_data({"map": panel_at(x)}, [(1, ["map"])], ["forward"])[1]


def test_another_point_is_told_by_less_than_half_of_the_message():
    base, first = changed_since(None, message_at(2.0))
    assert first == {"base": base.key, "changes": {"set": [], "delete": []}}
    assert base.message()["base"] == json.loads(json.dumps(message_at(2.0)))
    after = message_at(1.0)
    same, message = changed_since(base, after)
    assert same is base
    assert patched(base.message()["base"], message["changes"]) == json.loads(json.dumps(after))
    assert len(json.dumps(message)) < len(base.text) / 2


def test_where_little_is_saved_there_is_a_new_base():
    old, _ = changed_since(None, {"a": "x" * 100})
    new, message = changed_since(old, {"a": "y" * 100})
    assert new.key != old.key
    assert message == {"base": new.key, "changes": {"set": [], "delete": []}}
    assert 0 < WORTHWHILE < 1


def test_a_number_that_is_not_finite_is_refused():
    base, _ = changed_since(None, {"a": 1.0, "b": "x" * 100})
    for known in (None, base):
        with pytest.raises(ValueError, match="inf"):
            changed_since(known, {"a": float("inf"), "b": "x" * 100})


PICTURES = st.dictionaries(
    st.sampled_from(["map", "errors"]),
    st.fixed_dictionaries(
        {"title": SCALARS, "figure": st.fixed_dictionaries({"data": st.lists(VALUES, max_size=3)})}
    ),
)
MESSAGES = st.fixed_dictionaries(
    {"pictures": PICTURES | st.none(), "named": st.dictionaries(st.sampled_from("abc"), VALUES)},
    optional={"step": SCALARS, "words": VALUES},
)


@given(MESSAGES, MESSAGES)
def test_piece_by_piece_the_changes_make_the_one_of_the_other(before, after):
    """Also where pictures, traces and arrays come and go."""
    message = Message.composed(after, "data")
    assert json.loads(message.text) == after
    made = patched(before, changes_since(Base.of(before), message))
    assert json.dumps(made, sort_keys=True) == json.dumps(after, sort_keys=True)
    assert changes_since(Base.of(after), message) == {"set": [], "delete": []}


def test_a_message_knows_itself_as_json_and_where_its_pieces_are():
    message = message_at(1.0)
    assert json.loads(message.text) == json.loads(json.dumps(message))
    assert ("pictures", "map", "figure", "data", 0) in message.pieces
    for path, (begin, end) in message.pieces.items():
        assert json.loads(message.text[begin:end]) == json.loads(json.dumps(message.at(path)))


def test_what_the_browser_is_sent_of_changes_is_written_once():
    base, _ = changed_since(None, message_at(2.0))
    _, message = changed_since(base, message_at(1.0))
    assert figures.as_json(message, "view") is message.text
    assert json.loads(message.text) == json.loads(json.dumps(message))


def test_the_heavy_arrays_are_written_as_json_writes_them():
    parts, _ = figures.view_data({"map": panel_at(1.0, points=60)}, [(1, ["map"])], ["forward"])
    assert parts["parts"]
    assert figures.as_json(parts, "parts") == json.dumps(parts)
    nothing, _ = figures.view_data({}, [], ())
    assert figures.as_json(nothing, "parts") == json.dumps(nothing)
