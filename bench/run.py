"""`python -m bench.run`: the rankings page against a floor page, measured from outside; writes bench/RESULTS.md.

The floor is a page of one constant chart and one constant table under plain `streamlit run`; ours is served as
`make run` serves it. Both are asked in turn over their websockets, each of our reruns with another filter. The tool
and the two small apps lie in ../shared/bench, which belongs to the workplace; without them this says so and ends.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib.util
import os
import platform
import re
import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

from lib import links
from lib.export.exports import csv_of
from lib.query.connection import Database, current
from lib.query.defaults import defaults
from lib.query.rankings import groups
from lib.selection import Selection

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "RESULTS.md"
PACKAGES = ("streamlit", "plotly", "duckdb", "pyarrow", "pandas", "uvicorn")
CSV_S = 2.0  # what a reader waits for a download without wondering
OFFSET = 14  # the links before are those of the first draws


@dataclass(frozen=True)
class Figure:
    """One comparison with its target; `ratio` is ours over theirs."""

    name: str
    ours: str
    theirs: str
    ratio: float
    target: float

    def row(self) -> str:
        """Its line of the table of results."""
        verdict = "reached" if self.ratio <= self.target else "not reached"
        return f"| {self.name} | {self.ours} | {self.theirs} | {self.ratio:.2f} | {self.target:.1f} | {verdict} |"


def queries() -> list[str]:
    """Query strings of the rankings page, all different, each with results: no redraw finds its answer ready."""
    db = current()
    start = defaults(db).with_values("round", ["v1.0"])
    bases = [
        start.with_values("system_type", place).with_values("availability", stage).with_values("power", power)
        for place in (["datacenter"], ["datacenter", "edge"])
        for stage in (["available"], ["available", "preview"])
        for power in ([], ["without"])
    ]
    return [
        links.link("rankings", base.with_all({"benchmark": [group.benchmark], "scenario": [group.scenario]})).partition(
            "?"
        )[2]
        for base in bases
        for group in groups(db, base)
    ]


def main() -> int:
    """Measure and write. The exit code is 0 when it measured, 2 when the tool is not there."""
    parser = argparse.ArgumentParser(prog="python -m bench.run", description=__doc__)
    parser.add_argument("--shared", type=Path, default=ROOT.parent / "shared")
    parser.add_argument("--date", default=date.today().isoformat(), help="the date that the results carry")
    parser.add_argument("-n", type=int, default=60, help="reruns of each (default: 60)")
    parser.add_argument("--sessions", type=int, default=7, help="new sessions for the first draw (default: 7)")
    parser.add_argument("--starts", type=int, default=3, help="cold starts of each (default: 3)")
    call = parser.parse_args()
    folder = call.shared.resolve() / "bench"
    tool = folder / "streamlit_bench.py"
    missing = [path for path in (tool, folder / "floor_app.py", folder / "empty_app.py") if not path.is_file()]
    if missing:
        print(f"error: nothing to measure with: no {missing[0]} (give --shared DIR)", file=sys.stderr)
        return 2
    subprocess.run([sys.executable, "-m", "lib.build"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    text = asyncio.run(_measure(_load(tool), folder, call))
    RESULTS.write_text(text, "utf-8")
    print(text)
    return 0


def _load(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location("streamlit_bench", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


async def _measure(tool: Any, folder: Path, call: argparse.Namespace) -> str:
    ours_port, floor_port = _free_port(), _free_port()
    rankings = f"http://127.0.0.1:{ours_port}/rankings?" + "||".join(queries())
    with (
        _started([sys.executable, "-m", "lib.serve", "--port", str(ours_port)], ours_port) as ours,
        _started(_plain(folder / "floor_app.py", floor_port), floor_port) as floor,
    ):
        mine, theirs = tool.Target(rankings), tool.Target(f"http://127.0.0.1:{floor_port}/")
        await _first_draws(mine, theirs, 2)  # the first session of a process pays for its imports
        firsts = await _first_draws(mine, theirs, call.sessions)
        before = _cpu(ours), _cpu(floor)
        versus = await _reruns(mine, theirs, call.n)
        cpu = [(_cpu(pid) - spent) / call.n * 1e3 for pid, spent in zip((ours, floor), before, strict=True)]
        pages = [await _page(tool, ours_port, name) for name in _pages()]
        memory = psutil.Process(ours).memory_info().rss / 1e6
    commands = ([sys.executable, "-m", "lib.serve"], _plain(folder / "empty_app.py", None))
    cold = [[_cold(tool.__file__, command) for _ in range(call.starts)] for command in commands]
    table = [_export(current()) for _ in range(call.starts)]
    ratio = statistics.median(a / b for a, b in zip(*versus, strict=True))
    figures = [
        Figure("redraw with a changed filter", _ms(versus[0]), _ms(versus[1]), ratio, 0.6),
        Figure("server CPU per redraw", f"{cpu[0]:.1f} ms", f"{cpu[1]:.1f} ms", cpu[0] / cpu[1], 0.6),
        Figure("first draw of a new session", _ms(firsts[0]), _ms(firsts[1]), _median_ratio(*firsts), 1.0),
        Figure("cold start to the first page", _s(cold[0]), _s(cold[1]), _median_ratio(*cold), 3.0),
        Figure("the whole table as CSV", _s(table), f"{CSV_S:.2f} s allowed", statistics.median(table) / CSV_S, 1.0),
    ]
    return _report(call, figures, pages, memory)


def _export(db: Database) -> float:
    start = time.perf_counter()
    csv_of(db, "results", Selection())
    return time.perf_counter() - start


def _report(call: argparse.Namespace, figures: list[Figure], pages: list[str], memory: float) -> str:
    processor = next(
        (line.partition(":")[2].strip() for line in _lines(Path("/proc/cpuinfo")) if line.startswith("model name")),
        platform.processor(),
    )
    return "\n".join(
        [
            "# Speed, measured",
            "",
            f"By `make bench` (`python -m bench.run --date {call.date} -n {call.n}`), {call.date}.",
            f"Machine: {os.cpu_count()} cores, {processor}; {platform.system()} {platform.release().split('-')[0]}; "
            f"Python {platform.python_version()}; " + ", ".join(f"{name} {version(name)}" for name in PACKAGES) + ".",
            "",
            "Ours is `python -m lib.serve`; beside it, under plain `streamlit run`, a floor page of one constant chart",
            "and one constant table (for the cold start: an empty app). Times run from the message sent to",
            "`script_finished`: the median, and the 95th percentile in brackets. Both servers are asked in turn in one",
            "run; the ratio of redraws is the median over the pairs. A cold start has the database built.",
            "",
            "| what | ours | theirs | ratio | target at most | |",
            "|---|---|---|---|---|---|",
            *(figure.row() for figure in figures),
            "",
            f"The redraws: {call.n} links of `/rankings`, {min(call.n, len(queries()))} different ones, one session.",
            f"The server's memory after all this: {memory:.0f} MB.",
            "",
            "## Every page: a new session's first draw, and its redraw",
            "",
            "| page | first draw | redraw | kB a redraw | exceptions |",
            "|---|---|---|---|---|",
            *pages,
            "",
        ]
    )


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8", errors="replace").splitlines() if path.is_file() else []


def _pages() -> list[str]:
    return ["", *sorted(path.stem for path in (ROOT / "pages").glob("*.py"))]


async def _first_draws(mine: Any, theirs: Any, sessions: int) -> tuple[list[float], list[float]]:
    answer: tuple[list[float], list[float]] = ([], [])
    for number in range(sessions):
        for times, target in zip(answer, (mine, theirs), strict=True):
            async with target.connect() as socket_:
                times.append(await _run(target, socket_, number))
    return answer


async def _reruns(mine: Any, theirs: Any, count: int) -> tuple[list[float], list[float]]:
    answer: tuple[list[float], list[float]] = ([], [])
    async with mine.connect() as one, theirs.connect() as other:
        await _run(mine, one, 0)
        await _run(theirs, other, 0)
        for number in range(OFFSET, OFFSET + count):
            answer[0].append(await _run(mine, one, number))
            answer[1].append(await _run(theirs, other, number))
    return answer


async def _run(target: Any, socket_: Any, number: int) -> float:
    seconds, _, exceptions = await target.run(socket_, number)
    if exceptions:
        raise SystemExit(f"the page {target.page or 'overview'!r} shows an exception: nothing to measure")
    return float(seconds)


def _cpu(pid: int) -> float:
    """Seconds of CPU that a server has used."""
    return float(sum(psutil.Process(pid).cpu_times()[:2]))


async def _page(tool: Any, port: int, name: str) -> str:
    target = tool.Target(f"http://127.0.0.1:{port}/{name}?{queries()[0]}")
    async with target.connect() as socket_:
        first, _, bad = await target.run(socket_, 0)
        runs = [await target.run(socket_, 0) for _ in range(10)]
    size = statistics.median(run[1] for run in runs) / 1e3
    bad += sum(run[2] for run in runs)
    return f"| /{name} | {first * 1e3:.0f} ms | {_ms([run[0] for run in runs])} | {size:.0f} | {bad} |"


def _cold(tool: str, command: list[str]) -> float:
    """Seconds from the spawn to the first drawn page."""
    call = [sys.executable, tool, "cold", "--", *command]
    done = subprocess.run(call, cwd=_folder(command), capture_output=True, text=True, check=True)
    found = re.search(r"first page drawn ([\d.]+) s", done.stdout)
    if not found:
        raise SystemExit(f"no page at the cold start of {' '.join(command)}: {done.stdout}{done.stderr}")
    return float(found[1])


def _folder(command: list[str]) -> Path:
    """Where a command runs: theirs beside its own file, so that our .streamlit/config.toml does not speed it up."""
    return ROOT if "lib.serve" in command else Path(command[4]).parent


def _plain(path: Path, port: int | None) -> list[str]:
    where = [] if port is None else ["--server.port", str(port), "--server.address", "127.0.0.1"]
    usual = ["--server.headless", "true", "--browser.gatherUsageStats", "false"]
    return [sys.executable, "-m", "streamlit", "run", str(path), *usual, *where]


@contextmanager
def _started(command: list[str], port: int) -> Iterator[int]:
    """A server, from when it answers until the end of the block; its process id."""
    process = subprocess.Popen(command, cwd=_folder(command), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(process, port)
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        try:
            with closing(urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=5)):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    raise SystemExit(f"no server on port {port}")


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _median_ratio(ours: list[float], theirs: list[float]) -> float:
    return statistics.median(ours) / statistics.median(theirs)


def _ms(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    worst = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    return f"{statistics.median(ordered) * 1e3:.1f} ms ({worst * 1e3:.1f})"


def _s(seconds: list[float]) -> str:
    return f"{statistics.median(seconds):.2f} s"


if __name__ == "__main__":
    sys.exit(main())
