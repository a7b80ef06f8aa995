"""Messages that tell only what has changed: a base, the same for many of them, and the changes to it.

A press on the map moves arrows, marks and curves of errors; titles, axes, colours and the triangles of an
arrow stay. The base is a whole message, sent once and then travelling as a reference; ``patch.js`` puts both
together.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from .apart import PLAIN
from .messages import Message, Path, Spelled

Json = Any  # what JSON can say
Found = list[tuple[Path, tuple[Json, ...]]]  # paths, each with the value that comes there, or with nothing

# The share of a message, in letters of JSON, up to which its changes are sent instead of the whole.
WORTHWHILE = 0.7
SHORT = 600  # letters of a piece up to which it is sent whole: to find what is new in it takes longer
ABSENT = object()  # what no message has


@dataclass(frozen=True)
class Base:
    """A whole message as JSON with its ``pieces``, and the key by which the changes refer to it."""

    key: str
    text: str
    pieces: Mapping[Path, tuple[int, int]]

    @classmethod
    def of(cls, data: Json) -> Base:
        """The message ``data`` as a base for those to come. ValueError where a number in it is not finite."""
        message = data if isinstance(data, Message) else Message.composed(data, "data")
        found = vars(message).get("as_base")  # a message that several visitors are sent is a base once
        if found is None:
            key = hashlib.blake2b(message.text.encode(), digest_size=8).hexdigest()
            found = vars(message)["as_base"] = cls(key, message.text, message.pieces)
        return found

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
    after = data if isinstance(data, Message) else Message.composed(data, "data")
    if base is not None and _is_mostly_as(base, after):
        message = Spelled.of({"base": base.key, "changes": changes_since(base, after)}, "data")
        if len(message.text) <= WORTHWHILE * len(base.text):
            return base, message
    base = Base.of(after)
    return base, {"base": base.key, "changes": {"set": [], "delete": []}}


def _is_mostly_as(base: Base, after: Message) -> bool:
    """Whether the pieces that are different are few: else it does not pay to look for what is new in them."""
    different = 0
    for path, (first, last) in after.pieces.items():
        begin, end = base.pieces.get(path, (0, 0))
        if base.text[begin:end] != after.text[first:last]:
            different += last - first
    return different <= WORTHWHILE * len(base.text)


def changes_since(base: Base, after: Message) -> dict[str, list[Json]]:
    """As :func:`changes` of the message in ``base``; of that, only the pieces that are different are read."""
    found: Found = []
    apart = _in_one_alone(base.pieces, after.pieces)
    for path in apart:
        found.append((path, (after.at(path),) if after.has(path) else ()))
    for path in base.pieces.keys() & after.pieces.keys():
        (begin, end), (first, last) = base.pieces[path], after.pieces[path]
        former = base.text[begin:end]
        if former == after.text[first:last] or not apart.isdisjoint(path[:n] for n in range(1, len(path))):
            continue
        if last - first <= SHORT:
            found.append((path, (after.at(path),)))
        else:
            _compare(json.loads(former), after.at(path), path, found)
    return _told(found)


def _in_one_alone(before: Collection[Path], after: Collection[Path]) -> set[Path]:
    """The shortest paths that lead somewhere in one of two messages alone, or to something of another kind.

    Instead of what stands in lists of different length these lists.
    """
    alone = set(before) ^ set(after)
    if not alone:
        return alone
    opened = [{path[:n] for path in pieces for n in range(len(path))} for pieces in (before, after)]
    found = set()
    for path in alone:
        ends = (n for n in range(1, len(path) + 1) if not all(path[:n] in inner for inner in opened))
        whole = path[: next(ends)]
        found.add(whole[:-1] if isinstance(whole[-1], int) else whole)
    return found


def changes(before: Json, after: Json) -> dict[str, list[Json]]:
    """What makes ``after`` of ``before``: values to be set at paths, and paths to be deleted."""
    found: Found = []
    _compare(before, after, (), found)
    return _told(found)


def _told(found: Found) -> dict[str, list[Json]]:
    return {
        "set": [[list(path), *value] for path, value in found if value],
        "delete": [list(path) for path, value in found if not value],
    }


def _compare(before: Json, after: Json, path: Path, found: Found) -> None:
    """Add to ``found`` each path at which the two differ, with the value that comes there, or nothing."""
    if isinstance(before, dict) and isinstance(after, dict):
        pairs = [(key, before.get(key, ABSENT), value) for key, value in after.items()]
        found += [((*path, key), ()) for key in before.keys() - after.keys()]
    elif isinstance(before, list) and isinstance(after, list | tuple) and len(before) == len(after):
        pairs = [(place, *pair) for place, pair in enumerate(zip(before, after, strict=True))]
    else:
        pairs = []
        if type(before) is not type(after) or before != after:  # 1 and True are equal
            found.append((path, (after,)))
    for key, old, new in pairs:
        if (kind := type(new)) not in PLAIN and old is not ABSENT:
            _compare(old, new, (*path, key), found)
        elif type(old) is not kind or old != new:
            found.append(((*path, key), (new,)))
