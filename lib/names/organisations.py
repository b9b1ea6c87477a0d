"""Submitters -> the organisations behind them, by data/names/organisations.csv: `submitter` stays as it was published.

A joint submission (`AMD_MangoBoost`) has its members, by the table and not by a guess at its underscores:
`Quanta_Cloud_Technology` is one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from lib.data_folder import InputError, read_list
from lib.names.older import table_file
from lib.settings import ROOT

COLUMNS, KEY = ("submitter", "organisations", "reason"), ("submitter",)
_BETWEEN = re.compile(r"[\W_]+")


@dataclass
class Organisations:
    """The table: the organisations of each submitter, and the one writing of each organisation."""

    members: dict[str, tuple[str, ...]] = field(default_factory=dict)
    writing: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> Organisations:
        """Read the table of a folder of names. Raises InputError with file and line, also where rows contradict."""
        found = cls()
        for place, row in read_list(table_file(folder, "organisations"), COLUMNS, KEY):
            named = tuple(dict.fromkeys(name.strip() for name in row["organisations"].split("+")))
            if not all(named):
                raise InputError(f"expected organisations joined by ' + ', not {row['organisations']!r} ({place})")
            if found.members.setdefault(_key(row["submitter"]), named) != named:
                raise InputError(f"{row['submitter']!r} stands for other organisations in another row ({place})")
            for name in named:
                if found.writing.setdefault(_key(name), name) != name:
                    raise InputError(f"{name!r} is written {found.writing[_key(name)]!r} in another row ({place})")
        return found

    def of(self, submitter: str) -> tuple[str, ...]:
        """The organisations of a submitter, whatever its case, blanks, hyphens and underscores.

        One that the table does not hold is its own organisation, as it is written.
        """
        key = _key(submitter)
        if key in self.members:
            return self.members[key]
        return (self.writing.get(key, submitter),)

    def may_be_joint(self, submitter: str) -> bool:
        """Whether the table does not hold a submitter whose name is put together of names that it holds."""
        if self.is_known(submitter):
            return False
        parts = _BETWEEN.sub(" ", submitter).split()
        return len(parts) > 1 and all(self.is_known(part) for part in parts)

    def is_known(self, submitter: str) -> bool:
        """Whether the table holds a submitter or an organisation of this name."""
        return _key(submitter) in self.members or _key(submitter) in self.writing


def _key(name: str) -> str:
    """What tells names apart: `Red Hat` and `RedHat` are one."""
    return _BETWEEN.sub("", name.casefold()) or name


@cache
def published() -> Organisations:
    """The project's own table: links that name a submitter as it was once published mean its organisations."""
    return Organisations.read(ROOT / "data" / "names")
