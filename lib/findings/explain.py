"""Why two results differ: what is unlike, how often that came with a gap elsewhere, what the files cannot tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lib.findings import words
from lib.findings.causes import Ends, Said, causes, likely
from lib.findings.evidence import Difference, Evidence, Gap
from lib.findings.frames import Facts, known
from lib.findings.latencies import Margin, judged
from lib.findings.pairs import Pairs
from lib.findings.precedents import Precedents
from lib.findings.rules import SCHEDULED
from lib.findings.suspects import ordered
from lib.findings.unlike import PARAMETERS, Contrast, Unlike

__all__ = ["Contrast", "Explainer"]
_LONGEST_NAME = 24  # a longer one stands at a sentence's end, not in its midst


class Explainer:
    """Compares entries; reads each one's descriptions once."""

    def __init__(self, facts: Facts, pairs: Pairs, precedents: Precedents) -> None:
        self._results = facts.results
        self._p99 = facts.runs["latency_p99_ns"].to_dict()
        self._margins = judged(facts.results, facts.runs)
        parameters = facts.runs[list(PARAMETERS)].itertuples(name=None) if len(facts.runs) else ()
        self._parameters = {str(row[0]): row[1:] for row in parameters}
        self._unlike = Unlike(facts, pairs, precedents, self._parameters)
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
        """All that is unlike, what could be the cause first; the first value is the faster one's."""
        found = self._unlike.differences(of, self.rows[of.faster], self.rows[of.slower])
        return ordered([*found, *self._latencies(of)])

    def causes(self, differences: Sequence[Difference], of: Contrast, ends: tuple[str, str] | None = None) -> Said:
        """Why the two differ, in words. `ends` call the slower and the faster one where they are no twins."""
        both = (self.rows[of.faster], self.rows[of.slower])
        layers = (known(both[0].serving), known(both[1].serving))
        if ends:
            sizes = tuple(known(row.accelerators) for row in both)
            is_unlike = all(sizes) and sizes[0] != sizes[1]
            return causes(
                differences, Ends(*ends, layers, (int(sizes[0]), int(sizes[1])) if is_unlike else None, False)
            )
        _, name = words.names(both)
        called = f"the slower one, {name}," if len(name) <= _LONGEST_NAME else "the slower one"
        return causes(differences, Ends(called, "the faster one", layers))

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
        return known(values[PARAMETERS.index(field)]) if values else None

    def is_scheduled(self, at: int) -> bool:
        """Whether a result is the rate that its run was asked for."""
        target, row = self.parameter(at, "target_qps"), self.rows[at]
        return bool(target) and row.scenario == "Server" and abs(row.value / target - 1) < SCHEDULED

    def latency(self, at: int) -> tuple[float, float] | None:
        """The 99th percentile of a Server run and the bound that it kept, in ms; None where the log lacks one."""
        bound, row = self.parameter(at, "target_latency_ns"), self.rows[at]
        if not bound or row.scenario != "Server" or row.result_id not in self._p99:
            return None
        latency = known(self._p99[row.result_id])
        return (latency / 1e6, bound / 1e6) if latency and latency <= bound else None

    def _latencies(self, of: Contrast) -> list[Difference]:
        """What both runs took of the time that they were allowed, by each latency that both were judged by."""
        return [
            Difference("run", f"{one.measure}, p{one.percentile}", _taken(one), _taken(other), role="latency")
            for one, other in self._both_judged(of)
        ]

    def _both_judged(self, of: Contrast) -> list[tuple[Margin, Margin]]:
        one, other = (
            {(margin.measure, margin.percentile): margin for margin in self._margins.get(at, ())}
            for at in (of.faster, of.slower)
        )
        return [(one[key], other[key]) for key in one if key in other]

    def _known(self, of: Contrast) -> tuple[str, ...]:
        faster, slower = self.rows[of.faster], self.rows[of.slower]
        called = words.names((faster, slower))
        told = [
            f"{faster.benchmark} {faster.scenario}: {called[0]} {words.quantity(faster)}, {called[1]} "
            f"{words.quantity(slower)}."
        ]
        if self.is_scheduled(of.faster) and self.is_scheduled(of.slower):
            asked = " and ".join(words.number(self.parameter(at, "target_qps")) for at in (of.faster, of.slower))
            told.append(
                f"Both results are the rate that LoadGen was asked for ({asked} queries/s): the entries differ "
                "first of all in their targets."
            )
        return (*told, *self._answered(of, called))

    def _answered(self, of: Contrast, called: Sequence[str]) -> list[str]:
        """How much of the allowed time both used, or the slower one where the other's log does not say."""
        both = self._both_judged(of)
        alone = [] if both else self._margins.get(of.slower, [])
        return [
            *(_at_percentile(one, f"{called[0]}, {_taken(other)} for {called[1]}") for one, other in both),
            *(_at_percentile(one, called[1]) for one in alone),
        ]

    def _unknown(self, of: Contrast, differences: Sequence[Difference]) -> tuple[str, ...]:
        told = []
        if self.is_scheduled(of.slower):
            told.append("Why the lower target was chosen, and whether the slower entry would have held a higher one.")
        if not any(item.source in ("software", "run") for item in differences):
            told.append("The descriptions and the runs' parameters name no difference in software or numerics.")
        return (*told, "Batch sizes, instances and other settings of the software are not in these tables.")


def _at_percentile(margin: Margin, whose: str) -> str:
    return f"{margin.measure.capitalize()} at the {margin.percentile}th percentile: {_taken(margin)} for {whose}."


def _taken(margin: Margin) -> str:
    return f"{margin.latency_ms:,.2f} of {margin.bound_ms:,.2f} ms"
