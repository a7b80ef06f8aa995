"""The first document of a link: what others show of it, and the picture before the page is there."""

from __future__ import annotations

import asyncio
import re
from html import unescape
from urllib.parse import urlencode
from xml.etree import ElementTree

import pytest
from starlette.requests import Request

from page import first, server
from page.placeholder import placeholder
from page.scripts import SCRIPTS, script_address
from page.sheets import FIRST_STYLE, STAGE_STYLE


def document(**entries: str) -> str:
    """What the server answers for the link with these entries."""
    server.warm.set()
    return answered(entries)


def answered(entries: dict[str, str]) -> str:
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": urlencode(entries).encode()}
    scope |= {"headers": [(b"host", b"example.org")], "scheme": "http", "server": ("example.org", 80)}
    return bytes(asyncio.run(server.front_page(Request(scope))).body).decode()


def content_of(text: str, name: str) -> str:
    (found,) = re.findall(rf'<meta (?:name|property)="{name}" content="([^"]*)">', text)
    return unescape(found)


def test_the_document_of_a_link_has_its_title_and_its_sentence():
    text = document(f="x1^2 + 3x2^2", at="-2, 5")
    (title,) = re.findall("<title>(.*?)</title>", text)
    assert unescape(title) == content_of(text, "og:title") == "f(x₁, x₂) = x1^2 + 3*x2^2 · gradviz"
    for name in ("description", "og:description"):
        assert content_of(text, name) == (
            "Forward with ε = 0.1 says (−3.9, 30.3); the gradient is (−4, 30): off by up to 0.3."
        )


@pytest.mark.parametrize(
    "entries",
    [{}, {"f": "sin(x)", "at": "1"}, {"f": "x y z", "at": "1, 2, 3"}, {"f": "|x|+|y|", "at": "0, 0"}],
)
def test_the_document_has_the_picture_before_the_page(entries):
    text = document(**entries)
    body = text.partition("<body")[2]
    picture = re.search("<figure>(<svg.*?</svg>)</figure>", body, re.S)
    assert picture
    assert ElementTree.fromstring(picture[1]).tag.endswith("svg")
    assert body.index("gradviz-first") < body.index('id="root"')
    assert "<noscript>" in body
    assert script_address("first") in text.partition("</head>")[0]
    assert "first" in SCRIPTS


def test_a_question_to_be_guessed_is_not_answered_by_the_document():
    text = document(predict="1")
    assert content_of(text, "og:description") == "The gradient at (3, 4)."
    assert "6.1" not in text


@pytest.mark.parametrize(
    "entries",
    [
        {"f": "<script>alert(1)</script>", "at": '"><img src=x onerror=alert(1)>', "eps": "</style><b>"},
        {"f": "x" * 30_000},
        {"f": "9**9**9**9"},
        {"f": "5"},
        {"at": "nan", "eps": "0", "dtype": "</title><b>"},
    ],
)
def test_whatever_a_link_says_the_document_is_whole_and_holds_no_markup_of_it(entries):
    text = document(**entries)
    assert text.count("<title>") == 1
    assert text.count('id="root"') == 1
    assert not [value for value in entries.values() if "<" in value and value in text]


def test_the_document_shows_no_part_that_the_page_will_not_have():
    whole, bare = document(), document(hide="bar,dock,headline")
    for part in ("<header>", "<p>Forward with", "<footer>"):
        assert (part in whole, part in bare) == (True, False)
    hall = document(present="1")
    assert [part in hall for part in ("<header>", "<p>Forward with", "<footer>")] == [False, True, False]


def test_where_reading_a_link_fails_the_document_is_the_plain_one(monkeypatch, caplog):
    first.first_view.cache_clear()
    monkeypatch.setattr(first, "thumbnail", lambda *_: 1 / 0)
    text = document(f="x^2 + y")
    assert "gradviz-first" not in text
    assert script_address("first") not in text
    assert content_of(text, "og:title") == "gradviz: see gradients"
    assert "ZeroDivisionError" in caplog.text
    first.first_view.cache_clear()


def boxes(text: str) -> list[str]:
    """The elements in which the document has the parts of the page, from top to bottom."""
    view = text.partition('<div id="gradviz-first">')[2].partition("</div>")[0]
    view = re.sub("<noscript>.*?</noscript>|<svg.*?</svg>", "", view, flags=re.S)
    return re.findall("<(header|p|figure|footer)>", view)


@pytest.mark.parametrize("entries", [{}, {"hide": "bar,dock"}, {"hide": "headline"}, {"present": "1"}])
def test_a_server_that_has_just_started_has_the_same_boxes(monkeypatch, entries):
    """Else the page of its first visitor jumps: it is hidden until it is drawn, as any other."""
    loaded = document(**entries)
    monkeypatch.setattr(server, "PATIENCE", 0.0)
    monkeypatch.setattr(server, "warm", server.threading.Event())
    cold = answered(entries)
    assert boxes(cold) == boxes(loaded)
    for text in (cold, loaded):
        assert script_address("first") in text.partition("</head>")[0]
        assert FIRST_STYLE in text
        assert STAGE_STYLE in text
        assert text.count("<title>") == 1


@pytest.mark.parametrize("entries", [{"hide": "<script>"}, {"f": "</style><i>", "present": "<i>"}])
def test_a_server_that_has_just_started_writes_nothing_of_a_link(entries):
    text = "".join(placeholder(urlencode(entries)))
    assert not [value for value in entries.values() if value in text]
    assert boxes(text) == ["header", "p", "figure", "footer"]
