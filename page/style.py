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


def show_style(hidden: Iterable[str]) -> None:
    """The rules for the whole page, whose ``hidden`` parts are not displayed."""
    rules = [PAGE_STYLE, *(_HIDDEN.format(name) for name in hidden)]
    st.html(f"<style>{''.join(rules)}</style>")
