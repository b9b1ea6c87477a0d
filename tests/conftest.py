"""What the tests share: where the published rounds lie, a built database, a served app, a browser.

`data_folder` is a data folder built from the committed tables, `serve` starts `python -m lib.serve` on it; both are
made once a process. Tests marked browser, published or soak are skipped, with the reason, where they cannot run.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
PUBLISHED = SHARED / "mlperf"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what cannot run here, and say why."""
    reasons = {
        "browser": None if CHROMIUM else "no Chromium here",
        "published": None if PUBLISHED.is_dir() else "the published rounds are not in ../shared/mlperf",
        "soak": None if os.environ.get("PLUMBLINE_SOAK") == "1" else "long; runs with PLUMBLINE_SOAK=1 (make soak)",
    }
    for item in items:
        for marker, reason in reasons.items():
            if reason and item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def published() -> Path:
    """The folder of the published rounds; for tests marked `published`."""
    return PUBLISHED


@pytest.fixture(scope="session")
def data_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder of its own with the committed tables, and the database built from them."""
    folder = tmp_path_factory.mktemp("data")
    for item in (ROOT / "data").iterdir():
        if item.is_dir():
            (folder / item.name).symlink_to(item, target_is_directory=True)
        elif item.suffix == ".csv":
            shutil.copy(item, folder)
    command = [sys.executable, "-m", "lib.build", "--data", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return folder


@dataclass
class Server:
    """A running app. `log` is what it has written to standard error so far."""

    url: str
    port: int
    process: subprocess.Popen[bytes]
    log_path: Path

    @property
    def log(self) -> str:
        """Everything that the server has written."""
        return self.log_path.read_text("utf-8", errors="replace")

    def get(self, path: str, timeout: float = 20) -> tuple[int, dict[str, str], bytes]:
        """Status, headers (names in lower case) and body of a GET; redirects are followed, error statuses returned."""
        return fetch(self.url + path, timeout)

    def stop(self) -> int:
        """End it by SIGTERM, after ten seconds by SIGKILL; the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
        return self.process.wait(10)


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fetch(url: str, timeout: float = 20) -> tuple[int, dict[str, str], bytes]:
    """Status, headers (names in lower case) and body of a GET of this machine."""
    try:
        answer: Any = urllib.request.urlopen(url, timeout=timeout)
    except urllib.error.HTTPError as error:
        answer = error
    with closing(answer):
        return answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.read()


StartServer = Callable[..., Server]


@pytest.fixture(scope="session")
def start_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StartServer]:
    """Start `python -m lib.serve` on a data folder and wait until /health answers; all end with the session.

    `start_server(data, **environment)`: keywords are further environment variables. An answer of 503 counts as started.
    """
    servers: list[Server] = []
    logs: list[IO[bytes]] = []

    def start(data: Path, **environment: str) -> Server:
        port = free_port()
        log_path = tmp_path_factory.mktemp("server") / "log"
        log = log_path.open("wb")
        logs.append(log)
        process = subprocess.Popen(
            [sys.executable, "-m", "lib.serve", "--port", str(port), "--data", str(data)],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        server = Server(f"http://127.0.0.1:{port}", port, process, log_path)
        servers.append(server)
        _wait(server)
        return server

    yield start
    for server in servers:
        server.stop()
    for log in logs:
        log.close()


def _wait(server: Server, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if server.process.poll() is not None:
            raise AssertionError(f"the server ended with {server.process.returncode}: {server.log[-2000:]}")
        try:
            server.get("/health", timeout=5)
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"no answer within {seconds:.0f} s: {server.log[-2000:]}")


@pytest.fixture(scope="session")
def server(start_server: StartServer, data_folder: Path) -> Server:
    """The app on the committed data, one for all tests of a process; a test that ends or breaks it starts its own."""
    return start_server(data_folder)
