"""Messages that tell only what has changed: a base, the same for many of them, and the changes to it.

A press on the map moves arrows, marks and curves of errors; titles, axes, colours and the triangles of an
arrow stay. The base is a whole message, sent once and then travelling as a reference; ``patch.js`` puts both
together.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .messages import as_json

Json = Any  # what JSON can say
Path = tuple[str | int, ...]

# The share of a message, in letters of JSON, up to which its changes are sent instead of the whole.
WORTHWHILE = 0.7


@dataclass(frozen=True)
class Base:
    """A whole message as JSON, and the key by which the changes refer to it."""

    key: str
    text: str

    @classmethod
    def of(cls, data: Json) -> Base:
        """The message ``data`` as a base for those to come. ValueError where a number in it is not finite."""
        text = as_json(data, "data")
        return cls(hashlib.blake2b(text.encode(), digest_size=8).hexdigest(), text)

    def message(self) -> dict[str, Json]:
        """What the browser is sent of it."""
        return {"key": self.key, "base": json.loads(self.text)}

    def message_text(self) -> str:
        """:meth:`message` as JSON, without reading and writing it anew."""
        return f'{{"key": "{self.key}", "base": {self.text}}}'


def changed_since(base: Base | None, data: Json) -> tuple[Base, dict[str, Json]]:
    """``(base, message)`` for ``data``: the changes to ``base``, or to ``data`` itself as a new base.

    Without a base, or where so much is different that little is saved, the new base holds all of it.
    """
    if base is not None:
        message = {"base": base.key, "changes": changes(json.loads(base.text), data)}
        if len(as_json(message, "data")) <= WORTHWHILE * len(base.text):
            return base, message
    base = Base.of(data)
    return base, {"base": base.key, "changes": {"set": [], "delete": []}}


def changes(before: Json, after: Json) -> dict[str, list[Json]]:
    """What makes ``after`` of ``before``: values to be set at paths, and paths to be deleted."""
    found = list(_different(before, after, ()))
    return {
        "set": [[list(path), *value] for path, value in found if value],
        "delete": [list(path) for path, value in found if not value],
    }


def _different(before: Json, after: Json, path: Path) -> Iterator[tuple[Path, tuple[Json, ...]]]:
    """Each path at which the two differ, with the value that comes there, or with nothing."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in before.keys() - after.keys():
            yield (*path, key), ()
        for key, value in after.items():
            if key not in before:
                yield (*path, key), (value,)
            else:
                yield from _different(before[key], value, (*path, key))
    elif isinstance(before, list) and isinstance(after, list | tuple) and len(before) == len(after):
        for index, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from _different(old, new, (*path, index))
    elif type(before) is not type(after) or before != after:  # 1 and True are equal
        yield path, (after,)
