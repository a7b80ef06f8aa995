"""A TCP proxy in front of a server, whose connections a test can break as a failing network does."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Proxy:
    """What listens on ``port`` and hands everything on to the port ``target``, and back."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = 0
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task] = set()
        self._refusing = False

    def drop(self, after: float = 0.0, *, refuse: bool = False) -> None:
        """Break all connections ``after`` so many seconds, with all that is on its way in them.

        With ``refuse`` there is no new one until :meth:`accept`.
        """
        self._loop.call_soon_threadsafe(self._loop.call_later, after, self._abort, refuse)

    def accept(self) -> None:
        """Let connections through again."""
        self._refusing = False

    def close(self) -> None:
        """Break all connections and stop listening."""
        self._loop.call_soon_threadsafe(self._over.set)

    async def run(self, listening: threading.Event) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._serve, "127.0.0.1")
        self.port = server.sockets[0].getsockname()[1]
        listening.set()
        await self._over.wait()
        server.close()
        while self._tasks:
            self._abort()
            await asyncio.wait(self._tasks, timeout=0.1)

    def _abort(self, refuse: bool = False) -> None:
        self._refusing = refuse
        for writer in self._writers:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._refusing:
            writer.transport.abort()
            return
        try:
            other_reader, other_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        both, task = {writer, other_writer}, asyncio.current_task()
        assert task is not None
        self._writers |= both
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        await asyncio.gather(self._hand_on(reader, other_writer), self._hand_on(other_reader, writer))
        self._writers -= both

    async def _hand_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()


@contextmanager
def proxy_to(port: int) -> Iterator[Proxy]:
    """A proxy in front of ``port``, in a thread of its own, until the block ends."""
    proxy, listening = Proxy(port), threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(proxy.run(listening)), name="proxy", daemon=True)
    thread.start()
    assert listening.wait(120)
    try:
        yield proxy
    finally:
        proxy.close()
        thread.join(10)
