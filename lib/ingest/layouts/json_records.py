"""Result records in JSON, however they are wrapped: a list, an object of records, either one level down, JSON Lines."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from lib.ingest.layouts.record import looks_compiled
from lib.ingest.layouts.record_file import Doubled, Placed, RecordFile
from lib.ingest.problem import SourceError
from lib.ingest.sources.unpack import first_line

_MOST_KEYS = 6


def read_json(text: str, into: RecordFile) -> None:
    """The records of a JSON document or of JSON Lines. Raises SourceError where it holds none."""
    try:
        document = json.loads(text, object_pairs_hook=_object)
    except (ValueError, RecursionError) as error:
        if not _read_lines(text, into):
            raise SourceError(f"malformed JSON ({first_line(error)}); {_EXPECTED}") from error
        return
    records, aside = _unwrapped(document)
    if records is None:
        raise SourceError(f"{_described(document)}; {_EXPECTED}")
    if aside:
        into.say("note", 0, f"no records, not read: {', '.join(f'{key[:40]!r}' for key in aside[:_MOST_KEYS])}")
    into.records += [Placed(number, record) for number, record in enumerate(records, 1)]


_EXPECTED = (
    "expected a list or an object of result records, with Platform, Scenario and Organization or Submitter in each"
)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of which no key vanishes: a second record of one key is kept under another, other doubles aside.

    Not read by parsers.documents, of whose objects the last value counts: here both values of a record are held against
    each other, and the doubt is the record's own.
    """
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    kept: dict[str, Any] = {}
    others: dict[str, list[Any]] = {}
    for key, value in pairs:
        if key not in kept:
            kept[key] = value
        elif isinstance(value, dict):
            kept[f"{key} ({len(kept)})"] = value
        elif value != kept[key]:
            others.setdefault(key, []).append(value)
    return Doubled(kept, others) if others else kept


def _unwrapped(document: Any, depth: int = 0) -> tuple[list[Any] | None, list[str]]:
    """The records of a document, None where it holds none, and the keys beside them that hold something else."""
    if looks_compiled(document):
        return [document], []
    if isinstance(document, list):
        return (document if any(looks_compiled(record) for record in document) else None), []
    if not isinstance(document, dict):
        return None, []
    if any(looks_compiled(record) for record in document.values()):
        return list(document.values()), []  # what is no record among them is said of each
    if depth:
        return None, []
    inside = {key: _unwrapped(value, 1)[0] for key, value in document.items()}
    records = [record for found in inside.values() if found is not None for record in found]
    return records or None, [key for key, found in inside.items() if found is None]


def _read_lines(text: str, into: RecordFile) -> bool:
    """Records one a line. Whether it was that: the first line must be an object by itself, and some record be there."""
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if len(lines) < 2 or not isinstance(_parsed(lines[0][1]), dict):
        return False
    found = [(number, _parsed(line)) for number, line in lines]
    if not any(looks_compiled(record) for _, record in found):
        return False
    for number, record in found:
        if isinstance(record, dict):
            into.records.append(Placed(number, record))
        else:
            into.say("error", number, "no JSON object on this line; left out")
    return True


def _parsed(line: str) -> Any:
    try:
        return json.loads(line, object_pairs_hook=_object)
    except (ValueError, RecursionError):
        return None


def _described(document: Any) -> str:
    if isinstance(document, dict):
        return f"a JSON object with {_listed(document)}" if document else "an empty JSON object"
    if isinstance(document, list):
        if not document:
            return "an empty JSON list"
        first = document[0]
        what = "a list" if isinstance(first, list) else _described(first).removeprefix("a JSON ").removeprefix("an ")
        return f"a JSON list of {len(document)}, whose first is {what}"
    return f"a JSON {type(document).__name__}" if document is not None else "a JSON null"


def _listed(keys: Iterable[str]) -> str:
    names = [f"{key[:40]!r}" for key in keys]
    return f"the keys {', '.join(names[:_MOST_KEYS])}" + (" and others" if len(names) > _MOST_KEYS else "")
