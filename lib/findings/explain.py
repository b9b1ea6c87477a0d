"""Why two results differ: what is unlike, how often that came with a gap elsewhere, what the files cannot tell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from lib.findings import words
from lib.findings.frames import Facts, known
from lib.findings.pairs import Pairs, Precedents
from lib.findings.rules import TWINS

Item = dict[str, Any]

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
_ORDER = {"software": 0, "run": 1, "name": 2, "description": 3}
# A result this near to its target is the rate that was scheduled.
_SCHEDULED = 0.005
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
        self._fields: dict[str, dict[str, str]] = {}
        for system, field, value in zip(*(facts.fields[name] for name in ("system_id", "field", "value")), strict=True):
            if field not in _NOT_TELLING:
                self._fields.setdefault(system, {})[field] = " ".join(str(value).split())
        self._parameters = (
            {str(row[0]): row[1:] for row in facts.runs[list(_PARAMETERS)].itertuples(name=None)}
            if len(facts.runs)
            else {}
        )
        self.rows = list(facts.results.itertuples(index=False))
        self._alike: dict[tuple[str, ...], dict[tuple[Any, ...], list[int]]] = {}
        self._entries: dict[tuple[str, str], list[int]] = {}
        for at, row in enumerate(self.rows):
            self._entries.setdefault((row.system_id, row.model), []).append(at)

    def differences(self, of: Contrast) -> list[Item]:
        """All that is unlike, the likeliest cause first; the first value is the faster one's."""
        found = [
            *self._unlike_factors(of),
            *self._unlike_parameters(of),
            *self._unlike_names(of),
            *self._unlike_fields(of),
        ]
        return sorted(found, key=lambda item: (-item.get("likelihood", 0.0), _ORDER[item["source"]], item["field"]))

    def evidence(self, of: Contrast, threshold: float, gaps: list[Item]) -> Item:
        """The evidence of a finding that sets two results against each other."""
        differences = self.differences(of)
        faster, slower = self.rows[of.faster], self.rows[of.slower]
        return {
            "threshold": threshold,
            "faster": faster.result_id,
            "slower": slower.result_id,
            "gaps": gaps,
            "differences": differences,
            "known": self._known(of),
            "likely": _likely(differences, of, faster.scenario),
            "unknown": self._unknown(of, differences),
        }

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
        return bool(target) and row.scenario == "Server" and abs(row.value / target - 1) < _SCHEDULED

    def _unlike_factors(self, of: Contrast) -> list[Item]:
        one, other = self._values[of.faster], self._values[of.slower]
        unlike = [at for at in range(len(self._names)) if one[at] != other[at]]
        scenario = self.rows[of.faster].scenario
        items = []
        for at in unlike:
            name = self._names[at]
            if name == "serving version" and "serving" in {self._names[place] for place in unlike}:
                continue
            precedent = self._precedents.of(name, one[at], other[at], scenario, of.ratio, of.systems, of.same_submitter)
            likelihood = self._precedents.likelihood(precedent, scenario, of.ratio, of.same_submitter)
            items.append(_item(_source(name), name, one[at], other[at], likelihood, precedent))
        return items

    def _unlike_parameters(self, of: Contrast) -> list[Item]:
        one, other = (
            self._parameters.get(self.rows[at].result_id, (None,) * len(_PARAMETERS)) for at in (of.faster, of.slower)
        )
        return [
            _item("run", name, a, b)
            for name, a, b in zip(_PARAMETERS, map(_shown, one), map(_shown, other), strict=True)
            if a != b
        ]

    def _unlike_names(self, of: Contrast) -> list[Item]:
        for field in ("system_name", "platform"):
            one, other = (known(getattr(self.rows[at], field)) or "" for at in (of.faster, of.slower))
            first, second = _only_in(one, other), _only_in(other, one)
            if first or second:
                return [_item("name", field, first, second)]
        return []

    def _unlike_fields(self, of: Contrast) -> list[Item]:
        one, other = (self._fields.get(self.rows[at].system_id, {}) for at in (of.faster, of.slower))
        names = sorted(set(one) | set(other))
        return [
            _item("description", name, one.get(name), other.get(name))
            for name in names
            if (one.get(name) or "").casefold() != (other.get(name) or "").casefold()
        ]

    def _known(self, of: Contrast) -> list[str]:
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
        return told + self._margin(of.slower, second)

    def latency(self, at: int) -> tuple[float, float] | None:
        """The 99th percentile of a Server run and the bound that it kept, in ms; None where the log lacks one."""
        bound, row = self.parameter(at, "target_latency_ns"), self.rows[at]
        if not bound or row.scenario != "Server" or row.result_id not in self._p99:
            return None
        latency = known(self._p99[row.result_id])
        return (latency / 1e6, bound / 1e6) if latency and latency <= bound else None

    def _margin(self, at: int, called: str) -> list[str]:
        told = self.latency(at)
        if told is None:
            return []
        return [
            f"At its rate {called} answered 99% of the queries within {told[0]:,.2f} ms, "
            f"{told[0] / told[1]:.0%} of the "
            f"{told[1]:,.2f} ms allowed."
        ]

    def _unknown(self, of: Contrast, differences: list[Item]) -> list[str]:
        told = []
        if self.is_scheduled(of.slower):
            told.append("Why the lower target was chosen, and whether the slower entry would have held a higher one.")
        if not any(item["source"] in ("software", "run") for item in differences):
            told.append("The descriptions and the runs' parameters name no difference in software or numerics.")
        return [*told, "Batch sizes, instances and other settings of the software are not in these tables."]


def _item(
    source: str,
    field: str,
    first: str | None,
    second: str | None,
    likelihood: float | None = None,
    precedent: Item | None = None,
) -> Item:
    item: Item = {"source": source, "field": field, "first": first, "second": second}
    if likelihood is not None:
        item["likelihood"] = round(likelihood, 4)
    if precedent is not None:
        item["precedent"] = {
            **precedent,
            "median_ratio": round(precedent["median_ratio"], 4),
            "share": round(precedent["share"], 4),
        }
    return item


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


def extent(worst: str, gaps: list[Item]) -> str:
    """In which scenarios two entries are apart."""
    others = [gap for gap in gaps if gap["scenario"] != worst]
    if not others:
        return "Both were entered in no other scenario of this benchmark."
    near, far = ([gap for gap in others if (gap["ratio"] >= TWINS.threshold) is is_far] for is_far in (False, True))
    if not far:
        return f"Only {worst} is apart: {_ratios(near)}."
    if not near:
        return f"Every scenario that both entered is apart: {_ratios(far)}."
    return f"{worst} is not the only one apart: {_ratios(far)}; but {_ratios(near)}."


def _ratios(gaps: list[Item]) -> str:
    return ", ".join(f"{words.times(gap['ratio'])} in {gap['scenario']}" for gap in gaps)


def _likely(differences: list[Item], of: Contrast, scenario: str) -> list[str]:
    return [_precedent(item, of.ratio, scenario) for item in differences if _speaks(item)][:2]


def _precedent(item: Item, ratio: float, scenario: str) -> str:
    past = item["precedent"]
    first, second = item["first"] or "none", item["second"] or "none"
    text = (
        f"{item['field']}, {first} against {second}: in {words.count(past['n'], 'other pair')} with this difference "
        f"the side with {first} is faster in {scenario} by a median of {words.times(past['median_ratio'])}"
    )
    if past["as_far"] == 0:
        return f"{text}; none is {words.times(ratio)} apart, so it may explain a part of the gap only."
    verb = "is" if past["as_far"] == 1 else "are"
    return f"{text}; {past['as_far']} of them ({past['share']:.0%}) {verb} {words.times(ratio)} apart or more."


def causes(differences: list[Item], serving: tuple[str | None, str | None], are_twins: bool = True) -> list[str]:
    """The most telling difference in words: the serving layer, else numerics, software, or for twins the names."""
    fields = {item["field"] for item in differences}
    if "serving" in fields or "serving version" in fields:
        return [_layers(*serving)]
    stated = [item for item in differences if item["first"] and item["second"]]
    numerics = [
        f"their weights are {item['first']} and {item['second']}" for item in stated if item["field"] == "weight_dtype"
    ]
    parts = [_part(item) for item in differences if item["source"] == "software" and (_speaks(item) or item in stated)]
    named = [_named(item) for item in differences if item["source"] == "name"] if are_twins else []
    return [*numerics, *parts, *named][:1]


def _speaks(item: Item) -> bool:
    return bool(item.get("precedent")) and item["precedent"]["median_ratio"] >= 1.02


def _layers(faster: str | None, slower: str | None) -> str:
    if faster and slower:
        return f"they run behind {faster} and {slower}"
    return f"one runs behind {slower}" if slower else f"the faster one runs behind {faster}"


def _part(item: Item) -> str:
    if item["first"] and item["second"]:
        return f"they run {item['field']} {item['first']} and {item['second']}"
    return f"only the {'faster' if item['first'] else 'slower'} one names {item['field']}"


def _named(item: Item) -> str:
    said = [
        f"the {side} one's name says “{item[key]}”"
        for side, key in (("faster", "first"), ("slower", "second"))
        if item[key]
    ]
    return ", ".join(said)


def asked(explainer: Explainer, faster: int, slower: int) -> list[str]:
    """The two target rates in words, where both runs had one and they differ."""
    scenario = explainer.rows[faster].scenario
    targets = [explainer.parameter(at, "target_qps") for at in (faster, slower)]
    if scenario not in ("Server", "Interactive") or not all(targets) or targets[0] == targets[1]:
        return []
    return [f"they were asked for {words.number(targets[0])} and {words.number(targets[1])} queries/s"]
