"""Answers that are kept: the least recently asked go first, their bytes are bounded, what fails is asked again."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pyarrow as pa
import pytest

from lib.query.cache import Cache, size
from lib.query.connection import Answer
from lib.query.facets import Codes

TABLE = pa.table({"a": pa.array(range(1000), pa.int64())})


def kept(cache: Cache) -> list[object]:
    return [key[0] for key, _ in cache.items()]


def fill(cache: Cache, *names: str) -> None:
    for name in names:
        cache.once((name,), lambda: TABLE)


def test_of_too_many_answers_the_least_recently_asked_goes():
    cache = Cache(most=3)
    fill(cache, "a", "b", "c", "a", "d")
    assert kept(cache) == ["c", "a", "d"]


def test_of_too_many_bytes_the_least_recently_asked_go():
    cache = Cache(most_bytes=int(TABLE.nbytes * 2.5))
    fill(cache, "a", "b", "a", "c")
    assert kept(cache) == ["a", "c"]


def test_kept_answers_do_not_grow_without_end():
    cache = Cache(most=10)
    for i in range(50):
        cache.once((i,), lambda i=i: i)
    assert kept(cache) == list(range(40, 50))


@pytest.mark.parametrize(
    "answer",
    [
        TABLE,
        Answer(TABLE, 5000),
        (TABLE, {}),
        {"a": TABLE},
        Codes(("x",), np.arange(1000), np.arange(0)),
        (np.arange(1000), {"round": np.arange(0)}),
    ],
    ids=lambda answer: type(answer).__name__,
)
def test_an_answer_weighs_what_the_tables_and_arrays_in_it_do(answer: object):
    assert 8000 <= size(answer) < 16_000
    cache = Cache(most_bytes=20_000)
    for i in range(5):
        cache.once((i,), lambda: answer)
    assert 1 <= len(kept(cache)) <= 2


def test_one_answer_over_the_bound_is_kept_alone():
    cache = Cache(most_bytes=10)
    fill(cache, "a", "b")
    assert kept(cache) == ["b"]


def test_what_was_forgotten_weighs_nothing():
    cache = Cache(most_bytes=int(TABLE.nbytes * 2.5))
    for _ in range(3):
        fill(cache, "a", "b")
        cache.clear()
    fill(cache, "a", "b")
    assert kept(cache) == ["a", "b"]


def test_what_raises_is_not_remembered_and_is_asked_again():
    cache, asked = Cache(), []

    def ask() -> str:
        asked.append(1)
        if len(asked) == 1:
            raise RuntimeError
        return "answer"

    with pytest.raises(RuntimeError):
        cache.once(("key",), ask)
    assert kept(cache) == []
    assert [cache.once(("key",), ask) for _ in range(3)] == ["answer"] * 3
    assert len(asked) == 2


def test_an_answer_of_nothing_is_an_answer():
    cache, asked = Cache(), []
    for _ in range(2):
        assert cache.once(("key",), lambda: asked.append(1)) is None
    assert asked == [1]


def test_threads_that_ask_at_once_count_each_answer_once():
    cache, start = Cache(most_bytes=TABLE.nbytes * 30), threading.Barrier(8)

    def ask(_: int) -> None:
        start.wait(10)
        for i in range(20):
            cache.once((i,), lambda: TABLE)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(8)))
    assert sorted(kept(cache), key=str) == sorted(range(20), key=str)
    assert cache._held == 20 * TABLE.nbytes
