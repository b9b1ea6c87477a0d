"""The power analyzer's samples, `spl.txt`: one line per sample, `Time,STAMP,Watts,VALUE,...`."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from lib.ingest.problem import Problem

_STAMP = "%m-%d-%Y %H:%M:%S.%f"
_EPOCH = datetime(1970, 1, 1)
# The value is the whole cell of the name `Watts` before any single channel's (`Ch1,Watts,...`): a further cell that
# begins like a number would be the rest of one with a mark between thousands, or a decimal comma.
_SAMPLE = re.compile(
    rb"^Time,(\d{1,2}-\d{1,2}-\d{4}) ([01]?\d|2[0-3]):([0-5]?\d):([0-5]?\d\.\d{1,6}),"
    rb"(?:(?!Watts,|Ch\d)[A-Za-z][^,\r\n]{0,40},[^,\r\n]{0,40},){0,8}"
    rb"Watts,([-+]?\d{1,12}(?:\.\d{0,12})?(?:[eE][-+]?\d{1,2})?)(?:,(?![-+.\t ]{0,3}\d)[^\r\n]*)?\r?$",
    re.MULTILINE,
)
_EXPECTED = "expected 'Time,03-18-2021 23:21:00.842,Watts,123.4,...'"
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


@lru_cache(1024)  # a run's two stamps are asked for several times
def parse_stamp(text: str) -> int | None:
    """Microseconds since 1970 of a stamp such as `03-08-2021 00:00:05.233`, None when it is none."""
    try:
        passed = datetime.strptime(text.strip(), _STAMP) - _EPOCH
    except ValueError:
        return None
    return passed.days * _DAY_US + passed.seconds * 1_000_000 + passed.microseconds


def parse_power(data: bytes, path: str) -> PowerSamples | Problem:
    """The samples of one `spl.txt`, in the file's order.

    A Problem when it holds none, or a line that is no sample: a mean of the others would be of another time, and what
    cannot be read may be what counts. MLCommons' checker reads every line, too.
    """
    data = data.removeprefix(b"\xef\xbb\xbf")
    samples = _SAMPLE.findall(data)
    known = {day: _day(day) for day in {cells[0] for cells in samples}}
    if None in known.values() or len(samples) != _lines(data) or _is_cut(data):
        refused = _refused(data, path)
        if refused is not None:
            return refused
    if not samples:
        return Problem("error", path, 1, f"no power samples; {_EXPECTED}")
    days, hours, minutes, seconds, watts = zip(*samples, strict=True)
    clock = (_numbers(hours) * 60 + _numbers(minutes)) * 60_000_000 + _numbers(seconds) * 1_000_000
    times = np.array([known[day] for day in days], dtype=np.int64) + np.rint(clock).astype(np.int64)
    return PowerSamples(times, _numbers(watts))


def _lines(data: bytes) -> int:
    data = data.rstrip()
    return data.count(b"\n") + 1 if data else 0


def _is_cut(data: bytes) -> bool:
    """Whether the file may end within a value: its last line stops at the fourth cell, and the first one goes on."""
    last = data[data.rfind(b"\n") + 1 :]
    return bool(last) and last.count(b",") <= 3 < data.partition(b"\n")[0].count(b",")


def _refused(data: bytes, path: str) -> Problem | None:
    """The first line that is no sample, and how many are not; blank lines are passed over."""
    bad: list[tuple[int, bytes]] = []
    for number, line in enumerate(io.BytesIO(data), 1):
        found = _SAMPLE.fullmatch(line.removesuffix(b"\n"))
        if line.strip() and (found is None or _day(found[1]) is None or (not line.endswith(b"\n") and _is_cut(data))):
            bad.append((number, line[:60]))
    if not bad:
        return None
    number, line = bad[0]
    more = f" (and {len(bad) - 1} more lines)" if len(bad) > 1 else ""
    said = f"power left out: {line.decode('utf-8', 'replace').strip()!r} is no sample{more}; {_EXPECTED}"
    return Problem("error", path, number, said)


def _numbers(cells: tuple[bytes, ...]) -> npt.NDArray[np.float64]:
    return np.array(cells, dtype=np.bytes_).astype(np.float64)


def _day(text: bytes) -> int | None:
    return parse_stamp(f"{text.decode()} 00:00:00.0")
