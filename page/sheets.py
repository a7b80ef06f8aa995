"""The page's style sheets as they stand in their files; the package need not be loaded for them."""

from __future__ import annotations

from pathlib import Path


def sheet(name: str) -> str:
    """The rules of a style sheet of the page."""
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


STAGE_STYLE = "".join(map(sheet, ("page.css", "touch.css", "tabs.css", "print.css")))
PRESENT_STYLE = sheet("present.css")
FIRST_STYLE = sheet("first.css")
WAITING_STYLE = sheet("waiting.css")
