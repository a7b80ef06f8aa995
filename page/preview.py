"""The picture that chat programs and course pages show of a link: where it is, and what is drawn there.

They fetch it themselves, and run nothing: it is a PNG, drawn by the server, and its address is a whole one.
"""

from __future__ import annotations

import html
import logging
import threading
from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

from starlette.responses import Response

from gradviz import content, link
from gradviz.autodiff.reverse import gradients_at
from gradviz.figures.preview import HEIGHT, WIDTH, preview
from page.scripts import PREVIEW
from page.serving.logs import typed

REMEMBERED = 32  # pictures that are kept, of up to half a megabyte each
LONGEST_QUERY = 2000  # letters: what programs that follow an address still take
PATIENCE = 3.0  # seconds that a request waits while another picture is drawn
DAY = 86_400  # seconds, for which whoever has fetched a picture may keep it
# What of a link its picture depends on.
DRAWN = (
    link.FUNCTION,
    link.POINT,
    link.STEP,
    link.SHOWN,
    link.ACROSS,
    link.UP,
    link.PARAMETERS,
    link.AXES,
    link.WINDOW,
    link.PRECISION,
    link.STEP_KIND,
    link.PREDICT,
)
_drawing = threading.Lock()  # one at a time: whoever asks for many must not keep the visitors waiting


class BusyError(RuntimeError):
    """Another picture is being drawn."""


def picture_query(values: Mapping[str, Any], reading: link.Reading) -> str | None:
    """The query of a picture, in one spelling; None where that is too long."""
    plain = link.values_in({})[0]
    understood = link.linked(values, reading, plain)
    query = urlencode(link.query_for(plain | {name: understood[name] for name in DRAWN}))
    return query if len(query) <= LONGEST_QUERY else None


def tags(address: str, query: str, title: str) -> str:
    """What the head of the document says of its picture, by the page's ``address`` and the ``query``."""
    where = html.escape(f"{address}/{PREVIEW}{'?' if query else ''}{query}")
    named = {
        "og:image": where,
        "og:image:type": "image/png",
        "og:image:width": str(WIDTH),
        "og:image:height": str(HEIGHT),
        "og:image:alt": html.escape(title),
    }
    lines = [f'<meta property="{name}" content="{text}">' for name, text in named.items()]
    return "\n".join([*lines, '<meta name="twitter:card" content="summary_large_image">', ""])


@lru_cache(maxsize=REMEMBERED)
def picture(query: str) -> bytes:
    """The picture of a link by its ``query``. BusyError if others are drawn."""
    if not _drawing.acquire(timeout=PATIENCE):
        raise BusyError
    try:
        values, _ = link.values_in(dict(parse_qsl(query, keep_blank_values=True)), query)
        reading = link.read(link.entries(values))
        if values[link.PREDICT]:  # what the methods say may be what is to be guessed
            found = {"symbolic": gradients_at(reading.field, list(reading.point))}
        else:
            answers = content.answers_of(reading, torch_loaded=False)
            shown = content.choices(values).shown
            found = {name: answers.estimates[name].gradient for name in shown if name in answers.estimates}
        return preview(reading.field, reading.window, reading.point, found, reading.axes)
    finally:
        _drawing.release()


def picture_response(query: str) -> Response:
    """The picture of a link, by the ``query`` of a request, or why there is none."""
    if len(query) > LONGEST_QUERY:
        return Response(status_code=414)
    try:
        drawn = picture(query)
    except BusyError:
        return Response(status_code=503, headers={"Retry-After": "5", "Cache-Control": "no-store"})
    except Exception:
        logging.getLogger(__name__).exception("the picture of a link: %s", typed(query))
        drawn = b""
    if not drawn:
        return Response(status_code=404, headers={"Cache-Control": "no-store"})
    return Response(drawn, media_type="image/png", headers={"Cache-Control": f"public, max-age={DAY}"})
