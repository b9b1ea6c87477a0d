"""`python -m lib.ingest.all SHARED_DIR [--data DIR]`: read every round that data/rounds.csv names a source for.

Two rounds at a time, the sources of a round in the order of the table's column `sources`.
"""

from __future__ import annotations

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tqdm import tqdm

from lib.command import Parser, ends_in_one_line
from lib.rounds import Rounds
from lib.settings import ROOT, settings

_AT_A_TIME = 2


@dataclass(frozen=True)
class Outcome:
    """What came of one source: its exit code, the last line of its output, its lines of trouble."""

    round_name: str
    source: str
    code: int
    summary: str
    trouble: str


@ends_in_one_line
def main(arguments: list[str] | None = None) -> int:
    """Read all rounds; the exit code is 0, or 1 when any source could not be read."""
    parser = Parser(prog="python -m lib.ingest.all", description=__doc__)
    parser.add_argument("shared", type=Path, help="the folder that holds the sources")
    parser.add_argument("--data", type=Path, default=settings().data, help="where rounds.csv and the tables are kept")
    call = parser.parse_args(arguments)
    wanted = sources(call.data)
    began = time.monotonic()
    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        running = pool.map(
            lambda item: read_round(item[0], item[1], call.shared, call.data), _largest_first(wanted, call.shared)
        )
        bar = tqdm(running, total=len(wanted), unit=" rounds", disable=not sys.stderr.isatty(), leave=False)
        outcomes = [outcome for outcomes in bar for outcome in outcomes]
    _report(outcomes, list(wanted), time.monotonic() - began)
    return 1 if any(outcome.code for outcome in outcomes) else 0


def sources(data: Path) -> dict[str, list[str]]:
    """The sources of each round that has any, by the round's name. Raises InputError."""
    return {name: list(record.sources) for name, record in Rounds.read(data).records.items() if record.sources}


def _largest_first(wanted: dict[str, list[str]], shared: Path) -> list[tuple[str, list[str]]]:
    """The round that takes longest must not be the last to begin."""

    def size(item: tuple[str, list[str]]) -> int:
        return sum((shared / name).stat().st_size for name in item[1] if (shared / name).exists())

    return sorted(wanted.items(), key=size, reverse=True)


def read_round(name: str, from_sources: list[str], shared: Path, data: Path) -> list[Outcome]:
    """Read the sources of one round, each by `python -m lib.ingest`; the first that fails ends it."""
    outcomes: list[Outcome] = []
    for source in from_sources:
        command = [sys.executable, "-m", "lib.ingest", str(shared.resolve() / source), "--round", name]
        done = subprocess.run(
            [*command, "--data", str(data.resolve())], capture_output=True, encoding="utf-8", cwd=ROOT, check=False
        )
        lines = done.stdout.splitlines() or [""]
        outcomes.append(Outcome(name, source, done.returncode, lines[-1], done.stderr.strip()))
        if done.returncode:
            break
    return outcomes


def _report(outcomes: list[Outcome], order: list[str], seconds: float) -> None:
    for outcome in sorted(outcomes, key=lambda outcome: order.index(outcome.round_name)):
        if outcome.code:
            print(outcome.trouble or f"error: ended with {outcome.code} ({outcome.source})", file=sys.stderr)
        print(f"{outcome.round_name}  {outcome.source}: {outcome.summary or 'nothing read'}")
    read = sum(1 for outcome in outcomes if not outcome.code)
    print(f"{read} of {len(outcomes)} sources read in {seconds:.0f} s; python -m lib.build makes the database")


if __name__ == "__main__":
    sys.exit(main())
