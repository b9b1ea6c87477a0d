"""Logs that somebody damaged, and regular expressions that somebody wants to run for ever.

Small numbers here; with PLUMBLINE_SOAK=1 500 mutations of each of 200 published logs.
"""

from __future__ import annotations

import importlib
import io
import json
import lzma
import os
import pkgutil
import random
import re
import tarfile
import time
import tracemalloc
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import lib.ingest
from lib.ingest import metric, systems
from lib.ingest.layouts import compiled, layout
from lib.ingest.layouts.record_files import records_of
from lib.ingest.parsers import accuracy, documents, loadgen, power
from lib.ingest.problem import Problem, SourceError
from lib.ingest.records import Round
from lib.ingest.sources.paths import rooted
from lib.names import habit, values
from lib.rounds import RULES
from tests.ingest.trees import LOGS, as_folder, log, messages, one_result, read

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED = ROOT.parent / "shared" / "mlperf"
SOAK = os.environ.get("PLUMBLINE_SOAK") == "1"
PATH = "a/log.txt"


def detail(data: bytes, path: str) -> dict[str, str]:
    return loadgen.parse_detail(io.BytesIO(data).read)


def description(data: bytes, path: str) -> Round | Problem:
    document = documents.parse_object(data, path, "a system description")
    if isinstance(document, Problem):
        return document
    into = Round("v9.9")
    systems.add_system(into, "closed", "Acme", "box", document, "logs", path)
    json.dumps(into.tables, ensure_ascii=False).encode()  # what is written must be UTF-8
    return into


def summary(data: bytes, path: str) -> loadgen.Summary | Problem:
    found = loadgen.parse_summary(data, path)
    if isinstance(found, loadgen.Summary):
        for scenario in ("Offline", "Server", "SingleStream", "MultiStream", "Interactive", "Burst"):
            number = metric.published(found, {}, scenario, RULES["v4.0"])
            assert number is None or abs(number.value) < float("inf")
    return found


def official(data: bytes, path: str) -> Round | Problem:
    into = Round("v2.1")
    try:
        compiled.read_compiled(records_of(data, path), into, path)
    except SourceError as error:
        return Problem("error", path, 0, str(error))
    return into


PARSERS: dict[str, Callable[[bytes, str], object]] = {
    "summary": summary,
    "detail": detail,
    "spl": power.parse_power,
    "system": description,
    "measurements": lambda data, path: documents.parse_object(data, path, "measurements"),
    "user": lambda data, path: documents.parse_user_conf(data),
    "accuracy": lambda data, path: accuracy.parse_accuracy(data, path)[1],
    "records": official,
}
SEEDS = [(path.name.split("_")[0].split(".")[0], path.read_bytes()) for path in sorted(LOGS.iterdir())] + [
    ("records", (LOGS.parent / "summary.csv").read_bytes()),
    (
        "records",
        json.dumps([{"Platform": "p", "Scenario": "Offline", "Organization": "o", "Division": "open"}] * 3).encode(),
    ),
]
_PIECES = (
    b"\0", b"\xff", b"\xef\xbb\xbf", b"\r", b"\n", b":", b'"', b"{", b"}", b"[", b",", b"\\", b"nan", b"inf", b"-",
    b"1e400",
    b"9" * 400, b"\xd8\x00", b"\\ud800", b"Result is : VALID\n", b"Scenario : Server\n", b"th percentile latency (ns)",
    b'"key": "result_x", "value": ', b"Time,", "\u2028\u202e".encode(), b"version https://git-lfs.github.com/spec/v1\n",
)  # fmt: skip


def mutate(data: bytes, chance: random.Random) -> bytes:
    """One to four damages of the kinds that happen: bytes, cuts, doubled and lost lines, marks, encodings."""
    for _ in range(chance.randint(1, 4)):
        at, to = sorted((chance.randrange(len(data) + 1), chance.randrange(len(data) + 1)))
        piece = chance.choice(_PIECES)
        data = chance.choice(
            [
                lambda d, a, t, p: d[:a] + p + d[a:],
                lambda d, a, t, p: d[:a] + p + d[a + len(p) :],
                lambda d, a, t, p: d[:a],
                lambda d, a, t, p: d[:a] + d[t:],
                lambda d, a, t, p: d[:t] + d[a:t] + d[t:],
                lambda d, a, t, p: re.sub(rb"\d+", lambda m: p if m.start() > a else m[0], d, count=5),
                lambda d, a, t, p: d.replace(b"\n", b"\r\n"),
                lambda d, a, t, p: p + d,
                lambda d, a, t, p: d.decode("latin-1").encode("utf-16"),
                lambda d, a, t, p: d[:a] + p * 200 + d[t:],
                lambda d, a, t, p: b"",
            ]
        )(data, at, to, piece)
    return data


def check(kind: str, data: bytes) -> None:
    """No exception, and a problem that names the place."""
    found = PARSERS[kind](data, PATH)
    if isinstance(found, Problem):
        assert found.path == PATH
        assert 0 <= found.line <= data.count(b"\n") + 1 + data.count(b"\r")
        assert found.message
        assert str(found).isprintable()


@pytest.mark.parametrize("seed", range(len(SEEDS)))
def test_no_damage_of_a_log_makes_a_parser_fail(seed):
    kind, data = SEEDS[seed]
    chance = random.Random(seed)
    for _ in range(150):
        check(kind, mutate(data, chance))


@pytest.mark.soak
@pytest.mark.published
def test_no_damage_of_200_published_logs_makes_a_parser_fail():
    chance = random.Random(23)
    for kind, data in published_seeds(20):
        for _ in range(500):
            damaged = mutate(data, chance)
            began = time.perf_counter()
            check(kind, damaged)
            assert time.perf_counter() - began < 0.05 * max(1, len(damaged) / 1e6) + 0.2


def published_seeds(per_round: int) -> Iterator[tuple[str, bytes]]:
    kinds = {
        "mlperf_log_summary.txt": "summary",
        "mlperf_log_detail.txt": "detail",
        "spl.txt": "spl",
        "accuracy.txt": "accuracy",
    }
    for path in sorted(PUBLISHED.glob("*.tar.xz")):
        left = per_round
        with lzma.open(path) as packed, tarfile.open(fileobj=packed, mode="r|") as archive:
            for number, member in enumerate(archive):
                kind = kinds.get(Path(member.name).name) or ("system" if "/systems/" in member.name else None)
                stream = archive.extractfile(member) if kind and number % 7 == 0 else None
                if kind and stream and left:
                    left -= 1
                    yield kind, stream.read()
                if not left:
                    break


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_make_a_parser_fail(data):
    for kind in PARSERS:
        check(kind, data)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
WORDS = [
    "system_type",
    "status",
    "accelerators_per_node",
    "number_of_nodes",
    "host_processor_core_count",
    "system_name",
]


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.sampled_from(WORDS) | st.text(max_size=10), json_values, max_size=6))
def test_no_description_makes_the_importer_fail(document):
    check("system", json.dumps(document).encode())


RECORD_WORDS = [
    "Platform",
    "Scenario",
    "Organization",
    "Division",
    "Result",
    "Units",
    "Location",
    "Accuracy",
    "Model",
    "ID",
]


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.dictionaries(st.sampled_from(RECORD_WORDS), json_values | st.just("open"), max_size=10) | json_values,
        max_size=4,
    )
)
def test_no_records_make_the_importer_fail(records):
    check("records", json.dumps(records).encode())


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="closedpnrut/s.jm_\\:\n 01", max_size=80) | st.text(max_size=40))
def test_no_path_makes_the_layout_fail(path):
    root = rooted(path)
    assert root is None or ".." in path or not root.startswith("/")
    layout.place_of(root or path)


@settings(max_examples=300, deadline=None)
@given(json_values)
def test_no_cell_makes_a_count_or_a_number(value):
    count = values.count_of(value)
    assert count is None or 0 <= count < 10**9
    number = values.number_or_none(value)
    assert number is None or abs(number) < float("inf")
    memory = values.memory_of(value)
    assert memory is None or 0 < memory.gb <= memory.total_gb


def test_a_damaged_log_leaves_no_half_result(tmp_path):
    whole = log("summary_server.txt")
    for cut in range(0, len(whole), 97):
        found = read(as_folder(one_result(whole[:cut], "Server"), tmp_path))
        assert len(found.rows("results")) == len(found.rows("runs")) == len(found.rows("systems")) in (0, 1)
        if not found.rows("results"):
            assert any("mlperf_log_summary.txt" in line for line in messages(found))


MEGABYTE = 1 << 20
QUARTER = MEGABYTE // 4
WORST = [
    b"a", b" ", b"\n", b"1", b"1,", b":", b"-", b'"', b"{", b"[", b"]", b"Time,", b"Time,03-18-2021 23:21:00.842,",
    b"Time,1-1-2021 1:1:1.", b"\nTime,03-18-2021 23:21:00.842,Watts,",
    b"\nTime,03-18-2021 23:21:00.842,a,b,c,d,e,f,", b"a,", b"Time,03-18-2021 23:21:00.842,Watts,1,V\n",
    b"accuracy=1 234", b"accuracy=1,2", b'"key": "', b'"key": "result_',
    b'"key": "result_a", "value": ', b'"key": "result_a", "value": "', b'"key": "result_a", "value": "\\\\',
    b"* Early stopping 9", b"* Early stopping 99th percentile", b"\n* Early stopping 99th percentile estimate",
    b"accuracy=", b"accuracy= ", b'"rouge1": "', b'"rouge1":    ', b"Word Error Rate: 1", b"a=", b"a: b\n", b'{"a":',
    b"*.Server.target_qps ", b"*.Server.target_qps = ", b"1.", b"1e", b"9" * 50 + b"x", b"1 GB ", b"1 x ", b"ROUGE1: ",
    b"AUC=\t", b"TTFT Early\n", b"90th percentile latency (ns) : 1\n", b"x" * 79 + b":\n", b"closed/", b"\\",
]  # fmt: skip


@pytest.mark.parametrize("kind", list(PARSERS))
def test_a_megabyte_of_the_worst_text_takes_no_time(kind):
    """100 ms a megabyte for the patterns; the margin is for a busy machine, a quadratic one takes minutes."""
    for piece in WORST:
        data = (piece * (MEGABYTE // len(piece) + 1))[:MEGABYTE]
        began = time.process_time()
        check(kind, data)
        assert time.process_time() - began < 1.5, piece


@pytest.mark.parametrize("kind", list(PARSERS))
def test_a_megabyte_of_text_takes_at_most_64_megabytes(kind):
    for piece in (b"a: 1\n", b"[", b"a=1\n", b"Time,03-18-2021 23:21:00.842,Watts,1,V\n", b"accuracy=1 ", b'"a",'):
        data = (piece * (MEGABYTE // len(piece) + 1))[:MEGABYTE]
        tracemalloc.start()
        check(kind, data)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < 64 << 20, piece


def patterns_in(held: object, depth: int = 3) -> Iterator[re.Pattern[str] | re.Pattern[bytes]]:
    """Each pattern that a value holds, in tuples, lists and dictionaries too."""
    if isinstance(held, re.Pattern):
        yield held
    elif isinstance(held, Mapping):
        yield from patterns_in(list(held.items()), depth)
    elif isinstance(held, (tuple, list, frozenset, set)) and depth:
        for item in held:
            yield from patterns_in(item, depth - 1)


def modules(package: ModuleType) -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not found.name.endswith("__main__"):
            yield importlib.import_module(found.name)


# All that reads whole files and paths, so that a module of tomorrow is timed too, and what reads any cell. The other
# patterns of lib.names see cells that were cut to a few hundred letters.
PATTERNS = sorted(
    {
        pattern: f"{module.__name__}.{name}.{number}"
        for module in (*modules(lib.ingest), habit, values)
        for name, held in vars(module).items()
        for number, pattern in enumerate(patterns_in(held))
    }.items(),
    key=lambda item: item[1],
)


def test_the_patterns_of_every_module_are_found():
    """Those that were once forgotten, and those that lie in a tuple."""
    names = " ".join(name for _, name in PATTERNS)
    for module in ("percentiles", "unread", "paths", "accuracy._PATTERNS", "power", "loadgen", "documents", "values"):
        assert f".{module}" in names, module


@pytest.mark.parametrize("pattern", [pattern for pattern, _ in PATTERNS], ids=[name for _, name in PATTERNS])
def test_each_pattern_is_linear(pattern):
    for piece in WORST:
        data = (piece * (QUARTER // len(piece) + 1))[:QUARTER]
        text = data if isinstance(pattern.pattern, bytes) else data.decode("latin-1")
        began = time.process_time()
        for _ in pattern.finditer(text):
            pass
        assert time.process_time() - began < 1.0, piece


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="0123456789 xX.*gGmMtTiIbB-,cores", max_size=60).map(lambda text: text * 2000))
def test_no_long_cell_takes_time(text):
    began = time.process_time()
    values.count_of(text)
    values.memory_of(text)
    values.number_or_none(text)
    assert time.process_time() - began < 0.5
