"""A submission tree (MLCommons' results repository) -> what lies in each result's folder, file by file."""

from __future__ import annotations

from collections.abc import Iterable

from lib.ingest.layouts import official
from lib.ingest.layouts.contents import Folder, Key, Owner, Run, Tree, forget, take
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
    """The tree while its files come. Of two files that mean the same the one nearer to the rules is read, in any order
    of theirs; of one path twice none is, because which of them came first is chance."""

    def __init__(self, limits: Settings) -> None:
        self.tree = Tree()
        self.passed = PassedOver()
        self._limits = limits
        self._budget = Budget(None, limits)
        self._problems: dict[str, Problem] = {}
        self._seen: set[str] = set()
        self._twice: set[str] = set()
        self._read: dict[tuple[str, ...], tuple[int, str]] = {}
        self._others: dict[str, tuple[str, ...]] = {}

    def take(self, file: File) -> bool:
        """Read one file into the tree, unless another means the same."""
        place = place_of(file.path)
        if place is None:
            return False
        if file.path in self._seen:
            self._twice.add(file.path)
            return False
        self._seen.add(file.path)
        self.passed.know(file.path, place)
        own = (place.distance, file.path)
        rival = self._read.get(place.meant)
        if rival is not None and rival < own:
            self._others[file.path] = place.meant
            return False
        if rival is not None:
            self._others[rival[1]] = place.meant
            forget(rival[1], self.tree)
        self._read[place.meant] = own
        problem = take(file, place, self.tree, self._limits, self._budget)
        if problem:
            self._problems[file.path] = problem
        return True

    def ended(self) -> list[Problem]:
        """What kept files out, and what lies in the tree unread."""
        for path, meant in self._others.items():
            said = f"not read: {self._read[meant][1]!r} is read, which means the same file"
            self._problems[path] = Problem("error", path, 0, said)
        for path in self._twice:
            said = "the source holds this path more than once; all left out"
            self._problems[path] = Problem("error", path, 0, said)
            place = place_of(path)
            if place is not None and self._read[place.meant][1] == path:
                forget(path, self.tree)
        return [*self._problems.values(), *self.passed.problems()]
