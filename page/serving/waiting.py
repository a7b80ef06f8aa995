"""The page of a full hall: the picture of the link, and the place in the queue, until a seat is free.

It asks for its place by itself (waiting.js); without scripts it is loaded anew now and then.
"""

from __future__ import annotations

import html
import re

from starlette.responses import HTMLResponse, JSONResponse, Response

from page.scripts import script_address
from page.serving.hall import LATEST, Place
from page.sheets import WAITING_STYLE

TICKET = "seat"  # in the query of a page, and of its WebSocket
# A response to somebody who has no seat yet has this header: a proxy before several servers may then send the
# next question to another of them (deploy/nginx).
WAITS = {"Gradviz-Waits": "1"}
FULL = "The hall is full."
PROMISE = "This page lets you in by itself: keep it open."
LATER = "So many wait already that there is no number for you. This page asks again by itself: keep it open."
DOCUMENT = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="gradviz-seat" content="{ticket}" data-again="{again}">
<noscript><meta http-equiv="refresh" content="{reload}; url=?{query}"></noscript>
{shown}
<style>{style}</style>
<script src="./{script}" defer></script>
</head>
<body>
{body}
<main id="gradviz-hall">
<h1>{full}</h1>
<p role="status"><span {numbered}>You are number <strong>{number}</strong>.</span>
<span class="promise">{promise}</span></p>
</main>
</body>
</html>
"""


def split_query(query: str) -> tuple[str, str]:
    """The query of a page without its ticket, letter by letter as it was, and the ticket; "" without one."""
    found = re.search(rf"(?:^|&){TICKET}=([\w-]*)", query, re.ASCII)
    if not found:
        return query, ""
    return (query[: found.start()] + query[found.end() :]).lstrip("&"), found[1]


def waiting_page(query: str, place: Place, shown: str, body: str) -> Response:
    """The page for whoever has this ``place`` and opened the link with this ``query``.

    ``shown`` and ``body`` are what the first document of that link has in its head and its body.
    """
    renewed = "&".join(filter(None, [query, place.ticket and f"{TICKET}={place.ticket}"]))
    text = DOCUMENT.format(
        ticket=place.ticket,
        again=round(place.again, 1),
        reload=round(LATEST),
        query=html.escape(renewed),
        shown=shown,
        style=WAITING_STYLE,
        script=script_address("waiting"),
        body=body,
        full=FULL,
        numbered="hidden" if place.number is None else "",
        number=place.number or 0,
        promise=LATER if place.number is None else PROMISE,
    )
    headers = {"Cache-Control": "no-store", "Retry-After": str(round(LATEST)), **WAITS}
    return HTMLResponse(text, 503, headers=headers)


def place_response(place: Place) -> Response:
    """What a waiting page is told when it asks."""
    told = {"place": place.number, "ticket": place.ticket, "again": round(place.again, 1)}
    return JSONResponse(told, headers={"Cache-Control": "no-store"} | (WAITS if place.number != 0 else {}))
