"""`python -m lib.build [--data DIR]`: make the database of DIR/rounds and switch DIR/current to it."""

from __future__ import annotations

import sys
from pathlib import Path

import pyarrow as pa

from lib.command import Parser, ends_in_one_line
from lib.database.build import build
from lib.settings import settings


@ends_in_one_line
def main(arguments: list[str] | None = None) -> int:
    """Build once; prints the new file's path last. The exit code is 0, or 1 with one line on standard error."""
    parser = Parser(prog="python -m lib.build", description=__doc__)
    parser.add_argument("--data", type=Path, default=None, help="the data folder (default: PLUMBLINE_DATA, else data)")
    call = parser.parse_args(arguments)
    limits = settings()
    pa.set_memory_pool(pa.system_memory_pool())  # Arrow's own keeps 110 MB that nobody uses any more
    print(build(call.data or limits.data, limits, progress=lambda step: print(step, file=sys.stderr)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
