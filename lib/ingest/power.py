"""The power analyzer's samples, `spl.txt`: one line per sample, `Time,STAMP,Watts,VALUE,...`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from lib.ingest.problem import Problem
from lib.ingest.values import number_or_none

_STAMP = "%m-%d-%Y %H:%M:%S.%f"


@dataclass(frozen=True)
class PowerSamples:
    """Watts by time; times are seconds on the analyzer's clock, without a time zone."""

    seconds: npt.NDArray[np.float64]
    watts: npt.NDArray[np.float64]

    def mean_between(self, begin: float, end: float) -> float | None:
        """The mean of the positive samples strictly between two times, as MLCommons' checker takes it.

        None when there is none. Source: submission_checker.py, get_power_metric.
        """
        inside = self.watts[(self.seconds > begin) & (self.seconds < end) & (self.watts > 0)]
        return float(sum(inside.tolist()) / len(inside)) if len(inside) else None


def parse_stamp(text: str) -> float | None:
    """Seconds of a stamp such as `03-08-2021 00:00:05.233`, None when it is none."""
    try:
        return (datetime.strptime(text.strip(), _STAMP) - datetime(1970, 1, 1)).total_seconds()
    except ValueError:
        return None


def parse_power(data: bytes, path: str) -> PowerSamples | Problem:
    """The samples of one `spl.txt`; a Problem names the first line that is none when no line is one."""
    seconds: list[float] = []
    watts: list[float] = []
    bad = 0
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), 1):
        if not line.startswith("Time"):
            continue
        cells = line.split(",", 4)
        stamp = parse_stamp(cells[1]) if len(cells) > 3 else None
        value = number_or_none(cells[3]) if len(cells) > 3 else None
        if stamp is None or value is None:
            bad = bad or number
            continue
        seconds.append(stamp)
        watts.append(value)
    if not seconds:
        return Problem("error", path, bad, "no power samples; expected lines 'Time,STAMP,Watts,VALUE,...'")
    return PowerSamples(np.array(seconds), np.array(watts))
