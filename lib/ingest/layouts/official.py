"""MLCommons' own values, which its submission checker leaves in the root of a tree."""

from __future__ import annotations

from lib.ingest.layouts import compiled
from lib.ingest.layouts.record_files import records_of
from lib.ingest.problem import Problem, SourceError
from lib.ingest.records import Round
from lib.ingest.sources.paths import SUMMARIES


def read_official(found: dict[str, bytes], into: Round) -> None:
    """The first of the summaries that can be read, by path: JSON before CSV, for its public IDs; the root's first.

    Of each other one problem says that it is not read.
    """
    used = ""
    for path in sorted(found, key=_order):
        if used:
            said = f"not read: {used!r} is read for MLCommons' own values"
            into.problems.append(Problem("note", path, 0, said))
            continue
        name = path.rpartition("/")[2]
        try:
            records = records_of(found[path], name)
        except SourceError as error:
            into.problems.append(Problem("error", path, 0, f"left out: {error}"))
            continue
        compiled.read_official(records, into, name)
        used = path


def _order(path: str) -> tuple[int, int, str]:
    return path.count("/"), SUMMARIES.index(path.rpartition("/")[2].lower()), path
