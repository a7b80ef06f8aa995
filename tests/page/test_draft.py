"""What the server answers about an entry that is being typed."""

import asyncio
import json

import pytest
from starlette.requests import Request

from gradviz import link
from page import draft, server


def test_a_formula_is_answered_in_latex_and_in_plain_text():
    assert draft.read_draft("a x^2", "a:2") == {"latex": "f(x) = a x^{2}", "text": "f(x) = a*x^2"}


def test_a_refusal_has_its_caret_and_its_suggestion():
    assert draft.read_draft("x + coz(y)", "") == {
        "sentence": "I don't know ‘coz’. Did you mean cos? If the letters are multiplied, write c*o*z.",
        "caret": "x + coz(y)\n    ^",
        "nearest": "cos",
        "corrected": "x + cos(y)",
    }


def test_a_formula_that_would_fill_pages_is_not_typeset():
    answer = draft.read_draft("silu(" * 8 + "x" + ")" * 8, "")  # each writes its argument twice
    assert answer["latex"] == ""
    assert answer["text"].startswith("f(x) = ")


@pytest.mark.parametrize("text", ["x" * 100_000, "(" * 100_000, "", "\x00", "💥", "f(x)=", "‮x"])
def test_any_text_has_an_answer(text):
    assert all(isinstance(value, str) for value in draft.read_draft(text, text).values())


def answered(query: str) -> tuple[int, str | None, bytes]:
    scope = {"type": "http", "method": "GET", "query_string": query.encode(), "headers": []}
    response = asyncio.run(server.draft(Request(scope)))
    return response.status_code, response.headers.get("cache-control"), bytes(response.body)


def test_a_request_is_answered_once_the_package_is_loaded(monkeypatch):
    warm = server.threading.Event()
    monkeypatch.setattr(server, "warm", warm)
    assert answered("f=x")[0] == 503
    warm.set()
    status, kept, body = answered("f=x%5E2%2B1&par=")
    assert (status, kept) == (200, "no-store")
    assert json.loads(body)["latex"] == "f(x) = x^{2} + 1"
    assert "sentence" in json.loads(answered("")[2])
    number = json.loads(answered("of=eps&f=x%5E2&at=3&eps=1e-3")[2])
    assert number == {"text": "ε = 0.001", "note": ""}
    assert "latex" in json.loads(answered("of=camera&f=x")[2])  # no other entry is read as one


@pytest.mark.parametrize(
    ("name", "texts", "expected"),
    [
        ("at", {"f": "sin(x) y", "at": "pi/4; 1"}, {"text": "x = 0.78539816, y = 1", "note": ""}),
        ("at", {"f": "x1^2 + x2^2", "at": "(3, 4)"}, {"text": "x₁ = 3, x₂ = 4", "note": ""}),
        ("eps", {"f": "x", "eps": "2^-26", "at": "1"}, {"text": "ε = 1.4901161·10⁻⁸", "note": ""}),
    ],
)
def test_the_point_and_the_step_are_echoed_in_numbers(name, texts, expected):
    assert draft.read_number(name, texts) == expected


@pytest.mark.parametrize(
    ("name", "texts", "words"),
    [
        ("at", {"f": "x + y", "at": "3, qi", "eps": "0.1"}, "qi"),
        ("eps", {"f": "x", "at": "1", "eps": "-1"}, ""),
        ("eps", {"f": "x", "at": "1", "eps": "0.1.2"}, ""),
    ],
)
def test_a_refused_number_is_said_as_where_it_is_entered(name, texts, words):
    answer = draft.read_number(name, texts)
    read = link.read(link.Entries(texts["f"], texts["at"], texts["eps"]))
    (remark,) = [remark for remark in read.remarks if remark.entry == name]
    assert (answer["sentence"], answer["caret"]) == (remark.sentence, remark.caret)
    assert words in answer["sentence"]


@pytest.mark.parametrize("text", ["x" * 100_000, "(" * 100_000, "", "\x00", "💥", "9" * 5000, "‮x"])
@pytest.mark.parametrize("name", ["at", "eps"])
def test_any_number_has_an_answer(name, text):
    texts = {"f": "x^2", "at": text, "eps": text, "p": text, "step": text, "par": text}
    assert all(isinstance(value, str) for value in draft.read_number(name, texts).values())
