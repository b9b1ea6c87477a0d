"""Paths of a source: where its divisions' folders begin, which of them are walked, and which are not safe."""

from __future__ import annotations

import os
import re

DIVISION_FOLDERS = ("closed", "open", "network")
# What MLCommons' submission checker leaves in the root of a tree.
SUMMARIES = ("summary_results.json", "summary.csv")
_UNPRINTABLE = re.compile("[\x00-\x1f\ud800-\udfff]")


def rooted(path: str) -> str | None:
    """The part of a path from the division's folder on, None where no division is near its beginning.

    >>> rooted("inference_results_v1.0/closed/NVIDIA/systems/a.json")
    'closed/NVIDIA/systems/a.json'
    """
    parts = [part for part in path.split("/") if part not in ("", ".")]
    for index, part in enumerate(parts[:4]):
        if part in DIVISION_FOLDERS:
            return "/".join(parts[index:])
    return parts[-1] if parts and len(parts) <= 2 and parts[-1] in SUMMARIES else None


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
    """Whether a folder of this name is walked. A checkout holds code/ and compliance/ too, which are not."""
    parts = name.split("/")
    if parts[-1].startswith("."):
        return False
    inside = (rooted(name + "/x") or "").split("/")
    if len(inside) <= 3:
        return len(parts) <= 5
    return inside[2] in ("results", "systems", "measurements") and len(inside) < 11


def would_be_seen(name: str) -> bool:
    """Whether an entry lies where a folder would be walked: elsewhere a link is nobody's business."""
    folder = os.path.dirname(name.strip("/"))
    steps = folder.split("/") if folder else []
    return all(may_hold_results("/".join(steps[: index + 1])) for index in range(len(steps)))
