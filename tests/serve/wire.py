"""A session of the app as a browser holds it: one websocket, Streamlit's protobufs, no browser."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

TIMEOUT_S = 30


@dataclass
class Drawn:
    """What one run of a page sent: its elements by kind, its address, and every byte."""

    elements: list[Any] = field(default_factory=list)
    query: str = ""
    session_id: str = ""
    is_unknown_page: bool = False
    wire: bytes = b""

    def of(self, kind: str) -> list[Any]:
        """The elements of one kind, such as `exception`."""
        return [getattr(element, kind) for element in self.elements if element.WhichOneof("type") == kind]

    @property
    def texts(self) -> list[str]:
        """The texts of titles, notices and paragraphs."""
        return [item.body for kind in ("heading", "markdown", "alert") for item in self.of(kind)]


@contextmanager
def session(port: int, origin: str | None = None) -> Iterator[ClientConnection]:
    """A websocket to the app of this port."""
    address = f"ws://127.0.0.1:{port}/_stcore/stream"
    with connect(
        address,
        subprotocols=["streamlit"],
        origin=origin or f"http://127.0.0.1:{port}",
        max_size=None,
        open_timeout=TIMEOUT_S,
        ping_interval=None,  # type: ignore[arg-type, list-item]
    ) as websocket:
        yield websocket


def run(websocket: ClientConnection, page: str, query: str) -> Drawn:
    """Ask for one run of a page and take in what it draws."""
    asked = BackMsg()
    asked.rerun_script.page_name = "" if page == "overview" else page
    asked.rerun_script.query_string = query
    websocket.send(asked.SerializeToString())
    drawn = Drawn()
    while True:
        raw = websocket.recv(TIMEOUT_S)
        assert isinstance(raw, bytes)
        message = ForwardMsg()
        message.ParseFromString(raw)
        kind = message.WhichOneof("type")
        if kind == "script_finished" and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            return drawn
        drawn.wire += raw
        _take(drawn, message, kind)


def _take(drawn: Drawn, message: ForwardMsg, kind: str | None) -> None:
    if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
        drawn.elements.append(message.delta.new_element)
    elif kind == "page_info_changed":
        drawn.query = message.page_info_changed.query_string
    elif kind == "new_session":
        drawn.session_id = message.new_session.initialize.session_id
    elif kind == "page_not_found":
        drawn.is_unknown_page = True


def visit(port: int, page: str, query: str) -> Drawn:
    """A page in a session of its own: what a cold link draws."""
    with session(port) as websocket:
        return run(websocket, page, query)
