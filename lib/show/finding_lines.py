"""What a finding's figure shows: its members within their fields, and its two ends where they meet in one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log
from typing import Any

from lib.findings.evidence import Difference, Evidence, Gap
from lib.findings.rules import CLOSE_TO_BOUND, DESCRIPTION, IDENTICAL, UNIT
from lib.show.figures.field import Dot, Line, Tie
from lib.show.wording import exact, number, plotly, shortened, system_label, times

LONGEST_BELOW = 12  # letters of a name below a dot; a longer one stands in the legend alone
LONGEST = 38  # letters of a name in the legend, on a telephone
_FEW = 3  # so many members of one field are named
_APART = 1.1  # from a tenth on two ends are drawn as apart; nearer, they are together
# Kinds whose ratio says nothing of how far two numbers are apart.
_WITHOUT_RATIO = {rule.kind for rule in (DESCRIPTION, IDENTICAL, CLOSE_TO_BOUND, UNIT)}
_SAME = 1.01  # a ratio so near to that of the values is theirs
Row = Mapping[str, Any]


def headline(anomaly: Row) -> str:
    """A finding in a line: how far it is apart, where its kind has such a ratio, and what it is about."""
    has_ratio = anomaly["kind"] not in _WITHOUT_RATIO
    return f"{times(anomaly['ratio'])} · {anomaly['title']}" if has_ratio else str(anomaly["title"])


def line_of(row: Row) -> str:
    """The line that a result stands on: its field, of which a finding's round and division are one."""
    return f"{row['benchmark']} {row['scenario']} ({row['unit']}, {row['system_type']})"


def fields_of(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """The results of each field, in the order of lines: those with members of the finding first."""
    found: dict[str, list[Row]] = {line_of(row): [] for row in rows if row["is_about"]}
    for row in rows:
        found.setdefault(line_of(row), []).append(row)
    return found


def lines(rows: Sequence[Row], evidence: Evidence) -> list[Line]:
    """The lines of a finding: `rows` are of `findings.field_of_anomaly`.

    Where the finding has two ends that meet in fields, a line for each such field, once for a system of both types;
    else a line for each field with members.
    """
    fields = fields_of(rows)
    met = [found for gap in _worst_first(evidence) if (found := _met(gap, fields, evidence))]
    return met or [_whole(own, len({row["system_type"] for row in rows}) > 1) for own in fields.values()]


def _worst_first(evidence: Evidence) -> list[Gap]:
    return sorted(evidence.gaps, key=lambda gap: -gap.ratio)


def _met(gap: Gap, fields: Mapping[str, list[Row]], evidence: Evidence) -> Line | None:
    """The first field in which both ends of a gap stand."""
    for own in fields.values():
        ends = {row["result_id"]: row for row in own if row["result_id"] in (gap.faster, gap.slower)}
        if len(ends) == 2:
            return _tied(own, ends[gap.faster], ends[gap.slower], gap, evidence)
    return None


def _tied(own: Sequence[Row], faster: Row, slower: Row, gap: Gap, evidence: Evidence) -> Line:
    is_turned = _system(gap.faster) != _system(str(evidence.faster))
    said = (
        f"{number(faster['value'])} against {number(slower['value'])} {faster['unit']}, "
        f"ranks {_rank(own, faster)} and {_rank(own, slower)} of {len(own)}"
    )
    if gap.faster == evidence.faster and gap.slower == evidence.slower:
        said += "".join(f"; {_latencies(item)}" for item in evidence.differences if item.role == "latency")
    rest = [row for row in own if row not in (faster, slower)]
    return Line(
        f"{faster['benchmark']} {faster['scenario']}",
        said,
        others=tuple(_dot(row) for row in rest if row["role"] is None),
        beside=tuple(_dot(row) for row in rest if row["role"] is not None and not row["is_about"]),
        about=tuple(_dot(row) for row in rest if row["is_about"]),
        tie=Tie(_dot(faster, True), _dot(slower, True), _apart(gap, faster, slower), gap.ratio >= _APART, is_turned),
    )


def _latencies(item: Difference) -> str:
    """Both latencies, their bound once where it is one."""
    first, second = item.first or "", item.second or ""
    bound = first.partition(" of ")[2]
    return f"{item.field} {first.removesuffix(f' of {bound}') if second.endswith(bound) else first} and {second}"


def _apart(gap: Gap, faster: Row, slower: Row) -> str:
    """The ratio; it is one of speeds per accelerator where the values' own is another one."""
    own = faster["value"] / slower["value"]
    is_own = abs(log(max(own, 1 / own)) - log(gap.ratio)) < log(_SAME)
    return times(gap.ratio) if is_own else f"{times(gap.ratio)} per accelerator"


def _whole(own: Sequence[Row], has_types: bool) -> Line:
    """A field with the members of a finding that has no two ends in it."""
    first, about = own[0], [row for row in own if row["is_about"]]
    told = [f"{number(row['value'])} {row['unit']}, rank {_rank(own, row)} of {len(own)}" for row in about[:_FEW]]
    words = "; ".join(told) if len(about) <= _FEW else f"{len(about)} of {len(own)} results"
    return Line(
        f"{first['benchmark']} {first['scenario']}{', ' + first['system_type'] if has_types else ''}",
        words or f"{len(own)} results, in {first['unit']}",
        others=tuple(_dot(row) for row in own if row["role"] is None),
        beside=tuple(_dot(row) for row in own if row["role"] is not None and not row["is_about"]),
        about=tuple(_dot(row, len(about) <= 1) for row in about),
    )


def _system(result_id: str) -> str:
    return result_id.rsplit("/", 2)[0]


def _rank(own: Sequence[Row], row: Row) -> int:
    return 1 + sum(bool(other["share"] > row["share"]) for other in own)


def _dot(row: Row, is_named: bool = False) -> Dot:
    name = called(row)
    hover = f"<b>{plotly(system_label(row))}</b><br>{exact(row['value'])} {plotly(row['unit'])}"
    return Dot(row["share"], hover, name if is_named and len(name) <= LONGEST_BELOW else "")


def called(row: Row) -> str:
    """An entry in few letters: its public ID, else its system's name or platform, shortened in the middle."""
    return str(row["public_id"] or shortened(str(row["system_name"] or row["platform"]), LONGEST))
