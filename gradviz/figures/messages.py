"""Strict JSON for the browser: numbers that JSON cannot hold are refused here."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from itertools import accumulate
from json import encoder
from typing import Any

Path = tuple[str | int, ...]  # through objects by key, and through arrays by index

_ENCODER = json.JSONEncoder(allow_nan=False)
_make = getattr(encoder, "c_make_encoder", None)  # an interpreter may be without it
_CHUNKS = _make and _make(
    None, _ENCODER.default, encoder.encode_basestring_ascii, None, ": ", ", ", False, False, False
)


def _write(value: object) -> str:
    """``value`` as JSON. ValueError for a number that is not finite."""
    if _CHUNKS is None or isinstance(value, str):
        return _ENCODER.encode(value)
    return "".join(_CHUNKS(value, 0))  # an encoder is made once: each is made of many small pieces


def as_json(message: object, name: str) -> str:
    """``message`` as JSON; a ValueError that says where a nan or an infinite number is in it.

    The browser parses strict JSON: a single NaN makes it reject the whole message. Arrays in the compact form
    (:func:`.drawing.packed`) may hold nan, because they are sent as base64.
    """
    if isinstance(message, Spelled):
        return message.text
    try:
        return _write(message)
    except ValueError:
        places = ", ".join(f"{place} is {value}" for place, value in _not_finite(message, name))
        raise ValueError(f"No JSON: {places}") from None


class Spelled(dict[str, Any]):
    """An object for the browser, and how it reads as JSON, in ``text``. It is not to be changed any more."""

    text: str

    @classmethod
    def of(cls, value: Mapping[str, Any], name: str) -> Spelled:
        """``value`` and its text. ValueError where a number in it is not finite."""
        spelled = cls(value)
        spelled.text = _write(value) if type(value) is dict else as_json(value, name)
        return spelled


class Message(Spelled):
    """A whole message, and where each of its ``pieces`` begins and ends in the ``text``, by its path.

    A piece is what is compared at once with the message before: an entry of the message; of the pictures each
    entry of each, of their figures each trace, and each of the named arrays.
    """

    pieces: dict[Path, tuple[int, int]]

    @classmethod
    def composed(cls, data: Mapping[str, Any], name: str) -> Message:
        """The message ``data``; what is spelled in it is not written anew.

        ValueError where a number in it is not finite.
        """
        written: list[str] = []
        numbers: dict[Path, int] = {}
        try:
            _compose(data, (), written, numbers)
        except ValueError:
            as_json(dict(data), name)  # says where it is
            raise
        message = cls(data)
        message.text = "".join(written)
        places = list(accumulate(map(len, written), initial=0))
        message.pieces = {path: (places[number], places[number + 1]) for path, number in numbers.items()}
        return message

    def followed_by(self, **entries: object) -> Message:
        """This message, which has entries, with more at its end."""
        message = Message({**self, **entries})
        message.text, message.pieces = self.text[:-1], dict(self.pieces)
        for key, value in entries.items():
            message.text += f', "{key}": '
            text = as_json(value, key)
            message.pieces[key,] = len(message.text), len(message.text) + len(text)
            message.text += text
        message.text += "}"
        return message

    def has(self, path: Path) -> bool:
        """Whether a path leads to anything."""
        try:
            self.at(path)
        except (KeyError, IndexError, TypeError):
            return False
        return True

    def at(self, path: Path) -> Any:
        """What stands at the end of a path."""
        value: Any = self
        for key in path:
            value = value[key]
        return value


def _compose(value: object, path: Path, written: list[str], numbers: dict[Path, int]) -> None:
    """Add the JSON of ``value``, at ``path``, to what is ``written``.

    ``numbers`` are the places of the pieces there.
    """
    if _is_open(path) and isinstance(value, dict) and value and not isinstance(value, Spelled):
        for number, (key, item) in enumerate(value.items()):
            written.append(f"{', ' if number else '{'}{_write(key)}: ")
            _compose(item, (*path, key), written, numbers)
        written.append("}")
    elif path[-2:] == ("figure", "data") and isinstance(value, list) and value:
        for number, trace in enumerate(value):
            written.append(", " if number else "[")
            _compose(trace, (*path, number), written, numbers)
        written.append("]")
    else:
        numbers[path] = len(written)
        written.append(value.text if isinstance(value, Spelled) else _write(value))


def _is_open(path: Path) -> bool:
    """Whether the entries of what stands there are pieces by themselves."""
    match path:
        case () | ("pictures" | "named",) | ("pictures", _) | ("pictures", _, "figure"):
            return True
    return False


def _not_finite(value: object, place: str) -> Iterator[tuple[str, float]]:
    """Where in a message a number is not finite."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _not_finite(item, f"{place}.{key}")
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _not_finite(item, f"{place}[{index}]")
    elif isinstance(value, float) and not math.isfinite(value):
        yield place, value
