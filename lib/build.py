"""`python -m lib.build [--data DIR]`: make the database of DIR/rounds and switch DIR/current to it."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

import duckdb

from lib.database.checks import CheckError
from lib.database.make import BuildError, build
from lib.names.canonical import NamesError
from lib.settings import settings

# DuckDB writes padding, and the values below NULLs, as it finds them in memory. Memory that is filled with one value
# makes its files the same to the byte. The allocators read these when they are loaded, so the process starts anew.
FILLED_MEMORY = {"DUCKDB_JE_MALLOC_CONF": "zero:true", "MALLOC_PERTURB_": "85", "ARROW_DEFAULT_MEMORY_POOL": "system"}


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
    if any(os.environ.get(name) != value for name, value in FILLED_MEMORY.items()):
        os.execve(sys.executable, [sys.executable, "-m", "lib.build", *sys.argv[1:]], {**os.environ, **FILLED_MEMORY})  # noqa: S606  # ourselves
    sys.exit(main())
