"""Newcomers to servers that fill up: ``python -m bench.seats``.

Two servers with few seats stand behind a real nginx, with the configuration of ``deploy/nginx``. Visitors
come one after the other, as browsers do: they keep the cookie, wait on the page of a full hall, and open the
WebSocket of the page once they are let in. When all seats are taken, those who sit leave one by one.

Printed is how long they took to find the seats, how long a seat stood empty while somebody waited, in which
order they came in, and what went wrong: a seat that nobody found, and a WebSocket that was refused to
somebody who was let in. nginx 1.22 or later is needed.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from bench.hosting import nginx, replicas
from bench.visitor import PROTOCOL, socket_address
from tests.support.server import end_on_signals

SETTLED = 12.0  # seconds within which whoever finds a seat free on any server sits
PATIENCE = 90.0


@dataclass
class Browser:
    """One visitor: a cookie, a ticket, and what happened when."""

    url: str
    number: int
    cookie: str = ""
    ticket: str = ""
    came: float = 0.0
    seated: float = 0.0
    refused: int = 0
    connection: ClientConnection | None = None

    @property
    def is_there(self) -> bool:
        """Whether the page is open."""
        return self.connection is not None and self.connection.close_code is None

    async def ask(self, target: str) -> tuple[int, str]:
        """The status and body of the response to GET, on a connection of its own."""
        parts = urlsplit(self.url)
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        cookie = f"Cookie: {self.cookie}\r\n" if self.cookie else ""
        writer.write(
            f"GET {target} HTTP/1.1\r\nHost: {parts.netloc}\r\n{cookie}Connection: close\r\n\r\n".encode()
        )
        head, _, body = (await reader.read(-1)).decode().partition("\r\n\r\n")
        writer.close()
        for value in re.findall(r"^set-cookie: (gradviz_seat=\w*)", head, re.I | re.M):
            self.cookie = value if value != "gradviz_seat=" else ""
        return int(head.split(" ", 2)[1]), body

    async def come(self) -> None:
        """Open the page, wait if need be, and sit."""
        self.came = time.monotonic()
        query = ""
        while not self.connection:
            status, body = await self.ask(f"/{query}")
            (self.ticket,) = re.findall(r'name="gradviz-seat" content="([\w-]+)"', body)
            if status == 503:
                again = float(re.findall(r'data-again="([\d.]+)"', body)[0])
                while again:
                    await asyncio.sleep(again)
                    told = json.loads((await self.ask(f"/gradviz/seat?ticket={self.ticket}"))[1])
                    self.ticket, again = told["ticket"], told["again"]
                query = f"?seat={self.ticket}"
                continue
            headers = {"Cookie": self.cookie} if self.cookie else {}
            address = f"{socket_address(self.url)}?seat={self.ticket}"
            try:
                self.connection = await connect(
                    address, subprotocols=[PROTOCOL], additional_headers=headers, max_size=None
                )
            except InvalidStatus as error:
                self.refused += 1
                print(f"visitor {self.number} was let in and then refused: {error}")
                query = f"?seat={self.ticket}"
                await asyncio.sleep(1.0)
        self.seated = time.monotonic()


async def story(url: str, seats: int, visitors: int) -> list[str]:
    faults: list[str] = []
    browsers = [Browser(url, number) for number in range(visitors)]
    coming = []
    for browser in browsers:
        coming.append(asyncio.create_task(browser.come()))
        await asyncio.sleep(0.3)
    await asyncio.sleep(SETTLED)
    sitting = [browser for browser in browsers if browser.seated]
    waits = [browser.seated - browser.came for browser in sitting]
    print(f"{len(sitting)} of {visitors} sit on {seats} seats, the last after {max(waits):.1f} s")
    if len(sitting) != seats:
        faults.append(f"{len(sitting)} visitors on {seats} seats")
    order = []
    while len(order) < visitors - seats:
        leaving = sitting.pop(0)
        assert leaving.connection
        await leaving.connection.close(1001)
        left = time.monotonic()
        while not (new := [b for b in browsers if b.is_there and b not in sitting]):
            if time.monotonic() - left > PATIENCE:
                return [*faults, "a seat stood empty"]
            await asyncio.sleep(0.05)
        order += [browser.number for browser in new]
        sitting += new
        print(f"{leaving.number} left; {[b.number for b in new]} sits {time.monotonic() - left:.1f} s later")
    print(f"came in in the order {order}")
    if refused := sum(browser.refused for browser in browsers):
        faults.append(f"{refused} were let in and then refused")
    await asyncio.gather(*coming)
    for browser in sitting:
        assert browser.connection
        await browser.connection.close(1001)
    return faults


def main() -> int:
    end_on_signals()
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    some = range(1, 51)
    parser.add_argument("--servers", type=int, choices=range(2, 5), default=2)
    parser.add_argument("--seats", type=int, choices=some, metavar="1…50", default=3, help="of each")
    parser.add_argument("--more", type=int, choices=some, metavar="1…50", default=4, help="than seats")
    options = parser.parse_args()
    os.environ["GRADVIZ_SEATS"] = str(options.seats)
    seats = options.servers * options.seats
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with replicas(options.servers, folder) as servers, nginx(servers, folder) as url:
            faults = asyncio.run(story(url, seats, seats + options.more))
    print("\n".join(faults) or "all of it holds")
    return 1 if faults else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except RuntimeError as error:
        sys.exit(str(error))
