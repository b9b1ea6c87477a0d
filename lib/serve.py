"""`python -m lib.serve [--port N] [--host H] [--data DIR]`: the pages, /export/PAGE.csv and /health.

Streamlit's own ASGI app under uvicorn: `streamlit run` waits 40 ms for an acknowledgement at each rerun, for its
socket lacks TCP_NODELAY. Plain `streamlit run app.py` serves the same pages, without the routes.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import sys
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import uvicorn
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from streamlit.web.server.starlette.starlette_app import App

from lib import links
from lib.catalogue import BY_NAME, HOME
from lib.command import Parser, ends_in_one_line
from lib.database.fresh import build_if_stale
from lib.export.exports import csv_of, file_name, view
from lib.own_page import ASGI, OwnPage, Receive, Scope, Send, content_policy
from lib.query.connection import NoData, QuestionCut, close, current
from lib.query.defaults import page_defaults
from lib.query.facets import counts
from lib.query.marks import drawable
from lib.query.names import names
from lib.query.rankings import SHOWN, host_memory, ranked
from lib.selection import SelectionError
from lib.settings import ROOT, port_number, settings
from lib.show.figures.ranking import Words, ranking
from lib.show.filters import IN_SIGHT

_HOST = re.compile(r"(?:[a-z0-9.-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?", re.IGNORECASE | re.ASCII)


def export(request: Request) -> Response:
    """The CSV of a link: 200; 400 with one line for what is not understood; 503 without data, or when it is cut."""
    try:
        db = current()
        asked = view(db, f"{request.path_params['page']}?{request.url.query}")
        content = csv_of(db, asked.page, asked.selection, _host(request))
    except SelectionError as error:
        return PlainTextResponse(f"error: {error}\n", 400)
    except (NoData, QuestionCut) as error:
        return PlainTextResponse(f"error: {error}\n", 503)
    title = file_name(asked.page, asked.selection, db.snapshot)
    return Response(
        content,
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{title}"'},
    )


def _host(request: Request) -> str:
    """The address by which a request came, without its path. A name of a host that none can have is left out."""
    host = request.headers.get("host", "")
    return f"{request.url.scheme}://{host}" if _HOST.fullmatch(host) else ""


def health(request: Request) -> Response:
    """Whether the data can be read: 200 `ok` with the snapshot, else 503 `degraded`."""
    try:
        return JSONResponse({"status": "ok", "snapshot": current().snapshot})
    except (NoData, QuestionCut) as error:
        return JSONResponse({"status": "degraded", "reason": str(error)}, 503)


def bare_page(request: Request) -> Response | None:
    """Where a page without a query string leads: to itself with its defaults in the address."""
    name = request.url.path.strip("/") or HOME
    if request.method != "GET" or request.url.query or name not in BY_NAME:
        return None
    try:
        selection = page_defaults(current(), name)
    except (NoData, QuestionCut):
        return None  # the page itself says why
    return RedirectResponse(f"/{links.link(name, selection)}", 302)


class Front:
    """In front of the pages: security headers on every answer, and a bare page's defaults."""

    def __init__(self, app: ASGI) -> None:
        self._app = app
        self._headers = [
            (b"content-security-policy", content_policy().encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"same-origin"),
            (b"x-frame-options", b"SAMEORIGIN"),
            (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; websockets pass untouched."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                given = {name.lower() for name, _ in message.get("headers", [])}
                message["headers"] = [*message.get("headers", []), *(h for h in self._headers if h[0] not in given)]
            await send(message)

        redirect = bare_page(Request(scope))
        await (
            redirect(scope, receive, send_with_headers) if redirect else self._app(scope, receive, send_with_headers)
        )


def app() -> App:
    """The whole server as an ASGI app."""
    return App(
        ROOT / "app.py",
        routes=[Route("/export/{page}.csv", export), Route("/health", health)],
        middleware=[Middleware(Front), Middleware(OwnPage)],
    )


def warm_up() -> None:
    """Answer what every first page asks, so that the first reader does not wait for it.

    What cannot be answered is asked again, by a page, which says so.
    """
    try:
        db = current()
        selection = page_defaults(db, "rankings")
        counts(db, page_defaults(db, HOME), IN_SIGHT)
        counts(db, selection, IN_SIGHT)
        names(db)
        ranked(db, selection, SHOWN)
        drawable(db)
        host_memory(db)
        ranking([], [], Words("", "", "", ""))  # Plotly imports what it draws with when it first draws
    except Exception as error:  # noqa: BLE001  whatever is wrong with the data, the server starts
        print(f"error: not warmed up ({type(error).__name__})", file=sys.stderr)


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there, before anything is announced.

    Raises OSError, which names the place, where the port is taken or the host is none of this machine's.
    """
    try:
        family, kind, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        # Of TCP by name: asyncio sets TCP_NODELAY on no other, and each redraw would wait 40 ms for an acknowledgement.
        listening = socket.socket(family, kind, socket.IPPROTO_TCP)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(place)
        listening.listen(2048)
        return listening
    except OSError as error:
        raise OSError(error.errno, error.strerror, f"{host}:{port}") from error


@ends_in_one_line
def main(arguments: list[str] | None = None) -> int:
    """Build where needed, then serve until SIGTERM. The exit code is 0, or 1 when the server cannot start."""
    limits = settings()
    parser = Parser(prog="python -m lib.serve", description=__doc__)
    parser.add_argument("--port", type=port_number, default=limits.port)
    parser.add_argument("--host", default=limits.host_address)
    parser.add_argument("--data", type=Path, default=None, help="the data folder (default: PLUMBLINE_DATA, else data)")
    call = parser.parse_args(arguments)
    if call.data:
        os.environ["PLUMBLINE_DATA"] = str(call.data.resolve())
    os.chdir(ROOT)  # Streamlit reads .streamlit/config.toml from here
    problem = build_if_stale(settings(), progress=lambda step: print(f"building the database: {step}", file=sys.stderr))
    if problem:
        print(f"error: no new database ({problem})", file=sys.stderr)
    warm_up()
    listening = listen(call.host, call.port)
    print(f"Plumbline on http://{call.host}:{call.port}", file=sys.stderr)
    server = uvicorn.Server(
        uvicorn.Config(
            app(),
            log_level="warning",
            server_header=False,
            timeout_graceful_shutdown=5,
            ws_max_size=1 << 20,
        )
    )
    signal.signal(signal.SIGTERM, lambda number, frame: None)  # uvicorn stops cleanly, then raises the signal once more
    server.run(sockets=[listening])
    close()
    return 0 if server.started else 1


if __name__ == "__main__":
    code = main()
    sys.stderr.flush()
    # No teardown of the interpreter: objects that were frozen out of the collector's sight would be reported as leaks.
    os._exit(code)
