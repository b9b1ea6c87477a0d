"""Why two results differ: what is unlike, how often that came with a gap elsewhere, what the files cannot tell."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from lib.findings import words
from lib.findings.causes import likely
from lib.findings.evidence import Difference, Evidence, Gap, Precedent
from lib.findings.frames import Facts, known
from lib.findings.pairs import Pairs
from lib.findings.precedents import Gulf, Precedents
from lib.findings.rules import SCHEDULED

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
_PARAMETERS = (
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
# Of differences without precedents, software and the run's parameters explain a speed sooner than words do.
_ORDER = {"software": 0, "run": 1, "name": 2, "description": 3}
_WORD = re.compile(r"[A-Za-z0-9][A-Za-z0-9.]*")


@dataclass(frozen=True)
class Contrast:
    """Two results to explain, by position: `ratio` is the faster one's speed over the slower one's."""

    faster: int
    slower: int
    ratio: float
    systems: tuple[str, ...]
    same_submitter: bool


class Explainer:
    """Compares entries; reads each one's descriptions once."""

    def __init__(self, facts: Facts, pairs: Pairs, precedents: Precedents) -> None:
        self._results = facts.results
        self._p99 = facts.runs["latency_p99_ns"].to_dict()
        self._names = list(pairs.factors.columns)
        self._values = pairs.factors.to_numpy(dtype=object)
        self._precedents = precedents
        self._fields = _fields(facts)
        parameters = facts.runs[list(_PARAMETERS)].itertuples(name=None) if len(facts.runs) else ()
        self._parameters = {str(row[0]): row[1:] for row in parameters}
        self.rows = list(facts.results.itertuples(index=False))
        self._alike: dict[tuple[str, ...], dict[tuple[Any, ...], list[int]]] = {}
        self._entries: dict[tuple[str, str], list[int]] = {}
        for at, row in enumerate(self.rows):
            self._entries.setdefault((row.system_id, row.model), []).append(at)

    def evidence(self, of: Contrast, threshold: float, gaps: Sequence[Gap]) -> Evidence:
        """The evidence of a finding that sets two results against each other."""
        differences = self.differences(of)
        faster, slower = self.rows[of.faster], self.rows[of.slower]
        return Evidence(
            threshold=threshold,
            known=self._known(of),
            likely=likely(differences, of.ratio, faster.scenario),
            unknown=self._unknown(of, differences),
            differences=differences,
            faster=faster.result_id,
            slower=slower.result_id,
            gaps=tuple(gaps),
        )

    def differences(self, of: Contrast) -> tuple[Difference, ...]:
        """All that is unlike, the likeliest cause first; the first value is the faster one's."""
        found = [
            *self._unlike_factors(of),
            *self._unlike_parameters(of),
            *self._unlike_names(of),
            *self._unlike_fields(of),
        ]
        return tuple(sorted(found, key=lambda item: (-(item.likelihood or 0.0), _ORDER[item.source], item.field)))

    def alike(self, row: Any, columns: list[str]) -> list[int]:
        """The positions of the results that are like one in some columns; in the results' order."""
        index = self._alike.get(tuple(columns))
        if index is None:
            values = [[known(value) for value in self._results[name].tolist()] for name in columns]
            index = {}
            for at, key in enumerate(zip(*values, strict=True)):
                index.setdefault(key, []).append(at)
            self._alike[tuple(columns)] = index
        return index[tuple(known(getattr(row, name)) for name in columns)]

    def entries(self, system: str, model: str) -> list[int]:
        """The positions of a system's results of one model, whatever the accuracy target."""
        return self._entries.get((system, model), [])

    def parameter(self, at: int, field: str) -> Any:
        """A parameter of a result's published run."""
        values = self._parameters.get(self.rows[at].result_id)
        return known(values[_PARAMETERS.index(field)]) if values else None

    def is_scheduled(self, at: int) -> bool:
        """Whether a result is the rate that its run was asked for."""
        target, row = self.parameter(at, "target_qps"), self.rows[at]
        return bool(target) and row.scenario == "Server" and abs(row.value / target - 1) < SCHEDULED

    def asked(self, of: Contrast) -> list[str]:
        """The two target rates in words, where both runs had one and they differ."""
        targets = [self.parameter(at, "target_qps") for at in (of.faster, of.slower)]
        is_asked = self.rows[of.faster].scenario in ("Server", "Interactive")
        if not is_asked or not all(targets) or targets[0] == targets[1]:
            return []
        return [f"they were asked for {words.number(targets[0])} and {words.number(targets[1])} queries/s"]

    def latency(self, at: int) -> tuple[float, float] | None:
        """The 99th percentile of a Server run and the bound that it kept, in ms; None where the log lacks one."""
        bound, row = self.parameter(at, "target_latency_ns"), self.rows[at]
        if not bound or row.scenario != "Server" or row.result_id not in self._p99:
            return None
        latency = known(self._p99[row.result_id])
        return (latency / 1e6, bound / 1e6) if latency and latency <= bound else None

    def _unlike_factors(self, of: Contrast) -> list[Difference]:
        one, other = self._values[of.faster], self._values[of.slower]
        unlike = {name: at for at, name in enumerate(self._names) if one[at] != other[at]}
        if "serving" in unlike:
            unlike.pop("serving version", None)
        gulf = Gulf(self.rows[of.faster].scenario, of.ratio, of.systems, of.same_submitter)
        return [self._unlike_factor(name, one[at], other[at], gulf) for name, at in unlike.items()]

    def _unlike_factor(self, name: str, first: str | None, second: str | None, gulf: Gulf) -> Difference:
        past = self._precedents.of(name, first, second, gulf)
        likelihood = round(self._precedents.likelihood(past, gulf), 4)
        return Difference(_source(name), name, first, second, likelihood, _rounded(past) if past else None)

    def _unlike_parameters(self, of: Contrast) -> list[Difference]:
        nothing = (None,) * len(_PARAMETERS)
        one, other = (self._parameters.get(self.rows[at].result_id, nothing) for at in (of.faster, of.slower))
        sides = zip(_PARAMETERS, map(_shown, one), map(_shown, other), strict=True)
        return [Difference("run", name, first, second) for name, first, second in sides if first != second]

    def _unlike_names(self, of: Contrast) -> list[Difference]:
        for field in ("system_name", "platform"):
            one, other = (known(getattr(self.rows[at], field)) or "" for at in (of.faster, of.slower))
            first, second = _only_in(one, other), _only_in(other, one)
            if first or second:
                return [Difference("name", field, first, second)]
        return []

    def _unlike_fields(self, of: Contrast) -> list[Difference]:
        one, other = (self._fields.get(self.rows[at].system_id, {}) for at in (of.faster, of.slower))
        return [
            Difference("description", name, one.get(name), other.get(name))
            for name in sorted(set(one) | set(other))
            if one.get(name, "").casefold() != other.get(name, "").casefold()
        ]

    def _known(self, of: Contrast) -> tuple[str, ...]:
        faster, slower = self.rows[of.faster], self.rows[of.slower]
        first, second = words.names((faster, slower))
        told = [
            f"{faster.benchmark} {faster.scenario}: {first} {words.quantity(faster)}, {second} "
            f"{words.quantity(slower)}."
        ]
        if self.is_scheduled(of.faster) and self.is_scheduled(of.slower):
            asked = " and ".join(words.number(self.parameter(at, "target_qps")) for at in (of.faster, of.slower))
            told.append(
                f"Both results are the rate that LoadGen was asked for ({asked} queries/s): the entries differ "
                "first of all in their targets."
            )
        return (*told, *self._margin(of.slower, second))

    def _margin(self, at: int, called: str) -> list[str]:
        told = self.latency(at)
        if told is None:
            return []
        return [
            f"At its rate {called} answered 99% of the queries within {told[0]:,.2f} ms, {told[0] / told[1]:.0%} of "
            f"the {told[1]:,.2f} ms allowed."
        ]

    def _unknown(self, of: Contrast, differences: Sequence[Difference]) -> tuple[str, ...]:
        told = []
        if self.is_scheduled(of.slower):
            told.append("Why the lower target was chosen, and whether the slower entry would have held a higher one.")
        if not any(item.source in ("software", "run") for item in differences):
            told.append("The descriptions and the runs' parameters name no difference in software or numerics.")
        return (*told, "Batch sizes, instances and other settings of the software are not in these tables.")


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


def _shown(value: Any) -> str | None:
    value = known(value)
    if value is None or value == "":
        return None
    return f"{value:,.15g}" if isinstance(value, float) else str(value)
