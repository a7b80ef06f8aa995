"""A request to an ASGI application, without a server: a status, headers and a body come back."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict, Unpack

from starlette.types import ASGIApp, Message


@dataclass(frozen=True)
class Answer:
    """What came back; the names of ``headers`` in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class Asked(TypedDict, total=False):
    """What else a request says: by itself a GET of the bare path, from a documented address of nobody's."""

    method: str
    query: str
    headers: Mapping[str, str]
    client: str


def fetch(app: ASGIApp, path: str, **asked: Unpack[Asked]) -> Answer:
    """What ``app`` answers to a request."""
    return asyncio.run(fetched(app, path, **asked))


async def fetched(app: ASGIApp, path: str, **asked: Unpack[Asked]) -> Answer:
    """:func:`fetch` on the loop that runs."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {
        "type": "http",
        "method": asked.get("method", "GET"),
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": asked.get("query", "").encode(),
        "headers": [
            (name.lower().encode(), value.encode()) for name, value in asked.get("headers", {}).items()
        ],
        "client": (asked.get("client", "192.0.2.1"), 50000),
        "server": ("127.0.0.1", 8501),
    }
    await app(scope, receive, send)
    start, *rest = sent
    found = {name.decode().lower(): value.decode() for name, value in start["headers"]}
    return Answer(start["status"], found, b"".join(part.get("body", b"") for part in rest))
