"""Whether the database in use is that of the inputs that lie there now, and its making where it is not.

A server and the export command ask this at their start; neither needs what makes a database for it.
"""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from lib.data_folder import current, database_name
from lib.database import digest
from lib.settings import ROOT, Settings

RETRY_S = 60.0
_failed: dict[tuple[Path, str], tuple[float, str]] = {}


def is_fresh(data: Path) -> bool:
    """Whether the database in use was made of exactly the inputs that lie there now."""
    path = current(data)
    return path is not None and path.name == database_name(digest.digest(data))


def build_if_stale(limits: Settings, progress: Callable[[str], None] = lambda step: None) -> str:
    """Build where the database is missing or its inputs have changed; why it could not be, else an empty text.

    The build runs in a process of its own, so that the server keeps none of its memory; of several at once one builds
    and the others wait for it. What has failed is tried again only with other inputs or after a minute: each view of
    a page without data asks for it.
    """
    try:
        if is_fresh(limits.data):
            return ""
        if not any((limits.data / "rounds").glob("*/results.parquet")):
            return "no results; run python -m lib.ingest"
        attempt = (limits.data.resolve(), digest.digest(limits.data))
        failed, why = _failed.get(attempt, (0.0, ""))
        if why and time.monotonic() - failed < RETRY_S:
            return why
        why = _build(limits.data, progress)
    except OSError as error:
        return str(error)
    if why:
        _failed[attempt] = (time.monotonic(), why)
    return why


def _build(data: Path, progress: Callable[[str], None]) -> str:
    """Run the command, hand on its lines; the last one where it failed, else an empty text."""
    command = [sys.executable, "-m", "lib.build", "--data", str(data.resolve())]
    last = ""
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as child:
        for line in child.stderr or ():
            last = line.strip()
            progress(last)
    return "" if child.returncode == 0 else last.removeprefix("error: ") or "the build failed"
