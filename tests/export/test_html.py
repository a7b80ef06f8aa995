"""The stage in one file: nothing from elsewhere, and at every step just what the page says."""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from gradviz import content, scripts, sentences
from gradviz.export.html import DATA, MOST, PLOTLY, html_document
from gradviz.export.live import live_data
from gradviz.export.snapshot import Snapshot, snapshot_of
from gradviz.figures.messages import as_json
from gradviz.figures.table import table_rows
from gradviz.link import values_in
from gradviz.patience import unhurried

HOSTILE = "https://example.org/</script><script>alert(1)</script><!--"


def snapshot(page: str = "", **typed: str) -> Snapshot:
    return snapshot_of({**values_in({})[0], **typed}, page)


@pytest.fixture(scope="module", autouse=True)
def patience() -> Iterator[None]:
    """As where a file is written: not to depend on what else the machine does."""
    with unhurried():
        yield


class Document(HTMLParser):
    """The elements of a document: each with its attributes and its own text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None], str]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs), ""))

    def handle_data(self, data: str) -> None:
        if self.found:
            tag, attributes, text = self.found[-1]
            self.found[-1] = tag, attributes, text + data

    def element(self, name: str) -> str:
        """The text of the element with that id."""
        return next(text for _, attributes, text in self.found if attributes.get("id") == name)


def unpacked(text: str) -> str:
    return gzip.decompress(base64.b64decode(text)).decode()


LESSON = {"f": "if(x1 < 5, x1^2, x1) + x2^2", "at": "3,4"}


@pytest.fixture(scope="module")
def document() -> str:
    return html_document(snapshot(HOSTILE, **LESSON))


def test_the_file_needs_nothing_and_nothing_typed_ends_an_element(document: str):
    found = Document(document).found
    assert len(document.encode()) <= MOST == 6_000_000
    scripted = [attributes for tag, attributes, _ in found if tag == "script"]
    assert scripted == [
        {"type": "text/plain", "id": DATA},
        {"type": "text/plain", "id": PLOTLY},
        {"type": "module"},
    ]
    assert document.lower().count("<script") == document.lower().count("</script") == 3
    assert not [tag for tag, *_ in found if tag in ("link", "img", "iframe", "base", "object")]
    assert not [a for _, attributes, _ in found for a in attributes if a in ("src", "href") or a[:2] == "on"]
    policy = next(a["content"] for _, a, _ in found if a.get("http-equiv") == "Content-Security-Policy")
    assert policy is not None
    assert policy.startswith("default-src 'none';")
    assert "http" not in policy


def test_the_file_holds_the_librarys_own_text_and_the_link(document: str):
    parsed = Document(document)
    assert unpacked(parsed.element(PLOTLY)) == scripts.plotly_script()
    assert json.loads(unpacked(parsed.element(DATA)))["notes"] == [snapshot(HOSTILE, **LESSON).link]


@pytest.mark.parametrize(
    "typed",
    [LESSON, {"f": "abs(x)", "at": "0", "eps": "0.037", "dtype": "float32"}],
    ids=lambda typed: typed["f"],
)
def test_at_every_step_the_file_says_what_the_page_says_there(typed: dict[str, str], document: str):
    """The page's own way: all answers computed for this step alone."""
    opened = snapshot(HOSTILE, **typed)
    data = live_data(opened)
    if typed is LESSON:  # the same page, the same bytes
        assert as_json(data, "data") == unpacked(Document(document).element(DATA))
    readouts = data["view"]["readouts"]
    chosen, texts = content.choices(opened.values), readouts["texts"]
    assert {*readouts["steps"]} >= {opened.reading.step, *(float(f"1e-{k}") for k in range(17))}
    for at in [*range(0, len(readouts["steps"]), 64), readouts["steps"].index(opened.reading.step)]:
        there = replace(opened.reading, step=readouts["steps"][at])
        answers = content.answers_of(there)
        assert texts[readouts["headline"][at]] == sentences.headline(answers, chosen.explained)
        words = " ".join(texts[part[at]] for part in readouts["paragraph"] if texts[part[at]])
        assert words == sentences.paragraph(answers, chosen.shown)
        assert texts[readouts["heading"][at]] == sentences.table_heading(answers)
        cards = content.cards(answers, chosen)
        rows = table_rows(sentences.rows(answers), answers.field.variables)
        for name in content.STEPPING:
            said = {part: texts[numbers[at]] for part, numbers in readouts["cards"][name].items()}
            assert said == {part: cards[name][part] for part in said}
            assert texts[readouts["rows"][name][at]] == rows[name]


def test_every_place_of_the_slider_is_a_step_that_the_file_has(document: str):
    data = json.loads(unpacked(Document(document).element(DATA)))
    (low, high), by = data["slider"]["ends"], data["slider"]["by"]
    # to three digits, as the page takes it from there
    places = [float(f"{10 ** (low + by * k):.3g}") for k in range(round((high - low) / by) + 1)]
    assert data["view"]["readouts"]["steps"] == places


# --- the bundle ---


def test_a_bundle_leaves_out_what_it_does_not_need():
    text = scripts.bundled("live_file")
    named = set(re.findall(r"^const module_(\w+) = ", text, re.MULTILINE))
    assert {"view", "step", "live", "walk"} <= named
    assert not named & {"reconnect", "present", "revive", "movie"}


@pytest.mark.parametrize(
    ("text", "problem"),
    [("export let a = 1;\n", "export"), ("export { a };\n", "export"), ('const a = "</script>";\n', "end")],
)
def test_what_cannot_be_bundled_is_refused(text: str, problem: str, monkeypatch: pytest.MonkeyPatch):
    made: dict[str, Any] = {"a": text.encode()}
    monkeypatch.setattr(scripts, "scripts", lambda: made)
    with pytest.raises(ValueError, match=problem):
        scripts.bundled.__wrapped__("a")
