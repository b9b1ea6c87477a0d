"""The JSON documents of a submission: system descriptions and measurements; and user.conf."""

from __future__ import annotations

import json
import re
from typing import Any

from lib.ingest.problem import Problem
from lib.names.values import utf8

_DEEPEST = 100


def parse_object(data: bytes, path: str, what: str) -> dict[str, Any] | Problem:
    """A JSON object, byte-order mark or not. A Problem names the line of the fault and what was expected."""
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return Problem("error", path, line, f"not UTF-8 text; expected {what} as a JSON object")
    try:
        document = json.loads(text)
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
    return document


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
