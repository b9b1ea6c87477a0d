"""Files of result records -> the records as they stand there: JSON lists, the checker's CSV, the public table."""

from __future__ import annotations

import json
from typing import Any

from lib.ingest.layouts import checker_csv, official_table
from lib.ingest.layouts.record import location, looks_compiled
from lib.ingest.problem import SourceError
from lib.ingest.sources.unpack import first_line


def records_of(data: bytes, path: str) -> list[Any]:
    """The records of a JSON list, of MLCommons' public table or of a checker's `summary.csv`, as they stand there.

    Raises SourceError when it is none of them.
    """
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"[", b"{"):
        records = _records_of_json(data)
    elif official_table.looks_like_table(data):
        records = official_table.records(data)
    else:
        records = checker_csv.records(data)
    if not any(looks_compiled(record) for record in records):
        raise SourceError(
            f"no result records in {path}; expected Platform, Scenario and Organization or Submitter in each"
        )
    return records


def _records_of_json(data: bytes) -> list[Any]:
    try:
        records = json.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise SourceError(f"malformed JSON ({first_line(error)}); expected a list of result records") from error
    if not isinstance(records, list):
        raise SourceError("expected a JSON list of result records")
    return records


def is_summary(records: list[Any]) -> bool:
    """Whether these are a round's own summary, to be held against its logs.

    The records of cm4mlperf (which alone have a `uid`) and the public table are sources of their own.
    """
    dicts = [record for record in records if isinstance(record, dict)]
    return any("uid" not in record and location(record.get("Location")) for record in dicts)
