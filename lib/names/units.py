"""The unit that a result is published in, by the rules of its benchmark, scenario and round; and sizes that cannot be.

Source of the rules: RESULT_FIELD_BENCHMARK_OVERWRITE, UNIT_DICT and SPECIAL_UNIT_DICT of MLCommons' submission checker
(https://github.com/mlcommons/inference/tree/master/tools/submission), which data/names/benchmarks.csv (`tokens_from`)
and data/names/units.csv hold by round.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from math import inf, isfinite
from typing import Any, NamedTuple

from lib.names.canonical import RECORDS, Benchmark, Names
from lib.rounds import Rounds
from lib.vocabulary import LATENCY, LATENCY_S, QUERIES, SAMPLES, STREAMS, TOKENS, Division, Scenario, metric_of_unit

UNIT_DOUBTED = "the unit is doubted"  # how the line about it begins, among the problems
_QUEUED = (Scenario.SERVER, Scenario.INTERACTIVE)
_ONE_BY_ONE = (Scenario.SINGLE_STREAM, Scenario.MULTI_STREAM)
# A query of Offline, Server or Interactive is one sample: the two words count the same.
_SAMPLES = {SAMPLES.unit, QUERIES.unit}
_SECONDS = {LATENCY.unit, LATENCY_S.unit}
_POWERS_OF_TEN = {(LATENCY.unit, LATENCY_S.unit): -3, (LATENCY_S.unit, LATENCY.unit): 3}
# Two figures so far apart are told to be at least that far: their ratio may be none that a number can hold.
MOST_AWAY = 1e300

# Offline over the rate of another scenario of the same system and benchmark, in the same kind of unit. Among the
# published results that are records it is 0.48 to 3.6 for Server and 1.05 to 32.4 for Interactive; one sample is 69
# tokens at the least (GPT-J), so a wrong unit moves the ratio beyond these bounds. Results of logs are not held to
# them: their log names what it counts, and one submitter's Offline is truly 340 times its Server.
LEAST_OFFLINE = 0.2
MOST_OFFLINE = {Scenario.SERVER: 20.0, Scenario.INTERACTIVE: 60.0}
# Offline in tokens over Server in samples (Llama 2 in v4.0 alone) is 301 to 408.
LEAST_TOKENS = 20.0
# Offline's samples per second times the seconds of one stream's query is how many samples Offline has in work at once:
# 0.041 (a phone-like machine that prepares its samples meanwhile) to 1,937 among the published results that are
# records. A latency in nanoseconds for milliseconds, or mostly in seconds for them, leaves these bounds.
SAMPLES_IN_WORK = (0.02, 20_000.0)


@dataclass(frozen=True)
class Measured:
    """A result as its source has it: `benchmark` and `scenario` canonical, `unit` as logged, `value` in that unit.

    `is_doubted`: its source was doubted already, whatever the unit.
    """

    result_id: str
    system_id: str
    round: str
    division: str
    benchmark: str
    scenario: str
    value: float
    unit: str
    is_log: bool
    is_doubted: bool = False


def in_unit(value: float, unit: str, wanted: str) -> float:
    """A value in another unit of the same latency, in decimal: 20897.894239 ms are 20.897894239 s, without dust.

    Where the two units count the same, or the value is not finite, it stays as it is. It may become 0 or infinite.

    >>> in_unit(0.0051, "s", "ms"), in_unit(26000.5, "ms", "s"), in_unit(7.0, "Queries/s", "Samples/s")
    (5.1, 26.0005, 7.0)
    """
    exponent = _POWERS_OF_TEN.get((unit, wanted))
    return value if exponent is None or not isfinite(value) else float(Decimal(repr(value)).scaleb(exponent))


def told(ratio: float) -> str:
    """A ratio in words; of one beyond what is told exactly only that it is beyond."""
    if ratio >= MOST_AWAY:
        return f"more than {MOST_AWAY:g}"
    return f"less than {1 / MOST_AWAY:g}" if ratio <= 1 / MOST_AWAY else f"{ratio:,.3g}"


class Judged(NamedTuple):
    """The unit that a result is published in; `source`: why another than logged, `doubt`: why it is not sure."""

    unit: str
    source: str | None = None
    doubt: str | None = None


class Misfit(NamedTuple):
    """A result whose size beside another result of its system cannot be: how far, in words, and beside which."""

    ratio: float
    doubt: str
    beside: str


@dataclass(frozen=True)
class UnitRules:
    """The rules of units, of the tables of names and the list of rounds."""

    names: Names
    rounds: Rounds
    _judged: dict[tuple[str, str, str, str, bool, bool], Judged] = field(
        default_factory=dict, repr=False, compare=False
    )
    _called: dict[tuple[str, str], Benchmark] = field(default_factory=dict, repr=False, compare=False)

    def measured(self, row: Mapping[str, Any]) -> Measured:
        """A row of a round's `results` in canonical words."""
        raw = (row["benchmark_raw"], row["scenario"])
        if raw not in self._called:
            self._called[raw] = self.names.benchmark(*raw)
        found = self._called[raw]
        where = (
            row["result_id"],
            row["system_id"],
            row["round"],
            row["division"],
            found.name,
            found.scenario or raw[1],
        )
        return Measured(*where, row["value"], row["unit"], row["source"] != "compiled", bool(row.get("doubt")))

    def expected(self, benchmark: str, scenario: str, round_name: str) -> str | None:
        """The unit that MLCommons publishes it in; None for benchmarks and scenarios that no rule is about."""
        facts = self.names.benchmarks.get(benchmark)
        if facts is None:
            return None
        own = [
            row["published"] for row in self._rows(benchmark, scenario, round_name) if row["logged"] == row["published"]
        ]
        if own:
            return own[0]
        if scenario in _ONE_BY_ONE:
            rules = self.rounds.record(round_name).rules
            if scenario == Scenario.MULTI_STREAM and rules is not None and rules.multistream == "streams":
                return STREAMS.unit
            return facts["latency_unit"] or LATENCY.unit
        if scenario not in (Scenario.OFFLINE, *_QUEUED):
            return None
        if self.names.counts_tokens(benchmark, scenario, lambda first: self.rounds.has_reached(round_name, first)):
            return TOKENS.unit
        return SAMPLES.unit if scenario == Scenario.OFFLINE else QUERIES.unit

    def judge(self, result: Measured) -> Judged:
        """The unit of one result by the rules alone. A unit that none of them explains stays, with a doubt."""
        is_open = result.division == Division.OPEN
        key = (result.benchmark, result.scenario, result.round, result.unit, result.is_log, is_open)
        if key not in self._judged:
            self._judged[key] = self._judge(*key)
        return self._judged[key]

    def _judge(self, benchmark: str, scenario: str, round_name: str, unit: str, is_log: bool, is_open: bool) -> Judged:
        for row in self._rows(benchmark, scenario, round_name):
            is_about = not (is_log and row.get("sources") == RECORDS)
            if is_about and row["logged"] == unit != row["published"]:
                return Judged(row["published"], row["reason"])
        expected = self.expected(benchmark, scenario, round_name)
        if expected is None or expected == unit:
            return Judged(unit)
        if {expected, unit} <= _SAMPLES:
            return Judged(expected, f"{scenario} is published in {expected}; a query of it is one sample")
        if {expected, unit} <= _SECONDS:
            return Judged(expected, f"latencies of {benchmark} are published in {expected}")
        if is_log and self.rounds.record(round_name).rules is None:
            return Judged(unit)  # a house round that names no rules is read by what each log says
        if is_open and not self.names.is_unit_known(benchmark, unit):
            return Judged(unit)  # the open division counts what it likes; the coverage page lists the word
        said = f"in {unit}, where {benchmark} {scenario} is published in {expected}"
        return Judged(unit, doubt=said)

    def judge_all(self, results: Iterable[Measured]) -> dict[str, Judged]:
        """The unit of each result, by its ID. A correction to tokens that the size beside Server denies is none.

        Nor is one to a unit in which the value is too large or too small for a number.
        """
        listed = list(results)
        found = {result.result_id: self._held(result) for result in listed}
        denied = misfits(listed, found)
        for result in listed:
            judged = found[result.result_id]
            if result.result_id in denied and judged.source is not None and judged.unit == TOKENS.unit:
                said = (
                    f"in {result.unit}; published in {judged.unit}, but too few for tokens beside "
                    "another scenario of the same system"
                )
                found[result.result_id] = Judged(result.unit, doubt=said)
        return found

    def _held(self, result: Measured) -> Judged:
        """The unit by the rules, where the value in it is a number; else the unit that was logged, with a doubt."""
        judged = self.judge(result)
        value = in_unit(result.value, result.unit, judged.unit)
        if isfinite(value) and (value or not result.value):
            return judged
        return Judged(result.unit, doubt=f"{result.value:g} {result.unit}, which is no figure in {judged.unit}")

    def _rows(self, benchmark: str, scenario: str, round_name: str) -> Iterator[Mapping[str, str]]:
        for row in self.names.units:
            is_about = row["benchmark"] == benchmark and row["scenario"] in ("", scenario)
            if is_about and self.rounds.lies_within(round_name, row["from_round"], row["to_round"]):
                yield row


def misfits(results: Iterable[Measured], judged: dict[str, Judged]) -> dict[str, Misfit]:
    """Results of records whose size beside another scenario of the same system and benchmark cannot be, by their IDs.

    Both of a pair are named where both are records: nobody can say from these two which of them is wrong. A result
    that is doubted already is no yardstick.
    """
    systems: dict[tuple[str, str], list[Measured]] = defaultdict(list)
    for result in results:
        if judged[result.result_id].doubt is None and not result.is_doubted and result.value > 0:
            systems[result.system_id, result.benchmark].append(result)
    found: dict[str, Misfit] = {}
    for group in systems.values():
        for offline in (result for result in group if result.scenario == Scenario.OFFLINE):
            for other in (result for result in group if result is not offline):
                for one, misfit in _contradiction(offline, other, judged):
                    found.setdefault(one, misfit)
    return found


def _contradiction(offline: Measured, other: Measured, judged: dict[str, Judged]) -> list[tuple[str, Misfit]]:
    """The records of a pair that contradict each other, none where they do not."""
    if offline.is_log and other.is_log:
        return []
    here, there = (_as_published(one, judged[one.result_id].unit) for one in (offline, other))
    bounds = _bounds(here, there)
    if bounds is None:
        return []
    ratio, least, most = bounds
    if least <= ratio <= most:
        return []
    away = min(max(ratio / most, least / ratio if ratio else inf), MOST_AWAY)
    said = {offline.result_id: (here, there, other), other.result_id: (there, here, offline)}
    return [
        (one.result_id, Misfit(away, _words(*said[one.result_id][:2], ratio), said[one.result_id][2].result_id))
        for one in (offline, other)
        if not one.is_log
    ]


def _as_published(result: Measured, unit: str) -> Measured:
    return replace(result, value=in_unit(result.value, result.unit, unit), unit=unit)


def _bounds(offline: Measured, other: Measured) -> tuple[float, float, float] | None:
    """The ratio of the two and what it may be at the least and the most; None for what is not comparable."""
    if other.scenario in _QUEUED:
        ratio = offline.value / other.value
        if (offline.unit, other.unit) == (TOKENS.unit, TOKENS.unit) or {offline.unit, other.unit} <= _SAMPLES:
            return ratio, LEAST_OFFLINE, MOST_OFFLINE[Scenario(other.scenario)]
        if offline.unit == TOKENS.unit and other.unit in _SAMPLES:
            return ratio, LEAST_TOKENS, inf
    if other.scenario in _ONE_BY_ONE and offline.unit in _SAMPLES and other.unit in _SECONDS:
        per_second = 1000.0 if metric_of_unit(other.unit) == LATENCY else 1.0
        return offline.value * other.value / per_second, *SAMPLES_IN_WORK
    return None


def _words(one: Measured, other: Measured, ratio: float) -> str:
    beside = f"{one.value:,.6g} {one.unit} beside {other.scenario}'s {other.value:,.6g} {other.unit} of the same system"
    if {one.scenario, other.scenario} & set(_ONE_BY_ONE):
        return f"{beside}: one of the two units cannot be so"
    queued = other.scenario if one.scenario == Scenario.OFFLINE else one.scenario
    return f"{beside}: Offline would be {told(ratio)} times {queued}"
