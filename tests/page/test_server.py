"""The server around the page: what it loads ahead, and what it sends with every answer."""

import asyncio
import subprocess
import sys
import textwrap
import threading
from urllib.parse import unquote
from xml.etree.ElementTree import fromstring

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Message
from streamlit.commands.page_config import _get_favicon_string

from page import server
from page.headers import Guard, policy
from page.tab_icon import TAB_ICON
from tests.support.paths import ROOT


def test_the_collector_passes_over_what_the_warm_up_has_loaded():
    """In a process of its own: what is frozen stays so."""
    source = """
        import gc, threading
        from page import server
        from gradviz.methods import loading
        server.warm_up()
        warm = gc.get_freeze_count()
        server.load_torch()
        for thread in threading.enumerate():
            if thread.name == "loading PyTorch":
                thread.join()
        print(warm, gc.get_freeze_count(), len(gc.get_objects()), loading.torch_is_loaded())
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(source)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    warm, with_torch, rest, loaded = done.stdout.split()
    assert loaded == "True"
    assert int(with_torch) > int(warm) > 10 * int(rest)


@pytest.mark.parametrize(("setting", "loaded"), [("", []), ("0", []), ("1", [(True, False)])])
def test_pytorch_is_loaded_before_the_server_says_ready_where_that_is_set(monkeypatch, setting, loaded):
    """Each load of PyTorch with what was set by then: warm, and ready."""
    from gradviz.methods import loading
    from gradviz.symbolic import worker

    loads = []
    monkeypatch.setenv(server.LOAD_AHEAD, setting)
    monkeypatch.setattr(worker, "warm_up", lambda: None)
    monkeypatch.setattr(server, "freeze_loaded_objects", lambda: None)
    monkeypatch.setattr(server, "warm", threading.Event())
    monkeypatch.setattr(server, "ready", threading.Event())
    monkeypatch.setattr(
        loading, "load_torch", lambda: loads.append((server.warm.is_set(), server.ready.is_set()))
    )
    server.warm_up()
    assert loads == loaded
    assert server.ready.is_set()


def heads(settings: dict[str, str], path: str = "/", method: str = "GET") -> tuple[int, dict[str, str]]:
    """The status and the headers with which the guard lets an empty answer pass, or refuses."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    guard = Guard(PlainTextResponse(), policy([], settings), settings)
    scope = {"type": "http", "method": method, "path": path, "headers": []}
    asyncio.run(guard(scope, receive, send))
    headers = {name.decode().lower(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], headers


def test_only_the_pages_own_site_may_frame_it_unless_a_setting_names_others():
    _, headers = heads({})
    assert headers["content-security-policy"].endswith("; frame-ancestors 'self'")
    assert headers["x-frame-options"] == "SAMEORIGIN"
    sites = "'self' https://moodle.example.org https://*.example.edu:8443"
    _, headers = heads({"GRADVIZ_FRAME_ANCESTORS": sites})
    assert headers["content-security-policy"].endswith(f"; frame-ancestors {sites}")
    assert "x-frame-options" not in headers  # it knows no sites, and would forbid what is allowed


@pytest.mark.parametrize(
    "value", ["https://a.org; script-src *", "https://a.org, https://b.org", "a\nb", "é"]
)
def test_a_frame_setting_that_would_break_the_policy_is_refused(value):
    with pytest.raises(ValueError, match="GRADVIZ_FRAME_ANCESTORS"):
        policy([], {"GRADVIZ_FRAME_ANCESTORS": value})


def test_the_metrics_are_answered_where_a_setting_opens_them():
    for path in ("/_stcore/metrics", "/under/here/_stcore/metrics", "/_stcore/metrics/"):
        assert heads({}, path)[0] == 404
        assert heads({"GRADVIZ_METRICS": "1"}, path)[0] == 200


def test_scripts_in_the_document_run_by_their_hash():
    """The hash is the one that Chromium names when it refuses this script."""
    script = "alert('Hello, world.');"
    found = policy([f"<head><script>{script}</script></head>", f"<script>{script}</script>"], {})
    assert found.count("'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='") == 1


def test_where_streamlits_document_is_unknown_it_is_served_as_it_is():
    own = {"/"}
    assert {route.path for route in server.routes("<head></head>")} - own == {
        route.path for route in server.routes("")
    }
    assert "script-src 'self' blob: 'wasm-unsafe-eval' 'unsafe-inline';" in policy([], {}, any_inline=True)
    assert "'unsafe-inline'" not in policy([], {}).partition("script-src")[2].partition(";")[0]


def test_the_picture_in_the_tab_is_not_fetched():
    document = asyncio.run(server.front_page(Request({"type": "http", "path": "/", "headers": []}))).body
    assert f'rel="shortcut icon" href="{TAB_ICON}"'.encode() in document
    assert _get_favicon_string(TAB_ICON) == TAB_ICON, "Streamlit hands it on as it is"
    assert fromstring(unquote(TAB_ICON.partition(",")[2])).tag.endswith("}svg")


def test_the_page_can_be_imported_without_what_only_its_runs_need():
    """As the server imports it before it answers: a name that only a run has ended it at once."""
    code = "import sys, app; print('gradviz' in sys.modules, type(app.app).__name__)"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert found.returncode == 0, found.stderr
    assert found.stdout.split() == ["False", "App"]
