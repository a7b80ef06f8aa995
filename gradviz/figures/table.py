"""The table of the methods as HTML: digits that agree with the truth are set apart from those that do not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from gradviz.figures.parts.theme import STYLES, style
from gradviz.sentences.table import Row
from gradviz.text.letters import plain_label

_DASHES = {"solid": "solid", "dash": "dashed", "longdash": "dashed", "dashdot": "dashed", "dot": "dotted"}

# Colours of the text are the page's own; only the key of each method has one.
_CSS = """
.gradviz-table { overflow-x: auto; }
.gradviz-table:focus-visible { outline: 2px solid currentColor; outline-offset: 4px; }
.gradviz-table table { border-collapse: collapse; width: 100%; font-size: .92rem; }
.gradviz-table caption { text-align: left; opacity: .8; padding-bottom: .4rem; }
.gradviz-table caption .about { opacity: .85; font-size: .9em; }
.gradviz-table th { text-align: left; font-weight: 600; padding: .3rem .8rem .3rem 0; white-space: nowrap; }
.gradviz-table td { padding: .35rem .8rem .35rem 0; vertical-align: top; }
.gradviz-table tbody tr { border-top: 1px solid rgba(128, 128, 128, .3); }
.gradviz-table .number { font-family: "Source Code Pro", monospace; white-space: nowrap; }
.gradviz-table .number b { font-weight: 700; }
.gradviz-table .number .off { opacity: .75; text-decoration-line: underline; text-decoration-style: dotted;
  text-underline-offset: .2em; }
.gradviz-table .error { font-variant-numeric: tabular-nums; white-space: nowrap; }
.gradviz-table .of { opacity: .75; padding-right: .5em; }
.gradviz-table .approach { opacity: .75; font-size: .85em; }
.gradviz-table .note { opacity: .85; font-size: .88em; max-width: 32rem; white-space: normal; }
.gradviz-table .key { display: inline-block; width: 1.5rem; margin-right: .5rem; vertical-align: middle; }
@media (max-width: 640px) {
  .gradviz-table thead { position: absolute; clip-path: inset(50%); }
  .gradviz-table tr { display: block; padding: .4rem 0; }
  .gradviz-table td { display: block; padding: .1rem 0; }
  .gradviz-table td[data-column]::before { content: attr(data-column) ": "; opacity: .75; }
  .gradviz-table .approach { display: inline; margin-left: .5rem; }
}
"""


def table_style(methods: Sequence[str] = tuple(STYLES)) -> str:
    """The rules in CSS for all tables of a page, with the key of each of the ``methods``."""
    return _CSS + "".join(
        f".gradviz-table .key-{_key(name)} {{ border-top: {look.width:.1f}px "
        f"{_DASHES.get(look.dash, 'solid')} {_colour(name)}; }}\n{_colour_by_theme(name)}"
        for name, look in ((name, style(name)) for name in methods)
    )


def table_html(rows: Sequence[Row], variables: Sequence[str], heading: str, about: str = "") -> str:
    """The table as HTML, to be styled by :func:`table_style`; names of variables are escaped.

    ``about`` explains the table in small print below its heading.
    """
    below = f"<div class='about'>{escape(about, quote=False)}</div>" if about else ""
    caption = f"<caption>{escape(heading, quote=False)}{below}</caption>"
    body = "".join(table_rows(rows, variables).values())
    return (
        "<div class='gradviz-table' tabindex='0' role='region' aria-label='Methods compared'>"
        f"<table>{caption}<thead><tr><th scope='col'>Method</th>"
        "<th scope='col'>Gradient</th><th scope='col'>Error</th><th scope='col'>Cost</th></tr></thead>"
        f"<tbody>{body}</tbody></table></div>"
    )


def table_rows(rows: Sequence[Row], variables: Sequence[str]) -> dict[str, str]:
    """The rows of the table as HTML, by method."""
    return {row.method: _row(row, variables) for row in rows}


def _colour(method: str) -> str:
    """The ink of the page for the closed form, else a colour that is visible on light and dark paper."""
    return STYLES[method].light if method in STYLES and method != "symbolic" else "currentColor"


def _colour_by_theme(method: str) -> str:
    """The rule for a key that follows light and dark, as the cards do; a browser that cannot skips it."""
    if method not in STYLES or method == "symbolic":
        return ""
    pair = f"light-dark({STYLES[method].light}, {STYLES[method].dark})"
    return f".gradviz-table .key-{_key(method)} {{ border-top-color: {pair}; }}\n"


def _key(method: str) -> str:
    """A method's class in the styles."""
    return re.sub(r"[^A-Za-z0-9-]", "_", method)


def _row(row: Row, variables: Sequence[str]) -> str:
    lines = []
    for i, (name, (same, other)) in enumerate(zip(variables, row.gradient, strict=False)):
        label = f"<span class='of'>{escape(plain_label(name))}</span>" if len(variables) > 1 else ""
        wrong = any(letter.isdigit() for letter in other)  # ‘no value’ has no digits
        kind = "off" if wrong and i not in row.unjudged else "none"
        off = f"<span class='{kind}'>{escape(other)}</span>" if other else ""
        lines.append(f"{label}<b>{escape(same)}</b>{off}")
    numbers = f"<div class='number'>{'<br>'.join(lines)}</div>" if lines else ""
    note = f"<div class='note'>{escape(row.note, quote=False)}</div>" if row.note else ""
    return (
        f"<tr data-method='{escape(row.method)}'><td><span class='key "
        f"key-{_key(row.method)}'></span>{escape(style(row.method).label)}"
        f"<div class='approach'>{escape(row.approach)}</div></td><td>{numbers}{note}</td>"
        f"<td class='error' data-column='Error'>{escape(row.error)}</td><td "
        f"data-column='Cost'>{escape(row.cost)}</td></tr>"
    )
