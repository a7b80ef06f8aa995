"""The files that never change: which they are, that they are compressed once, and the icons among them."""

from __future__ import annotations

import asyncio
import gzip
import importlib.util
import json
import re
from pathlib import Path
from types import ModuleType

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Message

from page import scripts
from page.serving.static import ICONS, STREAMLIT, Packed, StaticFile, static_files, write
from tests.support.paths import ROOT

FILES = static_files()
TOLD = json.loads((ICONS / "icons.json").read_text(encoding="utf-8"))


def answer(app: Packed, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body of the answer to GET."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    named = [(name.replace("_", "-").lower().encode(), value.encode()) for name, value in headers.items()]
    asyncio.run(app({"type": "http", "method": "GET", "path": path, "headers": named}, receive, send))
    found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], found, sent[1]["body"]


def packed(read: bytes = b"let x = 1;", base: str = "") -> tuple[Packed, list[bytes]]:
    """The middleware with one file and before an app of its own; and what has been read."""
    reads: list[bytes] = []

    def reading() -> bytes:
        reads.append(read)
        return read

    app = PlainTextResponse("from behind")
    return Packed(app, base, {"static/js/a.12345678.js": StaticFile(reading, "text/javascript")}), reads


def test_a_file_is_compressed_once_for_all_and_kept_by_browsers():
    app, reads = packed()
    for _ in range(3):
        status, headers, body = answer(app, "/static/js/a.12345678.js", accept_encoding="gzip, br")
        assert (status, gzip.decompress(body)) == (200, b"let x = 1;")
        assert headers["cache-control"] == "public, max-age=31536000, immutable"
        assert headers["content-encoding"] == "gzip"
        assert headers["vary"] == "Accept-Encoding"
        assert headers["content-type"] == "text/javascript; charset=utf-8"
        assert int(headers["content-length"]) == len(body)
    assert len(reads) == 1


@pytest.mark.parametrize(
    ("path", "headers"),
    [
        ("/static/js/a.12345678.js", {}),
        ("/static/js/a.12345678.js", {"accept_encoding": "identity"}),
        ("/static/js/a.87654321.js", {"accept_encoding": "gzip"}),
        ("/static/js/../js/a.12345678.js", {"accept_encoding": "gzip"}),
        ("/", {"accept_encoding": "gzip"}),
    ],
)
def test_whatever_else_is_asked_for_is_answered_behind(path: str, headers: dict[str, str]):
    app, reads = packed()
    assert answer(app, path, **headers)[2] == b"from behind"
    assert not reads


def test_under_a_path_the_files_are_there_alone():
    app, _ = packed(base="/a/b")
    assert gzip.decompress(answer(app, "/a/b/static/js/a.12345678.js", accept_encoding="gzip")[2])
    assert answer(app, "/static/js/a.12345678.js", accept_encoding="gzip")[2] == b"from behind"


def test_all_that_the_documents_name_is_among_them():
    """But for the picture in the tab, and what is only asked by programs."""
    index = (STREAMLIT / "index.html").read_text(encoding="utf-8")
    named = set(re.findall(r'(?:src|href)="\./([^"]+\.\w+)"', index)) - {
        "favicon.png",
        "_stcore/agent/openapi.json",
    }
    assert len(named) > 40
    assert named | {scripts.plotly_address(), scripts.script_address("view")} <= FILES.keys()
    assert len({*FILES} & {scripts.script_address(name) for name in scripts.SCRIPTS}) == len(scripts.SCRIPTS)


def test_a_file_whose_name_tells_no_version_is_left_to_streamlit(tmp_path: Path):
    assert not [name for name in static_files(tmp_path) if name.startswith("static/")]
    folder = tmp_path / "static" / "js"
    folder.mkdir(parents=True)
    for name in ("plain.js", "index.DormvYxC.js"):
        (folder / name).write_text(name)
    assert [name for name in static_files(tmp_path) if name.startswith("static/")] == [
        "static/js/index.DormvYxC.js"
    ]


def test_a_web_server_is_given_each_file_and_its_compressed_twin(tmp_path: Path):
    chosen = {
        name: FILES[name]
        for name in (
            scripts.plotly_address(),
            scripts.script_address("walk/frame"),
            f"static/media/{TOLD['in place of']}",
        )
    }
    write(tmp_path, chosen)
    for name, file in chosen.items():
        path = tmp_path / name
        assert path.read_bytes() == file.read()
        twin = path.with_name(f"{path.name}.gz")
        assert twin.exists() == file.smaller
        assert not file.smaller or gzip.decompress(twin.read_bytes()) == file.read()
    assert sum(path.is_file() for path in tmp_path.rglob("*")) == 5


# --- the icons ---


def cutter() -> ModuleType:
    """bundle/icons.py."""
    spec = importlib.util.spec_from_file_location("icons", ROOT / "bundle" / "icons.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_icons_are_those_that_streamlit_and_the_page_name():
    named = cutter().names(STREAMLIT.parent)
    assert {"photo_library", "expand_more", "play_arrow"} <= named
    # Streamlit's own slip: its font has no such icon
    assert named - {"star_filled"} <= set(TOLD["names"]) <= named, "bundle/icons.py cuts the font anew"


def test_they_stand_in_the_place_of_the_font_that_they_are_cut_from(tmp_path: Path):
    address = f"static/media/{TOLD['in place of']}"
    whole = (STREAMLIT / address).read_bytes()
    icons = FILES[address].read()
    assert icons == (ICONS / "icons.woff2").read_bytes()
    assert icons[:4] == whole[:4] == b"wOF2"
    assert len(icons) < len(whole) / 30
    other = (
        "static/media/MaterialSymbols-Rounded.anOther1.woff2"  # of another Streamlit: it has its own icons
    )
    (tmp_path / other).parent.mkdir(parents=True)
    (tmp_path / other).write_bytes(whole)
    assert static_files(tmp_path)[other].read() == whole
    assert address not in static_files(tmp_path)
