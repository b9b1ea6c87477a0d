"""`python -m lib.export LINK [--data DIR]`: print the CSV of a link, `rankings?round=v1.0&...` or the whole URL."""

from __future__ import annotations

import sys
from pathlib import Path

from lib.command import Parser, ends_in_one_line
from lib.database.fresh import build_if_stale
from lib.export.exports import csv_of, view
from lib.query.connection import NoData, QuestionCut, current
from lib.selection import SelectionError
from lib.settings import settings


@ends_in_one_line
def main(arguments: list[str] | None = None) -> int:
    """The exit code is 0; 2 when the link names no page or an impossible value; 1 without data or when it is cut."""
    parser = Parser(prog="python -m lib.export", description=__doc__)
    parser.add_argument("link", help="a page's path and query string")
    parser.add_argument("--data", type=Path, default=None, help="the data folder (default: PLUMBLINE_DATA, else data)")
    call = parser.parse_args(arguments)
    try:
        if call.data is None:
            problem = build_if_stale(settings())
            if problem:
                print(f"note: no new database ({problem})", file=sys.stderr)
        db = current(call.data)
        asked = view(db, call.link)
        content = csv_of(db, asked.page, asked.selection)
    except (SelectionError, NoData, QuestionCut) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2 if isinstance(error, SelectionError) else 1
    sys.stdout.buffer.write(content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
