"""Numbers and words of descriptions: one reading of a memory size, one of a serving layer's name."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lib.findings import factors
from lib.findings.detectors import described
from lib.findings.frames import with_memory
from lib.names.canonical import Names
from lib.names.software import Part, layers, serving
from lib.names.values import Memory, memory_of
from lib.settings import ROOT

ONE = {
    "80 GB": 80, "96Gi": 96, "24G": 24, "48- GB": 48, "1 TB": 1024, "1TiB": 1024, "1.5T": 1536, "0.5 tb": 512,
    "81559 MiB": 81559 / 1024, "1048576 MB": 1024, "1,536 GB": 1536, "HBM3e 141GB": 141, "288 GB HBM3e per GPU": 288,
    "8GB LPDDR4X 2016MHz, 64bit": 8, "4 GiB (shared with host)": 4, "~2.0 TiB": 2048, "ToDo: 960 GB": 960,
}  # fmt: skip
NONE = (
    None, "", "N/A", "-", "disabled", "shared with host", "128", "64 cores", "2016 MHz", "64bit", "80,40 GB", "0 GB",
    "0x40GB", "80 GB(A100), 40 GB(A30)", "128 GB DDR4 + 512 GB AEP", "80 GB/40GB", "12 Gbps", True, 80, [], {},
)  # fmt: skip


@pytest.mark.parametrize(("text", "gb"), ONE.items())
def test_one_size_is_read_whatever_its_spelling(text, gb):
    assert memory_of(text) == Memory(1, pytest.approx(gb))


@pytest.mark.parametrize("text", NONE)
def test_what_states_no_single_size_states_none(text):
    assert memory_of(text) is None


@pytest.mark.parametrize(
    ("text", "pieces", "gb"),
    [("2x40GB", 2, 40), ("16x 64 GB", 16, 64), ("8x3TiB", 8, 3072), ("24 × 32 GB DDR5", 24, 32), ("4*16G", 4, 16)],
)
def test_a_product_is_so_many_pieces_of_one_size(text, pieces, gb):
    assert memory_of(text) == Memory(pieces, gb)
    assert Memory(pieces, gb).total_gb == pieces * gb


def test_one_size_said_twice_is_one_size():
    assert memory_of("512 GB (8 x 64GB)") == Memory(8, 64.0)


@given(st.integers(1, 64), st.integers(1, 9999), st.sampled_from("TGM"), st.sampled_from(["", "B", "iB", "i"]))
def test_pieces_and_size_come_back_from_any_spelling(pieces, size, unit, suffix):
    gb = size * {"T": 1024, "G": 1, "M": 1 / 1024}[unit]
    for text in (f"{pieces}x{size}{unit}{suffix}", f"host: {pieces} X {size} {unit.lower()}{suffix} DDR5"):
        assert memory_of(text) == Memory(pieces, gb)


@given(st.text(max_size=300) | st.text(alphabet="0123456789 xX×.,+*gGmMtTiIbB-/()", max_size=300))
def test_any_text_is_a_size_above_nothing_or_none(text):
    found = memory_of(text)
    assert found is None or 0 < found.gb <= found.total_gb < float("inf")


def test_the_importer_and_the_findings_read_a_size_alike():
    """A host's memory counts all pieces, an accelerator's one of them."""
    assert factors.host_memory("2x512GB") == factors.host_memory("1 TB") == factors.host_memory("1024Gi") == "1024 GB"
    names = Names.read(ROOT / "data" / "names")
    of_40, of_pieces = (names.accelerator("NVIDIA A100-PCIe", text) for text in ("40 GB", "2x40GB"))
    assert of_40 is not None
    assert of_40 == of_pieces


def test_a_memory_of_two_pieces_is_no_fault_of_a_description(tmp_path):
    class System:
        accelerator, mig, accelerators_per_node, accelerators = "Acme A1", None, 2, 2
        accelerator_memory_gb, accelerator_memory_raw = 40.0, "2x40GB"

    assert described.wrong_memory(System()) is None
    System.accelerator_memory_raw = "1 TB"
    found = described.wrong_memory(System())
    assert found is not None
    assert "declares 1024 GB" in found.text


def test_memory_in_mib_and_in_gb_is_the_same_hardware():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(
        {
            "accelerator_memory_gb": [None, None, 40.0, None],
            "accelerator_memory_raw": ["81920 MiB", "80 GB", None, None],
        }
    )
    assert with_memory(frame)["memory"].fillna(0).tolist() == [80.0, 80.0, 40.0, 0.0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dynamo, vLLM 0.9.2", "Dynamo, vLLM"),
        ("Triton 21.02", "Triton"),
        ("Triton", "Triton"),
        ("Acme Model Server 2, vLLM", "Acme Model Server, vLLM"),
    ],
)
def test_a_serving_layers_name_is_that_without_its_version(text, expected):
    assert layers(text) == expected


@given(
    st.lists(st.tuples(st.sampled_from(["Acme", "Two Words", "Ray-Serve"]), st.sampled_from([None, "1.2", "0.9rc1"])))
)
def test_the_layers_of_any_serving_are_its_parts_names(found):
    software = [Part("serving", name, version) for name, version in found]
    said = serving(software)
    assert (layers(said) if said else "") == ", ".join(name for name, _ in found)
