"""The small data with what must be marked: doubted results, counts that are not the declared ones, flags and units."""

from __future__ import annotations

from pathlib import Path

from tests.query import small

DOUBT = "its summary says <b>330</b>, its detail log [331](http://evil.example) $x$ %{y}"
OFFLINE = "round=v1.0&division=closed&benchmark=resnet50&scenario=Offline"
DOUBTED = "v1.0/closed/Mixed/two"
BOTH = "v1.0/closed/Bare/nothing"
INVALID = "v1.0/closed/Gamma/t4"
COUNTED = "v1.0/closed/Count/box_7xA100"
_CHANGED = {
    (DOUBTED, "resnet50", "Offline"): {"doubt": DOUBT},
    (BOTH, "resnet50", "Offline"): {"doubt": "two result lines", "is_valid": False},
    ("v1.0/closed/Beta/four", "3d-unet-99", "Offline"): {"doubt": "two result lines"},
}
_COUNTED = {
    **small.A100,
    **small.EPYC,
    "accelerators_per_node": 8,
    "cpus_per_node": 40,
    "cores_per_cpu_declared": 48,
    "cores_declared_raw": "48",
    "system_name": "Box 7x A100",
}


def folder(to: Path) -> Path:
    """The small data, of which three results are doubted, and one more entry: 7 accelerators by its names, 8 declared;
    its latency is published in seconds, and the checker calls its Offline result inferred."""
    results = [(*row[:5], {**row[5], **_CHANGED.get(row[:3], {})}) for row in small.RESULTS]
    counted = [
        (COUNTED, "resnet50", "Offline", 700.0, "Samples/s", {"checker_inferred": True}),
        (COUNTED, "wan-2.2-t2v-a14b", "SingleStream", 20897.5, "ms", {}),
    ]
    return small.build(small.write(to, {**small.SYSTEMS, COUNTED: _COUNTED}, [*results, *counted]))
