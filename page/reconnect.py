"""After a lost connection: what the browser reports, and what each entry of the page then holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gradviz import link
from gradviz.reading.lexer import LONGEST_TEXT

# The text entries, by what draws them: the whole page, or its fragment (``answer`` in page/story.py).
PAGE_TEXTS = (link.FUNCTION, link.ACROSS, link.UP)
FRAGMENT_TEXTS = (link.POINT, link.STEP)


@dataclass(frozen=True)
class Report:
    """What a browser has received and shows.

    ``number`` counts its reports, ``seen`` is the last run that has arrived whole, ``typed`` the texts of the
    entries that the visitor has changed since, by key.
    """

    number: int
    seen: int
    typed: Mapping[str, str]


@dataclass(frozen=True)
class Request:
    """A run of the page: its number, and the value of every key of the address as it began."""

    run: int
    values: Mapping[str, Any]


def read_report(sent: object) -> Report | None:
    """The report that a browser has sent; None for anything else. A text that no entry takes is left out."""
    match sent:
        case {"report": int(number), "seen": int(seen), "typed": dict(typed)}:
            texts = {
                name: text
                for name, text in typed.items()
                if name in PAGE_TEXTS + FRAGMENT_TEXTS and isinstance(text, str) and len(text) <= LONGEST_TEXT
            }
            return Report(number, seen, texts)
    return None


def changes(report: Report, last: Request | None) -> dict[str, Any]:
    """The keys of the address that are not as the browser's widgets have them, with their values.

    ``last`` is the last request that the server knows. Where its answer never reached the browser, the
    widgets are out of date, and the request counts. What was typed since counts more.
    """
    unseen = last.values if last and report.seen < last.run else {}
    return {**unseen, **report.typed}
