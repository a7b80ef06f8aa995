"""Strict JSON for the browser: numbers that JSON cannot hold are refused here."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping


def as_json(message: object, name: str) -> str:
    """``message`` as JSON; a ValueError that says where a nan or an infinite number is in it.

    The browser parses strict JSON: a single NaN makes it reject the whole message. Arrays in the compact form
    (:func:`.drawing.packed`) may hold nan, because they are sent as base64.
    """
    try:
        return json.dumps(message, allow_nan=False)
    except ValueError:
        places = ", ".join(f"{place} is {value}" for place, value in _not_finite(message, name))
        raise ValueError(f"No JSON: {places}") from None


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
