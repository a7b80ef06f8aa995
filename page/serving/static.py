"""The files that never change: compressed once for all visitors, and kept by their browsers for a year.

Streamlit's scripts, style sheets and fonts, the browser's modules, and Plotly, each at an address with a hash
of what is in it. To compress those of one first visit takes 0.3 s of a processor. In place of Streamlit's
font of 4,000 icons, 375 kB, stands one with those that are drawn: bundle/icons.py.

``python -m page.serving.static FOLDER`` writes all of them into a folder, compressed ones beside them, for a
web server that hands them out itself: deploy/nginx/gradviz.conf.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
import threading
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from page.scripts import FOR_EVER, PLOTLY, SCRIPTS, plotly_address, script_address

STREAMLIT = Path(st.__file__).parent / "static"
HASHED = re.compile(r".+\.[\w-]{8}\.\w+")  # index.DormvYxC.js: a file that is another one has another name
# What becomes smaller; fonts and pictures are compressed as they are.
KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
ICONS = Path(__file__).parents[1] / "icons"


class StaticFile:
    """One of the files: its media type ``kind``, and whether it becomes ``smaller`` by compression.

    It is read when it is needed first, and kept as it is sent: 8 MB for all files together.
    """

    def __init__(self, read: Callable[[], bytes], kind: str, *, smaller: bool = True) -> None:
        self.read, self.kind, self.smaller = read, kind, smaller
        self._lock = threading.Lock()
        self.kept: bytes | None = None

    def sent(self) -> bytes:
        """What is sent of the file: by gzip, the same bytes every time, where that is smaller."""
        with self._lock:
            if self.kept is None:
                self.kept = gzip.compress(self.read(), mtime=0) if self.smaller else self.read()
            return self.kept


def static_files(streamlit: Path = STREAMLIT) -> dict[str, StaticFile]:
    """Each file by its address, relative to the page.

    ``streamlit`` is the folder of its index.html; none of its files whose name holds no hash. Those, and all
    where it has no such folder, Streamlit serves by itself.
    """
    found = {
        path.relative_to(streamlit).as_posix(): StaticFile(
            path.read_bytes, KINDS.get(path.suffix, ""), smaller=path.suffix in KINDS
        )
        for path in sorted((streamlit / "static").rglob("*"))
        if HASHED.fullmatch(path.name)
    }
    icons = f"static/media/{json.loads((ICONS / 'icons.json').read_text(encoding='utf-8'))['in place of']}"
    if icons in found:
        found[icons] = StaticFile((ICONS / "icons.woff2").read_bytes, "font/woff2", smaller=False)
    own = {script_address(name): text for name, text in SCRIPTS.items()} | {plotly_address(): PLOTLY}
    return found | {name: StaticFile(partial(bytes, text), KINDS[".js"]) for name, text in own.items()}


class Packed:
    """ASGI middleware: answers for the files that become smaller, and for the icons.

    All else, and whoever takes no compression, is left to ``app``.
    """

    def __init__(self, app: ASGIApp, base: str, files: Mapping[str, StaticFile] | None = None) -> None:
        self.app = app
        files = static_files() if files is None else files
        self.files = {f"{base}/{name}": file for name, file in files.items() if file.kind}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        file = self.files.get(scope["path"]) if scope["type"] == "http" else None
        if file is None or (file.smaller and "gzip" not in Headers(scope=scope).get("Accept-Encoding", "")):
            await self.app(scope, receive, send)
            return
        packed = {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"} if file.smaller else {}
        sent = file.kept or await run_in_threadpool(file.sent)  # a thread only for the first one
        response = Response(sent, media_type=file.kind, headers=FOR_EVER | packed)
        await response(scope, receive, send)


def write(folder: Path, files: Mapping[str, StaticFile]) -> None:
    """Write the files to where their addresses lead below ``folder``, compressed ones beside them."""
    for name, file in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.read())
        if file.smaller:
            path.with_name(f"{path.name}.gz").write_bytes(file.sent())


def main(arguments: list[str]) -> int:
    """Write all of them into the folder that is named; the exit code."""
    if len(arguments) != 1:
        print("usage: python -m page.serving.static FOLDER", file=sys.stderr)
        return 2
    files = static_files()
    write(Path(arguments[0]), files)
    print(f"{len(files)} files in {arguments[0]}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
