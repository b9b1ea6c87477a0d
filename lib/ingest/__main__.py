"""`python -m lib.ingest SOURCE --round vX.Y [--data DIR]`: read a published round into DIR/rounds/vX.Y."""

from __future__ import annotations

import argparse
import lzma
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from tqdm import tqdm

from lib.ingest import compiled, official_table
from lib.ingest.problem import Problem, SourceError
from lib.ingest.records import Round
from lib.ingest.source import File, files
from lib.ingest.tree import read_tree, wanted
from lib.ingest.write import LOG_TABLES, write_tables
from lib.settings import Settings, settings

T = TypeVar("T")
_ROUND = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


def main(arguments: list[str] | None = None) -> int:
    """Read one source; the exit code is 0, 1 when nothing could be read, 2 for a bad call."""
    parser = argparse.ArgumentParser(prog="python -m lib.ingest", description=__doc__)
    parser.add_argument("source", type=Path, help="a folder, .tar.xz, .zip, .json(.xz) or .csv")
    parser.add_argument("--round", required=True, help="the round's name, such as v1.0")
    parser.add_argument("--data", type=Path, default=None, help="where the tables are kept (default: PLUMBLINE_DATA, else data)")
    call = parser.parse_args(arguments)
    limits = settings()
    if not _ROUND.fullmatch(call.round):
        return _fail(f"a round is named with letters, digits, dots and dashes, such as v1.0, not {call.round[:40]!r}", 2)
    if not call.source.exists():
        return _fail(f"no such file or folder ({call.source})", 2)
    try:
        found, tables = read_source(call.source, call.round, limits)
        folder = (call.data or limits.data) / "rounds" / call.round
        if "results" in tables or not (folder / "results.parquet").exists():
            _require_results(found, tables)
        write_tables(found, tables, folder)
    except (SourceError, OSError) as error:
        return _fail(f"{error} ({call.source})", 1)
    _report(found, tables)
    return 0


def _fail(message: str, code: int) -> int:
    print(f"error: {message}", file=sys.stderr)
    return code


def read_source(source: Path, round_name: str, limits: Settings) -> tuple[Round, tuple[str, ...]]:
    """The tables of a source, whose kind is found by looking at it, and which of them it speaks for.

    Raises SourceError when nothing can be read.
    """
    into = Round(round_name)
    if source.is_dir() or not re.search(r"\.(json|csv)(\.xz)?$", source.name.lower()):
        read_tree(_progress(files(source, wanted, limits)), into, limits)
        return into, LOG_TABLES
    data = _bytes_of(source, limits)
    name = source.name
    if re.search(r"\.json(\.xz)?$", name.lower()):
        records = compiled.records_of_json(data, name)
    elif official_table.looks_like_table(data):
        records = official_table.records(data)
    else:
        records = compiled.records_of_csv(data)
    if not any(compiled.looks_compiled(record) for record in records):
        raise SourceError("no result records; expected Platform, Scenario and Organization or Submitter in each")
    if any("Performance_Result" in record for record in records):
        compiled.read_official(records, into, name)
        return into, ("official",)
    compiled.read_compiled(_progress(records), into, name)
    return into, LOG_TABLES


def _bytes_of(source: Path, limits: Settings) -> bytes:
    limit = limits.max_file_mb * 8 << 20
    try:
        with lzma.open(source) if source.name.lower().endswith(".xz") else open(source, "rb") as stream:
            data = stream.read(limit + 1)
    except (lzma.LZMAError, EOFError) as error:
        raise SourceError(f"not a readable .xz file: {error}") from error
    if len(data) > limit:
        raise SourceError(f"unpacks to more than {limit >> 20} MB")
    return data


def _progress(items: Iterable[T]) -> Iterator[T]:
    yield from tqdm(items, unit=" files", disable=not sys.stderr.isatty(), leave=False)


def _require_results(found: Round, tables: tuple[str, ...]) -> None:
    if found.rows("results") or (tables == ("official",) and found.rows("official")):
        return
    reasons = f"; the first of {len(found.problems)} problems: {min(found.problems)}" if found.problems else ""
    raise SourceError(f"no results in it; expected closed/, open/ or network/ with SUBMITTER/results/...{reasons}")


def _report(found: Round, tables: tuple[str, ...]) -> None:
    for problem in sorted(found.problems):
        if problem.severity != "note":
            print(problem, file=sys.stderr)
    print(f"{found.files_read} files read; tables written: {', '.join(tables)}")
    for (severity, message), number in sorted(Counter((p.severity, _kind(p)) for p in found.problems).items()):
        print(f"  {severity}: {number} x {message}")
    if "official" in tables:
        print(f"  official values: {len(found.rows('official'))}")
    print(
        f"results {len(found.rows('results'))} systems {len(found.rows('systems'))} "
        f"runs {len(found.rows('runs'))} problems {len(found.problems)}"
    )


def _kind(problem: Problem) -> str:
    return re.sub(r"'[^']*'|\d+|\([^)]*\)", "…", problem.message).strip()


if __name__ == "__main__":
    sys.exit(main())
