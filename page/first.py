"""The first document: what its link shows, drawn by the server, until Streamlit has drawn the page over it.

It has the title and the description that others show of the link, the picture as in the gallery, and all of
it at the place where the page will have it, so that nothing jumps when that comes.
"""

from __future__ import annotations

import html
import logging
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl

from gradviz import content, link, sentences
from gradviz.figures.thumbnail import thumbnail
from gradviz.text.numbers import vector
from page.preview import picture_query
from page.serving.logs import typed
from page.sheets import FIRST_STYLE
from page.style import PAGE_STYLE

REMEMBERED = 64  # links whose document is kept
LONGEST_QUERY = 20_000  # letters; every entry refuses far shorter texts
NO_SCRIPT = "This is the picture alone. With JavaScript the page computes, turns and explains it."


class FirstView(NamedTuple):
    """What the document of a link has in its ``head`` and its ``body``, and what its ``picture`` is.

    ``picture`` has the query and the title of the one that others show; None where there is none.
    """

    head: str = ""
    body: str = ""
    picture: tuple[str, str] | None = None


@lru_cache(maxsize=REMEMBERED)
def first_view(query: str) -> FirstView:
    """What the document of a link has in its head and in its body, by its ``query``; none if that fails."""
    try:
        return _first_view(query)
    except Exception:  # the page itself says what is wrong with a link
        logging.getLogger(__name__).exception("the first document of a link: %s", typed(query))
        return FirstView()


def _first_view(query: str) -> FirstView:
    if len(query) > LONGEST_QUERY:
        return FirstView()
    values, _ = link.values_in(dict(parse_qsl(query, keep_blank_values=True)), query)
    reading = link.read(link.entries(values))
    field = reading.field
    answers = content.answers_of(reading, torch_loaded=False)
    short = content.function_in_short(field)
    title = html.escape(content.page_title(field))
    guessing = values[link.PREDICT]  # the sentence may tell what is to be guessed
    where = f"The gradient at {vector(reading.point)}."
    headline = sentences.headline(answers, content.choices(values).explained)
    sentence = html.escape(where if guessing else headline)
    picture = thumbnail(field, reading.window, reading.point, reading.axes)
    head = "".join(
        f"{tag}\n"
        for tag in (
            f"<title>{title}</title>",
            f'<meta name="description" content="{sentence}">',
            f'<meta property="og:title" content="{title}">',
            f'<meta property="og:description" content="{sentence}">',
            '<meta property="og:type" content="website">',
            '<meta property="og:site_name" content="gradviz">',
            f"<style>{FIRST_STYLE}</style>",
        )
    )
    hidden = set(link.names_in(values[link.HIDDEN])) | ({"bar", "dock"} if values[link.PRESENT] else set())
    bar = f"<header><b>∇ gradviz</b><span>{html.escape(short)}</span></header>"
    body = (
        f'<div id="gradviz-first">{"" if "bar" in hidden else bar}'
        f"{'' if 'headline' in hidden else f'<p>{sentence}</p>'}"
        f"<noscript><p>{NO_SCRIPT}</p></noscript>"
        f"<figure>{picture}</figure>{'' if 'dock' in hidden else '<footer></footer>'}</div>"
        # the page's own rules as well, to stand also while Streamlit draws the element that brings them anew
        f"<style>{PAGE_STYLE}</style>"
    )
    shown = picture_query(values, reading)
    return FirstView(head, body, None if shown is None else (shown, content.page_title(field)))
