"""The picture of a link that chat programs show: its address in the document, and what stands there."""

from __future__ import annotations

import asyncio
from html.parser import HTMLParser
from io import BytesIO
from urllib.parse import urlencode, urlsplit

import numpy as np
import pytest
from PIL import Image
from starlette.requests import Request
from starlette.responses import Response

from gradviz.figures.parts.theme import STYLES
from page import preview, server
from page.headers import public_address


def request(query: str, host: str = "example.org", path: str = "/", scheme: str = "http") -> Request:
    server.warm.set()
    scope = {"type": "http", "method": "GET", "path": path, "query_string": query.encode()}
    scope |= {"headers": [(b"host", host.encode())], "scheme": scheme, "server": ("example.org", 80)}
    return Request(scope)


class Tags(HTMLParser):
    """The content of each meta tag of a document, by its property."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "meta" and values.get("property"):
            assert values["property"] not in self.found
            self.found[values["property"] or ""] = values["content"] or ""


def tags(query: str, **options: str) -> dict[str, str]:
    return Tags(bytes(asyncio.run(server.front_page(request(query, **options))).body).decode()).found


def fetched(address: str) -> Response:
    """What the server answers for an address of a picture."""
    parts = urlsplit(address)
    assert parts.path == "/gradviz/preview.png"
    return asyncio.run(server.preview_picture(request(parts.query, path=parts.path)))


def counted(answer: Response, method: str) -> int:
    """How many pixels of a picture have the colour of a method."""
    pixels = np.asarray(Image.open(BytesIO(bytes(answer.body))))
    colour = [int(STYLES[method].light[i : i + 2], 16) for i in (1, 3, 5)]
    return int((pixels == colour).all(axis=-1).sum())


@pytest.mark.parametrize(
    "entries",
    [
        {},
        {"f": "x1^2 + 3x2^2", "at": "-2, 5", "eps": "0.5"},
        {"f": "x^3 - 3x", "at": "1.5", "eps": "0.5"},
        {"f": "x y z", "at": "1, 2, 3", "utm_source": "chat", "show": "symbolic,forward"},
        {"f": "f(x, y) = a sin(x) y", "at": "1, 2", "par": "a=2"},
    ],
)
def test_the_picture_stands_where_the_document_says_and_shows_the_arrows(entries):
    found = tags(urlencode(entries))
    address = found["og:image"]
    assert address.startswith("http://example.org/")
    assert "utm" not in address
    assert found["og:image:type"] == "image/png"
    answer = fetched(address)
    assert (answer.status_code, answer.media_type) == (200, "image/png")
    image = Image.open(BytesIO(bytes(answer.body)))
    assert (image.format, image.size) == ("PNG", (1200, 630))
    assert [str(length) for length in image.size] == [found["og:image:width"], found["og:image:height"]]
    for method in ("symbolic", "forward"):
        assert counted(answer, method) > 500, method


def test_two_links_have_two_pictures_and_one_link_written_in_two_ways_has_one():
    one, other, same = (tags(query)["og:image"] for query in ("f=x%5E2&at=1", "f=x^3&at=1", "at=1&f=x^2"))
    assert one == same
    assert fetched(one).body != fetched(other).body


def test_a_question_to_be_guessed_is_not_answered_by_the_picture():
    address = tags(urlencode({"f": "x^2 y", "at": "1, 2", "predict": "1"}))["og:image"]
    answer = fetched(address)
    assert counted(answer, "symbolic") > 500
    assert counted(answer, "forward") == counted(answer, "backward") == 0


HOSTS = ("example.org:8501", "[::1]:8501", "192.168.0.7")
FORGED = ('x"><script>alert(1)</script>', "a b", "example.org/evil?", "user@example.org", "", "a\\b", "ü")


@pytest.mark.parametrize("host", HOSTS)
def test_the_address_has_the_host_that_was_asked(host):
    assert tags("", host=host, scheme="https")["og:image"] == f"https://{host}/gradviz/preview.png"


@pytest.mark.parametrize("host", FORGED)
def test_what_is_no_host_is_not_repeated(host):
    assert "og:image" not in tags("", host=host)


def test_behind_a_proxy_a_setting_says_where_the_page_is(monkeypatch):
    given = {"GRADVIZ_PUBLIC_ADDRESS": "https://example.edu/gradviz/ "}
    monkeypatch.setattr(server, "PUBLIC_ADDRESS", public_address(given))
    assert tags("", host="127.0.0.1:8501")["og:image"] == "https://example.edu/gradviz/gradviz/preview.png"


@pytest.mark.parametrize(
    "value", ["example.org", "ftp://example.org", 'https://a"b', "https://a/?q", "javascript:alert(1)"]
)
def test_a_setting_that_is_no_address_is_refused(value):
    with pytest.raises(ValueError, match="GRADVIZ_PUBLIC_ADDRESS"):
        public_address({"GRADVIZ_PUBLIC_ADDRESS": value})


HOSTILE = [
    {"f": "<script>alert(1)</script>", "at": '"><img src=x onerror=alert(1)>', "eps": "</style><b>"},
    {"f": "9**9**9**9"},
    {"f": "x" * 1500},
    {"f": "(" * 500},
    {"f": "sum(i, i, 1, 10^9) x"},
    {"f": "x y", "win": "1e400", "across": "nan, inf", "up": "-1e308, 1e308"},
    {"f": "x", "at": "1e308", "eps": "1e-320", "show": "a," * 200, "dtype": "../../etc"},
]


@pytest.mark.parametrize("entries", HOSTILE)
def test_whatever_a_query_says_the_answer_is_a_picture(entries):
    answer = asyncio.run(server.preview_picture(request(urlencode(entries))))
    assert answer.status_code == 200
    assert Image.open(BytesIO(bytes(answer.body))).size == (1200, 630)


def test_a_query_that_is_too_long_is_refused_and_a_constant_has_a_picture(caplog):
    assert asyncio.run(server.preview_picture(request("f=" + "x" * 5000))).status_code == 414
    assert asyncio.run(server.preview_picture(request("f=5"))).status_code == 200
    assert "og:image" in tags("f=5")
    assert not caplog.records


def test_what_fails_is_logged_and_not_kept(monkeypatch, caplog):
    monkeypatch.setattr(preview, "preview", lambda *_: 1 / 0)
    query = urlencode({"f": "x^2 + 7y"})
    assert asyncio.run(server.preview_picture(request(query))).status_code == 404
    assert "ZeroDivisionError" in caplog.text
    monkeypatch.undo()
    assert asyncio.run(server.preview_picture(request(query))).status_code == 200


def test_pictures_are_drawn_one_at_a_time_and_few_are_kept(monkeypatch):
    monkeypatch.setattr(preview, "PATIENCE", 0.01)
    drawn = urlencode({"f": "x^2 + 8y"})
    assert asyncio.run(server.preview_picture(request(drawn))).status_code == 200
    with preview._drawing:
        waiting = asyncio.run(server.preview_picture(request(urlencode({"f": "x^2 + 9y"}))))
        assert asyncio.run(server.preview_picture(request(drawn))).status_code == 200, (
            "one that is there does not wait"
        )
    assert (waiting.status_code, waiting.headers["retry-after"]) == (503, "5")
    assert preview.picture.cache_info().maxsize == 32
