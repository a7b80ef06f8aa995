"""The browser's half of the page: its ES modules, under an address that a browser may cache for ever.

Its path holds a hash of all modules: their plain relative imports carry it along, and no page mixes two
versions.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path, PurePosixPath
from posixpath import normpath

from starlette.responses import Response

IMPORT = re.compile(r'^import [^"]*from "(\.\.?/[\w/]+)\.js";$', re.MULTILINE)
PREVIEW = "gradviz/preview.png"  # where the picture is that others show of a link, beside the scripts
PACKAGE = find_spec("gradviz")  # found, but not loaded: the server has to start at once
if PACKAGE is None or PACKAGE.origin is None:
    raise ImportError("The page needs the package gradviz beside it, or installed.")
FOLDER = Path(PACKAGE.origin).parent / "browser"


def version_of(scripts: Mapping[str, bytes], *needs: str) -> str:
    """A hash, 16 hexadecimal digits, of ``scripts``, text by name, and of what else they need, by version."""
    hashed = hashlib.blake2b(digest_size=8)
    named = [part for name, text in sorted(scripts.items()) for part in (name.encode(), text)]
    for part in [*map(str.encode, needs), *named]:
        hashed.update(len(part).to_bytes(8, "little") + part)
    return hashed.hexdigest()


# Read once: what is served under a hash is what was hashed, also when a file is edited later.
SCRIPTS = {
    path.relative_to(FOLDER).with_suffix("").as_posix(): path.read_bytes()
    for path in sorted(FOLDER.rglob("*.js"))
    if "test" not in path.relative_to(FOLDER).parts
}
# Plotly, built by bundle/build.mjs. Its address has a hash of its own: it seldom changes.
PLOTLY = (FOLDER.parent / "plotly" / "plotly.min.js").read_bytes()
PLOTLY_VERSION = version_of({"plotly": PLOTLY})
VERSION = version_of(SCRIPTS, f"plotly {PLOTLY_VERSION}")
FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable"}


def script_address(name: str, version: str = VERSION) -> str:
    """The address of a script, relative to the page."""
    return f"gradviz/{version}/{name}.js"


def plotly_address(version: str = PLOTLY_VERSION) -> str:
    """The address of Plotly, relative to the page."""
    return f"plotly/{version}/plotly.min.js"


def with_imports(*names: str) -> list[str]:
    """These modules and all that they import, directly or not, each once.

    A browser learns of an import only when it has read the module: fetched one after the other, each level of
    imports would cost a round trip.
    """
    found: dict[str, None] = {}
    ahead = list(names)
    while ahead:
        name = ahead.pop(0)
        if name not in found:
            found[name] = None
            folder = PurePosixPath(name).parent
            ahead += [normpath(folder / path) for path in IMPORT.findall(SCRIPTS[name].decode())]
    return list(found)


def script_response(name: str, version: str) -> Response:
    """A script, to be cached for ever; for any other version a 404, not to be cached.

    A page that was opened before an upgrade may ask for a former version. The new one in its place would not
    fit the modules that are loaded already; the next run of the page names the new version for all of them.
    """
    if version != VERSION or name not in SCRIPTS:
        return Response(status_code=404, headers={"Cache-Control": "no-store"})
    return Response(SCRIPTS[name], media_type="text/javascript", headers=FOR_EVER)


def plotly_response(version: str | None) -> Response:
    """Plotly, to be cached for ever; where no version is named, to be asked for anew with every visit.

    For any other version a 404, as in :func:`script_response`.
    """
    if version not in (None, PLOTLY_VERSION):
        return Response(status_code=404, headers={"Cache-Control": "no-store"})
    headers = FOR_EVER if version else {"Cache-Control": "no-cache"}
    return Response(PLOTLY, media_type="text/javascript", headers=headers)
