"""The power analyzer's samples, `spl.txt`: one line per sample, `Time,STAMP,Watts,VALUE,...`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from lib.ingest.problem import Problem

_STAMP = "%m-%d-%Y %H:%M:%S.%f"
_EPOCH = datetime(1970, 1, 1)
_SAMPLE = re.compile(
    rb"^Time,(\d{1,2}-\d{1,2}-\d{4}) (\d{1,2}):(\d{1,2}):(\d{1,2}\.\d{1,6}),"
    rb"[^,\n]{0,40},([-+]?\d{1,12}(?:\.\d{0,12})?(?:[eE][-+]?\d{1,2})?)",
    re.MULTILINE,
)
_DAY_US = 86_400_000_000


@dataclass(frozen=True)
class PowerSamples:
    """Watts by time; times are microseconds on the analyzer's clock, without a time zone."""

    times_us: npt.NDArray[np.int64]
    watts: npt.NDArray[np.float64]

    def mean_between(self, begin_us: int, end_us: int, is_positive: bool = True) -> float | None:
        """The mean watts strictly between two times: of the positive samples alone, or of all.

        None when there is none. Source: get_power_metric of MLCommons' submission checker, which averages all samples
        up to v2.0 and the positive ones from v2.1.
        """
        inside = self.watts[(self.times_us > begin_us) & (self.times_us < end_us)]
        inside = inside[inside > 0] if is_positive else inside
        return float(sum(inside.tolist()) / len(inside)) if len(inside) else None


def parse_stamp(text: str) -> int | None:
    """Microseconds since 1970 of a stamp such as `03-08-2021 00:00:05.233`, None when it is none."""
    try:
        passed = datetime.strptime(text.strip(), _STAMP) - _EPOCH
    except ValueError:
        return None
    return passed.days * _DAY_US + passed.seconds * 1_000_000 + passed.microseconds


def parse_power(data: bytes, path: str) -> PowerSamples | Problem:
    """The samples of one `spl.txt`, in the file's order; a Problem when it holds none."""
    samples = _SAMPLE.findall(data)
    known = {day: _day(day) for day in {cells[0] for cells in samples}}
    samples = [cells for cells in samples if known[cells[0]] is not None]
    if not samples:
        return Problem("error", path, 1, "no power samples; expected lines 'Time,STAMP,Watts,VALUE,...'")
    days, hours, minutes, seconds, watts = zip(*samples, strict=True)
    clock = (_numbers(hours) * 60 + _numbers(minutes)) * 60_000_000 + _numbers(seconds) * 1_000_000
    times = np.array([known[day] for day in days], dtype=np.int64) + np.rint(clock).astype(np.int64)
    return PowerSamples(times, _numbers(watts))


def _numbers(cells: tuple[bytes, ...]) -> npt.NDArray[np.float64]:
    return np.array(cells, dtype=np.bytes_).astype(np.float64)


def _day(text: bytes) -> int | None:
    return parse_stamp(f"{text.decode()} 00:00:00.0")
