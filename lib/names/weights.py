"""What a submission says of its weights -> their data types in canonical words, by rules and by weight_types.csv.

The words are free text: `NVFP4 weights and activations; FP8 KV cache` has nvfp4 weights, for a cache holds no weights.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lib.names.spelling import folded

JOINER = " + "
# From the widest to the narrowest, floating point first: the order in which several are joined.
ORDER = (
    "fp64", "fp32", "tf32", "bf16", "fp16", "fp8", "mxfp8", "fp6", "mxfp6", "fp4", "nvfp4", "mxfp4",
    "int64", "int32", "int16", "int8", "mxint8", "int4", "int2", "int1", "uint32", "uint16", "uint8", "uint4", "uint2",
)  # fmt: skip
# What is also found where somebody asks for the wider word: block formats of four bits are fp4.
BROADER = {"nvfp4": "fp4", "mxfp4": "fp4", "mxfp6": "fp6", "mxfp8": "fp8", "mxint8": "int8"}
_LONGEST = 500  # characters that are read: published ones have at most 65

_SIZED = {"fp": "fp", "float": "fp", "f": "fp", "int": "int", "i": "int", "s": "int", "uint": "uint", "u": "uint"}
_TYPE = (
    r"(?<![a-z0-9])(?:(?P<block>nv|mx)[-_ ]?(?P<blocked>fp|int)[-_]?(?P<block_bits>8|6|4)"
    r"|(?P<brain>bf(?:loat)?[-_ ]?16)|(?P<tensor>tf[-_ ]?32)"
    r"|(?P<kind>float|fp|f|uint|int|u|i|s)[-_ ]?(?P<bits>64|32|16|8|6|4|2|1)(?:_t)?(?:[-_]?e[2-5]m[1-3](?:fn(?:uz)?)?)?"
    r"|(?P<sign>signed|unsigned)?[- ]{0,2}(?P<worded>64|32|16|8|4|2)[- ]bit[- ](?P<number>int(?:eger)?|float)s?"
    r"|(?P<minifloat>e4m3|e5m2|e2m1)(?:fn(?:uz)?)?)(?![a-z0-9])"
)
_FOUND = re.compile(_TYPE)
_ANY = re.sub(r"\?P<\w+>", "?:", _TYPE)
_MINIFLOATS = {"e4m3": "fp8", "e5m2": "fp8", "e2m1": "fp4"}
# Types of something else than weights: the cache of keys and values, activations, the scales of blocks.
_NOT_WEIGHTS = re.compile(
    rf"{_ANY}[\s(_-]{{0,3}}kv\b|\bkv[\s_-]?cache[\s:=]{{0,3}}(?:in |is |as )?{_ANY}"
    rf"|{_ANY}[\s-]{{1,3}}(?:activations?|inputs?|accumulat\w{{1,8}}|compute|(?:block[\s-])?scal(?:es?|ing))\b"
    rf"|\bactivations?[\s:=]{{1,3}}(?:in |are |is |as )?{_ANY}"
)
# `{"unet": "fp8"}` and `unet:fp8`: the parts' own names are no types.
_PART_NAME = re.compile(rf"[\"']?(?!{_ANY})(?<!\w)[a-z]\w{{0,40}}[\"']?\s{{0,3}}:")
# Of a conversion its end counts: the original type is no longer that of the weights.
_CONVERTED = re.compile(r"\b(?:transform|convert|quanti[sz]|cast)\w{0,6}\b.{0,200}\b(?:to|into)\b|-+>|\u2192")
_ORIGIN = re.compile(r"\bfrom\b.{0,200}")
_BRACKETS = re.compile(r"\([^()]{0,200}\)")
# A word with a digit that is none of our types, outside brackets, may be a type that we do not know.
_UNREAD = re.compile(r"(?<!\w)(?=[a-z_]{0,20}\d)[a-z][a-z0-9_]{0,40}")


@dataclass(frozen=True)
class Weights:
    """The data types of a result's weights: none where nothing is said; `is_known` is false where we cannot read it."""

    types: tuple[str, ...] = ()
    is_known: bool = True

    @property
    def name(self) -> str | None:
        """All types in one text, None where nothing is said."""
        return JOINER.join(self.types) or None

    @property
    def found_by(self) -> list[str]:
        """The words by which the weights are found: their types, and the wider word for each."""
        wider = [BROADER[name] for name in self.types if name in BROADER]
        return list(dict.fromkeys((*self.types, *wider)))


def weights_of(raw: str | None, table: dict[str, tuple[str, ...]]) -> Weights:
    """The types that a submission's words state; words that no rule reads are kept as they are written, not known.

    `table` has the words that people have looked at, folded.

    >>> [weights_of(text, {}).name for text in ("fp8,fp4", "We transform the fp32 weight to int8 weight.", "q5_k_m")]
    ['fp8 + fp4', 'int8', 'q5_k_m']
    """
    if raw is None:
        return Weights()
    text = folded(raw[:_LONGEST])
    if text in table:
        return Weights(table[text])
    text = _PART_NAME.sub(" ", _NOT_WEIGHTS.sub(" ", text))
    text = _ORIGIN.sub(" ", _CONVERTED.split(text)[-1])
    types = {_canonical(found) for found in _FOUND.finditer(text)}
    types -= {BROADER[name] for name in types if name in BROADER}  # `nvfp4 (E2M1 4-bit)` is said twice
    if not types or None in types or _UNREAD.search(_FOUND.sub(" ", _BRACKETS.sub(" ", text))):
        return Weights((raw,), is_known=False)
    return Weights(tuple(name for name in ORDER if name in types))


def _canonical(found: re.Match[str]) -> str | None:
    """The canonical word of a type, None for one that no hardware has, such as `float2`."""
    if found["block"]:
        name = found["block"] + found["blocked"] + found["block_bits"]
    elif found["brain"] or found["tensor"]:
        name = "bf16" if found["brain"] else "tf32"
    elif found["minifloat"]:
        name = _MINIFLOATS[found["minifloat"]]
    elif found["kind"]:
        name = _SIZED[found["kind"]] + found["bits"]
    else:
        kind = "fp" if found["number"] == "float" else "uint" if found["sign"] == "unsigned" else "int"
        name = kind + found["worded"]
    return name if name in ORDER else None
