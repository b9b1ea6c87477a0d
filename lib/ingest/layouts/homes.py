"""Settings whose folder is spelled in another way than their result's: whose they are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from lib.ingest.layouts.contents import Key, Taken
from lib.ingest.layouts.layout import SETTINGS_KINDS, further
from lib.ingest.problem import Problem
from lib.vocabulary import Scenario


def at_home(items: Iterable[Taken]) -> tuple[list[Taken], list[Problem]]:
    """The files of a tree, settings moved to the one result whose folders differ from theirs in case alone.

    What is so moved is said, a line for each folder. Settings of no result stay where they are: a benchmark may well
    be measured and not submitted. They are noted where a result of that system and scenario has none.
    """
    files = list(items)
    results = {item.key for item in files if item.place.kind in ("summary", "endpoints")}
    spelled: dict[Key, list[Key]] = defaultdict(list)
    for key in results:
        spelled[_folded(key)].append(key)
    moved: list[Taken] = []
    lost: dict[Key, str] = {}
    problems: dict[str, Problem] = {}
    for item in files:
        if item.place.kind not in SETTINGS_KINDS or item.key in results:
            moved.append(item)
            continue
        folder = f"{item.path.rpartition('/')[0]}/"
        homes = sorted(spelled.get(_folded(item.key), ()))
        if homes:
            problems[folder] = Problem("warning", folder, 0, _said(homes))
        else:
            lost.setdefault(item.key, folder)
        moved.append(item._replace(place=further(item.place, homes[0])) if len(homes) == 1 else item)
    with_settings = {item.key for item in moved if item.place.kind in SETTINGS_KINDS}
    return moved, [*problems.values(), *_perhaps(lost, results - with_settings)]


def _said(homes: list[Key]) -> str:
    if len(homes) > 1:
        return (
            f"settings not read: {len(homes)} results differ from their folder in case alone, such as {_of(homes[0])}"
        )
    return f"differs from {_of(homes[0])} in case alone; the settings are read for it"


def _perhaps(lost: dict[Key, str], bare: set[Key]) -> Iterator[Problem]:
    """Settings that may be of a result without any, by their system and scenario: said, never guessed."""
    by_scenario = defaultdict(list)
    for key in bare:
        by_scenario[_without_benchmark(key)].append(key)
    for key, folder in lost.items():
        results = sorted(by_scenario.get(_without_benchmark(key), ()))
        if results:
            said = f"settings of no result, and {_of(results[0])} is a result without settings; not read for it"
            yield Problem("note", folder, 0, said)


def _of(key: Key) -> str:
    division, submitter, *rest = key
    return repr("/".join([division, submitter, "results", *rest, ""]))


def _folded(key: Key) -> Key:
    division, submitter, platform, benchmark, scenario = (part.lower() for part in key)
    return division, submitter, platform, benchmark, str(Scenario.find(scenario) or scenario)


def _without_benchmark(key: Key) -> tuple[str, ...]:
    folded = _folded(key)
    return (*folded[:3], folded[4])
