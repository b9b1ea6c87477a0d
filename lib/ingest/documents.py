"""The JSON documents of a submission: system descriptions and measurements; and user.conf."""

from __future__ import annotations

import json
import re
from typing import Any

from lib.ingest.problem import Problem


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
        return Problem("error", path, 0, f"JSON that cannot be read (nested too deep, or a number too long); expected {what}")
    if not isinstance(document, dict):
        return Problem("error", path, 1, f"a JSON {type(document).__name__}; expected {what} as a JSON object")
    return document


def cell(value: Any) -> str:
    """A JSON value as the text that stands in our tables: strings as they are, the rest as compact JSON."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str).encode("utf-8", "replace").decode("utf-8")


_SETTING = re.compile(r"[ \t]*([\w.*-]{1,120})[ \t]*=[ \t]*([^#\n]{1,200})")


def parse_user_conf(data: bytes) -> dict[str, str]:
    """The settings of a `user.conf`, such as `*.Server.target_qps` -> `260000`; lines that set nothing are skipped."""
    lines = data.decode("utf-8", "replace").splitlines()
    found = (_SETTING.match(line) for line in lines if not line.lstrip().startswith("#"))
    return {match[1]: match[2].strip() for match in found if match}
