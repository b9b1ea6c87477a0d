"""Every name has a canonical one, or is listed with the reason why it has none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lib.database.build import build
from lib.names.canonical import Cpu, Names, Unmapped
from lib.names.processors import credible_cores
from lib.query import coverage
from lib.query.connection import Database
from lib.selection import Selection, of
from lib.settings import ROOT, Settings

NAMES = Names.read(ROOT / "data" / "names")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database of the tables that the project ships."""
    folder = tmp_path_factory.mktemp("published")
    (folder / "rounds").symlink_to(ROOT / "data" / "rounds")
    return Database(build(folder, Settings(data=folder)), Settings(data=folder))


def test_every_unmapped_name_outside_the_open_division_is_listed_with_a_reason(published: Database) -> None:
    systems = published.rows("select division, accelerator_raw, accelerator_memory_raw, cpu_raw from systems")
    results = published.rows("select distinct division, benchmark_raw, scenario, unit_logged as unit from results")
    assert len(systems) > 100
    unmapped = NAMES.unmapped_of(systems, results)
    kinds = ("accelerator", "cpu")
    assert [name for name in unmapped if not name.reason and (name.closed or name.kind in kinds)] == []


def test_every_benchmark_that_no_table_holds_is_a_model_of_the_open_division(published: Database) -> None:
    listed = {
        row["name"]: row
        for row in coverage.unmapped(published, Selection()).table.to_pylist()
        if row["kind"] == "benchmark"
    }
    (row,) = published.rows(
        "select count(*) as results, count(distinct benchmark_raw) as names from results where not is_benchmark_known"
    )
    assert (len(listed), sum(found["results"] for found in listed.values())) == (row["names"], row["results"])
    assert {found["division"] for found in listed.values()} == {"open"}


def result(benchmark: str, unit: str, division: str = "closed", scenario: str = "Offline") -> dict[str, str]:
    return {"benchmark_raw": benchmark, "unit": unit, "division": division, "scenario": scenario}


def test_a_name_that_no_table_holds_is_listed() -> None:
    system = {
        "division": "closed", "accelerator_raw": "Frobnicator 9000", "accelerator_memory_raw": None,
        "cpu_raw": "Thinker 3",
    }  # fmt: skip
    results = [
        result("resnet50", "Samples/s"), result("dreams-99", "Dreams/s"),
        result("dreams-99", "samples / s", "open"), result("own", "Latency (s)", "open"),
    ]  # fmt: skip
    assert NAMES.unmapped_of([system], results) == [
        Unmapped("accelerator", "Frobnicator 9000", None, closed=1, open=0),
        Unmapped("benchmark", "dreams-99", None, closed=1, open=1),
        Unmapped("benchmark", "own", None, closed=0, open=1),
        Unmapped("cpu", "Thinker 3", None, closed=1, open=0),
        Unmapped("unit", "Dreams/s", None, closed=1, open=0),
        Unmapped("unit", "samples / s", None, closed=0, open=1),
    ]


def test_99_percent_of_closed_results_have_canonical_hardware(published: Database) -> None:
    row = published.rows(
        "select count(*) filter (where is_accelerator_known) / count(*) as accelerators, "
        "count(*) filter (where is_cpu_known and cpu is not null) / count(*) as cpus "
        "from results where division = 'closed'"
    )[0]
    assert row["accelerators"] >= 0.99
    assert row["cpus"] >= 0.99


def test_an_unknown_name_stays_as_it_is_and_is_not_known() -> None:
    fitted = NAMES.accelerator("Frobnicator 9000", "77 GB")
    assert fitted is not None
    assert [(kind.name, kind.is_known, kind.vendor) for kind, _ in fitted.kinds] == [("Frobnicator 9000", False, None)]


def test_a_spelling_matches_whatever_its_case_and_white_space() -> None:
    one, other = (NAMES.accelerator(raw, None) for raw in ("NVIDIA A100-SXM-80GB", " nvidia  a100-sxm-80gb "))
    assert one is not None
    assert one == other


def test_memory_tells_apart_what_one_spelling_leaves_open() -> None:
    fitted = NAMES.accelerator("NVIDIA A100-PCIe", "40 GB")
    assert fitted is not None
    assert fitted.kinds[0][0].memory_gb == 40


@pytest.mark.parametrize(
    ("raw", "name", "scenario"),
    [
        ("resnet", "resnet50", None),
        ("ssd-small", "ssd-mobilenet", None),
        ("llama3_1-8b", "llama3.1-8b", None),
        ("llama3.1-8b-datacenter", "llama3.1-8b", None),
        ("llama2-70b-interactive-99", "llama2-70b-99", "Interactive"),
        ("my-own-model", "my-own-model", None),
    ],
)
def test_the_spellings_of_one_benchmark_are_one(raw: str, name: str, scenario: str | None) -> None:
    found = NAMES.benchmark(raw, "Server")
    assert (found.name, found.scenario) == (name, scenario)


@pytest.mark.parametrize(
    ("declared", "cpus", "cpu", "cores"),
    [
        (64, 2, Cpu("X", None, None, 64), 64),
        (128, 2, Cpu("X", None, None, 64), 64),
        (0, 2, Cpu("X", None, None, 64), 64),
        (None, 2, Cpu("X", None, None, 64), 64),
        (48, 1, Cpu("X", None, None, None), 48),
        (0, 1, Cpu("X", None, None, None), None),
        (8, 1, Cpu("X", None, None, 64, is_vcpu=True), None),
        (None, None, None, None),
    ],
)
def test_the_makers_cores_count_before_the_declared_ones(
    declared: int | None, cpus: int | None, cpu: Cpu | None, cores: int | None
) -> None:
    found, source = credible_cores({"cores_per_cpu_declared": declared, "cpus_per_node": cpus}, cpu)
    assert found == cores
    assert source


def test_the_offline_runs_of_the_interactive_benchmark_stay_offline() -> None:
    found = NAMES.benchmark("llama2-70b-interactive-99", "Offline")
    assert (found.name, found.scenario, found.is_known) == ("llama2-70b-interactive-99", None, True)


def test_one_system_has_one_result_of_a_benchmark_and_scenario(published: Database) -> None:
    doubled = published.rows(
        "select system_id, benchmark, scenario from results where division = 'closed' group by all having count(*) > 1"
    )
    assert doubled == []


def test_names_without_a_canonical_one_are_those_of_the_selected_rounds(published: Database):
    everywhere = coverage.unmapped(published, Selection()).table.to_pylist()
    latest = coverage.unmapped(published, of({"round": ["v6.0"]})).table.to_pylist()
    assert {row["name"] for row in latest} == {row["name"] for row in everywhere if "v6.0" in row["rounds"].split()}
    assert 0 < len(latest) < len(everywhere)
    assert {row["rounds"] for row in latest} == {"v6.0"}
