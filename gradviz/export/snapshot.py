"""A page as its link describes it: the values of the link, what they mean, and the answers of all methods."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlencode

from gradviz import comparison, content, link
from gradviz.comparison import Answers
from gradviz.errors import GradvizError
from gradviz.export.questions import VARIANTS
from gradviz.export.vector.drawing import Drawing
from gradviz.figures import Panel, graph
from gradviz.link import Reading

MOST_PAIRS = 100  # of a query
FAULTY = "A fault is planted in this backward pass."


@dataclass(frozen=True)
class Snapshot:
    """What is saved: ``values`` by the names of the link, and their meaning.

    ``page`` is the address of the page that its link opens, '' where none is known; ``notes`` are sentences
    about how link and entries were understood; ``theme`` is that of the pictures: light, dark or print;
    ``variants`` is how many questions of each kind a quiz has.
    ``pool`` draws the PNGs of a zip while its other files are made here; without one, they are drawn here.
    """

    values: Mapping[str, Any]
    reading: Reading
    page: str = ""
    notes: tuple[str, ...] = ()
    theme: str = "light"
    variants: int = VARIANTS
    pool: Executor | None = field(default=None, compare=False, repr=False)

    @cached_property
    def answers(self) -> Answers:
        """The answers of every method; loads PyTorch."""
        reading = self.reading
        return comparison.answer(
            reading.field, reading.point, reading.step, dtype=reading.dtype, step_kind=reading.step_kind
        )

    @cached_property
    def panels(self) -> Mapping[str, Panel]:
        """The pictures of the page by name, also those that its link hides."""
        chosen = replace(content.choices(self.values), hidden=())
        return content.pictures(self.reading, self.answers, chosen).panels

    @cached_property
    def drawn(self) -> dict[str, Drawing]:
        """The pictures that have been drawn already, for their next kind of file."""
        return {}

    @cached_property
    def walk(self) -> dict[str, Any] | None:
        """The computation graph with the walk over it, as on the page; None for a function without one.

        With the fault that the link plants into it, and of a large graph the part that the link names.
        """
        reading = self.reading
        field, point = reading.field, reading.point
        if not field.variables:
            return None
        node = int(self.values[link.NODE] or -1)
        return graph.walk_data(
            field,
            point,
            tuple(field.variables[axis] for axis in reading.axes),
            around=node if node in graph.parts(field, point) else None,
            fault=self.values[link.FAULT] or None,
            place=self._fault_place,
            dtype=reading.dtype,
        )

    @property
    def _fault_place(self) -> graph.Place | None:
        """The edge of the fault, where the link names one at which it changes the gradient."""
        fault, place = self.values[link.FAULT], link.read_place(self.values[link.PLACE])
        field, point = self.reading.field, self.reading.point
        return place if fault and place in graph.fault_places(field, point, fault) else None

    @property
    def faulty(self) -> bool:
        """Whether the graph has a fault in its backward pass."""
        reading, fault = self.reading, self.values[link.FAULT]
        if not fault or not reading.field.variables:
            return False
        found = graph.planted(reading.field, reading.point, fault, self._fault_place, reading.dtype)
        return found is not None

    @property
    def link(self) -> str:
        """The whole link, or its query alone where the address of the page is not known."""
        return address_of(self.page, self.values)


def address_of(page: str, values: Mapping[str, Any]) -> str:
    """The link to ``values`` on the page at that address."""
    query = link.query_for(values)
    asks = f"?{urlencode(query, safe=',:;()*/')}" if query else ""
    return f"{page.rstrip('/')}/{asks}" if page else asks


def snapshot_of(values: Mapping[str, Any], page: str = "") -> Snapshot:
    """The page with these ``values``; a GradvizError with the caret's line where an entry cannot be read."""
    reading = link.read(link.entries(values))
    for remark in reading.remarks:
        if remark.stops:
            raise GradvizError(f"{remark.sentence}\n{remark.caret}" if remark.caret else remark.sentence)
    return Snapshot(dict(values), reading, page, tuple(remark.sentence for remark in reading.remarks))


def snapshot_of_link(address: str) -> Snapshot:
    """The page that a link opens. A GradvizError where there is no query, or one that cannot be read."""
    if len(address) > 4 * link.LONGEST_TYPED:
        raise GradvizError("The link is too long to be one of gradviz.")
    page, mark, raw = address.strip().partition("?")
    if not mark:
        raise GradvizError(f"‘{_shortened(address)}’ is no link of a picture: there is no “?” in it.")
    raw = raw.partition("#")[0]
    try:
        pairs = parse_qsl(raw, keep_blank_values=True, max_num_fields=MOST_PAIRS)
    except ValueError:
        raise GradvizError(f"The link has more than {MOST_PAIRS} entries.") from None
    values, remarks = link.values_in(dict(pairs), raw)
    opened = snapshot_of(values, page)
    return replace(opened, notes=(*(remark.sentence for remark in remarks), *opened.notes))


def _shortened(text: str, most: int = 60) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
