"""`python -m lib.ingest SOURCE --round NAME [--data DIR]`: read a published or a house round into DIR/rounds/NAME."""

from __future__ import annotations

import gc
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TypeVar

from tqdm import tqdm

from lib.command import Parser, fail
from lib.ingest.assemble import assemble
from lib.ingest.checks import doubt_units, finish
from lib.ingest.layouts import compiled
from lib.ingest.layouts.record_file import RecordFile
from lib.ingest.layouts.record_files import is_summary, names_places, records_of
from lib.ingest.layouts.text import is_text, kind_of
from lib.ingest.layouts.tree import read_tree, wanted
from lib.ingest.problem import Problem, SourceError, printable
from lib.ingest.records import Round
from lib.ingest.sources.source import files
from lib.ingest.sources.unpack import Budget, Unpacked
from lib.ingest.write import RESULT_TABLES, RoundChanged, has_logs, write_tables
from lib.names.canonical import Names, NamesError, names_folder
from lib.names.tokens import counts_tokens
from lib.names.units import UnitRules
from lib.rounds import RoundRecord, Rounds, RoundsError, is_round_name
from lib.settings import Settings, SettingsError, settings

T = TypeVar("T")
_MOST_NAMES = 20
_PLURALS = {
    "accelerator": "accelerators", "cpu": "CPUs", "benchmark": "benchmarks", "unit": "units",
    "weight type": "weight types", "submitter": "joint submitters",
}  # fmt: skip
_WHERE = {
    "accelerator": "add them to {}/accelerator_spellings.csv",
    "cpu": "add them to {}/cpu_spellings.csv",
    "benchmark": "add them to {}/benchmark_spellings.csv; those of the open division are the submitters' own models",
    "unit": "kept as they are written",
    "weight type": "add them to {}/weight_types.csv",
    "submitter": "add them with their members to {}/organisations.csv",
}
_READ_HERE = "expected a submission's folder, its .tar or .zip, or result records as JSON or CSV"
_TRIES = 3
_GRAVITY = {"error": 0, "warning": 1, "note": 2}
_MOST_SHOWN = 200  # problems on the terminal; the table `problems` has them all


def main(arguments: list[str] | None = None) -> int:
    """Read one source; the exit code is 0, 1 when nothing could be read, 2 for a bad call."""
    parser = Parser(prog="python -m lib.ingest", description=__doc__)
    parser.add_argument("source", type=Path, help="a folder, .tar.xz, .zip, .json(.xz) or .csv")
    parser.add_argument("--round", required=True, help="the round's name, such as v1.0")
    parser.add_argument("--data", type=Path, help="where the tables are kept (default: PLUMBLINE_DATA, else data)")
    call = parser.parse_args(arguments)
    try:
        limits = settings()
    except SettingsError as error:
        return fail(str(error), 2)
    if not is_round_name(call.round):
        return fail(f"a round is named with letters, digits, dots and dashes, such as v1.0, not {call.round[:40]!r}", 2)
    if not call.source.exists():
        return fail(f"no such file or folder ({call.source})", 2)
    data = call.data or limits.data
    limits = replace(limits, data=data)
    folder = data / "rounds" / call.round
    try:
        record = Rounds.read(data).record(call.round)
        with _no_search_for_cycles():
            found, tables = _imported(call.source, record, folder, limits)
    except RoundsError as error:
        return fail(str(error), 1)
    except SourceError as error:
        return fail(f"{error} ({call.source})", 1)
    except OSError as error:
        return fail(f"{error.strerror or error} ({error.filename or call.source})", 1)
    if not record.is_published:
        print(f"a house round: the list of rounds names no repository for {record.name}")
    _report(found, tables)
    _report_unmapped(found, data)
    print(
        f"results {len(found.rows('results'))} systems {len(found.rows('systems'))} "
        f"runs {len(found.rows('runs'))} problems {len(found.problems)}"
    )
    return 0


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """What is read hangs together without cycles: looking for them in a million rows is a fifteenth of an import."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _imported(source: Path, record: RoundRecord, folder: Path, limits: Settings) -> tuple[Round, tuple[str, ...]]:
    """Read a source into a round's folder; once more where another import wrote the round meanwhile.

    What records without logs speak for hangs on what is there; a source of logs speaks for all in any case.
    """
    for _ in range(_TRIES):
        had_logs = has_logs(folder)
        found, tables = read_source(source, record, had_logs, limits)
        if "results" in tables:
            _doubt_units(found, folder.parent.parent)
        is_of_logs = any(row["source"] == "logs" for row in found.rows("results"))
        try:
            write_tables(found, tables, folder, None if is_of_logs else had_logs)
        except RoundChanged:
            continue
        return found, tables
    raise SourceError("other imports write this round all the time; import it again when they have ended")


def _doubt_units(found: Round, data: Path) -> None:
    """Doubt units by the tables of names; where these cannot be read, the report of unmapped names says it."""
    try:
        rules = UnitRules(Names.read(names_folder(data)), Rounds.read(data))
        doubt_units(found, rules)
    except (NamesError, OSError):
        return


def read_source(source: Path, record: RoundRecord, has_logs: bool, limits: Settings) -> tuple[Round, tuple[str, ...]]:
    """The tables of a source, whose kind is found by looking at it, and which of them it speaks for.

    Records without logs speak for a round's results only where these were not read from logs (`has_logs`); else they
    are what the logs are held against. Raises SourceError when nothing can be read.
    """
    into = Round(record.name, record.rules)
    records = None if source.is_dir() else _records(source, limits)
    if records is None:
        return into, _read_logs(source, into, limits)
    if has_logs and not names_places(records):
        raise SourceError(
            f"the public table names no platforms to hold {record.name}'s logs against; nothing was changed"
        )
    tables: tuple[str, ...] = ()
    if has_logs or is_summary(records):
        compiled.read_official(records, into, source.name)
        tables = ("official", "problems")
    if not has_logs:
        into.problems.clear()  # the same records are read again
        into.files_read = 0
        compiled.read_compiled(records, into, source.name)
        finish(into)
        tables = (*RESULT_TABLES, "official") if tables else RESULT_TABLES
    if not into.rows("results") and not into.rows("official"):
        raise SourceError(f"no results in it{_first_problem(into)}")
    return into, tables


def _read_logs(source: Path, into: Round, limits: Settings) -> tuple[str, ...]:
    tree = read_tree(_progress(files(source, wanted, limits)), into, limits)
    assemble(tree, into, partial(counts_tokens, names_folder(limits.data)))
    finish(into)
    if not into.rows("results"):
        expected = "expected closed/, open/ or network/ with SUBMITTER/results/..."
        raise SourceError(f"no results in it; {expected}{_first_problem(into)}")
    return (*RESULT_TABLES, "official") if into.rows("official") else RESULT_TABLES


def _records(source: Path, limits: Settings) -> RecordFile | None:
    """The result records of a JSON or CSV file, packed or not; None for what looks like an archive.

    Raises SourceError for what is neither: it says what was found, and what would be read.
    """
    limit = limits.max_file_mb << 21
    with source.open("rb") as packed:
        unpacked = Unpacked(packed, Budget(source, limits))
        head = unpacked.head()
        if not head:
            raise SourceError("an empty file")
        if other := kind_of(head):
            raise SourceError(f"{other}; {_READ_HERE}")
        if head.startswith(b"PK") or not is_text(head):
            return None
        data = unpacked.read(limit + 1)
    if len(data) > limit:
        raise SourceError(f"unpacks to more than {limit >> 20} MB; none of it was kept")
    return records_of(data, source.name)


def _progress(items: Iterable[T]) -> Iterator[T]:
    yield from tqdm(items, unit=" files", disable=not sys.stderr.isatty(), leave=False)


def _first_problem(found: Round) -> str:
    return f"; the first of {len(found.problems)} problems: {min(found.problems)}" if found.problems else ""


def _report(found: Round, tables: tuple[str, ...]) -> None:
    shown = [problem for problem in sorted(found.problems) if problem.severity != "note"]
    for problem in shown[:_MOST_SHOWN]:
        print(problem, file=sys.stderr)
    if len(shown) > _MOST_SHOWN:
        print(f"and {len(shown) - _MOST_SHOWN} more, in the table problems", file=sys.stderr)
    print(f"{found.files_read} files read; tables written: {', '.join(tables)}")
    kinds = Counter((p.severity, _kind(p)) for p in found.problems)
    for (severity, message), number in sorted(
        kinds.items(), key=lambda kind: (_GRAVITY[kind[0][0]], -kind[1], kind[0])
    ):
        print(f"  {severity}: {number} x {printable(message)}")
    if "official" in tables:
        print(f"  official values: {len(found.rows('official'))}")


def _report_unmapped(found: Round, data: Path) -> None:
    """Say how many names have no canonical one yet, which they are, and where to add them."""
    folder = names_folder(data)
    try:
        unmapped = Names.read(folder).unmapped_of(found.rows("systems"), found.rows("results"))
    except (NamesError, OSError) as error:
        print(f"warning: the tables of names cannot be read: {printable(str(error))}", file=sys.stderr)
        return
    for kind, group in groupby(unmapped, key=lambda name: name.kind):
        names = sorted(group, key=lambda name: (name.closed == 0, -name.closed, -name.open, name.raw))
        print(f"  {_PLURALS[kind]} without a canonical name: {len(names)} ({_WHERE[kind].format(folder)})")
        for name in names[:_MOST_NAMES]:
            where = f"{name.closed + name.open} x" + (", in the open division alone" if not name.closed else "")
            print(f"    {printable(name.raw)} ({where}{f'; known to have none: {name.reason}' if name.reason else ''})")
        if len(names) > _MOST_NAMES:
            print(f"    and {len(names) - _MOST_NAMES} more, on the coverage page")


def _kind(problem: Problem) -> str:
    return re.sub(r"'[^']*'|\d+|\([^)]*\)", "…", problem.message[:400]).strip()


if __name__ == "__main__":
    sys.exit(main())
