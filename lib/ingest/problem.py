"""What an importer leaves out or doubts, said so that the one who can mend it finds the place."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that was left out (`error`) or doubted (`warning`), or is worth knowing (`note`).

    `path` is relative to the source's root, `line` counts from 1 and is 0 where no line is meant.
    """

    severity: str
    path: str
    line: int
    message: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line else self.path
        return printable(f"{self.severity}: {self.message} ({place})")


class SourceError(Exception):
    """A source that cannot be read as a whole; nothing is written for it."""


class FileError(Exception):
    """One file of a source that cannot be read; it costs only itself."""


def printable(text: str, longest: int = 1000) -> str:
    """A stranger's text as one line that is safe to print on a terminal."""
    return "".join(letter if letter.isprintable() else "?" for letter in text[:longest])
