"""What the served app answers over HTTP: exports, health, headers, redirects."""

from __future__ import annotations

import http.client
import json
import re
import socket
import subprocess
import sys
import urllib.request
from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psutil
import pytest

from lib import serve
from lib.catalogue import BY_NAME
from lib.export.__main__ import main
from lib.query.connection import Database
from tests.conftest import ROOT, Server, free_port
from tests.serve.wire import run, session

LINKS = (
    "rankings?v=1&round=v1.0&division=closed&benchmark=resnet50&scenario=Server",
    "rankings?v=1&round=v1.0&per=accelerator&benchmark=resnet50",
    "rankings?v=1&submitter=Acme&q=triton&cores=1-&accelerators=-8",
    "results?v=1&sort=value",
    "results?v=1&accelerator=none&column=value",
    "anomalies?v=1",
    "system?v=1&entry=v1.0%2Fclosed%2FAcme%2Fbig",
    "system?v=1&entry=v1.0%2Fclosed%2FBare%2Fnothing",
    "rankings?v=1&round=v2.0&submitter=Beta",
    "rankings",
    "results",
)


def ask(
    server: Server, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[int, dict[str, str], bytes]:
    """One request exactly as written, without following redirects."""
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)) as connection:
        connection.putrequest(method, path, skip_host="host" in (headers or {}), skip_accept_encoding=True)
        for name, value in (headers or {}).items():
            connection.putheader(name, value)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        answer = connection.getresponse()
        return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()


@pytest.mark.parametrize("link", LINKS)
def test_an_export_over_http_is_the_commands_bytes_with_links_that_open(
    served: Server, small_folder: Path, capfdbinary: pytest.CaptureFixture[bytes], link: str
):
    name, mark, query = link.partition("?")
    status, headers, body = ask(served, "GET", f"/export/{name}.csv{mark}{query}")
    assert status == 200
    assert main([link, "--data", str(small_folder)]) == 0
    assert body.replace(f"http://127.0.0.1:{served.port}/".encode(), b"") == capfdbinary.readouterr().out
    assert headers["content-type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(r'attachment; filename="plumbline-[\w.-]+\.csv"', headers["content-disposition"])


@pytest.mark.parametrize(
    "path",
    [
        "rankings.csv?round=v9.9",
        "rankings.csv?v=1&nokey=1",
        "rankings.csv?cores=x",
        "rankings.csv?v=2",
        "nowhere.csv?v=1",
        "method.csv?v=1",
        "system.csv?v=1",
        "rankings.csv?benchmark=%3Cscript%3E",
        "rankings.csv?q=" + "x" * 5000,
        "rankings.csv?submitter=%00",
        "rankings.csv?top=11",
        "rankings.csv?v=1&entry=v1.0/closed/Acme/big",
        "results.csv?v=1&per=core",
        "anomalies.csv?v=1&kind=foo",
        "results.csv?v=1&column=nonsense",
        "rankings.csv?v=1&unit=Furlongs/s",
        "rankings.csv?v=1&cores=1-2&cores=3-4",
        "system.csv?v=1&entry=v1.0/closed/No/body",
        "system.csv?v=1&entry=v1.0/closed/Acme/big&entry=v1.0/closed/Bare/nothing",
        "%2e%2e.csv?v=1",
        "x%0d%0ay.csv",
    ],
)
def test_what_an_export_does_not_understand_is_a_400_with_one_line(served: Server, path: str):
    status, headers, body = ask(served, "GET", f"/export/{path}")
    assert status == 400
    assert headers["content-type"].startswith("text/plain")
    assert body.startswith(b"error: ")
    assert body.count(b"\n") == 1
    assert b"<script" not in body
    assert b"x" * 100 not in body


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize("path", ["/export/rankings.csv?v=1", "/health"])
def test_only_reading_is_allowed(served: Server, method: str, path: str):
    assert ask(served, method, path, b"x")[0] == 405


def test_health_names_the_snapshot(served: Server, small: Database):
    status, _, body = ask(served, "GET", "/health")
    assert (status, json.loads(body)) == (200, {"status": "ok", "snapshot": small.snapshot})


@pytest.mark.parametrize("name", BY_NAME)
def test_a_bare_page_leads_to_its_defaults(served: Server, name: str):
    status, headers, _ = ask(served, "GET", "/" if name == "overview" else f"/{name}")
    assert status == 302
    to = urlsplit(headers["location"])
    assert to.path == ("/" if name == "overview" else f"/{name}")
    assert not to.netloc
    query = parse_qs(to.query)
    assert query["round"] == ["v2.0"]
    assert ("benchmark" in query) == (name == "rankings")
    assert ask(served, "GET", headers["location"])[0] == 200


PLACES = (
    "/",
    "/rankings?v=1",
    "/nowhere",
    "/export/rankings.csv?v=1",
    "/export/nowhere.csv?v=1",
    "/health",
    "/_stcore/health",
    "/static/none.js",
    "/_stcore/host-config",
    "/media/none",
    "/component/none/x",
)


@pytest.mark.parametrize("path", PLACES)
def test_every_answer_has_the_security_headers(served: Server, path: str):
    _, headers, _ = ask(served, "GET", path)
    policy = dict(part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";"))
    assert policy["default-src"] == policy["connect-src"] == policy["frame-ancestors"] == policy["base-uri"] == "'self'"
    assert policy["object-src"] == "'none'"
    assert "unsafe" not in policy["script-src"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "SAMEORIGIN"
    assert "server" not in headers


def test_the_policy_names_the_inline_script_that_is_served(served: Server):
    import base64
    import hashlib

    _, headers, body = ask(served, "GET", "/?v=1")
    scripts = re.findall(rb"<script>(.*?)</script>", body, re.DOTALL)
    assert scripts
    for script in scripts:
        assert base64.b64encode(hashlib.sha256(script).digest()).decode() in headers["content-security-policy"]


TRAVERSALS = [
    f"{place}{form * depth}{target}"
    for place in ("/", "/media/", "/component/", "/app/static/", "/static/", "/_stcore/bidi-components/", "/export/")
    for form in (
        "../",
        "%2e%2e/",
        "..%2f",
        "%2e%2e%2f",
        "..%5c",
        "%252e%252e%252f",
        ".%00./",
        "....//",
        "%c0%ae%c0%ae/",
        "..;/",
    )
    for depth in (1, 6)
    for target in ("etc/passwd", "app.py", "lib/serve.py")
]
CONTENT = (b"root:x:0", b"begin_page(", b"import streamlit", b"uvicorn")


def test_three_hundred_ways_out_of_the_served_folders_lead_nowhere(served: Server):
    assert len(TRAVERSALS) >= 300
    for path in TRAVERSALS:
        status, _, body = ask(served, "GET", path)
        assert not any(text in body for text in CONTENT), path
        assert status in (400, 403, 404) or (status == 200 and b"<title>Plumbline</title>" in body) or status == 302, (
            path,
            status,
        )


@pytest.mark.parametrize(
    "path",
    [
        "/data/current",
        "/.streamlit/config.toml",
        "/app.py",
        "/lib/serve.py",
        "/pages/rankings.py",
        "//etc/passwd",
        "/app/static/x",
    ],
)
def test_our_files_are_not_served(served: Server, path: str):
    _, _, body = ask(served, "GET", path)
    assert b"plumbline-" not in body
    assert b"import streamlit" not in body
    assert b"[server]" not in body


def upload(server: Server, session_id: str, content: bytes, token: str = "") -> int:
    """PUT a file as Streamlit's own page would; the answer's status, 0 where the server hangs up in the middle."""
    body = b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n' + content + b"\r\n--x--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    if token:
        headers |= {"Cookie": f"_streamlit_xsrf={token}", "X-Xsrftoken": token}
    try:
        return ask(server, "PUT", f"/_stcore/upload_file/{session_id}/file", body, headers)[0]
    except (ConnectionError, http.client.HTTPException):
        return 0


def xsrf_token(server: Server) -> str:
    _, headers, _ = ask(server, "GET", "/_stcore/health")
    found = re.search(r"_streamlit_xsrf=([^;]+)", headers.get("set-cookie", ""))
    assert found
    return found[1]


@pytest.mark.parametrize("size", [1, 2_000_000])
def test_nothing_can_be_uploaded_with_or_without_a_token(served: Server, size: int):
    with session(served.port) as websocket:
        session_id = run(websocket, "overview", "v=1").session_id
        assert session_id
        assert upload(served, session_id, b"x" * size) == 403
        assert upload(served, session_id, b"x" * size, xsrf_token(served)) in (0, 413)


def test_a_hundred_megabytes_cost_the_server_no_memory(served: Server):
    process = psutil.Process(served.process.pid)
    with session(served.port) as websocket:
        session_id = run(websocket, "overview", "v=1").session_id
        before = process.memory_info().rss
        for token in ("", xsrf_token(served)):
            assert upload(served, session_id, bytes(100_000_000), token) in (0, 403, 413)
        assert process.memory_info().rss - before < 30_000_000


def test_the_csv_of_a_link_can_be_fetched_by_a_spreadsheet(served: Server):
    with urllib.request.urlopen(f"{served.url}/export/rankings.csv?v=1&round=v1.0", timeout=20) as answer:
        assert answer.read(4) == b"rank"


@pytest.mark.parametrize(("host", "said"), [("127.0.0.1", "Address already in use"), ("300.1.1.1", "")])
def test_a_place_that_cannot_be_had_is_one_line_and_exit_1(data_folder: Path, host: str, said: str):
    """uvicorn ended with 3 and a line of its own, after the address had been announced."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "lib.serve", "--host", host, "--port", str(port), "--data", str(data_folder)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"error: {said}")
    assert line.endswith(f"({host}:{port})")


def test_what_listens_is_of_tcp_by_name_so_that_no_answer_waits_for_an_acknowledgement():
    """asyncio sets TCP_NODELAY on such sockets alone; without it each redraw took 40 ms more."""
    with serve.listen("127.0.0.1", free_port()) as listening:
        assert listening.proto == socket.IPPROTO_TCP
        assert listening.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR)
