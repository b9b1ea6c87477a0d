"""The `summary.csv` that MLCommons' submission checker writes -> records."""

from __future__ import annotations

import csv
import io
from typing import Any

from lib.ingest.layouts.record import looks_compiled
from lib.ingest.problem import SourceError
from lib.ingest.sources.unpack import first_line


def records(data: bytes) -> list[Any]:
    """The rows by the header's words; none where the header is no checker's. Raises SourceError when it is no CSV."""
    text = data.decode("utf-8-sig", "replace")
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""))
        return list(reader) if looks_compiled(dict.fromkeys(reader.fieldnames or ())) else []
    except csv.Error as error:
        raise SourceError(f"malformed CSV ({first_line(error)}); expected a header and a row per result") from error
