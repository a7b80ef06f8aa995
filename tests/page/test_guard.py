"""A fault of the page in one place: a sentence stands there, the rest goes on, and Reset leads out of it."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from typing import Any

import pytest
import streamlit as st

from gradviz import comparison, content, figures, link, recent, sentences
from gradviz.export import code
from gradviz.figures import check, cost
from gradviz.figures import graph as graph_figure
from gradviz.figures.layers import table
from gradviz.figures.layers.table import LAYERS
from gradviz.methods import loading
from page import guard
from tests.support.app_test import AppTest
from tests.support.changes import view_data
from tests.support.paths import ROOT

PLANE, CURVE = {"f": "x^2 + y^3", "at": "1, 2"}, {"f": "sin(x) + 2", "at": "1"}
ENTRIES = {link.FUNCTION, link.POINT, link.STEP}


@pytest.fixture(scope="module", autouse=True)
def loaded_torch() -> None:
    loading.load_torch()


@pytest.fixture(autouse=True)
def nothing_shared() -> None:
    """A fault shows in what is worked out, and not in what earlier visitors have left."""
    recent.forget()


@pytest.fixture
def texts_are_logged(monkeypatch) -> None:
    monkeypatch.setenv("GRADVIZ_LOG_TEXT", "1")


def opened(query: dict[str, str]) -> AppTest:
    page = AppTest.from_file(str(ROOT / "page" / "story.py"), default_timeout=600)
    for name, text in query.items():
        page.query_params[name] = text
    page.run()
    assert not page.exception
    return page


def faulty(sound):
    """``sound`` with a fault that shows wherever the entry does not hold the lesson's function."""

    def planted(*args, **kwargs):
        if st.session_state.get(link.FUNCTION, "") not in ("", link.DEFAULTS[link.FUNCTION]):
            raise RuntimeError("planted")
        return sound(*args, **kwargs)

    return planted


def plant(monkeypatch, owner: object, name: str) -> None:
    """A fault in the function ``name`` of a module, or of a table."""
    if isinstance(owner, dict):
        monkeypatch.setitem(owner, name, faulty(owner[name]))
    else:
        monkeypatch.setattr(owner, name, faulty(getattr(owner, name)))


def failure_sentences(page: AppTest) -> list[str]:
    return [text.value for text in page.text if text.value.endswith(guard.HELP)]


def pictures(page: AppTest, key: str = "view") -> dict[str, dict]:
    if key == "view":
        return view_data(page).get("pictures", {})
    views = [part for part in page.get("bidi_component") if part.key == key]
    return json.loads(views[0].proto.json)["pictures"] if views else {}


def receipt(page: AppTest) -> dict[str, Any]:
    """What tells the browser that a run is over, and which request it has answered."""
    (part,) = [part for part in page.get("bidi_component") if part.key == "answered"]
    return json.loads(part.proto.json)


def reset(page: AppTest) -> AppTest:
    (button, *_) = [button for button in page.button if button.label == "Reset"]
    button.click().run()
    assert not page.exception
    return page


def stands(page: AppTest) -> None:
    """The entries and Reset are there, and Reset leads to the lesson, complete."""
    assert {entry.key for entry in page.text_input} >= ENTRIES
    reset(page)
    assert page.text_input(key=link.FUNCTION).value == link.DEFAULTS[link.FUNCTION]
    assert not failure_sentences(page)
    assert list(pictures(page)) == ["surface", "errors", "map"]
    assert "the gradient is (6, 8)" in page.main.markdown[-1].value
    assert not page.query_params


# where the fault is, the page it shows on, and what the sentence speaks of
PARTS = (
    (comparison, "answer", PLANE, "The gradient at this point"),
    (sentences, "paragraph", PLANE, "The words"),
    (sentences, "rows", PLANE, "The table"),
    (sentences, "announcement", PLANE, "The pictures"),
    (sentences, "question", PLANE | {"predict": "1"}, "The question"),
    (figures, "view_data", PLANE, "The pictures"),
    (content, "function_latex", PLANE, "The function as it was read"),
    (content, "closed_form", PLANE, "The closed form"),
    (graph_figure, "parts", PLANE, "Back-propagation"),
    (graph_figure, "walk_data", PLANE, "The walk over the graph"),
    (check, "checked", PLANE | {"fault": "sign"}, "The gradient check"),
    (code, "torch_snippet", PLANE | {"open": "code"}, "The programs"),
    (cost, "cost_table", PLANE | {"open": "costs"}, "The costs"),
    (link, "read_compared", PLANE | {"kept": "f=x*y&at=1,2"}, "What is kept"),
    (link, "why_not_compared", PLANE, "The comparison"),
    (link, "exponent_of", PLANE, "The slider of ε"),
    (link, "slider_ends", PLANE | {"par": "y:2"}, "The sliders of the parameters"),
    (link, "letters", PLANE, "What is held fixed"),
)


@pytest.mark.parametrize(("owner", "name", "query", "part"), PARTS, ids=[row[1] for row in PARTS])
def test_a_part_that_fails_leaves_the_rest(monkeypatch, caplog, texts_are_logged, owner, name, query, part):
    plant(monkeypatch, owner, name)
    with caplog.at_level(logging.ERROR, logger="gradviz.page"):
        page = opened(query)
    assert any(sentence.startswith(f"⚠ {part} cannot be shown here.") for sentence in failure_sentences(page))
    (record,) = [record for record in caplog.records if record.message.startswith(f"{part} failed")]
    assert "'f': 'x^2 + y^3'" in record.message
    assert record.exc_info[1].args == ("planted",)
    assert failure_sentences(opened(query)) == failure_sentences(page)  # as when the link is opened anew
    stands(page)


PICTURES = (
    ("surface_picture", PLANE, "surface", {"errors", "map"}),
    ("contour_picture", PLANE, "map", {"surface", "errors"}),
    ("errors_picture", PLANE, "errors", {"surface", "map"}),
    ("curve_picture", CURVE, "curve", {"errors"}),
    ("errors_picture", CURVE, "errors", {"curve"}),
)


@pytest.mark.parametrize(("name", "query", "picture", "others"), PICTURES)
def test_a_picture_that_fails_says_so_in_its_place(monkeypatch, caplog, name, query, picture, others):
    plant(monkeypatch, figures, name)
    page = opened(query)
    shown = pictures(page)
    assert shown.keys() == others | {picture + content.UNAVAILABLE}
    assert "could not be drawn here" in shown[picture + content.UNAVAILABLE]["alternative"]
    assert any("planted" in str(record.exc_info) for record in caplog.records)
    stands(page)


def test_a_surface_that_cannot_be_sampled_takes_the_two_pictures_of_it(monkeypatch):
    plant(monkeypatch, content, "sampled")
    page = opened(PLANE)
    assert set(pictures(page)) == {"surface-unavailable", "errors", "map-unavailable"}
    stands(page)


def test_a_number_that_json_does_not_know_takes_one_picture(monkeypatch):
    sound = figures.errors_picture

    def with_nan(*args, **kwargs):
        picture = sound(*args, **kwargs)
        picture.figure["layout"]["meta"]["room"] = [float("nan")] * 4
        return picture

    monkeypatch.setattr(figures, "errors_picture", with_nan)
    assert set(pictures(opened(PLANE))) == {"surface", "errors-unavailable", "map"}


# each picture of each layer, with the field of its row that draws it
DRAWN = [
    (picture, row.name, {"surface": "scene"}.get(picture, picture))
    for row in LAYERS
    for picture in row.pictures
]


@pytest.mark.parametrize(("picture", "name", "drawing"), DRAWN)
def test_a_layer_that_fails_is_left_out_by_name(monkeypatch, caplog, picture, name, drawing):
    query = CURVE if picture == "curve" else PLANE
    rows = [
        replace(row, **{drawing: faulty(getattr(row, drawing))}) if row.name == name else row
        for row in LAYERS
    ]
    monkeypatch.setattr(table, "LAYERS", tuple(rows))
    page = opened(query | {"more": ",".join(layer.name for layer in LAYERS)})
    label = next(layer.label for layer in LAYERS if layer.name == name)
    shown = pictures(page)
    assert not [drawn for drawn in shown if drawn.endswith(content.UNAVAILABLE)]
    assert shown[picture]["caption"].endswith(f"‘{label}’ {content.LEFT_OUT}")
    for other in shown.keys() - {picture}:
        assert content.LEFT_OUT not in shown[other]["caption"]
    assert [record.message for record in caplog.records if f"‘{label}’ on" in record.message]
    page.session_state["layers"] = []  # switched off
    page.session_state[link.LAYERS] = ""
    page.run()
    assert content.LEFT_OUT not in pictures(page)[picture]["caption"]
    stands(page)


@pytest.mark.parametrize(
    ("owner", "name"), [(link, "read"), (link, "query_for"), (content, "choices"), (figures, "known_layers")]
)
def test_where_all_fails_there_are_still_entries_and_reset(monkeypatch, owner, name):
    plant(monkeypatch, owner, name)
    page = opened(PLANE)
    assert page.text_input(key=link.FUNCTION).value == PLANE["f"]
    assert len([text for text in page.text if "a fault of the page" in text.value]) == 1
    page.session_state["acknowledged"] = 7  # a request that was read before all failed
    page.run()
    assert receipt(page)["answered"] == 7
    assert [text.value for text in opened(PLANE).text] == [text.value for text in page.text]
    stands(page)


def test_an_address_that_cannot_be_read_opens_the_lesson(monkeypatch):
    sound = link.values_in

    def faulty(query):
        if query:
            raise RuntimeError("planted")
        return sound(query)

    monkeypatch.setattr(link, "values_in", faulty)
    page = opened(PLANE)
    assert any("This link could not be read" in text.value for text in page.text)
    stands(page)


def test_a_control_that_fails_says_so(monkeypatch, caplog):
    page = opened(PLANE)
    monkeypatch.setattr(link, "hold_fixed", None)
    page.button_group(key="fixed").set_value(["y"]).run()
    assert not page.exception
    assert any(text.value.startswith("⚠ What was pressed could not be done.") for text in page.text)
    assert [
        record.message for record in caplog.records if record.message.startswith("write_entry fixed failed")
    ]
    stands(page)


def of_a_session(runs: int | None):
    """A script whose control is pressed before the session has drawn anything, or after its first run."""
    import streamlit as st

    from page.guard import callback

    @callback
    def press():
        raise RuntimeError("pressed")

    if runs is not None:
        st.session_state.update(runs=runs, failed_control=False)
    press()
    st.text(str(st.session_state.get("failed_control")))


@pytest.mark.parametrize(("runs", "failed"), [(None, "None"), (1, "True")])
def test_a_control_of_a_session_that_is_gone_does_nothing(caplog, runs: int | None, failed: str):
    """After a restart, or when a session has expired, the browser's turns come before the first run."""
    page = AppTest.from_function(of_a_session, kwargs={"runs": runs})
    page.run()
    assert not page.exception
    assert page.text[0].value == failed
    assert ("press failed" in caplog.text) == (runs is not None)


def test_what_is_logged_of_a_state_is_bounded():
    values = {key.name: "x" * 10**5 for key in link.KEYS}
    assert len(guard.bounded_repr(values)) <= guard.LONGEST_LOGGED


def test_nobody_is_sent_to_a_search_engine():
    config = (ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8")
    assert 'showErrorLinks = "false"' in config


def of_a_clock():
    """A turn of a clock that is in the session no more."""
    import streamlit as st

    from page.components import read_request

    st.text(str(read_request("clock-turn", "turn")))


def test_a_report_of_what_is_no_longer_there_is_none():
    """A run that is cut off may take the clock of a parameter away while its turn is on the way."""
    page = AppTest.from_function(of_a_clock)
    page.run()
    assert not page.exception
    assert page.text[0].value == "None"
