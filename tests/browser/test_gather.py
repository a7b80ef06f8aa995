"""What a run says to the browser is handed on together, in its order, and never kept back for long."""

from urllib.request import urlopen

import pytest
from playwright.sync_api import Page
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from page.scripts import script_address
from tests.server import ROOT, Server, serving

GATHER = (ROOT / "gradviz" / "figures" / "gather.js").read_text(encoding="utf-8")
# A socket that says what the test tells it, and a listener that writes down the length of all that it hears.
SOCKET = """() => {
    window.WebSocket = class extends EventTarget {};
    %s
    const socket = new WebSocket();
    window.heard = [];
    socket.addEventListener('message', event => {
        heard.push(event.data.byteLength);
        if (event.data.byteLength === 13) throw new Error('unlucky');
    });
    window.say = (...messages) => {
        for (const message of messages) {
            const {buffer} = new Uint8Array(message);
            socket.dispatchEvent(new MessageEvent('message', {data: buffer}));
        }
        return heard.splice(0);
    };
}"""


@pytest.fixture
def socket(browser) -> Page:
    context = browser.new_context()
    page = context.new_page()
    page.clock.install()
    page.evaluate(SOCKET % GATHER)
    yield page
    context.close()


def said(page: Page, *messages: int | ForwardMsg) -> list[int]:
    """The lengths of what is heard at once when these come: Streamlit's messages, or so many zeros."""
    told = [list(m.SerializeToString()) if isinstance(m, ForwardMsg) else m for m in messages]
    return page.evaluate("messages => say(...messages)", told)


def test_the_first_run_is_heard_as_it_comes(socket: Page):
    assert said(socket, 500) == [500]
    assert said(socket, 80, 4) == [80, 4]
    assert said(socket, 2) == [2]


def test_a_short_run_is_heard_when_it_is_over(socket: Page):
    said(socket, 2)
    assert said(socket, 500, 4) == []
    assert said(socket, 120, 80_000) == []
    assert said(socket, 78, 2) == [500, 4, 120, 80_000, 78, 2]
    socket.clock.run_for(1000)
    assert said(socket) == []
    assert said(socket, 600) == []
    assert said(socket, 2) == [600, 2]


def test_a_long_run_is_heard_as_it_comes_after_a_moment(socket: Page):
    said(socket, 2)
    assert said(socket, 500, 4) == []
    socket.clock.run_for(400)
    assert said(socket) == [500, 4]
    assert said(socket, 120) == [120]
    assert said(socket, 2) == [2]
    assert said(socket, 500) == []  # the next one may be short again


def test_a_listener_that_fails_hears_the_rest(socket: Page):
    said(socket, 2)
    failures: list[str] = []
    socket.on("pageerror", lambda error: failures.append(error.message))
    assert said(socket, 500, 13, 120, 2) == [500, 13, 120, 2]
    assert failures == ["unlucky"]


def drawing(text: str, *path: int) -> ForwardMsg:
    message = ForwardMsg(hash="a" * 32)
    message.metadata.delta_path.extend(path)
    message.delta.new_element.markdown.body = text
    return message


def test_the_rest_of_a_run_is_left_out_until_the_next_begins(socket: Page):
    """Streamlit lets an element whose place was told to a lost connection end its whole page."""
    status, begins, refers = ForwardMsg(), ForwardMsg(), ForwardMsg(ref_hash="b" * 32)
    status.session_status_changed.script_is_running = True
    begins.new_session.name = "app"
    begins.metadata.run.SetInParent()
    refers.metadata.delta_path.extend([0, 300])
    short, long = drawing("x", 0, 1), drawing("x" * 300, 0, 300, 2)
    assert said(socket, status, short, refers, long) == [status.ByteSize()]
    told = [begins, long, refers, short]
    assert said(socket, *told) == [message.ByteSize() for message in told]


@pytest.mark.parametrize("path", ["/here", "/a/b"])
def test_under_a_path_the_page_has_its_scripts_there(path):
    with serving(ROOT / "app.py", under=path) as server:
        for name in ("/", f"/{script_address('view')}", "/plotly/plotly.min.js"):
            with urlopen(f"{server.url}{name}") as answer:
                kind = answer.headers["Content-Type"]
                assert ("text/html" if name == "/" else "/javascript") in kind
        with urlopen(f"{server.url}/") as answer:
            assert GATHER in answer.read().decode()


def test_the_page_has_it_in_its_head_and_fetches_plotly_once(open_page, server: Server):
    with urlopen(f"{server.url}/?f=x") as answer:
        head, _, _ = answer.read().decode().partition("</head>")
        assert answer.headers["Cache-Control"] == "no-cache"
    assert GATHER in head
    page = open_page()
    fetched = page.evaluate("() => performance.getEntriesByType('resource').map(entry => entry.name)")
    assert len([name for name in fetched if name.endswith("/plotly.min.js")]) == 1
    assert "gathered" in page.evaluate("() => String(WebSocket)")
