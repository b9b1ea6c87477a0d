"""What a maker's processors have at most: sockets in one machine, cores in one processor (data/names/cpu_families.csv).

A row's `name` is a pattern (`*` any letters, `?` one, `[0-9]` a digit); the first row whose pattern fits a processor's
name counts. An empty limit is none: what a family has at most today is no limit of what its next generation has.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import translate
from pathlib import Path

from lib.data_folder import InputError, read_list
from lib.names.older import table_file

TABLE = "cpu_families"
_COLUMNS = ("name", "sockets", "cores", "source")
_LONGEST = 100
# What is no part of a processor's name: marks, a count before it, the clock after it.
_NOISE = re.compile(r"\((?:r|tm)\)|\u00ae|\u2122|^\d{1,3}\s?x\s?|@.*$|\b(?:cpu|processor)\b", re.I)
_MAKERS = {"epyc": "amd ", "ryzen": "amd ", "xeon": "intel ", "grace": "nvidia "}


@dataclass(frozen=True)
class Limit:
    """The most sockets of one machine and the most cores of one processor, None where no maker's rule fixes them.

    `has_clusters`: its cores stand in clusters, which Linux counts as sockets.
    """

    sockets: int | None = None
    cores: int | None = None
    has_clusters: bool = False


@dataclass(frozen=True)
class Families:
    """The table of limits, in its order."""

    rows: tuple[tuple[re.Pattern[str], Limit], ...] = ()

    @classmethod
    def read(cls, folder: Path) -> Families:
        """Read the table. Raises InputError with file and line."""
        path, rows = table_file(folder, TABLE), []
        for place, row in read_list(path, _COLUMNS, ("name",)):
            if row.get("clusters", "") not in ("", "yes"):
                raise InputError(f"expected clusters to be yes or empty, not {row['clusters']!r} ({place})")
            sockets, cores = _whole(row["sockets"], "sockets", place), _whole(row["cores"], "cores", place)
            limit = Limit(sockets, cores, bool(row.get("clusters")))
            if not row["source"]:
                raise InputError(f"expected a source of the limits ({place})")
            rows.append((re.compile(translate(row["name"].casefold())), limit))
        return cls(tuple(rows))

    def limit(self, *names: str | None) -> Limit:
        """The limit by the first of some names of a processor that a pattern fits."""
        for name in names:
            plain = _plain(name or "")
            for pattern, limit in self.rows:
                if plain and pattern.match(plain):
                    return limit
        return Limit()


def _plain(name: str) -> str:
    """A name as the patterns expect it.

    >>> _plain("2x Intel(R) Xeon(R) 6788P CPU @ 2.0GHz"), _plain("EPYC 9655")
    ('intel xeon 6788p', 'amd epyc 9655')
    """
    words = " ".join(_NOISE.sub(" ", " ".join(name[:_LONGEST].split())).split()).casefold()
    return _MAKERS.get(words.split(" ")[0], "") + words


def _whole(text: str, column: str, place: str) -> int | None:
    if not text:
        return None
    if not re.fullmatch(r"[1-9][0-9]{0,3}", text):
        raise InputError(f"expected {column} to be a whole number, not {text!r} ({place})")
    return int(text)
