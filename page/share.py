"""The link to this page, and what of the page it shows."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from gradviz import link
from page.state import is_visible, session


def share() -> None:
    """A popover with the link to this page; what it leaves out is chosen there."""
    shelf = st.popover("Share", key="share", on_change="rerun")
    if not shelf.open:
        return
    with shelf:
        st.markdown("**The link to this picture**")
        above = st.container()
        st.caption("What it shows; whoever opens it can show the rest again.")
        left, right = st.columns(2)
        half = len(link.PARTS) // 2
        hidden = [
            name
            for place, (name, label) in enumerate(link.PARTS.items())
            if not (left if place < half else right).checkbox(label, is_visible(name), key=f"shows-{name}")
        ]
        above.code(link_without(hidden), language=None, wrap_lines=True)


def link_without(hidden: list[str]) -> str:
    """The whole link to what the page shows but for the parts that are ``hidden``."""
    query = link.query_for({**(session.linked_values or {}), link.HIDDEN: ",".join(hidden)})
    here = (st.context.url or "").partition("?")[0]
    asks = f"?{urlencode(query, safe=',:;()*/')}" if query else ""
    return f"{here.rstrip('/')}/{asks}"
