"""The page's style sheets."""

from __future__ import annotations

from collections.abc import Collection

import streamlit as st

from gradviz.figures.table import table_style
from page.sheets import PRESENT_STYLE, STAGE_STYLE

_HIDDEN = "[data-testid=stLayoutWrapper][data-holds^=part-{}] {{ display: none; }}"
_NO_BAR = """.stMainBlockContainer { --bar: 0rem; } .st-key-bar { border: 0; }
.st-key-bar-row, [data-testid=stHeader] { display: none; }"""
_NO_DOCK = """.stMainBlockContainer { --dock: 0rem; } .st-key-dock { border: 0; padding-block: 0; }
.st-key-dock-row { display: none; }"""
_NO_PARAMETERS = """:root[data-keys*=" play-"] .stMainBlockContainer { --notes: 0rem; }
:root[data-keys*=" play-"][data-keys~=set-up] .stMainBlockContainer { --notes: 2.75rem; }"""
_NO_HEADLINE = """@media screen and (min-width: 761px) and (min-height: 561px) {
  .st-key-saves-slide { top: .35rem; }
  :root:is([data-keys~=lesson-sentence], [data-keys~=tour]) .st-key-saves-slide { top: 2.8rem; }
}"""
_NOTHING_BELOW = """.stMainBlockContainer { padding-bottom: var(--dock); }
[data-testid=stLayoutWrapper][data-holds=below] { display: none; }"""
# The room that goes with parts, when all of these are hidden. Bar and dock still say what cannot be read.
_ROOM = (
    ({"bar"}, _NO_BAR),
    ({"dock"}, _NO_DOCK),
    ({"point", "eps"}, _NO_DOCK),
    ({"parameters"}, _NO_PARAMETERS),
    ({"headline"}, _NO_HEADLINE),
    ({"words", "table", "kept", "closed", "graph"}, _NOTHING_BELOW),
)


PAGE_STYLE = STAGE_STYLE + table_style()


def show_style(hidden: Collection[str], *, presenting: bool) -> None:
    """The rules for the whole page, whose ``hidden`` parts are not displayed; ``presenting`` for a hall."""
    rules = [PAGE_STYLE, *(_HIDDEN.format(name) for name in hidden)]
    rules += [rule for parts, rule in _ROOM if parts <= set(hidden)]
    st.html(f"<style>{''.join(rules)}{PRESENT_STYLE if presenting else ''}</style>")
