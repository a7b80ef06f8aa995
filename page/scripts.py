"""The browser's half of the page: its ES modules, and the address under which a browser may keep them.

The path of the address holds a hash of all of them: their plain relative imports carry it along, and no page
mixes two versions.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

from starlette.responses import Response

FOLDER = Path(__file__).parent.parent / "gradviz" / "browser"


def version_of(scripts: Mapping[str, bytes], *needs: str) -> str:
    """A hash, 16 hexadecimal digits, of ``scripts``, text by name, and of what they need besides."""
    hashed = hashlib.blake2b(digest_size=8)
    named = [part for name, text in sorted(scripts.items()) for part in (name.encode(), text)]
    for part in [*map(str.encode, needs), *named]:
        hashed.update(len(part).to_bytes(8, "little") + part)
    return hashed.hexdigest()


# Read once: what is served under a hash is what the hash was made of, whatever happens to the files later.
SCRIPTS = {
    path.relative_to(FOLDER).with_suffix("").as_posix(): path.read_bytes()
    for path in sorted(FOLDER.rglob("*.js"))
    if "test" not in path.relative_to(FOLDER).parts
}
VERSION = version_of(SCRIPTS, f"plotly {metadata.version('plotly')}")


def script_address(name: str, version: str = VERSION) -> str:
    """Where the server has a script, relative to the page."""
    return f"gradviz/{version}/{name}.js"


def script_response(name: str, version: str) -> Response:
    """A script, to be kept for ever; of any version but this one nothing, and that is not to be kept.

    A page that was opened before an upgrade may ask for a former version. It can't have the new one in its
    place: half of its modules are loaded already. It gets the new one whole with the next run of the page.
    """
    if version != VERSION or name not in SCRIPTS:
        return Response(status_code=404, headers={"Cache-Control": "no-store"})
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return Response(SCRIPTS[name], media_type="text/javascript", headers=headers)
