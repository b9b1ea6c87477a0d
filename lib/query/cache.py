"""Answers that were given before: the least recently asked go when there are too many or they take too much memory."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

T = TypeVar("T")
Key = tuple[Any, ...]
MOST_ANSWERS = 2048  # a company's views of a morning; each is small, the large ones are bounded by their bytes
MOST_BYTES = 128 << 20  # a quarter of the engine's own default limit


class Cache:
    """Answers by question, shared by all threads: nobody changes one."""

    def __init__(self, most: int = MOST_ANSWERS, most_bytes: int = MOST_BYTES) -> None:
        self._most, self._most_bytes = most, most_bytes
        self._answers: OrderedDict[Key, Any] = OrderedDict()
        self._held = 0
        self._lock = threading.Lock()

    def once(self, key: Key, ask: Callable[[], T]) -> T:
        """The answer to a question that was asked before, else that of `ask`; what raises is not remembered."""
        with self._lock:
            if key in self._answers:
                self._answers.move_to_end(key)
                return self._answers[key]  # type: ignore[no-any-return]
        answer = ask()
        with self._lock:
            if key not in self._answers:
                self._answers[key] = answer
                self._held += size(answer)
            while len(self._answers) > self._most or (self._held > self._most_bytes and len(self._answers) > 1):
                self._held -= size(self._answers.popitem(last=False)[1])
        return answer

    def items(self) -> Iterable[tuple[Key, Any]]:
        """What is remembered now."""
        with self._lock:
            return list(self._answers.items())

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._answers.clear()
            self._held = 0


def size(answer: Any) -> int:
    """Roughly the bytes that an answer holds: of tables and arrays, and of what holds them."""
    if isinstance(answer, dict):
        return sum(map(size, answer.values())) + 1024
    if isinstance(answer, tuple):
        return sum(map(size, answer)) + 1024
    if is_dataclass(answer) and not isinstance(answer, type):
        return sum(size(getattr(answer, item.name)) for item in fields(answer)) + 1024
    return int(getattr(answer, "nbytes", 64))
