"""What the browser makes of a message that tells only what has changed: ``patch.js``, written anew."""

from __future__ import annotations

import copy
import json
from typing import Any


def patched(base: Any, changes: dict[str, list[Any]]) -> Any:
    """``base`` with the ``changes`` made to a copy of it."""
    root = {"": copy.deepcopy(base)}
    for path, value in changes["set"]:
        *way, last = ["", *path]
        _at(root, way)[last] = value
    for path in changes["delete"]:
        *way, last = ["", *path]
        del _at(root, way)[last]
    return root[""]


def _at(node: Any, way: list[Any]) -> Any:
    for key in way:
        node = node[key]
    return node


def view_data(page: Any) -> dict[str, Any]:
    """The whole message of the standing view of a page under ``AppTest``; {} where there is none."""
    mounts = {part.key: json.loads(part.proto.json) for part in page.get("bidi_component") if part.proto.json}
    if "view" not in mounts:
        return {}
    message, base = mounts["view"], mounts["base"]
    assert message["base"] == base["key"]
    return patched(base["base"], message["changes"])
