"""Paths of a source: where its divisions' folders begin, which of them are walked, and which are not safe."""

from __future__ import annotations

import os
import re

DIVISION_FOLDERS = ("closed", "open", "network")
AREAS = ("results", "systems", "measurements")
# What MLCommons' submission checker leaves in the root of a tree; the first that is there is read.
SUMMARIES = ("summary_results.json", "summary.json", "summary.csv")
# What a submitter's folder holds besides its results, by the submission rules; a log below them is no result.
OTHER_FOLDERS = frozenset(
    (
        "calibration", "code", "compliance", "compliance_images", "doc", "docs", "documentation", "measurement_configs",
        "scripts", "src", "tools",
    )
)  # fmt: skip
# A checkout lies at most three folders deep in a source; what lies deeper is named and not read.
_WRAPPERS = 3
_DEEPEST = 10
# Nearly every path of a published round begins with its division and needs no more looking at.
_PLAIN = tuple(f"{name}/" for name in DIVISION_FOLDERS)
_CROOKED = re.compile(r"//|/\.?/|/\.?$|^[a-z]+/(?:closed|open|network)/", re.IGNORECASE)
_UNPRINTABLE = re.compile("[\x00-\x1f\ud800-\udfff]")


def rooted(path: str) -> str | None:
    """The part of a path from the division's folder on, None where no division is near its beginning.

    >>> rooted("inference_results_v1.0/closed/NVIDIA/systems/a.json")
    'closed/NVIDIA/systems/a.json'
    """
    if path.startswith(_PLAIN) and not _CROOKED.search(path):
        return path
    parts = [part for part in path.split("/") if part not in ("", ".")]
    at = division_in(parts[: _WRAPPERS + 3])
    if at is not None and at <= _WRAPPERS and not any(part.startswith(".") for part in parts[:at]):
        return "/".join(parts[at:])
    return "/".join(parts) if parts and len(parts) <= 2 and parts[-1].lower() in SUMMARIES else None


def division_in(parts: list[str]) -> int | None:
    """Where in a path the first division's folder stands, in whatever case.

    A wrapper that is called like one (`Open/closed/SUBMITTER/results`) is told by the areas that follow.
    """
    at = next((index for index, part in enumerate(parts) if part.lower() in DIVISION_FOLDERS), None)
    if at is None or at + 3 >= len(parts) or parts[at + 1].lower() not in DIVISION_FOLDERS:
        return at
    return at + 1 if parts[at + 2].lower() not in AREAS and parts[at + 3].lower() in AREAS else at


def unsafe(name: str) -> str | None:
    """What is wrong with a path, None where nothing is."""
    if name.startswith(("/", "\\")) or name[1:2] == ":":
        return "an absolute path"
    if ".." in name.replace("\\", "/").split("/"):
        return "a path that leads out of the source"
    if len(name) > 1000 or _UNPRINTABLE.search(name):
        return "a path that is too long, holds control characters or is not UTF-8"
    return None


def may_hold_results(name: str) -> bool:
    """Whether a folder of this name is walked: one that an archive's files would be read or named below.

    A submitter's folder holds code/ and compliance/ too, which are not. A wrapper may be called anything, and so may a
    submitter or a system.
    """
    parts = name.split("/")
    inside = (rooted(name) or "").split("/")
    if inside[0].lower() not in DIVISION_FOLDERS:
        return len(parts) <= _DEEPEST and not parts[-1].startswith(".")
    if len(inside) < 3 or (len(inside) == 3 and inside[1].lower() in DIVISION_FOLDERS):
        return True
    return inside[2].lower() not in OTHER_FOLDERS and not inside[2].startswith(".") and len(inside) < 11


def would_be_seen(name: str) -> bool:
    """Whether an entry lies where results may lie: elsewhere a link is nobody's business."""
    inside = (rooted(name) or "").split("/")
    is_elsewhere = inside[2].lower() not in AREAS if len(inside) > 3 else len(inside) < 2 and name.count("/") > 5
    if is_elsewhere or "/." in f"/{os.path.dirname(name)}":
        return False
    folder = os.path.dirname(name.strip("/"))
    steps = folder.split("/") if folder else []
    return all(may_hold_results("/".join(steps[: index + 1])) for index in range(len(steps)))
