"""What must and must not change in the outcome when the input changes in a known way."""

from __future__ import annotations

import re

import pytest

from lib.ingest.records import Round
from tests.ingest.trees import Files, as_folder, log, one_result, read, run, small_tree, values

# A log's figures that scale with the speed of the system; latencies are the inverse of it.
_RATES = re.compile(rb"((?:Samples|samples|QPS)[^:\n]*(?:second|overhead) *: ?|_sec(?:ond)?\", \"value\": )([\d.]+)")


def doubled(files: Files) -> Files:
    def twice(match: re.Match[bytes]) -> bytes:
        return match[1] + f"{2 * float(match[2]):.7f}".rstrip("0").encode()

    return {name: _RATES.sub(twice, data) if "mlperf_log" in name else data for name, data in files.items()}


def facts(found: Round, table: str, without: tuple[str, ...] = ()) -> list[dict[str, object]]:
    return [{key: value for key, value in row.items() if key not in without} for row in found.rows(table)]


def test_doubled_rates_double_each_throughput_and_leave_each_latency(tmp_path):
    before = values(read(as_folder(small_tree(), tmp_path / "a")))
    after = values(read(as_folder(doubled(small_tree()), tmp_path / "b")))
    assert after == {
        name: pytest.approx(2 * value if name.endswith(("Offline", "Server")) else value, rel=1e-12)
        for name, value in before.items()
    }


def test_a_renamed_system_changes_names_and_paths_only(tmp_path):
    renamed = {name.replace("/box", "/crate"): data for name, data in small_tree().items()}
    one, other = read(as_folder(small_tree(), tmp_path / "a")), read(as_folder(renamed, tmp_path / "b"))
    names = ("result_id", "system_id", "platform", "source_path", "file")
    for table in ("systems", "results", "runs", "accuracy", "settings", "descriptions"):
        assert facts(one, table, names) == facts(other, table, names)
    assert {row["platform"] for row in other.rows("results")} == {"crate", "lab"}


def test_a_worse_system_more_changes_no_other_row(tmp_path):
    worse = run("offline", "Offline", platform="closed/Zeta/results/slow")
    worse = {name: data.replace(b"1234.5", b"1.5") for name, data in worse.items()}
    one = read(as_folder(small_tree(), tmp_path / "a"))
    more = read(as_folder(small_tree() | worse, tmp_path / "b"))
    assert [row for row in more.rows("results") if row["submitter"] != "Zeta"] == one.rows("results")
    assert min(values(more), key=values(more).__getitem__) in values(one)


def test_the_99_and_99_9_benchmarks_of_one_run_are_two_results_of_one_value(tmp_path):
    files = one_result(log("summary_offline.txt"))
    files |= run("offline", "Offline", "bert-99") | run("offline", "Offline", "bert-99.9")
    found = values(read(as_folder(files, tmp_path)))
    assert found["bert-99/Offline"] == found["bert-99.9/Offline"] == 1234.567891
