"""Streamlit's page as we send it: with the title of the view, a preview of its link, and our script."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Awaitable, Callable, MutableMapping
from html import escape
from pathlib import Path
from typing import Any

import streamlit
from starlette.concurrency import run_in_threadpool
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import FileResponse, Response

from lib import links
from lib.catalogue import BY_NAME, HOME
from lib.query.connection import current
from lib.query.defaults import page_defaults
from lib.query.facets import vocabulary
from lib.settings import ROOT, settings
from lib.show.titles import OURS, title

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
ASGI = Callable[[Scope, Receive, Send], Awaitable[None]]
_INDEX = Path(streamlit.__file__).parent / "static" / "index.html"
_NAMELESS = f"<title>{OURS}</title>"
_SCRIPT = ROOT / "lib" / "show" / "nav.js"
_STYLE = ROOT / "lib" / "show" / "page.css"
_FOR_EVER = "public, immutable, max-age=31536000"


def index_html() -> str:
    """Streamlit's page with our name, and our script and style before its own.

    Their addresses are relative, as those of Streamlit's own files are: the pages may stand below any path.
    """
    given = _INDEX.read_text("utf-8")
    script = f'<script defer src="./{script_name()}"></script>'
    style = f'<link rel="stylesheet" href="./{style_name()}" />'
    content = given.replace("<title>Streamlit</title>", f"{_NAMELESS}\n    {script}\n    {style}", 1)
    if content == given:
        raise ValueError(f"no title in Streamlit's page ({_INDEX}): a release that we do not know")
    return content


def head(path: str, query: str) -> str:
    """The title of the view that a path and a query string ask for, and what a preview of the link says of it.

    What a link asks for is understood as the page itself understands it; what is not is not said.
    """
    name = path.strip("/").rpartition("/")[2] or HOME
    if name not in BY_NAME:
        return _NAMELESS
    try:
        db = current()
        parsed = links.parse(name, query, vocabulary(db))
        selection = page_defaults(db, name) if parsed.is_bare else parsed.selection
        told = title(db, name, selection)
    except Exception:  # noqa: BLE001  the page itself says what is wrong; a title must not cost it
        return _NAMELESS
    told_of = {"og:site_name": OURS, "og:type": "website", "og:title": told.name, "og:description": told.text}
    if settings().public_url:
        told_of["og:url"] = links.address(settings().public_url, links.link(name, selection))
    lines = [f"<title>{escape(told.tab)}</title>", f'<meta name="description" content="{escape(told.text)}" />']
    lines += [f'<meta property="{key}" content="{escape(value)}" />' for key, value in told_of.items()]
    return "\n    ".join(lines)


def script_name() -> str:
    """The file name under which our script is served: another content has another name, so a browser keeps it."""
    return f"nav-{hashlib.sha256(_SCRIPT.read_bytes()).hexdigest()[:12]}.js"


def style_name() -> str:
    """The file name under which our style is served, of its content as the script's."""
    return f"page-{hashlib.sha256(_STYLE.read_bytes()).hexdigest()[:12]}.css"


def content_policy() -> str:
    """A strict content policy: this server only; the one inline script of Streamlit's page by its hash."""
    scripts = re.findall(r"<script>(.*?)</script>", _INDEX.read_text("utf-8"), re.DOTALL)
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in scripts
    )
    return (
        f"default-src 'self'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; "
        "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'self'; "
        "form-action 'self'; frame-ancestors 'self'"
    )


class OwnPage:
    """Our script and style, and our page wherever Streamlit sends its own: below any path, for any name.

    Streamlit's page is known by its ETag.
    """

    def __init__(self, app: ASGI) -> None:
        self._app = app
        self._files = {
            script_name(): _text(_SCRIPT.read_text("utf-8"), "text/javascript", _FOR_EVER),
            style_name(): _text(_STYLE.read_text("utf-8"), "text/css", _FOR_EVER),
        }
        self._etag = FileResponse(_INDEX, stat_result=_INDEX.stat()).headers["etag"].encode()
        self._before, _, self._after = index_html().partition(_NAMELESS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; all but pages pass untouched."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif (name := scope["path"].rpartition("/")[2]) in self._files:
            await self._files[name](scope, receive, send)
        else:
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_page = False

        async def send_own_page(message: MutableMapping[str, Any]) -> None:
            nonlocal is_page
            if message["type"] == "http.response.start":
                is_page = (b"etag", self._etag) in message.get("headers", [])  # also where a browser has it already
                if is_page:
                    query = scope["query_string"].decode("ascii", "replace")
                    told = await run_in_threadpool(head, scope["path"], query)
                    page = _text(f"{self._before}{told}{self._after}", "text/html", "no-cache")
                    await page(scope, receive, send)
            if not is_page:
                await send(message)

        await self._app(scope, receive, send_own_page)


def _text(content: str, media_type: str, kept: str) -> ASGI:
    """An answer of text, compressed for who takes it; `kept` says for how long a browser may keep it."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        await Response(content, media_type=media_type, headers={"Cache-Control": kept})(scope, receive, send)

    return GZipMiddleware(answer, minimum_size=500)
