"""Whether the server lives and is ready, and its numbers: for what runs it and watches it.

``/healthz`` answers as long as the process does; where it does not, start it anew. ``/readyz`` is 503 until
the package is loaded and the workers stand: send no visitor before. ``/metrics`` is there where
``GRADVIZ_METRICS=1`` (page/headers.py).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Coroutine

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from page.serving.metrics import REGISTRY

FRESH = {"Cache-Control": "no-store"}


async def healthz(_: Request) -> Response:
    """The event loop turns."""
    return PlainTextResponse("ok\n", headers=FRESH)


def readyz(warm: threading.Event) -> Callable[[Request], Coroutine[None, None, Response]]:
    """The probe that says whether all is ``warm``."""

    async def probe(_: Request) -> Response:
        if warm.is_set():
            return PlainTextResponse("ready\n", headers=FRESH)
        return PlainTextResponse("loading\n", 503, FRESH | {"Retry-After": "1"})

    return probe


def metrics(_: Request) -> Response:
    """The numbers in Prometheus' text format; runs in a thread."""
    return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST, headers=FRESH)


def probes(base: str, warm: threading.Event) -> list[Route]:
    """The addresses of the probes, below the path ``base`` under which the page is served."""
    return [
        Route(f"{base}/healthz", healthz),
        Route(f"{base}/readyz", readyz(warm)),
        Route(f"{base}/metrics", metrics),
    ]
