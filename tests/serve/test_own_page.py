"""Streamlit's page goes out with the view's name and our script, wherever it stands, and a browser keeps the script."""

from __future__ import annotations

import hashlib
import html
import re
import urllib.request
from pathlib import Path
from urllib.parse import quote

import pytest
import streamlit
from starlette.responses import FileResponse

from lib import own_page
from lib.own_page import content_policy
from lib.query.connection import Database, NoData
from lib.settings import ROOT
from lib.show.titles import Title
from tests.conftest import Server

SCRIPT = ROOT / "lib" / "show" / "nav.js"
INDEX = Path(streamlit.__file__).parent / "static" / "index.html"


@pytest.mark.parametrize("path", ["/?v=1", "/rankings?v=1", "/no-such-page?v=1", "/below/any/path?v=1", "/a.b?v=1"])
def test_every_page_names_us_and_holds_our_script_before_streamlits(served: Server, path: str):
    status, headers, body = served.get(path)
    text = body.decode()
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert headers["cache-control"] == "no-cache"
    (title,) = re.findall("<title>(.*?)</title>", text)
    assert title.rpartition(" · ")[2] == "Plumbline"
    scripts = re.findall(r'<script [^>]*src="([^"]+)"', text)
    assert re.fullmatch(r"\./nav-[0-9a-f]{12}\.js", scripts[0])
    assert len(scripts) == 2


def test_a_browser_that_has_streamlits_own_page_gets_ours(served: Server):
    etag = FileResponse(INDEX, stat_result=INDEX.stat()).headers["etag"]
    request = urllib.request.Request(f"{served.url}/?v=1", headers={"If-None-Match": etag})
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200
        assert b"Plumbline</title>" in answer.read()


def test_all_addresses_of_the_page_are_relative(served: Server):
    _, _, body = served.get("/rankings?v=1")
    addresses = re.findall(r'(?:src|href)="([^"]+)"', body.decode())
    assert len(addresses) > 10
    assert [address for address in addresses if not address.startswith("./")] == []


@pytest.mark.parametrize("folder", ["", "below/"])
def test_the_script_is_kept_under_a_name_made_of_its_content(served: Server, folder: str):
    content = SCRIPT.read_bytes()
    status, headers, body = served.get(f"/{folder}nav-{hashlib.sha256(content).hexdigest()[:12]}.js")
    assert (status, body) == (200, content)
    assert headers["content-type"] == "text/javascript; charset=utf-8"
    assert headers["cache-control"] == "public, immutable, max-age=31536000"
    assert headers["x-content-type-options"] == "nosniff"


def test_the_content_policy_lets_no_further_script_run(served: Server):
    _, headers, _ = served.get("/rankings?v=1")
    assert headers["content-security-policy"] == content_policy()
    (scripts,) = re.findall(r"script-src ([^;]+);", content_policy())
    assert re.fullmatch(r"'self' 'sha256-[A-Za-z0-9+/]{43}='", scripts)


def test_other_answers_pass_untouched(served: Server):
    assert served.get("/_stcore/health")[2] == b"ok"
    assert served.get("/favicon.png")[1]["content-type"] == "image/png"
    assert served.get("/export/results.csv?v=1")[1]["content-type"].startswith("text/csv")


def preview(served: Server, link: str) -> dict[str, str]:
    """What a chat shows of a link: the title and what else the page's head says of itself, unescaped."""
    text = served.get(f"/{link}")[2].decode().partition("</head>")[0]
    told = dict(re.findall(r'<meta (?:property|name)="([a-z:_]+)" content="([^"]*)"', text))
    return {name: html.unescape(value) for name, value in {**told, "title": title_of(text)}.items()}


def title_of(text: str) -> str:
    (title,) = re.findall("<title>(.*?)</title>", text)
    return str(title)


@pytest.mark.parametrize(
    ("link", "title", "told"),
    [
        (
            "rankings?v=1&round=v1.0&division=closed&benchmark=resnet50&scenario=Server&per=accelerator",
            "resnet50 Server, per accelerator, v1.0",
            "10 results: v1.0 · closed · resnet50 · Server.",
        ),
        ("system?v=1&entry=v1.0%2Fclosed%2FAcme%2Fbig", "v1.0 Acme Box", "v1.0 closed: 8x "),
        ("results?v=1&submitter=Acme&submitter=Beta", "Results: Acme or Beta, all rounds", ""),
        ("search?v=1&find=acme", "Find acme", ""),
        ("?v=1&round=v1.0", "MLPerf Inference, v1.0", ""),
        ("method?v=1", "Method", "MLPerf Inference results, traced to their logs."),
        ("below/rankings?v=1&round=v2.0", "Rankings, v2.0", ""),
    ],
)
def test_a_links_preview_says_what_the_view_is(served: Server, link: str, title: str, told: str):
    seen = preview(served, link)
    assert (seen["title"], seen["og:title"]) == (f"{title} · Plumbline", title)
    assert seen["og:description"].startswith(told)
    assert seen["description"] == seen["og:description"]
    assert seen["og:site_name"] == "Plumbline"


def test_a_findings_preview_is_the_finding(served: Server, small: Database):
    found = small.rows("select anomaly_id, title, finding from anomalies order by score desc limit 1")[0]
    seen = preview(served, f"anomalies?v=1&anomaly={found['anomaly_id']}")
    assert seen["og:title"][:20] == found["title"][:20]
    assert seen["og:description"][:60] == found["finding"][:60]


WRITTEN = (
    '"><script>alert(1)</script>',
    "<img src=x onerror=alert(1)>",
    "' onload='alert(1)",
    "acme <b>",
    "you have won",
    "&quot;&gt;",
    "\u202egnp.exe",
)


@pytest.mark.parametrize(
    "key", ["find", "q", "entry", "anomaly", "benchmark", "submitter", "unit", "snapshot", "nokey"]
)
@pytest.mark.parametrize("page", ["search", "rankings", "system", "anomalies", "", "nowhere"])
def test_a_preview_says_nothing_that_somebody_wrote_into_the_link(served: Server, page: str, key: str):
    plain = served.get(f"/{page}?v=1")[2].decode().partition("</head>")[0]
    for words in WRITTEN:
        text = served.get(f"/{page}?v=1&{key}={quote(words)}")[2].decode().partition("</head>")[0]
        assert text.count("<") == plain.count("<")
        assert title_of(text) == title_of(plain)
        assert words not in html.unescape(text)


def test_what_the_data_itself_holds_is_escaped(monkeypatch: pytest.MonkeyPatch, small: Database):
    hostile = Title('"><script>alert(1)</script>', "</title><img src=x onerror='alert(1)'>")
    monkeypatch.setattr(own_page, "current", lambda: small)
    monkeypatch.setattr(own_page, "title", lambda *view: hostile)
    head = own_page.head("/rankings", "v=1")
    assert "<script" not in head
    assert "<img" not in head
    assert head.count("<title>") == head.count("</title>") == 1
    assert "'" not in re.sub(r"&#x27;", "", head)


def test_without_data_a_page_has_our_name_alone(monkeypatch: pytest.MonkeyPatch):
    def nothing() -> Database:
        raise NoData("none")

    monkeypatch.setattr(own_page, "current", nothing)
    assert own_page.head("/rankings", "v=1") == "<title>Plumbline</title>"


def test_the_preview_of_a_public_server_names_the_links_address(monkeypatch: pytest.MonkeyPatch, small: Database):
    monkeypatch.setattr(own_page, "current", lambda: small)
    monkeypatch.setenv("PLUMBLINE_PUBLIC_URL", "https://plumbline.example/")
    head = own_page.head("/results", "v=1&submitter=Acme&sort=value&nokey=<>")
    assert 'content="https://plumbline.example/results?v=1&amp;submitter=Acme&amp;sort=value"' in head
