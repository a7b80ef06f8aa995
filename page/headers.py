"""The headers of every response: what a browser may load and run, and who may frame the page.

Three environment variables, for whoever serves the page:

- ``GRADVIZ_FRAME_ANCESTORS``: the sites that may show the page in a frame, as in ``frame-ancestors``; several
  with spaces between them, ``*`` for all. Unless set, only the page's own site.
- ``GRADVIZ_METRICS=1`` opens ``/metrics``, and Streamlit's own ``/_stcore/metrics``.
- ``GRADVIZ_PUBLIC_ADDRESS``: where visitors find the page, as ``https://example.org/gradviz``, where a proxy
  stands before it. The picture that others show of a link needs its whole address. Unless set, the host that
  a request names.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
from collections.abc import Iterable, Mapping

from starlette.datastructures import MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

FRAME_ANCESTORS, METRICS = "GRADVIZ_FRAME_ANCESTORS", "GRADVIZ_METRICS"
PUBLIC_ADDRESS = "GRADVIZ_PUBLIC_ADDRESS"
# A name or a number, and perhaps a port, as a request may call its host: anything else is not repeated.
HOST = r"([A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?"
OWN_SITE = "'self'"
METHODS = ("GET", "HEAD", "OPTIONS")  # the page uploads nothing

# What the page loads, and from where; anything else is refused.
SOURCES = {
    "default-src": "'none'",
    # blob: Streamlit imports a component's loader from one; wasm: its protobuf.js does 64-bit arithmetic
    "script-src": "'self' blob: 'wasm-unsafe-eval'",
    "style-src": "'self' 'unsafe-inline'",  # Streamlit, Plotly and KaTeX all write style into elements
    "img-src": "'self' data: blob:",  # data: icons in style sheets; blob: the picture that is saved
    "font-src": "'self' data:",  # data: those of KaTeX
    "connect-src": "'self'",
    "manifest-src": "'self'",
    "base-uri": "'self'",
    "form-action": "'none'",
}


def policy(
    documents: Iterable[str], settings: Mapping[str, str] = os.environ, *, any_inline: bool = False
) -> str:
    """The content security policy. Of inline scripts it allows those of ``documents`` alone; all of them with
    ``any_inline``, where the document is not known.
    """
    inline = [script for text in documents for script in re.findall(r"<script>(.*?)</script>", text, re.S)]
    hashes = "".join(f" 'sha256-{_digest(script)}'" for script in dict.fromkeys(inline))
    allowed = " 'unsafe-inline'" if any_inline else hashes
    sources = SOURCES | {
        "script-src": SOURCES["script-src"] + allowed,
        "frame-ancestors": frame_ancestors(settings),
    }
    return "; ".join(f"{name} {value}" for name, value in sources.items())


def frame_ancestors(settings: Mapping[str, str] = os.environ) -> str:
    """Who may frame the page. ValueError where the setting could end its line of the policy."""
    value = settings.get(FRAME_ANCESTORS, "").strip() or OWN_SITE
    if not re.fullmatch(r"[!-+\--:<-~]+( +[!-+\--:<-~]+)*", value):
        raise ValueError(
            f"{FRAME_ANCESTORS} lists sites with spaces between them: https://moodle.example.org"
        )
    return value


def public_address(settings: Mapping[str, str] = os.environ) -> str:
    """Where visitors find the page, with no stroke at its end; "" unless set, ValueError if no address."""
    value = settings.get(PUBLIC_ADDRESS, "").strip().rstrip("/")
    if value and not re.fullmatch(rf"https?://{HOST}(/[A-Za-z0-9._~/-]*)?", value):
        raise ValueError(f"{PUBLIC_ADDRESS} is an address such as https://example.org/gradviz")
    return value


def requested_address(scheme: str, host: str, path: str) -> str:
    """Where a request has found the page: ``path`` on the ``host`` it names; "" where that is no host."""
    return f"{scheme}://{host}{path}" if re.fullmatch(HOST, host) else ""


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


class Guard:
    """ASGI middleware: adds the headers, and refuses methods and addresses that the page does not need."""

    def __init__(self, app: ASGIApp, policy: str, settings: Mapping[str, str] = os.environ) -> None:
        self.app = app
        self.metrics = settings.get(METRICS) == "1"
        self.headers = {
            "Content-Security-Policy": policy,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",  # the address holds what was typed
        }
        if frame_ancestors(settings) == OWN_SITE:
            self.headers["X-Frame-Options"] = "SAMEORIGIN"  # for browsers older than frame-ancestors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)  # the front page has a policy of its own
            await send(message)

        app = self.app
        if scope["method"] not in METHODS:
            app = PlainTextResponse("Method Not Allowed", 405, {"Allow": ", ".join(METHODS)})
        elif scope["path"].rstrip("/").endswith("/metrics") and not self.metrics:
            app = PlainTextResponse("Not Found", 404)
        await app(scope, receive, send_with_headers)
