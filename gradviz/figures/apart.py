"""Figures with their heavy arrays set apart, each figure once.

``{"part": hash}`` stands in the place of an array. The heavy ones seldom change, and travel by themselves;
the lighter ones travel with the message, once each.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from gradviz.figures.parts.drawing import Picture, Standing, Trace

from .messages import Spelled, as_json

# Letters of base64 from which an array is sent apart, and from which it is at least sent only once: grids are
# heavy and seldom change, the lines of a sweep are new with every point.
HEAVY = 4000
NAMED = 600
PLAIN = frozenset({str, float, int, bool, type(None)})  # the types of most of what a figure holds

Arrays = dict[str, dict[str, str]]  # in the compact form, by a hash of their content


@dataclass(frozen=True)
class Apart:
    """Something for the browser without its arrays: the heavy ``parts`` and the lighter ``named`` ones.

    Of a figure each trace is a :class:`Spelled`.
    """

    value: Any
    parts: Arrays = field(default_factory=dict)
    named: Arrays = field(default_factory=dict)


def figure_apart(picture: Picture) -> Apart:
    """The figure of ``picture``, prepared at the first call; a ValueError for a number that is not finite."""
    found = vars(picture).get("apart")
    if found is None:
        try:
            found = _prepared(picture.figure)
        except ValueError:
            as_json(picture.figure, "figure")  # says where it is
            raise
        vars(picture)["apart"] = found
    return found


def without_answers(picture: Picture, changed: Callable[[Trace], Trace | None], alternative: str) -> Picture:
    """``picture`` as one that answers to no press, and has no caption; its traces as ``changed``.

    None is left out; only a trace that was changed is prepared anew.
    """
    traces = picture.figure["data"]
    drawn = [(place, new) for place, trace in enumerate(traces) if (new := changed(trace)) is not None]
    copy = Picture(picture.figure | {"data": [trace for _, trace in drawn]}, alternative=alternative)
    if (prepared := vars(picture).get("apart")) is not None:
        data = [
            prepared.value["data"][place] if trace is traces[place] else Spelled.of(trace, "trace")
            for place, trace in drawn
        ]
        vars(copy)["apart"] = replace(prepared, value=prepared.value | {"data": data})
    return copy


def _prepared(figure: Mapping[str, Any]) -> Apart:
    parts: Arrays = {}
    named: Arrays = {}
    value: dict[str, Any] = {}
    for key, item in figure.items():
        if key == "data":
            traces = [_trace_apart(trace) for trace in item]
            value[key] = [trace.value for trace in traces]
            for trace in traces:
                parts |= trace.parts
                named |= trace.named
        else:
            rest = set_apart(item, parts, named)
            value[key] = Spelled.of(rest, key) if isinstance(rest, dict) else rest
    return Apart(value, parts, named)


def _trace_apart(trace: Trace) -> Apart:
    """One trace; what many pictures share is prepared once."""
    if isinstance(trace, Standing) and isinstance(trace.apart, Apart):
        return trace.apart
    parts: Arrays = {}
    named: Arrays = {}
    found = Apart(Spelled.of(set_apart(trace, parts, named), "trace"), parts, named)
    if isinstance(trace, Standing):
        trace.apart = found
    return found


def set_apart(value: object, parts: Arrays, named: Arrays) -> Any:
    """A copy of ``value`` whose heavy arrays have moved to ``parts``, the lighter ones to ``named``."""
    if isinstance(value, dict):
        if "bdata" in value:
            if len(value["bdata"]) < NAMED:
                return dict(value)
            label = f"{value['dtype']}{value.get('shape', '')}{value['bdata']}"
            key = hashlib.blake2b(label.encode(), digest_size=8).hexdigest()
            (named if len(value["bdata"]) < HEAVY else parts)[key] = dict(value)
            return {"part": key}
        return {
            key: item if type(item) in PLAIN else set_apart(item, parts, named) for key, item in value.items()
        }
    if isinstance(value, list | tuple):
        return [item if type(item) in PLAIN else set_apart(item, parts, named) for item in value]
    return value
