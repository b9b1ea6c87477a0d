"""Every name has a canonical one, or is listed with the reason why it has none."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lib.database.make import build
from lib.names.canonical import Cpu, Names
from lib.names.normalize import credible_cores
from lib.query.connection import Database
from lib.settings import ROOT, Settings

NAMES = Names.read(ROOT / "data" / "names")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A database of the tables that the project ships."""
    folder = tmp_path_factory.mktemp("published")
    (folder / "rounds").symlink_to(ROOT / "data" / "rounds")
    return Database(build(folder, Settings(data=folder)), Settings(data=folder))


def test_every_unmapped_name_is_listed_with_a_reason(published: Database) -> None:
    systems = published.rows("select accelerator_raw, accelerator_memory_raw, cpu_raw from systems")
    assert len(systems) > 100
    assert [(kind, raw) for kind, raw, reason in NAMES.unmapped_of(systems) if not reason] == []


def test_a_name_that_no_table_holds_is_listed() -> None:
    system = {"accelerator_raw": "Frobnicator 9000", "accelerator_memory_raw": None, "cpu_raw": "Thinker 3"}
    assert NAMES.unmapped_of([system]) == [("accelerator", "Frobnicator 9000", None), ("cpu", "Thinker 3", None)]


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
