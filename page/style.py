"""The page's style sheets."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import streamlit as st

from gradviz.figures.table import table_style

_HIDDEN = "[data-testid=stLayoutWrapper]:has(> [class*=st-key-part-{}]) {{ display: none; }}"


def style(name: str) -> str:
    """The rules of a style sheet of the page."""
    return (Path(__file__).parent / name).read_text(encoding="utf-8")


PAGE_STYLE = style("page.css") + table_style()
PRESENT_STYLE = style("present.css")


def show_style(hidden: Iterable[str], *, presenting: bool) -> None:
    """The rules for the whole page, whose ``hidden`` parts are not displayed; ``presenting`` for a hall."""
    rules = [PAGE_STYLE, *(_HIDDEN.format(name) for name in hidden), PRESENT_STYLE if presenting else ""]
    st.html(f"<style>{''.join(rules)}</style>")
