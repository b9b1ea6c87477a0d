"""Each result beside its submitter's own of the last round before, with the same hardware."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pandas as pd

from lib.findings.frames import joined, known
from lib.names.software import layers

_SELF = [
    "organisation",
    "division",
    "accelerator",
    "accelerator_variant",
    "accelerators",
    "nodes",
    "mig",
    "power_mode",
    "host",
    "serving_layer",
    "benchmark",
    "scenario",
    "unit",
    "era",
    "inferred",
    "is_of_edge",
]
_OF_MACHINE = ["base_name", "cpu", "cpus_per_node"]
_MACHINE = [*_SELF, *_OF_MACHINE]
# A machine's model: a word of four or more that has both letters and digits.
_MODEL = re.compile(r"\b(?=[a-z0-9]*[a-z])(?=[a-z0-9]*\d)[a-z0-9]{4,}\b")


def changes(results: pd.DataFrame) -> pd.DataFrame:
    """The results beside those of the last round before: `former` is the position of the earlier one, `change` the log
    of the new speed over it and `is_same_machine` whether it is the same machine with the same processors; by position.

    A machine is held against itself; what was in no round before, against its submitter's best with as many of the same
    accelerators. Of several kinds of accelerators, or of an unknown number, nobody knows whether they are the same.
    """
    has = results["accelerator"].notna()
    results = results[~results["is_mixed"] & (~has | results["accelerators"].notna())]
    # An accelerator does the work; without one the host does.
    host = joined(results, ("cpu", "cpus_per_node")).where(results["accelerator"].isna(), "")
    told = results.assign(
        at=results.index,
        host=host,
        is_of_edge=[bool(known(edge)) and not known(center) for edge, center in _suites(results)],
        serving_layer=results["serving"].map(layers, na_action="ignore"),
    ).sort_values(["log_speed", "result_id"])
    own, like = _since(_MACHINE, told), _since(_SELF, told)
    other = like[~like.index.isin(own.index)]
    ends = [
        list(zip(*(results[name].loc[at] for name in _OF_MACHINE), strict=True))
        for at in (other.index, other["former"])
    ]
    is_same = [_is_one_machine(*pair) for pair in zip(*ends, strict=True)]
    return pd.concat([own.assign(is_same_machine=True), other.assign(is_same_machine=is_same)]).sort_index()


def _is_one_machine(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    """Whether two rounds mean one machine: the same processors, and names of which one has the other's model."""
    return [known(part) for part in one[1:]] == [known(part) for part in other[1:]] and is_one_model(one[0], other[0])


def is_one_model(one: object, other: object) -> bool:
    """Whether two names of machines share a word of letters and digits, spelled apart or together.

    >>> is_one_model("acmese350", "acme think se350 server"), is_one_model("acme se350", "acme se450")
    (True, False)
    """
    names = [str(known(name) or "").casefold() for name in (one, other)]
    squeezed = [re.sub(r"[\W_]+", "", name) for name in names]
    return (bool(squeezed[0]) and squeezed[0] == squeezed[1]) or any(
        word in squeezed[1 - side] for side in (0, 1) for word in _MODEL.findall(names[side])
    )


def _suites(results: pd.DataFrame) -> Iterator[tuple[object, object]]:
    return zip(results["is_edge"], results["is_datacenter"], strict=True)


def _since(alike: list[str], told: pd.DataFrame) -> pd.DataFrame:
    """The best result of each machine and round beside the best of the last round before, among those alike in some
    columns."""
    group = told.groupby(alike, sort=True, dropna=False).ngroup()
    machines = told.assign(group=group).drop_duplicates([*_MACHINE, "round"], keep="last")
    best = machines.drop_duplicates(["group", "round"], keep="last").sort_values(["round_order", "result_id"])
    told_before = best[["at", "log_speed"]]
    any_before = told_before.groupby(best["group"]).shift()
    # What was measured at home says nothing against a published result.
    published = told_before.where(best["is_published"]).groupby(best["group"]).ffill().groupby(best["group"]).shift()
    before = any_before.where(~best["is_published"], published)
    earlier = best.assign(former=before["at"], speed_before=before["log_speed"])
    met = machines.merge(earlier[["group", "round", "former", "speed_before"]], on=["group", "round"]).set_index("at")
    met = met.assign(change=met["log_speed"] - met["speed_before"])
    return met.loc[met["former"].notna(), ["system_id", "model", "former", "change"]].rename_axis(None)
