"""What the page shows of the last few questions, worked out once and shared by all visitors.

A lecture opens one link and turns to the same presets: then the same answers, pictures and words are due for
everyone. Most other questions are asked once, so only what is asked again is kept. Each function here gives
what the one of its name gives in ``content`` or ``sentences``; what it gives is not to be changed.

What may lack something for want of time is not shared: another attempt may find it.
"""

from __future__ import annotations

import struct
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import partial
from threading import Lock
from typing import Any, Generic, TypeVar

import numpy as np

from gradviz import comparison, content, link, sentences
from gradviz.autodiff.proved import times_out_of_time
from gradviz.field import ScalarField
from gradviz.figures import Panel

MOST = 24  # questions, of 0.7 to 1.2 MB with all that is shown of one
MOST_ASKED = 1000  # what is asked for the second time among so many is kept: most ε are tried by one alone
TIMED_LAYERS = frozenset({"digits"})  # which leave out points for want of time

_Value = TypeVar("_Value")


class Last(Generic[_Value]):
    """The last :data:`MOST` values, by their keys. Several threads may ask at once."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[Hashable, _Value] = OrderedDict()

    def get(self, key: Hashable) -> _Value | None:
        """The value of that key, if it is among the last."""
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key]

    def keep(self, key: Hashable, value: _Value, most: int = MOST) -> None:
        """Have ``value`` for that key, and forget the one that was not asked for the longest."""
        with self._lock:
            self._kept[key] = value
            self._kept.move_to_end(key)
            while len(self._kept) > most:
                self._kept.popitem(last=False)

    def drop(self, value: _Value) -> None:
        """Forget this very object."""
        with self._lock:
            for key in [key for key, kept in self._kept.items() if kept is value]:
                del self._kept[key]

    def has(self, value: _Value) -> bool:
        """Whether this very object is among the values."""
        with self._lock:
            return any(kept is value for kept in self._kept.values())

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._kept.clear()


_ANSWERS: Last[comparison.Answers] = Last()
_ASKED: Last[bool] = Last()  # hashes of the last questions
_MADE: dict[str, Last[tuple[Any, tuple[object, ...]]]] = {}  # by kind, with what their keys name by identity


def forget() -> None:
    """Have everything worked out anew."""
    for last in (_ANSWERS, _ASKED, *_MADE.values()):
        last.clear()


def answers_of(
    reading: link.Reading, torch_loaded: bool = True, before: comparison.Answers | None = None
) -> comparison.Answers:
    """As :func:`content.answers_of`; the same object for a question that was asked before."""
    numbers = (*reading.point, reading.step)
    key = (_field_key(reading.field), _bits(numbers), reading.dtype, reading.step_kind, torch_loaded)
    found = _ANSWERS.get(key)
    if found is None or not _is_settled(found):
        out_of_time = times_out_of_time()
        found = content.answers_of(reading, torch_loaded, before)
        asked = hash(key)
        if _ASKED.get(asked) and times_out_of_time() == out_of_time:
            _ANSWERS.keep(key, found)
        _ASKED.keep(asked, True, MOST_ASKED)
    return found


def step_zones(answers: comparison.Answers, chosen: content.Choices) -> list[dict[str, Any]]:
    """As :func:`content.step_zones`."""
    return _once("zones", answers, chosen.explained, lambda: content.step_zones(answers, chosen))


def paragraph(answers: comparison.Answers, shown: tuple[str, ...]) -> str:
    """As :func:`sentences.paragraph`."""
    return _once("paragraph", answers, shown, lambda: sentences.paragraph(answers, shown))


def announcement(answers: comparison.Answers, shown: tuple[str, ...]) -> str:
    """As :func:`sentences.announcement`."""
    return _once("announcement", answers, shown, lambda: sentences.announcement(answers, shown))


def table_of(answers: comparison.Answers) -> str:
    """As :func:`content.table_of`; shared once the digits that it proves are known."""
    return _once(
        "table",
        answers,
        None,
        lambda: content.table_of(answers),
        lambda _: "decided_digits" in vars(answers.sweep.truth),
    )


def pictures(
    reading: link.Reading, answers: comparison.Answers, chosen: content.Choices, *, fills: bool = False
) -> content.Pictures:
    """As :func:`content.pictures`."""
    key = (_bits([end for side in reading.window for end in side]), reading.axes, chosen, fills)
    make = partial(content.pictures, reading, answers, chosen, fills=fills)
    if chosen.every_precision or not TIMED_LAYERS.isdisjoint(chosen.layers):
        return make()
    return _once("pictures", answers, key, make, lambda drawn: not drawn.failures)


def view_message(
    panels: Mapping[str, Panel],
    reading: link.Reading,
    answers: comparison.Answers,
    chosen: content.Choices,
    *,
    opening: int,
    report_drawn: bool,
    announcement: str,
    guessing: bool,
    words: str,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """As :func:`content.view_message`."""
    drawn = tuple((name, id(panel)) for name, panel in panels.items())
    said = (opening, report_drawn, announcement, guessing, words)
    return _once(
        "view",
        answers,
        (drawn, _bits([reading.step]), reading.axes, chosen, said),
        lambda: content.view_message(
            panels,
            reading,
            answers,
            chosen,
            opening=opening,
            report_drawn=report_drawn,
            announcement=announcement,
            guessing=guessing,
            words=words,
        ),
        named=tuple(panels.values()),
    )


def walk_message(panels: Mapping[str, Panel]) -> dict[str, Any] | None:
    """As :func:`content.walk_message`, made once for each picture."""
    owner = panels.get("map", panels.get("curve"))
    if owner is None:
        return content.walk_message(panels)
    if "walk_message" not in vars(owner):
        vars(owner)["walk_message"] = content.walk_message(panels)
    return vars(owner)["walk_message"]


def _once(
    kind: str,
    answers: comparison.Answers,
    key: Hashable,
    make: Callable[[], _Value],
    may_stay: Callable[[_Value], bool] = lambda _: True,
    named: tuple[object, ...] = (),
) -> _Value:
    """What ``make`` makes of these ``answers`` and what ``key`` says, or has made before."""
    if not _ANSWERS.has(answers):
        return make()
    last = _MADE.setdefault(kind, Last())
    whole = id(answers), key
    if (kept := last.get(whole)) is not None:
        return kept[0]
    out_of_time = times_out_of_time()
    made = make()
    if times_out_of_time() != out_of_time:
        _ANSWERS.drop(answers)  # what they hold by now may be wanting, too
    elif may_stay(made) and _is_settled(answers):
        last.keep(whole, (made, (answers, *named)))
    return made


def _is_settled(answers: comparison.Answers) -> bool:
    """Whether nothing that is known of these answers would be known better with more time."""
    known = vars(answers.sweep)
    truth, derivatives = known.get("truth"), known.get("derivatives")
    return (
        (truth is None or "undecided" not in truth.status)
        and (derivatives is None or not np.isnan(derivatives).any())
        and all(estimate.status != "no closed form" for estimate in answers.estimates.values())
    )


def _field_key(field: ScalarField) -> Hashable:
    """All of a field: two that are equal may be spelled otherwise, and 1/a is not the same for 0 and −0."""
    values = tuple((name, value if value is None else value.hex()) for name, value in field.parameters)
    return field, field.text, field.remarks, values


def _bits(numbers: Sequence[float]) -> bytes:
    """Numbers by their bits: 0 and −0 are equal, and 1/x is not the same there."""
    return struct.pack(f"<{len(numbers)}d", *numbers)
