"""What a visit costs in bytes: ``python -m bench.weight [query]``.

A first visit, with an empty cache, and a second one, in Chromium: all that came over the network by HTTP, as
it was sent, with its headers, until the page is at rest. What came by the websocket, which Streamlit does not
compress, stands apart. The aims are 2.0 MB at first, and 60 kB the second time.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, sync_playwright

from tests.browser.view import UNANSWERED, at_rest, settled
from tests.support import chromium
from tests.support.paths import ROOT
from tests.support.server import end_on_signals, serving

ROWS = 14  # of a table: the largest files; the others as one
AFTER = 3000  # ms that the page is watched for after it has come to rest: what is loaded late counts as well


@dataclass
class Traffic:
    """What came while a page was watched: bytes of each address, and those of the websocket."""

    files: dict[str, int] = field(default_factory=dict)
    messages: int = 0

    @property
    def total(self) -> int:
        return sum(self.files.values())


@contextmanager
def watched(context: BrowserContext) -> Iterator[tuple[Any, Traffic]]:
    """A new page of the context, and what comes over its network until the block ends."""
    page = context.new_page()
    page.add_init_script(UNANSWERED)
    devtools = context.new_cdp_session(page)
    traffic = Traffic()
    addresses: dict[str, str] = {}

    def note(event: dict[str, Any]) -> None:
        addresses[event["requestId"]] = event["request"]["url"]

    def finish(event: dict[str, Any]) -> None:
        address = addresses.get(event["requestId"], "")
        if address.startswith("http"):
            size = int(event["encodedDataLength"])
            traffic.files[address] = traffic.files.get(address, 0) + size

    def message(event: dict[str, Any]) -> None:
        frame = event["response"]
        size = len(frame["payloadData"])
        traffic.messages += size * 3 // 4 if frame["opcode"] == 2 else size  # binary ones are told in base64

    devtools.on("Network.requestWillBeSent", note)
    devtools.on("Network.loadingFinished", finish)
    devtools.on("Network.webSocketFrameReceived", message)
    devtools.send("Network.enable")
    yield page, traffic
    page.close()


def visit(context: BrowserContext, address: str) -> Traffic:
    """What a visit of the page costs."""
    with watched(context) as (page, traffic):
        page.goto(address)
        settled(page)
        at_rest(page)
        page.wait_for_timeout(AFTER)
    return traffic


def report(name: str, traffic: Traffic) -> None:
    """Print a table of the largest files, and the sums."""
    print(f"{name}: {traffic.total / 1000:.1f} kB in {len(traffic.files)} files")
    largest = sorted(traffic.files.items(), key=lambda item: -item[1])
    for address, size in largest[:ROWS]:
        print(f"{size / 1000:10.1f} kB  {urlsplit(address).path}")
    others = largest[ROWS:]
    if others:
        print(f"{sum(size for _, size in others) / 1000:10.1f} kB  {len(others)} others")
    print(f"{traffic.messages / 1000:10.1f} kB  messages", flush=True)


def main(query: str = "") -> None:
    """Measure and print a first visit and a second one."""
    end_on_signals()
    with serving(ROOT / "app.py") as server, sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        visit(browser.new_context(), server.url)  # has the server load all
        context = browser.new_context(viewport={"width": 1366, "height": 768})
        for name in ("first visit", "second visit"):
            report(name, visit(context, f"{server.url}/{query}"))
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:2])
