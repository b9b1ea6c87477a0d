"""`python -m lib.build [--data DIR]`: make the database of DIR/rounds and switch DIR/current to it."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import duckdb

from lib.build.checks import CheckError
from lib.build.database import BuildError, build
from lib.ingest.names import NamesError
from lib.settings import settings


def main(arguments: list[str] | None = None) -> int:
    """Build once; prints the new file's path last. The exit code is 0, or 1 with one line on standard error."""
    parser = argparse.ArgumentParser(prog="python -m lib.build", description=__doc__)
    parser.add_argument("--data", type=Path, default=None, help="the data folder (default: PLUMBLINE_DATA, else data)")
    call = parser.parse_args(arguments)
    limits = settings()
    try:
        path = build(call.data or limits.data, limits, progress=lambda step: print(step, file=sys.stderr))
    except (BuildError, CheckError, NamesError, OSError, duckdb.Error, ValueError) as error:
        print(f"error: {str(error).splitlines()[0]}", file=sys.stderr)
        return 1
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
