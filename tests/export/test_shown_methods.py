"""What a press on a card shows in a file that nobody answers is what the page shows there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gradviz import content, link, sentences
from gradviz.export.live import live_data
from gradviz.export.snapshot import snapshot_of
from gradviz.figures.messages import as_json
from gradviz.methods.differences import STENCILS
from gradviz.patience import unhurried
from tests.support.node import run_node
from tests.support.paths import ROOT

OPENED = [  # the entries of a link
    {"f": "x1^2 + x2^2", "at": "3,4"},
    # backward and central have no number
    {"f": "sqrt(x)", "at": "0.05", "show": "forward,central6,adaptive", "explain": "central6"},
    {"f": "max(x, y)", "at": "1,1", "layers": "lens,slices,level"},
    {"f": "x^2 y - z", "at": "1,2,3", "layers": "digits", "show": "symbolic,central"},
]
CHOSEN = [  # the methods that are shown then, and the one that is asked to be explained
    (("symbolic", "forward", "backward", "central", "backprop"), "forward"),
    (("forward", "central4", "complex-step"), "central4"),
    (("central",), "forward"),
    (("symbolic", "adaptive", "backprop"), "forward"),
    (("backward", "backprop"), "none"),
    ((), "forward"),
]


@pytest.fixture(scope="module", autouse=True)
def patience() -> Iterator[None]:
    """As where a file is written: not to depend on what else the machine does."""
    with unhurried():
        yield


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[dict[str, str], Any, Any, Any]]:
    """Each link with each choice: the link's entries, the choices, the message of the file, and the data."""
    cases, meant = [], []
    for typed in OPENED:
        opened = snapshot_of({**link.values_in(typed)[0]})
        data = json.loads(as_json(live_data(opened), "data"))
        for names, explained in CHOSEN:
            cases.append({"data": data, "shown": names, "explained": explained})
            meant.append((typed, opened, (names, explained), data))
    file = tmp_path_factory.mktemp("shown") / "cases.json"
    file.write_text(json.dumps(cases), encoding="utf-8")
    ran = run_node(str(ROOT / "tests" / "support" / "shown_methods.mjs"), str(Path(file)))
    assert ran.returncode == 0, ran.stdout
    messages = json.loads(ran.stdout)
    return [(*row, message) for row, message in zip(meant, messages, strict=True)]


def drawn(figure: dict[str, Any]) -> list[Any]:
    """What there is to see: the kinds of the traces and whose they are; and the widths of arrows."""
    traces = []
    for trace in figure["data"]:
        meta = trace.get("meta") or {}
        width = trace["line"]["width"] if meta.get("vector") else None
        size = trace["marker"]["size"] if meta.get("vector") else None
        traces.append([trace["type"], trace.get("name"), meta.get("method"), meta.get("role"), width, size])
    return traces


def test_a_press_on_a_card_shows_what_the_page_shows(shown: list[Any]):
    for typed, opened, (names, wished), data, message in shown:
        chosen = content.choices(opened.values)
        explained = link.explained(wished, names)
        there = replace(chosen, shown=names, explained=explained)
        panels = content.pictures(opened.reading, opened.answers, there, fills=True).panels
        _, page = content.view_message(panels, opened.reading, opened.answers, there)
        page = json.loads(as_json(page, "page"))
        where = (typed, names, wished)
        assert message["explains"] == explained, where
        assert [*message["pictures"]] == [*panels], where
        for name, picture in message["pictures"].items():
            figure, own = picture["figure"], page["pictures"][name]["figure"]
            assert sorted(drawn(figure), key=str) == sorted(drawn(own), key=str), (where, name)
            meta, wanted = (each["layout"].get("meta") or {} for each in (figure, own))
            for part in ("arrows", "differences"):
                if "stage" in wanted:
                    assert meta["stage"][part] == wanted["stage"][part], (where, name)
            labels = [[label["text"] for label in each.get("labels", [])] for each in (meta, wanted)]
            assert labels[0] == labels[1], (where, name)
            words = {part: page["pictures"][name][part] for part in ("caption", "reading", "alternative")}
            assert {part: picture[part] for part in words} == words, (where, name)
        for card, wanted in zip(message["cards"], page["cards"], strict=True):
            assert card == wanted, where
        assert message["headline"] == page["headline"], where
        assert data["methods"]["zones"][explained] == content.step_zones(opened.answers, there), where


def test_the_words_are_about_the_methods_that_are_shown(shown: list[Any]):
    """Those of the page; of a first difference that is not the link's there is nothing."""
    told = 0
    for typed, opened, (names, wished), _, message in shown:
        linked = content.choices(opened.values).shown
        before, now = ([name for name in STENCILS if name in some][:1] for some in (linked, names))
        expected = names if now == before else [name for name in names if name not in STENCILS]
        readouts = message["readouts"]
        at = readouts["steps"].index(1e-5)
        answers = content.answers_of(replace(opened.reading, step=1e-5), before=opened.answers)
        texts = [readouts["texts"][part[at]] for part in readouts["paragraph"]]
        words = " ".join(text for text in texts if text)
        assert words == sentences.paragraph(answers, expected), (typed, names, wished)
        told += bool(now) and now == before
    assert told


def test_as_the_link_has_it_the_message_is_the_links(shown: list[Any]):
    """Not one with the scales of all methods."""
    for typed, opened, (names, wished), data, message in shown:
        chosen = content.choices(opened.values)
        if chosen.shown == names and chosen.explained == link.explained(wished, names):
            assert {key: value for key, value in message.items() if key != "explains"} == data["view"], typed
            break
    else:
        pytest.fail("no case is as its link has it")
