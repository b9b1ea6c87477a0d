"""What a submission's words say of its weights: of weights alone, by the end of a conversion, never a guess."""

from __future__ import annotations

import time

import pytest

from lib.names.canonical import Names
from lib.names.weights import BROADER, ORDER
from lib.settings import ROOT

NAMES = Names.read(ROOT / "data" / "names")


@pytest.mark.parametrize(
    ("raw", "types"),
    [
        ("INT8", "int8"),
        ("int8_t", "int8"),
        ("Signed 8-bit integer.", "int8"),
        ("unsigned 8-bit integers", "uint8"),
        ("UINT4", "uint4"),
        ("float8", "fp8"),
        ("F8_E4M3", "fp8"),
        ("float8_e5m2", "fp8"),
        ("FP-16", "fp16"),
        ("torch.float16", "fp16"),
        ("Google bfloat16.", "bf16"),
        ("MX-FP4", "mxfp4"),
        ("TF32", "tf32"),
        ("fp8,fp4", "fp8 + fp4"),
        ("fp4, fp8", "fp8 + fp4"),
        ("int8 and bf16", "bf16 + int8"),
        ("BF16/F32/U8", "fp32 + bf16 + uint8"),
        ('{"unet": "fp8", "vae": "fp32"}', "fp32 + fp8"),
        ("clip1:fp32,unet:fp8", "fp32 + fp8"),
        ("fp8: unet, fp32: vae", "fp32 + fp8"),
        ("NVFP4 weights and activations; FP8 KV cache", "nvfp4"),
        ("NVFP4, FP8 (KV cache)", "nvfp4"),
        ("mxfp4, fp8-kv", "mxfp4"),
        ("KV cache: fp8; weights: mxfp4", "mxfp4"),
        ("int4 weights, fp16 activations", "int4"),
        ("activations in fp16, int4", "int4"),
        ("nvfp4 (E2M1 4-bit + FP8 block scales)", "nvfp4"),
        ("mxfp4 (LLMs), fp32 (embedding)", "fp32 + mxfp4"),
        ("fp8 (static per-tensor PTQ, ModelOpt)", "fp8"),
        ("We transform the original fp32 weight to int8 weight.", "int8"),
        ("fp32 -> int8", "int8"),
        ("int8 (quantized from fp32)", "int8"),
        ("weights quantized from bf16 to fp8", "fp8"),
    ],
)
def test_the_types_of_the_weights(raw: str, types: str):
    found = NAMES.weights(raw)
    assert (found.name, found.is_known) == (types, True)


@pytest.mark.parametrize("raw", [None, "UNSET", "unset", "No change."])
def test_what_says_nothing_is_missing(raw: str | None):
    found = NAMES.weights(raw)
    assert (found.name, found.found_by, found.is_known) == (None, [], True)


@pytest.mark.parametrize("raw", ["w4a16", "nf4", "half", "int8, q4_k_m", "float2", "FP8 KV cache", "see README"])
def test_words_that_nobody_knows_stay_as_they_are_written(raw: str):
    found = NAMES.weights(raw)
    assert (found.types, found.is_known) == ((raw,), False)


@pytest.mark.parametrize(("narrow", "wide"), BROADER.items())
def test_the_wider_word_finds_the_narrower_and_not_the_other_way(narrow: str, wide: str):
    assert {narrow, wide} <= set(ORDER)
    assert NAMES.weights(narrow).found_by == [narrow, wide]
    assert NAMES.weights(wide).found_by == [wide]


@pytest.mark.parametrize("piece", ["fp8 ", "kv cache ", "quantize ", "((", "x1:", "- ", "int8 to ", "e4m3_", "a"])
def test_a_megabyte_of_words_takes_no_time(piece: str):
    before = time.perf_counter()
    NAMES.weights(piece * (1_000_000 // len(piece)))
    assert time.perf_counter() - before < 0.5
