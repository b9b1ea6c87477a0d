"""Streamlit's page goes out with our name and our script, wherever it stands, and the script is kept by its content."""

from __future__ import annotations

import hashlib
import re
import urllib.request
from pathlib import Path

import pytest
import streamlit
from starlette.responses import FileResponse

from lib.serve import content_policy
from lib.settings import ROOT
from tests.conftest import Server

SCRIPT = ROOT / "lib" / "show" / "nav.js"
INDEX = Path(streamlit.__file__).parent / "static" / "index.html"


@pytest.mark.parametrize("path", ["/?v=1", "/rankings?v=1", "/no-such-page?v=1", "/below/any/path?v=1", "/a.b?v=1"])
def test_every_page_names_us_and_holds_our_script_before_streamlits(served: Server, path: str):
    status, headers, body = served.get(path)
    text = body.decode()
    assert (status, headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert headers["cache-control"] == "no-cache"
    assert "<title>Plumbline</title>" in text
    scripts = re.findall(r'<script [^>]*src="([^"]+)"', text)
    assert re.fullmatch(r"\./nav-[0-9a-f]{12}\.js", scripts[0])
    assert len(scripts) == 2


def test_a_browser_that_has_streamlits_own_page_gets_ours(served: Server):
    etag = FileResponse(INDEX, stat_result=INDEX.stat()).headers["etag"]
    request = urllib.request.Request(f"{served.url}/?v=1", headers={"If-None-Match": etag})
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200
        assert b"<title>Plumbline</title>" in answer.read()


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
