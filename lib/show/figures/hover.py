"""What a bar of a ranking says on hover: everything that its label has no room for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lib.query.remarks import BETWEEN
from lib.show.wording import DERIVED, OTHER_COUNT, exact, hardware, plotly, shortened, system_label


def hover(row: Mapping[str, Any], unit: str, per: str) -> str:
    """A row's hover, made harmless: name, hardware, the value with every digit, software, target, and all remarks.

    `unit` is that of `shown`; `per` what the value is divided by, `system` where by nothing.
    """
    lines = [
        f"<b>{plotly(system_label(row))}</b>",
        plotly(shortened(hardware(row), 110)),
        f"{exact(row['shown'])} {plotly(unit)}",
    ]
    if per != "system":
        lines.append(f"{exact(row['value'])} {plotly(row['unit'])} in all; {DERIVED}")
    lines += [plotly(shortened(text, 110)) for text in (row["framework"], row["serving"]) if text]
    if row["target_qps"] is not None and row["scenario"] in ("Server", "Interactive"):
        lines.append(f"target {exact(row['target_qps'])} queries/s")
    if row["is_inferred"]:
        lines.append("inferred from another scenario's run")
    if row.get("count_note"):
        lines += [
            f"{OTHER_COUNT} not as declared: {plotly(shortened(note, 90))}" for note in row["count_note"].split(BETWEEN)
        ]
    if row.get("unit_source"):
        lines.append(f"another unit than logged: {plotly(shortened(row['unit_source'], 110))}")
    return "<br>".join(lines)
