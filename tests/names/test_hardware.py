"""Spellings that no table holds to the letter: signs, clock rates, counts, and several known names in one cell."""

from __future__ import annotations

import time

import pytest

from lib.names.canonical import Names
from lib.names.hardware import Cpu, Cpus
from lib.names.spelling import names_in
from lib.settings import ROOT

NAMES = Names.read(ROOT / "data" / "names")
T4, A30 = "NVIDIA T4", "NVIDIA A30"


@pytest.mark.parametrize(
    ("raw", "kinds"),
    [
        ("NVIDIA T4 + NVIDIA A30", [(T4, None), (A30, None)]),
        ("NVIDIA T4 and NVIDIA A30", [(T4, None), (A30, None)]),
        ("NVIDIA T4, NVIDIA A30", [(T4, None), (A30, None)]),
        ("NVIDIA T4 & NVIDIA A30", [(T4, None), (A30, None)]),
        ("8x NVIDIA T4, 4x NVIDIA A30", [(T4, 8), (A30, 4)]),
        ("NVIDIA T4 (x8) and NVIDIA A30 (x2x8)", [(T4, 8), (A30, 16)]),
        ("NVIDIA T4 x8 + NVIDIA A30", [(T4, 8), (A30, None)]),
        ("8x NVIDIA T4, 4x NVIDIA T4", [(T4, 12)]),
        ("8x NVIDIA T4", [(T4, None)]),
        ("NVIDIA(R) T4", [(T4, None)]),
        ("NVIDIA\u00ae T4\u2122 + NVIDIA A30 (second node)", [(T4, None), (A30, None)]),
    ],
)
def test_known_accelerators_are_found_in_any_joiner(raw: str, kinds: list[tuple[str, int | None]]):
    fitted = NAMES.accelerator(raw, None)
    assert fitted is not None
    assert [(kind.name, count) for kind, count in fitted.kinds] == kinds
    assert all(kind.is_known for kind, _ in fitted.kinds)


@pytest.mark.parametrize("raw", ["NVIDIA T4 + Frobnicator 9", "NVIDIA T4 +", "8x", "and", "NVIDIA T4 NVIDIA A30"])
def test_of_what_is_known_in_part_nothing_is_guessed(raw: str):
    fitted = NAMES.accelerator(raw, None)
    assert fitted is not None
    assert [(kind.name, kind.is_known) for kind, _ in fitted.kinds] == [(raw, False)]


@pytest.mark.parametrize(
    ("raw", "name", "cores"),
    [
        ("AMD EPYC 7742", "AMD EPYC 7742", 64),
        ("AMD EPYC(TM) 7742  64-Core Processor", "AMD EPYC 7742", 64),
        ("AMD EPYC\u2122 7742 CPU @ 2.25GHz", "AMD EPYC 7742", 64),
        ("Intel\u00ae Xeon\u00ae Platinum 8380 Processor @ 2.3 GHz", "Intel Xeon Platinum 8380", 40),
        ("2x AMD EPYC 7742", "AMD EPYC 7742", 64),
        ("AMD EPYC 9534 (on one node) and AMD EPYC 7742 (on another)", "AMD EPYC 9534 + AMD EPYC 7742", None),
        ("AMD EPYC 7742, AMD EPYC 7742", "AMD EPYC 7742", 64),
    ],
)
def test_a_known_cpu_is_found_whatever_a_report_adds(raw: str, name: str, cores: int | None):
    cpu = NAMES.cpu(raw)
    assert cpu is not None
    assert (cpu.name, cpu.cores, cpu.is_known) == (name, cores, True)


def test_an_exact_spelling_counts_before_a_loose_one():
    cpus = Cpus()
    cpus.add("X 1 CPU", Cpu("X one", None, None, 8, is_vcpu=True))
    cpus.add("X 1", Cpu("X one", None, None, 8))
    cpus.add("Y CPU", Cpu("Y old", None, None, 4))
    cpus.add("Y Processor", Cpu("Y new", None, None, 6))
    assert cpus.find("X 1 CPU").is_vcpu
    assert not cpus.find("X(R) 1").is_vcpu
    assert cpus.find("Y CPU").name == "Y old"
    assert not cpus.find("Y").is_known  # it could be either


@pytest.mark.parametrize("piece", ["NVIDIA T4 + ", "(", "x8 ", "8x", "a, ", " "])
def test_a_megabyte_of_names_takes_no_time(piece: str):
    text = piece * (1_000_000 // len(piece))
    before = time.perf_counter()
    names_in(text)
    NAMES.accelerator(text, None)
    NAMES.cpu(text)
    assert time.perf_counter() - before < 1
