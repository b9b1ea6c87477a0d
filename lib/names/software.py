"""What software a system ran, split into its parts: framework, libraries, serving layer, power mode."""

from __future__ import annotations

import re
from dataclasses import dataclass

_POWER_MODE = re.compile(r"(?<!non[ -])(?<!not[ ])(?<![A-Za-z])(Max-?[QPN])(?![A-Za-z])", re.IGNORECASE)
_VERSION = re.compile(r"\s*[:=v]{0,3}\s*([0-9][\w.+~-]{0,40})?", re.IGNORECASE)


@dataclass(frozen=True, order=True)
class Part:
    """One part of the software: `role` is framework, library, runtime, driver, serving or virtualization."""

    role: str
    name: str
    version: str | None

    def __str__(self) -> str:
        return f"{self.name} {self.version}" if self.version else self.name


def parts(text: str | None, words: list[dict[str, str]]) -> list[Part]:
    """The parts that a text such as `TensorRT 7.2.3, CUDA 11.1` names, by the table data/names/software.csv.

    Each part once, in its longest spelling; a version is the number that follows the word.
    """
    found: dict[str, Part] = {}
    rest = text or ""
    for row in sorted(words, key=lambda row: -len(row["word"])):
        pattern = re.compile(rf"(?<![A-Za-z0-9-]){re.escape(row['word'])}(?![A-Za-z])", re.IGNORECASE)
        match = pattern.search(rest)
        if not match:
            continue
        version = _VERSION.match(rest, match.end())
        part = Part(row["role"], row["part"], version[1] if version else None)
        if row["part"] not in found or (found[row["part"]].version is None and part.version):
            found[row["part"]] = part
        rest = rest[: match.start()] + "," + " " * (match.end() - match.start() - 1) + rest[match.end() :]
    return sorted(found.values(), key=lambda part: (part.role, part.name))


def serving(found: list[Part], *names: str | None) -> str | None:
    """The serving layer: from the software, else as the system's own name says it (`..., TensorRT, Triton)`)."""
    layers = [str(part) for part in found if part.role == "serving"]
    if layers:
        return ", ".join(layers)
    said = any(re.search(r"(?<![A-Za-z])Triton(?![A-Za-z])", name) for name in names if name)
    return "Triton" if said else None


def layers(serving: str) -> str:
    """The serving layers of `serving` without their versions: what ran, whichever release of it.

    >>> layers("Dynamo, vLLM 0.9.2")
    'Dynamo, vLLM'
    """
    return ", ".join(re.sub(r" [0-9][\w.+~-]{0,40}$", "", layer) for layer in serving.split(", "))


def power_mode(*names: str | None) -> str | None:
    """The power mode that a system's name or notes state, such as MaxQ; None when they state none.

    >>> power_mode("Box (1x Card, MaxQ)"), power_mode("Board (non MaxN image)")
    ('MaxQ', None)
    """
    for name in names:
        match = _POWER_MODE.search(name or "")
        if match:
            return "Max" + match[1][-1].upper()
    return None
