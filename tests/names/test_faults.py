"""A fault in a table of names is one line that says what was expected, in which file and line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from lib.build import main
from lib.data_folder import InputError
from lib.names.canonical import _TABLES, Names
from lib.settings import ROOT
from tests.query import small as small_data


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the project's tables of names."""
    return Path(shutil.copytree(ROOT / "data" / "names", tmp_path / "names"))


def second_line(name: str, **cells: str) -> str:
    """A whole table of one row: the columns that we read, the cells given, the others empty."""
    columns = _TABLES[name][0]
    return ",".join(columns) + "\n" + ",".join(cells.get(column, "") for column in columns) + "\n"


BAD_CELLS = [
    ("cpus", {"cpu": "X", "cores": "abc"}, "expected cores to be a whole number, not 'abc'"),
    ("cpus", {"cpu": "X", "cores": "1.5"}, "expected cores to be a whole number, not '1.5'"),
    ("cpus", {"cpu": "X", "cores": "-4"}, "expected cores to be a whole number, not '-4'"),
    ("cpus", {"cpu": "X", "cores": "0"}, "expected cores to be a whole number, not '0'"),
    ("cpus", {"cpu": "X", "cores": "9" * 400}, "expected cores to be a whole number, not '999"),
    ("cpus", {"cores": "4"}, "expected a value of cpu"),
    ("accelerators", {"accelerator": "X", "memory_gb": "80 GB"}, "expected memory_gb to be a positive number"),
    ("accelerators", {"accelerator": "X", "memory_gb": "nan"}, "expected memory_gb to be a positive number"),
    ("accelerators", {"accelerator": "X", "memory_gb": "inf"}, "expected memory_gb to be a positive number"),
    ("accelerators", {"accelerator": "X", "memory_gb": "0"}, "expected memory_gb to be a positive number"),
    ("accelerator_spellings", {"raw": "x", "accelerators": "Unheard"}, "'Unheard' is not in accelerators.csv"),
    ("accelerator_spellings", {"raw": "x", "accelerators": "NVIDIA T4 + "}, "'NVIDIA T4 +' is not in accelerators.csv"),
    (
        "accelerator_spellings",
        {"raw": "x", "accelerators": "NVIDIA T4*x"},
        "expected accelerators after * to be a whole",
    ),
    (
        "accelerator_spellings",
        {"raw": "x", "memory": "80GB", "accelerators": "NVIDIA T4"},
        "expected memory to be a whole",
    ),
    ("cpu_spellings", {"raw": "x", "cpu": "Unheard"}, "'Unheard' is not in cpus.csv"),
    ("cpu_spellings", {"raw": "x", "cpu": "AMD EPYC 7742 + Unheard"}, "'Unheard' is not in cpus.csv"),
    ("benchmarks", {"benchmark": "x", "latency_unit": "us"}, "expected latency_unit to be one of ms, s, not 'us'"),
    ("benchmark_spellings", {"raw": "x", "benchmark": "unheard"}, "'unheard' is not in benchmarks.csv"),
    ("units", {"benchmark": "unheard", "logged": "ms", "published": "s"}, "'unheard' is not in benchmarks.csv"),
    ("comparability", {"benchmark": "unheard", "kind": "note"}, "'unheard' is not in benchmarks.csv"),
    ("comparability", {"kind": "brake"}, "expected kind to be one of break, note, not 'brake'"),
    ("software", {"word": "x", "part": "X", "role": "hardware"}, "expected role to be one of framework"),
    (
        "known_unmapped",
        {"kind": "gpu", "raw": "x"},
        "expected kind to be one of accelerator, cpu, benchmark, unit, weight type, submitter, not 'gpu'",
    ),
]


def fault(folder: Path) -> str:
    with pytest.raises(InputError) as said:
        Names.read(folder)
    assert "\n" not in str(said.value)
    return str(said.value)


@pytest.mark.parametrize(("name", "cells", "said"), BAD_CELLS)
def test_a_cell_that_cannot_be_used_is_said(folder: Path, name: str, cells: dict[str, str], said: str):
    path = folder / f"{name}.csv"
    path.write_text(second_line(name, **cells))
    message = fault(folder)
    assert message.startswith(said)
    assert message.endswith(f" ({path}:2)")


@pytest.mark.parametrize("name", _TABLES)
def test_a_renamed_column_is_said(folder: Path, name: str):
    path = folder / f"{name}.csv"
    column = _TABLES[name][0][-1]
    header, rest = path.read_text().split("\n", 1)
    path.write_text(",".join("renamed" if cell == column else cell for cell in header.split(",")) + "\n" + rest)
    message = fault(folder)
    assert message.startswith(f"no column {column}; the first line has ")
    assert message.endswith(f" ({path}:1)")


@pytest.mark.parametrize("name", _TABLES)
def test_a_missing_table_is_said(folder: Path, name: str):
    (folder / f"{name}.csv").unlink()
    expected = f"No such file or directory; expected a table of {', '.join(_TABLES[name][0])}"
    assert fault(folder) == f"{expected} ({folder / name}.csv)"


@pytest.mark.parametrize("name", _TABLES)
def test_a_row_that_stands_twice_is_said_whatever_its_case(folder: Path, name: str):
    path = folder / f"{name}.csv"
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:2], lines[1]]) + "\n")
    message = fault(folder)
    assert message.startswith("a second row for ")
    assert message.endswith(f", after line 2 ({path}:3)")


@pytest.mark.parametrize("cells", ["X", "X,Y,Z,4,,6"])
def test_too_few_or_too_many_cells_are_said(folder: Path, cells: str):
    path = folder / "cpus.csv"
    path.write_text("cpu,vendor,family,cores,note\nW,,,,\n" + cells + "\n")
    assert fault(folder) == f"expected 5 cells, as in line 1 ({path}:3)"


def test_another_encoding_is_said_with_its_line(folder: Path):
    path = folder / "software.csv"
    path.write_bytes(b"word,part,role\nTensorRT,TensorRT,framework\ncaf\xe9,x,library\n")
    assert fault(folder) == f"expected UTF-8 ({path}:3)"


def test_a_byte_order_mark_and_further_columns_are_no_fault(folder: Path):
    path = folder / "software.csv"
    path.write_bytes(b"\xef\xbb\xbfword,part,role,remark\nTensorRT,TensorRT,framework,whatever\n")
    assert Names.read(folder).software[0]["part"] == "TensorRT"


def test_a_build_with_faulty_names_is_one_line_and_leaves_the_database_in_use(
    tmp_path: Path, folder: Path, capfd: pytest.CaptureFixture[str]
):
    small_data.build(small_data.write(tmp_path))
    before = (tmp_path / "current").read_text()
    (folder / "cpus.csv").write_text(second_line("cpus", cpu="X", cores="abc"))
    capfd.readouterr()
    assert main(["--data", str(tmp_path)]) == 1
    said = capfd.readouterr().err.splitlines()[-1]
    assert said == f"error: expected cores to be a whole number, not 'abc' ({folder / 'cpus.csv'}:2)"
    assert (tmp_path / "current").read_text() == before
