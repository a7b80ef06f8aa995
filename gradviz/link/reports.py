"""What the view in the browser reports, and which values of the link it changes.

A report is another person's input: one that is not understood changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from gradviz.errors import GradvizError
from gradviz.link.choices import known_methods, pressed_text, shown_text, turned_text
from gradviz.link.names import ACROSS, CAMERA, EXPLAINED, POINT, SHOWN, STEP, UP
from gradviz.link.reading import Reading, entries, read, stepped_text
from gradviz.link.window import followed_entries, framed_entries, panned_entries, picked_text

DRAGGED = "dragged_point"  # the point while it is dragged, '' otherwise: a value that no link has
BEYOND = 1.0  # widths of the window: how far outside it a press on the map may be
LONGEST_SHOWN = 400  # letters: more than the names of all methods
# What is reported, what the entries mean, and the values so far give the values that change.
Report = Callable[[Any, Reading, Mapping[str, Any]], dict[str, str]]


def _picked(event: Mapping[str, Any] | None, reading: Reading, values: Mapping[str, Any]) -> dict[str, str]:
    """A press on the map or the curve moves the point; the entry and the address follow on release.

    What lies around the window of a map can be pressed, too: the window goes there.
    """
    if not event:
        return {}
    moved = dict(zip(reading.axes, (event["x"], event["y"]), strict=False))
    beyond = BEYOND if len(moved) > 1 else 0.0
    text = picked_text(reading.point, moved, reading.window, reading.axes, beyond)
    if not event["done"]:
        return {DRAGGED: text}
    followed = {}
    if beyond and reading.window != reading.automatic:  # the automatic one follows by itself
        point = [float(number) for number in text.split(",")]
        texts = followed_entries([point[axis] for axis in reading.axes], reading.window)
        followed = dict(zip((ACROSS, UP), texts, strict=False))
    return {POINT: text, DRAGGED: "", **followed}


def _stepped(exponent: object, reading: Reading, values: Mapping[str, Any]) -> dict[str, str]:
    """ε was let go on the error plot or on the slider."""
    return {STEP: stepped_text(exponent, reading, values[STEP])}


def _turned(camera: object, reading: Reading, values: Mapping[str, Any]) -> dict[str, str]:
    """The surface was turned, and is seen from this camera."""
    return {CAMERA: turned_text(camera, values[CAMERA])}


def _framed(factor: object, reading: Reading, values: Mapping[str, Any]) -> dict[str, str]:
    """The window was made narrower or wider around the point."""
    texts = framed_entries(reading.point, reading.window, reading.axes, factor)
    return dict(zip((ACROSS, UP), texts, strict=False))


def _panned(ranges: object, reading: Reading, values: Mapping[str, Any]) -> dict[str, str]:
    """The window was moved on the map."""
    return dict(zip((ACROSS, UP), panned_entries(reading.axes, ranges), strict=False))


def _explained(method: object, reading: Reading, values: Mapping[str, Any]) -> dict[str, str]:
    """The errors of a method are to be explained, or those of none."""
    return {EXPLAINED: pressed_text(method, known_methods(values[SHOWN]), values[EXPLAINED])}


def _shown(methods: object, reading: Reading, values: Mapping[str, Any]) -> dict[str, str]:
    """The cards of these methods are pressed in, by name, separated by commas."""
    if not isinstance(methods, str) or len(methods) > LONGEST_SHOWN:
        return {}
    return {SHOWN: shown_text(known_methods(methods))}


REPORTS: dict[str, Report] = {
    "picked": _picked,
    "stepped": _stepped,
    "turned": _turned,
    "framed": _framed,
    "panned": _panned,
    "explained": _explained,
    "shown": _shown,
}


def follow(
    kind: str, value: object, reading: Reading, values: Mapping[str, Any]
) -> tuple[dict[str, Any], str, Reading] | None:
    """What a stage shows after a report; None for a report that is not understood.

    That is the values of its link, the point while it is dragged, and what all of it means.
    """
    report = REPORTS.get(kind)
    if report is None:
        return None
    try:
        changes = dict(report(value, reading, values))
    except (GradvizError, LookupError, TypeError, ValueError):  # no such report comes from the stage
        return None
    dragged = changes.pop(DRAGGED, "")
    followed = {**values, **changes}
    texts = entries(followed)
    texts = replace(texts, point=dragged) if dragged else texts
    return followed, dragged, read(texts, reading)
