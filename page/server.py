"""The server around the page: its documents and scripts, compression, and loading slow modules ahead."""

from __future__ import annotations

import asyncio
import gc
import os
import re
import sys
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from pathlib import Path

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from page.bursts import Bursts, run_in_bursts, send_together, write_together
from page.headers import Guard, policy, public_address, requested_address
from page.placeholder import BUSY, STARTING, placeholder
from page.runtime import (
    ask_nobody_for_the_address,
    describe_theme_once,
    look_up_alone,
    present_reports_alone,
    run_in_turn,
    watch_no_files_in_vain,
)
from page.scripts import PREVIEW, plotly_address, script_address, with_imports
from page.serving import logs
from page.serving.hall import SEATS, Hall
from page.serving.limits import (
    DRAFTS,
    FIRST_DOCUMENTS,
    PREVIEWS,
    Rates,
    Turns,
    address_of,
    limited,
    whole_number,
)
from page.serving.line import Line
from page.serving.metrics import RUNS_WAITING, RUNS_WORKING, SEATS_TAKEN, WAITING, refused
from page.serving.patience import Patience
from page.serving.probes import probes
from page.serving.sockets import Sockets
from page.serving.static import Packed
from page.serving.upkeep import keep_house, limit_arenas, send_at_once
from page.serving.waiting import place_response, split_query, waiting_page
from page.tab_icon import TAB_ICON

# Streamlit's own first document. Where it is not found, or has no head, it is served as Streamlit has it.
INDEX = Path(st.__file__).parent / "static" / "index.html"
# Seconds that a thread may keep the interpreter while others wait. An answer goes through threads dozens of
# times, and may wait this long each time while another visitor is answered. Python's default is 5 ms.
SWITCH_INTERVAL = 0.001
# Plotly, which the view asks for only once Streamlit runs, and the browser may fetch before; and what has to
# run before Streamlit.
HEAD = """
<link id="gradviz-library" rel="preload" as="script" href="./{plotly}" fetchpriority="low">
<script src="./{revive}"></script>
<script src="./{keyed}"></script>
<script src="./{shortcuts}"></script>
{preloads}
"""
# Hides the page until it is drawn, behind what the server has drawn of the link.
OPENING = '<script src="./{first}"></script>\n'
# The seat of the visitor, where these are counted.
SEAT = """<meta name="gradviz-seat" content="{ticket}">
<script src="./{seat}"></script>
"""
# What others show of a link where the server could not read it.
ABOUT = """
<meta name="description" content="The gradient in closed form, numerically, and by back-propagation.">
<meta property="og:title" content="gradviz: see gradients">
"""
# Seconds that the first document waits for the package to be loaded, on a server that has just started.
PATIENCE = 1.0
PUBLIC_ADDRESS = public_address()
FIRST_DOCUMENTS_OF = Rates(FIRST_DOCUMENTS)  # of each address
DRAWING = Turns(2, 64)  # first documents that are drawn at once, and that wait for it: a second or so
LINE = Line()  # of the runs of the page
# Objects after which the collector of garbage looks through the young ones. By default it is 700; an answer
# makes thousands, of which nearly all go by themselves.
YOUNG = 10_000
warm = threading.Event()
# Set once nobody waits for anything to load: as soon as ``warm``, or with PyTorch where this setting is 1.
# Else PyTorch waits until a first picture is painted, so that nobody waits for it on a laptop.
LOAD_AHEAD = "GRADVIZ_LOAD_AHEAD"
ready = threading.Event()
# All that the first picture is drawn by.
PRELOADS = "\n".join(
    f'<link rel="modulepreload" href="./{script_address(name)}" fetchpriority="low">'
    for name in with_imports("view", "reconnect")
)


async def script(request: Request) -> Response:
    """One of the browser's modules."""
    from page import scripts  # not at the top: Streamlit's file watcher has edited modules imported anew

    return scripts.script_response(request.path_params["name"], request.path_params["version"])


def index() -> str:
    """The document that loads Streamlit; "" where it is not found."""
    return INDEX.read_text(encoding="utf-8") if INDEX.is_file() else ""


def query_of(request: Request) -> str:
    """The query of a request as it stands in its address."""
    return request.scope.get("query_string", b"").decode("latin-1")


async def is_warm() -> bool:
    """Whether the package is loaded, for which a request waits :data:`PATIENCE` seconds."""
    deadline = time.monotonic() + PATIENCE
    while not warm.is_set() and time.monotonic() < deadline:
        await asyncio.sleep(0.02)
    return warm.is_set()


async def front_page(request: Request) -> Response:
    """The document that loads Streamlit, with what its link shows; or that of a full hall."""
    query, ticket = split_query(query_of(request))
    place = HALL.ask(ticket, address_of(request.scope)) if HALL and request.method == "GET" else None
    if place is None or place.number == 0:
        return document(*await first_picture(request, query), place.ticket if place else "")
    refused("a seat")
    return waiting_page(query, place, *await first_picture(request, query))


async def first_picture(request: Request, query: str) -> tuple[str, str]:
    """What a link shows, in the head and in the body of a document; where too many ask, empty boxes."""
    if not await is_warm():  # an import would meet that of the warm-up half-way
        return empty_boxes(query, STARTING)
    if FIRST_DOCUMENTS_OF.allows(address_of(request.scope)):
        async with DRAWING.turn() as drawn:
            if drawn:
                return await run_in_threadpool(drawn_picture, request, query)
    refused("a first picture")
    return empty_boxes(query, BUSY)


def empty_boxes(query: str, sentence: str) -> tuple[str, str]:
    """What the document of a link has in head and body while there is no picture, and the reason."""
    shown, body = placeholder(query, sentence)
    return shown + ABOUT, body


def drawn_picture(request: Request, query: str) -> tuple[str, str]:
    """What the document of a link has in head and body; runs in a thread."""
    from page import preview
    from page.first import first_view

    shown, body, picture = first_view(query)
    address = PUBLIC_ADDRESS or requested_address(request.url.scheme, request.headers.get("host", ""), BASE)
    return (shown + preview.tags(address, *picture) if picture and address else shown), body


def document(shown: str, body: str, ticket: str) -> HTMLResponse:
    """Streamlit's document with :data:`HEAD`, what its link shows, and the ticket of its visitor's seat."""
    scripts = {name: script_address(name) for name in ("revive", "keyed", "shortcuts")}
    head = HEAD.format(**scripts, plotly=plotly_address(), preloads=PRELOADS) + (shown or ABOUT)
    if ticket:
        head += SEAT.format(ticket=ticket, seat=script_address("seat"))
    text = index()
    if body:
        head += OPENING.format(first=script_address("first"))
        text = re.sub(r"<title>.*?</title>", "", text, count=1, flags=re.S)
        text = re.sub(r"<body[^>]*>", lambda found: found[0] + body, text, count=1)
    text = text.replace("./favicon.png", TAB_ICON, 1).replace("</head>", head + "</head>", 1)
    # validated with every visit, as Streamlit's own is: it names scripts that an upgrade replaces
    return HTMLResponse(
        text, headers={"Cache-Control": "no-cache", "Content-Security-Policy": policy([text])}
    )


async def seat(request: Request) -> Response:
    """The place in the queue of whoever shows a ``ticket``."""
    if not HALL:
        return Response(status_code=404)
    return place_response(HALL.ask(request.query_params.get("ticket", ""), address_of(request.scope)))


async def preview_picture(request: Request) -> Response:
    """The picture that others show of a link."""
    if not await is_warm():
        return Response(status_code=503, headers={"Retry-After": "5", "Cache-Control": "no-store"})
    from page.preview import picture_response

    return await run_in_threadpool(picture_response, query_of(request))


async def plotly(request: Request) -> Response:
    """The script that draws the figures."""
    from page import scripts

    return scripts.plotly_response(request.path_params.get("version"))


async def draft(request: Request) -> Response:
    """How the function ``f`` with the parameters ``par``, as in the page's address, would be read.

    With ``of``, the point or ε beside them instead.

    503 until the package is loaded: the next key that is typed asks again.
    """
    headers = {"Cache-Control": "no-store"}
    if not warm.is_set():
        return Response(status_code=503, headers=headers)
    from page.draft import drafted

    return JSONResponse(await drafted(request.query_params), headers=headers)


def warm_up() -> None:
    """Load what the first page needs, and start the symbolic worker, while the browser loads its own part.

    With ``GRADVIZ_LOAD_AHEAD=1`` PyTorch as well: a visitor who comes from a server that is gone then finds
    the picture whole.
    """
    from gradviz import comparison, content, figures, link, patience, sentences  # noqa: F401
    from gradviz.symbolic import worker

    worker.waiting = LINE.aside
    patience.pause = LINE.pause
    worker.warm_up()
    freeze_loaded_objects()
    warm.set()
    if os.environ.get(LOAD_AHEAD) == "1":
        from gradviz.methods import loading

        loading.load_torch()
        freeze_loaded_objects()
    ready.set()


def load_torch() -> None:
    """Load PyTorch in a thread of its own, unless it is there."""
    from gradviz.methods.loading import load_torch_in_background

    load_torch_in_background(then=freeze_loaded_objects)


def freeze_loaded_objects() -> None:
    """Let the garbage collector skip all that is loaded by now: it stays for good.

    A full collection visits every object while all visitors wait: 160 ms with PyTorch and SymPy, at every
    sixth new session.
    """
    gc.collect()
    gc.freeze()


@contextmanager
def turn_of_a_run(bursts: Bursts | None, whole: bool) -> Iterator[None]:
    """The turn of a run of the ``whole`` page or a part of it, whose messages leave in ``bursts``."""
    with LINE.turn(whole), bursts.run() if bursts else nullcontext():
        yield


@asynccontextmanager
async def lifespan(_: st.App) -> AsyncIterator[None]:
    """Answer at once, warm up in the background, and keep house."""
    logs.set_up()
    sys.setswitchinterval(SWITCH_INTERVAL)
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
    ask_nobody_for_the_address()
    bursts = run_in_bursts(asyncio.get_running_loop())
    run_in_turn(lambda whole: turn_of_a_run(bursts, whole))
    send_together()
    write_together()
    watch_no_files_in_vain()
    look_up_alone()
    present_reports_alone()
    describe_theme_once()
    limit_arenas()
    send_at_once()
    threading.Thread(target=warm_up, name="warm-up", daemon=True).start()
    tasks = [asyncio.create_task(work) for work in (keep_house(), Patience().keep_looking())]
    yield
    for task in tasks:
        task.cancel()


BASE = "/".join(["", *filter(None, st.get_option("server.baseUrlPath").split("/"))])  # "" or "/under/here"


def routes(document: str) -> list[Route]:
    """What the server answers itself; its own version of the first ``document`` where that has a head."""
    front = [Route(f"{BASE}/", front_page)] if "</head>" in document else []
    return [
        *front,
        *probes(BASE, ready),
        Route(f"{BASE}/{PREVIEW}", limited(preview_picture, PREVIEWS, "a preview")),
        Route(f"{BASE}/{script_address('{name:path}', '{version}')}", script),
        Route(f"{BASE}/{plotly_address('{version}')}", plotly),
        Route(f"{BASE}/plotly/plotly.min.js", plotly),
        Route(f"{BASE}/gradviz/seat", seat),
        Route(f"{BASE}/gradviz/draft", limited(draft, DRAFTS, "a draft")),
    ]


SEATS_THERE_ARE = whole_number(SEATS)
HALL = Hall(SEATS_THERE_ARE, st.get_option("server.cookieSecret").encode()) if SEATS_THERE_ARE else None
if HALL:
    WAITING.set_function(lambda hall=HALL: len(hall.waiting))
    SEATS_TAKEN.set_function(lambda hall=HALL: len(hall.taken))
RUNS_WAITING.set_function(lambda: len(LINE.waiting))
RUNS_WORKING.set_function(lambda: len(LINE.working))
ROUTES = routes(index())
MIDDLEWARE = [
    Middleware(Guard, policy=policy([index()], any_inline=not index())),
    Middleware(Sockets, hall=HALL),
    Middleware(Packed, base=BASE),
    Middleware(GZipMiddleware, minimum_size=1000),
]
