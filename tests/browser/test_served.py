"""What the running server answers, and with which headers."""

import socket
import time
import urllib.error
import urllib.request
from email.message import Message
from urllib.parse import urlsplit

import pytest

from page.scripts import plotly_address
from tests.support.server import Server


def answer(server: Server, path: str, method: str = "GET", **headers: str) -> tuple[int, Message]:
    request = urllib.request.Request(f"{server.url}{path}", method=method, headers=headers)
    try:
        with urllib.request.urlopen(request) as response:
            return response.status, response.headers
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.headers


@pytest.fixture(autouse=True, scope="module")
def ready(server: Server) -> None:
    """Drafts are answered once the package is loaded."""
    while answer(server, "/readyz")[0] != 200:
        time.sleep(0.05)


ANSWERED = (
    "/",
    f"/{plotly_address()}",
    "/plotly/plotly.min.js",
    "/gradviz/draft?f=x%2B1",
    "/healthz",
    "/_stcore/health",
    "/_stcore/host-config",
    "/no/such/page",
)
REFUSED = (
    ("/_stcore/metrics", "GET", 404, "it counts sessions and memory"),
    ("/metrics", "GET", 404, "the same"),
    ("/gradviz/seat", "GET", 404, "seats are counted where a setting says so"),
    (f"/{plotly_address('0' * 16)}", "GET", 404, "of another version"),
    ("/_stcore/upload_file/session/file", "PUT", 405, "the page asks for no file"),
    ("/_stcore/upload_file/session/file", "DELETE", 405, "the same"),
    ("/_stcore/agent/interact", "POST", 405, "the page is for people"),
    ("/", "POST", 405, "the page has no form"),
)


@pytest.mark.parametrize("path", [*ANSWERED, *(path for path, method, *_ in REFUSED if method == "GET")])
def test_every_answer_carries_the_headers(server, path):
    headers = answer(server, path)[1]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ANSWERED)
def test_what_the_page_needs_is_answered(server, path):
    assert answer(server, path)[0] == 200


@pytest.mark.parametrize(("path", "method", "status", "reason"), REFUSED)
def test_what_it_does_not_need_is_refused(server, path, method, status, reason):
    assert answer(server, path, method)[0] == status, reason


# Ways out of what is served, sent as they are, which no library for requests would do.
WAYS_OUT = (
    "/../app.py",
    "/%2e%2e/app.py",
    "/..%2fapp.py",
    "/..%5capp.py",
    "/%252e%252e%252fapp.py",
    "/%c0%ae%c0%ae/app.py",
    "/plotly/%2e%2e/__init__.py",
    "/plotly/plotly.min.js/../../__init__.py",
    "/gradviz/%2e%2e/story.py",
    "/static/%2e%2e/%2e%2e/__init__.py",
    "/static/..%2f..%2f__init__.py",
    "/component/x/%2e%2e/%2e%2e/app.py",
    "/media/%2e%2e%2fapp.py",
    "//etc/passwd",
    "/static//etc/passwd",
    "/%00",
    "/.streamlit/config.toml",
    "/app.py",
    "/static/",
    "/plotly/",
    "/gradviz/",
)
FILES = (b"__future__", b"root:", b"[server]", b"Index of", b"Directory listing")


@pytest.mark.parametrize("path", WAYS_OUT)
def test_no_way_leads_out_of_what_is_served(server, path):
    """Streamlit answers its own document where it knows no better."""
    where = urlsplit(server.url)
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=120) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        found = b"".join(iter(lambda: connection.recv(65536), b""))
    assert found.startswith(b"HTTP/1.1 ")
    assert not [mark for mark in FILES if mark in found.partition(b"\r\n\r\n")[2]]


def test_a_browser_may_keep_plotly_where_its_address_tells_the_version(server):
    assert answer(server, f"/{plotly_address()}")[1]["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer(server, "/plotly/plotly.min.js")[1]["Cache-Control"] == "no-cache"


def test_the_policy_stops_what_it_is_there_for(server, browser):
    """A script written into the page, and whatever is elsewhere. That it stops nothing of our own, the visits
    of test_smoke.py show: a violation is an error on the console.
    """
    page = browser.new_page()
    page.goto(server.url)
    stopped = page.evaluate(
        """() => new Promise(done => {
            const stopped = [];
            document.addEventListener("securitypolicyviolation", event => {
                stopped.push(event.effectiveDirective);
                if (stopped.length === 3) done(stopped.sort());
            });
            const written = document.createElement("script");
            written.textContent = "window.injected = true";
            document.head.append(written);
            const image = new Image();
            image.src = "https://example.org/seen.png";
            const frame = document.createElement("iframe");
            frame.src = "https://example.org/";
            document.body.append(frame);
        })"""
    )
    assert stopped == ["frame-src", "img-src", "script-src-elem"]
    assert page.evaluate("window.injected === undefined")
    page.close()
