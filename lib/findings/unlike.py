"""What is unlike between two results: recorded factors, parameters of their runs, names, fields of descriptions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from lib.findings.contradictions import contradict, layers_contradict, same_letters, words_contradict
from lib.findings.evidence import NUMERICS, Difference, Precedent
from lib.findings.frames import Facts, known
from lib.findings.pairs import Pairs
from lib.findings.precedents import Gulf, Precedents
from lib.names.weights import ORDER

# Free text or identity: they differ between any two entries, or a factor says the same more plainly.
_NOT_TELLING = {
    "submitter",
    "division",
    "system_type",
    "system_type_detail",
    "other_software_stack",
    "framework",
    "status",
    "system_name",
    "host_memory_capacity",
    "operating_system",
    "notes",
    "accelerator_model_name",
    "host_processor_model_name",
}
PARAMETERS = (
    "target_qps",
    "target_latency_ns",
    "ttft_latency_ns",
    "tpot_latency_ns",
    "samples_per_query",
    "max_async_queries",
    "min_duration_ms",
    "performance_sample_count",
    "sut_name",
)
_OF_RUN = {"weight_dtype", "input_dtype", "inferred", "power measured"}
_OF_DESCRIPTION = {"host memory", "operating system", "machine", "submitter"}
# Factors of canonical words: two words of them are two things.
_WORDS = _OF_RUN | {"serving", "frameworks", "machine", "submitter"}
# What LoadGen was asked for, which a result of the scenario and unit cannot exceed; elsewhere it only sizes the run.
_ASKED = {"Server": "target_qps", "Interactive": "target_qps", "MultiStream": "samples_per_query"}
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9.]*")


@dataclass(frozen=True)
class Contrast:
    """Two results to explain, by position: `ratio` is the faster one's speed over the slower one's."""

    faster: int
    slower: int
    ratio: float
    systems: tuple[str, ...]
    same_submitter: bool


class Unlike:
    """Finds what differs between two results; reads each one's descriptions once.

    `parameters` are those of the published runs by result ID, in the order of PARAMETERS.
    """

    def __init__(
        self, facts: Facts, pairs: Pairs, precedents: Precedents, parameters: Mapping[str, tuple[Any, ...]]
    ) -> None:
        self._names = list(pairs.factors.columns)
        self._values = pairs.factors.to_numpy(dtype=object)
        self._precedents = precedents
        self._fields = _fields(facts)
        self._parameters = parameters
        self._roles = dict(zip(facts.parts["part"], facts.parts["role"], strict=True))

    def differences(self, of: Contrast, faster: Any, slower: Any) -> list[Difference]:
        """All that is unlike; the first value is the faster one's. `faster` and `slower` are the results' rows."""
        return [
            *self._factors(of, faster.scenario),
            *self._run(faster, slower),
            *self._of_names(faster, slower),
            *self._descriptions(faster.system_id, slower.system_id),
        ]

    def _factors(self, of: Contrast, scenario: str) -> list[Difference]:
        one, other = self._values[of.faster], self._values[of.slower]
        gulf = Gulf(scenario, of.ratio, of.systems, of.same_submitter)
        found = [
            self._factor(name, one[at], other[at], gulf)
            for at, name in enumerate(self._names)
            if _is_unlike(name, one[at], other[at])
        ]
        names = {item.field for item in found}
        return [item for item in found if not _is_told(item, names)]

    def _factor(self, name: str, first: str | None, second: str | None, gulf: Gulf) -> Difference:
        past = self._precedents.of(name, first, second, gulf)
        likelihood = round(self._precedents.likelihood(past, gulf), 4)
        role = self._roles.get(name)
        return Difference(_source(name), name, first, second, likelihood, _rounded(past) if past else None, role)

    def _run(self, faster: Any, slower: Any) -> list[Difference]:
        nothing = (None,) * len(PARAMETERS)
        one, other = (self._parameters.get(row.result_id, nothing) for row in (faster, slower))
        asked = asked_field(faster)
        return [
            Difference("run", name, _shown(first), _shown(second), role=role)
            for name, first, second in zip(PARAMETERS, map(known, one), map(known, other), strict=True)
            if _shown(first) != _shown(second)
            for role in ["asked" if name == asked and is_asked_less(faster, slower, first, second) else None]
        ]

    def _of_names(self, faster: Any, slower: Any) -> list[Difference]:
        return [*_numerics(faster, slower), *self._other_words(faster, slower)]

    def _other_words(self, faster: Any, slower: Any) -> list[Difference]:
        for field in ("system_name", "platform"):
            one, other = (known(getattr(row, field)) or "" for row in (faster, slower))
            first, second = _only_in(one, other), _only_in(other, one)
            if first or second:
                return [Difference("name", field, first, second)]
        return []

    def _descriptions(self, faster: str, slower: str) -> list[Difference]:
        one, other = (self._fields.get(system, {}) for system in (faster, slower))
        return [
            Difference("description", name, one.get(name), other.get(name))
            for name in sorted(set(one) | set(other))
            if not same_letters(one.get(name), other.get(name))
        ]


def _is_told(item: Difference, names: set[str]) -> bool:
    """Whether another difference says it already: another layer or framework has another version."""
    if item.field == "serving version":
        return "serving" in names
    return item.role == "framework" and not (item.first and item.second) and "frameworks" in names


def asked_field(row: Any) -> str | None:
    """The parameter of a run by which LoadGen was asked for this result; None where it was asked for no rate."""
    if row.scenario == "MultiStream" and row.unit != "streams":
        return None
    return _ASKED.get(row.scenario)


def is_asked_less(faster: Any, slower: Any, first: float | None, second: float | None) -> bool:
    """Whether the slower one was asked for so much less, per accelerator, that it explains half of the gap or more."""
    if not first or not second:
        return False
    sizes = [known(row.accelerators) for row in (faster, slower)]
    share = sizes[1] / sizes[0] if all(sizes) else 1.0
    gap = faster.speed / slower.speed * share
    less = first / second * share
    return less > 1 and less * less >= gap


def _is_unlike(name: str, first: str | None, second: str | None) -> bool:
    """Whether what two results state of a factor is no other spelling, and no less precise word, of the same."""
    if first == second:
        return False
    if not first or not second:
        return True
    if name in (
        "serving",
        "frameworks",
        "weight_dtype",
        "input_dtype",
        "machine",
        "submitter",
        "inferred",
        "power measured",
    ):
        return True
    if name == "serving version":
        return layers_contradict(first, second)
    if name in ("operating system", "host memory"):
        return words_contradict(first, second)
    return contradict(first, second)


def _fields(facts: Facts) -> dict[str, dict[str, str]]:
    """By system, the fields of its description that may tell why it is faster."""
    found: dict[str, dict[str, str]] = {}
    for system, field, value in zip(*(facts.fields[name] for name in ("system_id", "field", "value")), strict=True):
        if field not in _NOT_TELLING:
            found.setdefault(system, {})[field] = " ".join(str(value).split())
    return found


def _rounded(past: Precedent) -> Precedent:
    return replace(past, median_ratio=round(past.median_ratio, 4), share=round(past.share, 4))


def _source(factor: str) -> str:
    return "run" if factor in _OF_RUN else "description" if factor in _OF_DESCRIPTION else "software"


def _only_in(text: str, other: str) -> str | None:
    """The words of a name that the other one lacks, as written.

    >>> _only_in("DGX (8x A100, TensorRT, Triton)", "DGX (8x A100, TensorRT)")
    'Triton'
    """
    there = {word.casefold() for word in _WORD.findall(other)}
    told = [word for word in _WORD.findall(text) if word.casefold() not in there]
    return " ".join(dict.fromkeys(told)) or None


def _numerics(faster: Any, slower: Any) -> list[Difference]:
    """The data types that both entries' names state, where they are unlike."""
    first, second = (_types_in(known(row.system_name), known(row.platform)) for row in (faster, slower))
    return [Difference("name", NUMERICS, first, second)] if first and second and first != second else []


def _types_in(*names: str | None) -> str:
    """Data types in names, as words.

    >>> _types_in("1-node-2S-INT8", None, "Box_int8 FP4")
    'FP4+INT8'
    """
    told = {word.casefold() for name in names for word in _WORD.findall((name or "").replace("_", " "))}
    return "+".join(word.upper() for word in sorted(told & set(ORDER)))


def _shown(value: Any) -> str | None:
    value = known(value)
    if value is None or value == "":
        return None
    return f"{value:,.15g}" if isinstance(value, float) else str(value)
