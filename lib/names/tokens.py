"""Which benchmarks are published in tokens: by the column `tokens_from` of data/names/benchmarks.csv."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from lib.names.canonical import Names


@cache
def counts_tokens(folder: Path, benchmark: str, scenario: str = "") -> bool | None:
    """Whether the rates of a benchmark, by any spelling, are published in tokens; None where no table knows it.

    `tokens_from` names the first round that published them so, and is empty where none did; whoever asks about a round
    before it asks for more than this. Raises NamesError.
    """
    names = _read_once(folder)
    found = names.benchmark(benchmark, scenario)
    return bool(names.benchmarks[found.name].get("tokens_from")) if found.is_known else None


@cache
def _read_once(folder: Path) -> Names:
    return Names.read(folder)
