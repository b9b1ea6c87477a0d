"""Questions that are cut at a place of our choice, for the tests of what is said then."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from lib.query import connection
from lib.query.connection import Database, QuestionCut

SAID = "This question took longer than is allowed here."
Ask = Callable[..., Any]


class Cutting:
    """Cuts the n-th statement that any database is asked, and every one after it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, nth: int) -> None:
        self.asked = 0
        for way in ("table", "rows"):
            monkeypatch.setattr(Database, way, self._cut(nth, getattr(Database, way)))
        connection._open = None

    def _cut(self, nth: int, ask: Ask) -> Ask:
        def asked(db: Database, query: str, values: Mapping[str, Any] | None = None) -> Any:
            self.asked += 1
            if self.asked >= nth:
                raise QuestionCut(SAID)
            return ask(db, query, values)

        return asked


def each_cut(monkeypatch: pytest.MonkeyPatch, most: int = 60) -> Iterator[tuple[int, Cutting]]:
    """A cut at the first statement, at the second, and so on until one comes after the last."""
    for nth in range(1, most):
        with monkeypatch.context() as inside:
            cutting = Cutting(inside, nth)
            yield nth, cutting
            is_last = cutting.asked < nth
        connection._open = None
        if is_last:
            assert nth > 1
            return
    raise AssertionError("no end of questions")
