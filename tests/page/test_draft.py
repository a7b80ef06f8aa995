"""What the server answers about a function that is being typed."""

import asyncio
import json

import pytest
from starlette.requests import Request

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
