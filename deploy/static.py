"""Lays out, in a folder, the files that a web server may serve by itself: ``python -m deploy.static FOLDER``.

Only files whose address carries a hash of what they hold: the browser's modules, and the scripts, styles and
fonts of Streamlit. Beside each stands its compressed form, made once, as nginx's ``gzip_static`` asks for.
"""

from __future__ import annotations

import gzip
import sys
from collections.abc import Iterator
from pathlib import Path

# fonts and pictures are compressed already
COMPRESSED = {".css", ".js", ".json", ".svg", ".wasm"}
SMALLEST = 1000  # bytes: below, a compressed form saves no packet


def files() -> Iterator[tuple[str, bytes]]:
    """Each file as its address below the page's own, and its content."""
    from page.scripts import SCRIPTS, script_address
    from page.server import INDEX

    for name, content in SCRIPTS.items():
        yield script_address(name), content
    hashed = INDEX.parent / "static"  # its names, as index.C1JORDN2.css, carry the hash
    for path in sorted(hashed.rglob("*")):
        if path.is_file() and path.suffix != ".map":
            yield path.relative_to(INDEX.parent).as_posix(), path.read_bytes()


def lay_out(folder: Path) -> tuple[int, int, int]:
    """Write all files below ``folder``; their number, their bytes, and those that go over the wire."""
    count = whole = sent = 0
    for address, content in files():
        path = folder / address
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        count, whole, smaller = count + 1, whole + len(content), len(content)
        if path.suffix in COMPRESSED and len(content) >= SMALLEST:
            packed = gzip.compress(content, 9, mtime=0)
            path.with_name(path.name + ".gz").write_bytes(packed)
            smaller = len(packed)
        sent += smaller
    return count, whole, sent


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    count, whole, sent = lay_out(Path(sys.argv[1]))
    print(f"{count} files, {whole / 1e6:.1f} MB, {sent / 1e6:.1f} MB compressed")
