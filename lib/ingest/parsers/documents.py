"""The JSON documents of a submission: system descriptions and measurements; and user.conf."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from lib.ingest.problem import Problem
from lib.names.values import utf8

_DEEPEST = 100
_MOST_TWICE = 3  # keys that one problem names


class Twice(NamedTuple):
    """A key that an object of a document holds more than once: the first value unlike the last, and the last."""

    key: str
    first: str
    last: str
    line: int


class Document(dict[str, Any]):
    """A JSON object. Of a key that stands twice the last value counts, as for MLCommons' checker (Python's json.load);
    `doubled` are those with unlike values, at any depth, and `twice` says of the first few what they hold."""

    def __init__(
        self, content: dict[str, Any], twice: tuple[Twice, ...] = (), doubled: frozenset[str] = frozenset()
    ) -> None:
        super().__init__(content)
        self.twice = twice
        self.doubled = doubled


def parse_object(data: bytes, path: str, what: str, number: Callable[[str], Any] | None = None) -> Document | Problem:
    """A JSON object, byte-order mark or not. A Problem names the line of the fault and what was expected.

    `number` reads a number with a point or an exponent; a double where it is None.
    """
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return Problem("error", path, line, f"not UTF-8 text; expected {what} as a JSON object")
    doubles: list[tuple[str, Any, Any]] = []
    try:
        document = json.loads(text, parse_float=number, object_pairs_hook=lambda pairs: _object(pairs, doubles))
    except json.JSONDecodeError as error:
        return Problem("error", path, error.lineno, f"malformed JSON ({error.msg}); expected {what} as a JSON object")
    except (RecursionError, ValueError):
        return Problem(
            "error", path, 0, f"JSON that cannot be read (nested too deep, or a number too long); expected {what}"
        )
    if _depth(text) > _DEEPEST:
        return Problem("error", path, 0, f"JSON nested deeper than {_DEEPEST}; expected {what}")
    if not isinstance(document, dict):
        return Problem("error", path, 1, f"a JSON {type(document).__name__}; expected {what} as a JSON object")
    return Document(
        document,
        tuple(_twice(text, *double) for double in doubles[:_MOST_TWICE]),
        frozenset(key for key, _, _ in doubles),
    )


def contradiction(document: Document, path: str, counts: str = "the last counts") -> Problem | None:
    """What is to be said of keys that stand twice in a document, with unlike values; None where none does."""
    if not document.twice:
        return None
    said = "; ".join(
        f"the key {key[:40]!r} stands twice: {first[:60]}, then {last[:60]}" for key, first, last, _ in document.twice
    )
    others = len(document.doubled) - len(document.twice)
    more = f"; and {others} more" if others > 0 else ""
    return Problem("warning", path, document.twice[0].line, f"{said}{more}; {counts}")


def _object(pairs: list[tuple[str, Any]], doubles: list[tuple[str, Any, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        unlike: dict[str, Any] = {}
        for key, value in pairs:
            if value != found[key]:
                unlike.setdefault(key, value)
        doubles += [(key, value, found[key]) for key, value in unlike.items()]
    return found


def _twice(text: str, key: str, first: Any, last: Any) -> Twice:
    places = [found.start() for found in re.finditer(re.escape(json.dumps(key, ensure_ascii=False)), text)]
    line = text.count("\n", 0, places[1]) + 1 if len(places) == 2 else 0
    return Twice(key, _shown(first), _shown(last), line)


def _shown(value: Any) -> str:
    return repr(value) if isinstance(value, str) else str(value)


def _depth(text: str) -> int:
    """How deep brackets nest, roughly: those within strings count as well."""
    if text.count("{") + text.count("[") <= _DEEPEST:
        return 0
    depth = deepest = 0
    for bracket in re.findall(r"[\[\]{}]", text):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def cell(value: Any) -> str:
    """A JSON value as the text that stands in our tables: strings as they are, the rest as compact JSON."""
    if isinstance(value, str):
        return utf8(value)
    return utf8(json.dumps(value, ensure_ascii=False, sort_keys=True))


_FLAT = re.compile(r"^([A-Za-z0-9_.-]{1,60})[ \t]{0,8}:(?:[ \t]{1,8}(.{0,400}))?")


def parse_flat_yaml(data: bytes) -> dict[str, str]:
    """The scalar lines of a `config.yaml`, such as `scenario: Offline`, those of a block as `settings.min_duration_ms`.

    No YAML reader: lists, anchors and texts over several lines set nothing here; the first value of a key counts.
    """
    settings: dict[str, str] = {}
    blocks: list[tuple[int, str]] = []
    for line in data.decode("utf-8-sig", "replace").splitlines():
        indent = len(line) - len(line.lstrip(" "))
        found = _FLAT.fullmatch(line[indent:][:500].rstrip())
        if not found:
            continue
        while blocks and blocks[-1][0] >= indent:
            blocks.pop()
        name = ".".join([*(key for _, key in blocks), found[1]])
        value = re.sub(r"(?:^|[ \t])#.{0,400}", "", found[2] or "").strip()
        if not value:
            blocks.append((indent, found[1]))
        elif value[0] not in "|>&*[{" and len(name) <= 120:
            settings.setdefault(name, value.strip("\"'")[:200])
    return settings


def parse_user_conf(data: bytes) -> dict[str, str]:
    """The settings of a `user.conf`, such as `*.Server.target_qps` -> `260000`; lines that set nothing are skipped."""
    settings: dict[str, str] = {}
    for line in data.decode("utf-8", "replace").splitlines():
        key, _, value = (part.strip() for part in line.partition("#")[0].partition("="))
        if key and value and len(key) <= 120 and len(key.split()) == 1:
            settings[key] = value[:200]
    return settings
