"""The `summary.csv` that MLCommons' submission checker writes -> records.

Up to v5.1 the checker quotes some cells and escapes none (tools/submission/submission_checker.py and
submission-checker.py of mlcommons/inference): up to v1.1 a system in both suites leaves `datacenter,edge` bare, and a
quote or a comma in a note shifts what follows. Since v6.0 every cell is quoted, a quote within still not escaped.
"""

from __future__ import annotations

from collections.abc import Iterable

from lib.ingest.layouts.cells import Row, by_header, unswallowed
from lib.ingest.layouts.record import looks_compiled
from lib.ingest.layouts.record_file import Placed, RecordFile
from lib.vocabulary import SystemType


def looks_like_checker(header: list[str]) -> bool:
    """Whether a CSV's first row has the checker's words."""
    return looks_compiled(dict.fromkeys(header))


def read_checker(header: list[str], rows: Iterable[Row], text: str, delimiter: str, into: RecordFile) -> None:
    """The rows by the header's words; a row whose cells are shifted is a problem with both counts."""
    for row in unswallowed(rows, text, delimiter, len(header)):
        whole = _mended(header, row.cells)
        counts = f"has {len(row.cells)} cells, the header {len(header)}"
        if whole is None:
            into.say("error", row.line, f"{counts}; left out")
            continue
        if whole is not row.cells:
            into.say("warning", row.line, f"{counts}; read as a system of both suites")
        into.records.append(Placed(row.line, by_header(header, whole)))


def _mended(header: list[str], cells: list[str]) -> list[str] | None:
    """The cells as the header has them, the same list where they fit; None where it is not sure what is what."""
    if len(cells) == len(header):
        return cells
    at = header.index("SystemType") if "SystemType" in header else len(cells)
    both = [SystemType.find(cell) for cell in cells[at : at + 2]]
    if len(cells) == len(header) + 1 and len(both) == 2 and None not in both and both[0] != both[1]:
        return [*cells[:at], ",".join(cells[at : at + 2]), *cells[at + 2 :]]
    return None
