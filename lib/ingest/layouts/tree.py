"""A submission tree (MLCommons' results repository) -> what lies in each result's folder, file by file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from lib.ingest.layouts import official
from lib.ingest.layouts.contents import Folder, Key, Owner, Run, Taken, Tree, put, take
from lib.ingest.layouts.homes import at_home
from lib.ingest.layouts.layout import place_of
from lib.ingest.layouts.unread import PassedOver
from lib.ingest.problem import Problem
from lib.ingest.records import Round
from lib.ingest.sources.file import File, Unread
from lib.ingest.sources.unpack import Budget
from lib.settings import Settings

__all__ = ["Folder", "Key", "Owner", "Run", "Tree", "read_tree", "wanted"]


def wanted(path: str) -> bool:
    """Whether the importer reads the file of this path."""
    return place_of(path) is not None


def read_tree(files: Iterable[File | Unread | Problem], into: Round, limits: Settings) -> Tree:
    """Read the files of a submission tree, in any order. A file that cannot be read costs only itself.

    What lies there and is not read is among the round's problems where a result may be lost with it.
    """
    reader = _Reader(limits)
    for item in files:
        if isinstance(item, Unread):
            reader.passed.see(item.path)
        elif isinstance(item, Problem):
            into.problems.append(item)
            reader.passed.named.add(item.path)
        else:
            into.files_read += reader.take(item)
    into.problems += reader.ended()
    official.read_official(reader.tree.official, into)
    return reader.tree


class _Reader:
    """The tree while its files come. Of several that mean the same the one nearest to the rules that can be read is
    taken, in any order of theirs; of one path twice none is, because which of them came first is chance."""

    def __init__(self, limits: Settings) -> None:
        self.tree = Tree()
        self.passed = PassedOver()
        self._limits = limits
        self._budget = Budget(None, limits)
        self._taken: dict[str, Taken] = {}
        self._twice: set[str] = set()

    def take(self, file: File) -> bool:
        """Read one file, unless its path was there before."""
        place = place_of(file.path)
        if place is None:
            return False
        if file.path in self._taken:
            self._twice.add(file.path)
            return False
        self.passed.know(file.path, place)
        self._taken[file.path] = take(file, place, self._limits, self._budget)
        return True

    def ended(self) -> list[Problem]:
        """Fill the tree: what kept files out, and what lies in the source unread."""
        items, problems = at_home(self._taken.values())
        rivals: dict[tuple[str, ...], list[Taken]] = {}
        for item in items:
            rivals.setdefault(item.place.meant, []).append(item)
        for meaning in rivals.values():
            problems += self._choose(meaning)
        self._taken.clear()
        return [*problems, *self.passed.problems()]

    def _choose(self, rivals: list[Taken]) -> Iterator[Problem]:
        """Put one of the files that mean the same into the tree; what is to be said of them."""
        best = min(rivals, key=self._rank)
        if best.path not in self._twice:
            put(best, self.tree)
            self._tell_others(best, rivals)
        for item in rivals:
            problem = self._said(item, best)
            if problem:
                yield problem

    def _tell_others(self, best: Taken, rivals: list[Taken]) -> None:
        """Let a run know of the summaries that mean it, are not taken, and say something else than the one that is."""
        if best.place.kind != "summary" or best.content is None:
            return
        others = [item for item in rivals if item.content not in (None, best.content)]
        if others:
            self.tree.folders[best.key].runs[best.place.run].others |= {item.path: item.content for item in others}

    def _rank(self, item: Taken) -> tuple[int, int, str]:
        """What can be read comes first (twice the same path counts so), then what holds anything, then what is nearer
        to the rules."""
        is_readable = item.content is not None or item.path in self._twice
        return 2 if not is_readable else 0 if item.content or item.path in self._twice else 1, *_nearness(item)

    def _said(self, item: Taken, best: Taken) -> Problem | None:
        if item.path in self._twice:
            return Problem("error", item.path, 0, "the source holds this path more than once; all left out")
        if item is best or best.content is None:
            return item.problem
        if best.path in self._twice:
            said = f"left out: it means the same file as {best.path!r}, which the source holds more than once"
        elif item.content is None and item.problem and _nearness(item) < _nearness(best):
            return replace(item.problem, message=f"{item.problem.message}; {best.path!r} is read in its place")
        else:
            said = f"not read: {best.path!r} is read, which means the same file"
        return Problem("error", item.path, 0, said)


def _nearness(item: Taken) -> tuple[int, str]:
    return item.place.distance, item.path
