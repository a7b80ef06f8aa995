"""A visitor without a browser: speaks Streamlit's websocket protocol to a running page, for measurements."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

# of ForwardMsg.ScriptFinishedStatus: what ends a run
ENDS = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


@dataclass
class Visitor:
    """One open page: its text entries by label, each with its id and the fragment it is in."""

    connection: ClientConnection
    patience: float
    query: str = ""
    entries: dict[str, tuple[str, str]] = field(default_factory=dict)

    def open(self, query: str) -> float:
        """Open the page with the ``query`` of a link; the seconds until all of it was sent."""
        message = BackMsg()
        message.rerun_script.query_string = self.query = query
        return self._answered(message)

    def type(self, label: str, text: str) -> float:
        """Type ``text`` into an entry; the seconds until the last of the answer was sent."""
        message = BackMsg()
        widget, fragment = self.entries[label]
        state = message.rerun_script.widget_states.widgets.add()
        state.id, state.string_value = widget, text
        message.rerun_script.query_string, message.rerun_script.fragment_id = self.query, fragment
        return self._answered(message)

    def _answered(self, request: BackMsg) -> float:
        """RuntimeError where a run ends otherwise than well, TimeoutError where it does not end."""
        began = time.perf_counter()
        self.connection.send(request.SerializeToString())
        while True:
            message = ForwardMsg()
            message.ParseFromString(self.connection.recv(timeout=self.patience))
            kind = message.WhichOneof("type")
            if kind == "delta" and message.delta.new_element.WhichOneof("type") == "text_input":
                entry = message.delta.new_element.text_input
                self.entries[entry.label] = entry.id, message.delta.fragment_id
            elif kind == "page_info_changed":
                self.query = message.page_info_changed.query_string
            elif kind == "script_finished":
                if message.script_finished in ENDS:
                    return time.perf_counter() - began
                if message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                    raise RuntimeError(f"the run ended with status {message.script_finished}")


@contextmanager
def visiting(url: str, patience: float = 60.0) -> Iterator[Visitor]:
    """A visitor of the page at ``url`` who waits at most ``patience`` seconds for any message."""
    address = f"ws{url.removeprefix('http')}/_stcore/stream"
    with connect(address, subprotocols=["streamlit"], max_size=None, open_timeout=patience) as connection:
        yield Visitor(connection, patience)
