"""The first document: what its link shows, drawn by the server, until Streamlit has drawn the page over it.

It has the title and the description that others show of the link, the picture as in the gallery, and all of
it at the place where the page will have it, so that nothing jumps when that comes.
"""

from __future__ import annotations

import html
import logging
from functools import lru_cache
from pathlib import Path
from urllib.parse import parse_qsl

from gradviz import content, link, sentences
from gradviz.figures.thumbnail import thumbnail
from gradviz.text.letters import plain_label
from gradviz.text.numbers import vector
from gradviz.tree.printing import to_text

REMEMBERED = 64  # links whose document is kept
LONGEST_QUERY = 20_000  # letters; every entry refuses far shorter texts
LONGEST_TITLE = 80
NO_SCRIPT = "This is the picture alone. With JavaScript the page computes, turns and explains it."
STYLE = (Path(__file__).parent / "first.css").read_text(encoding="utf-8")


@lru_cache(maxsize=REMEMBERED)
def first_view(query: str) -> tuple[str, str]:
    """What the document of a link has in its head and in its body, by its ``query``; "" if that fails."""
    try:
        return _first_view(query)
    except Exception:  # the page itself says what is wrong with a link
        logging.getLogger(__name__).exception("the first document of %r", query[:200])
        return "", ""


def _first_view(query: str) -> tuple[str, str]:
    if len(query) > LONGEST_QUERY:
        return "", ""
    values, _ = link.values_in(dict(parse_qsl(query, keep_blank_values=True)))
    reading = link.read(link.entries(values))
    field = reading.field
    answers = content.answers_of(reading, torch_loaded=False)
    arguments = ", ".join(map(plain_label, field.variables))
    formula = f"f({arguments}) = {to_text(field.expression)}" if arguments else to_text(field.expression)
    short = formula if len(formula) <= LONGEST_TITLE else f"{formula[: LONGEST_TITLE - 1]}…"
    title = html.escape(f"{short} · gradviz")
    guessing = values[link.PREDICT]  # the sentence may tell what is to be guessed
    where = f"The gradient at {vector(reading.point)}." if arguments else ""
    headline = sentences.headline(answers, content.choices(values).explained)
    sentence = html.escape(where if guessing else headline)
    picture = thumbnail(field, reading.window, reading.point, reading.axes) if arguments else ""
    head = "".join(
        f"{tag}\n"
        for tag in (
            f"<title>{title}</title>",
            f'<meta name="description" content="{sentence}">',
            f'<meta property="og:title" content="{title}">',
            f'<meta property="og:description" content="{sentence}">',
            '<meta property="og:type" content="website">',
            '<meta property="og:site_name" content="gradviz">',
            f"<style>{STYLE}</style>",
        )
    )
    body = (
        '<div id="gradviz-first"><header><b>∇ gradviz</b>'
        f"<span>{html.escape(short)}</span></header>"
        f"<p>{sentence}</p><noscript><p>{NO_SCRIPT}</p></noscript>"
        f"<figure>{picture}</figure><footer></footer></div>"
    )
    return head, body
