"""Draw marks of the default view at random, for the review by hand in docs/anomaly-review.md.

python -m tests.findings.draw_anomalies [--data data] [--seed 20261125] [--number 60]
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path

import duckdb


def draw(database: Path, seed: int, number: int) -> list[tuple[str, str, str, str, str]]:
    """(anomaly_id, round, kind, finding, evidence) of marks drawn without replacement, in the order drawn."""
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(
            "select anomaly_id, round, kind, finding, evidence from anomalies where is_default order by anomaly_id"
        ).fetchall()
    return random.Random(seed).sample(rows, min(number, len(rows)))


def main() -> None:
    """Print what was drawn, with what the files say."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("data"))
    parser.add_argument("--seed", type=int, default=20261125)
    parser.add_argument("--number", type=int, default=60)
    call = parser.parse_args()
    name = (call.data / "current").read_text("utf-8").strip()
    for at, (anomaly, label, kind, finding, text) in enumerate(draw(call.data / name, call.seed, call.number), 1):
        evidence = json.loads(text)
        print(f"{at}. {anomaly} ({label}, {kind})\n   {finding}")
        for key in ("known", "likely"):
            print(*(f"   {key}: {sentence}" for sentence in evidence[key]), sep="\n")


if __name__ == "__main__":
    main()
