"""The power that a result record states, beside its result or in a row of its own, and when two figures are one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from lib.ingest.parsers.figures import are_equal
from lib.ingest.problem import Problem
from lib.ingest.records import Round
from lib.names.values import significant_digits, text_or_none
from lib.vocabulary import Scenario

_WATTS = {"watts", "w"}
_MILLIJOULES = {"millijoules": 1, "mj": 1, "joules": 1000, "j": 1000}
_FEWEST_DIGITS = 3  # by which the coarser of two numbers is known to 1%
_PER_QUERY = (Scenario.SINGLE_STREAM, Scenario.MULTI_STREAM)


def is_of_power(unit: str) -> bool:
    """Whether a result in this unit is no result, but the power of another row's."""
    return unit.lower() in _WATTS | _MILLIJOULES.keys()


def take_own_power(row: dict[str, Any], unit: str, into: Round, path: str, number: int) -> None:
    """Make a row of its own hold nothing but power: its result is the power where no other word says it."""
    value, power = row["value"], row["power"]
    row["value"] = None
    if value is None:
        row["power_unit"] = row["power_unit"] or unit
        return
    is_of_value = power is None or row["is_checkers_power"]
    row["power_unit"] = unit if is_of_value else row["power_unit"] or unit
    row["power"] = value if is_of_value else power
    if power is not None and not is_same_number(value, power):
        said = f"a row of power whose result is {value!r} {unit} and whose power {power!r}"
        into.problems.append(Problem("warning", path, number, f"{said}; {row['power']!r} is taken"))


def power_of(row: dict[str, Any]) -> tuple[float | None, str | None]:
    """A record's power in watts, or in millijoules per query, and the unit; another unit stays as it is written.

    Without a unit the scenario tells. The checkers of v1.0 and v1.1 wrote the column `power`: 0 for none, watts in
    Offline and Server, joules per query in SingleStream, and joules per SAMPLE in MultiStream (check_power_dir), whose
    published value is the number of samples in a query. They wrote no unit; where one is stated, it counts.
    """
    power, unit = row["power"], text_or_none(row["power_unit"])
    if power is None:
        return None, None
    if row["is_checkers_power"] and unit is None:
        unit = "joules" if row["scenario"] in _PER_QUERY else "Watts"
        if row["scenario"] == Scenario.MULTI_STREAM:
            return (_times(power, row["value"], 1000), "millijoules") if row["value"] else (None, None)
    word = (unit or ("millijoules" if row["scenario"] in _PER_QUERY else "Watts")).lower()
    if word in _WATTS:
        return power, "Watts"
    return (_times(power, _MILLIJOULES[word]), "millijoules") if word in _MILLIJOULES else (power, unit)


def _times(*numbers: float) -> float:
    """A product in decimal, so that 0.29 J are 290 mJ and not 290.00000000000006."""
    product = Decimal(1)
    for number in numbers:
        product *= Decimal(repr(number))
    return float(product)


def is_same_number(one: float, other: float) -> bool:
    """Whether two numbers can be one measurement, written with more digits here than there, as between two logs.

    Whole numbers are counts, and of one or two digits too little is left to tell: these must be equal.

    >>> is_same_number(1234.57, 1234.567891), is_same_number(8.0, 9.0), is_same_number(0.1, 0.14)
    (True, False, False)
    """
    texts = [f"{number!r}".removesuffix(".0") for number in (one, other)]
    if one == other or all(text.isdigit() for text in texts):
        return one == other
    return min(map(significant_digits, texts)) >= _FEWEST_DIGITS and are_equal(*texts)
