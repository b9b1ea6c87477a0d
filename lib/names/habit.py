"""The habit in which a column of numbers is written: `33928.10`, `33,928.10`, `33.928,10`, `33 928,10`, `33'928.10`.

One value may be read in two ways (`1,234`: 1.234 or 1234); the other values of its column tell which. Where they do
not, the value is refused: a number that is a thousand times too large or too small is worse than none.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

# No-break, figure, thin and narrow no-break space; the apostrophes of Switzerland. All but the plain ones as escapes.
_SPACES = str.maketrans(dict.fromkeys("\u00a0\u2007\u2009\u202f", " ") | dict.fromkeys("\u2019\u02bc", "'"))
_NUMERAL = re.compile(r"[+-]?[0-9][0-9.,' ]{0,60}(?:[eE][+-]?[0-9]{1,4})?")
_WHOLE = re.compile(r"[0-9]{1,40}")
_LONGEST = 70
# One cell in ten may be odd before a column counts as mixed: a typing error must not change how the others are read.
_MOST_ODD = 0.1


class Habit(NamedTuple):
    """What parts the thousands (nothing, or one mark), and what the decimals."""

    thousands: str
    decimal: str

    def number(self, text: str) -> float | None:
        """The number that a cleaned text is in this habit, None where it is none."""
        mantissa, mark, exponent = text.lower().partition("e")
        sign = -1.0 if mantissa.startswith("-") else 1.0
        whole, point, fraction = mantissa.lstrip("+-").partition(self.decimal)
        if (point and not fraction.isdigit()) or not (digits := self._digits(whole)):
            return None
        # The decimals are put together as text: they are what float() reads exactly.
        number = sign * float(f"{digits}.{fraction or '0'}{mark}{exponent}")
        return number if math.isfinite(number) else None

    def _digits(self, whole: str) -> str | None:
        if _WHOLE.fullmatch(whole):
            return whole if len(whole) <= self._longest_ungrouped else None
        first, *groups = whole.split(self.thousands) if self.thousands else [whole]
        if not groups or not 1 <= len(first) <= 3 or any(len(group) != 3 for group in groups):
            return None
        digits = first + "".join(groups)
        return digits if digits.isdigit() and not digits.startswith("0") else None

    @property
    def _longest_ungrouped(self) -> int:
        """Who groups thousands groups them all; outside of English a group of one digit is often left (`1234`)."""
        return {"": 40, ",": 3}.get(self.thousands, 4)


PLAIN = Habit("", ".")
HABITS = (
    PLAIN, Habit(",", "."), Habit(" ", "."), Habit("'", "."),
    Habit("", ","), Habit(".", ","), Habit(" ", ","), Habit("'", ","),
)  # fmt: skip


class Unread(NamedTuple):
    """A value that was not read as a number, as it stands there, and why."""

    text: str
    reason: str


def read_column(cells: Sequence[str]) -> list[float | Unread]:
    """Each cell of a column as a number, in the habit that the whole column shows.

    What no habit reads is refused, and so is what two readings are left of. Plain numbers, as every program of
    MLCommons writes them, are read as such where nothing speaks against it.

    >>> read_column(["33.928,10", "1.234"]), read_column(["33,928.10", "1,234"]), read_column(["17.105", "850"])
    ([33928.1, 1234.0], [33928.1, 1234.0], [17.105, 850.0])
    """
    texts = [_cleaned(cell) for cell in cells]
    counted = Counter(text for text in texts if text)
    readings = {text: _readings(text) for text in counted}
    habits = _habits_of(readings, counted)
    is_plain = PLAIN in habits and not _may_be_grouped_by_dots(list(readings))
    shown = _shown(readings, counted) & set(habits)
    return [
        _read(cell, readings.get(text or "", {}), habits, is_plain, shown)
        for cell, text in zip(cells, texts, strict=True)
    ]


def read_alone(text: str) -> float | None:
    """The number that a text is in every habit that reads it; None where two differ, or none reads it.

    >>> [read_alone(text) for text in ("1234,57", "33,928.10", "1 234", "1,234", "12.5", "1.234.567")]
    [1234.57, 33928.1, 1234.0, None, 12.5, 1234567.0]
    """
    numbers = set(_readings(_cleaned(text) or "").values())
    return numbers.pop() if len(numbers) == 1 else None


def _cleaned(cell: str) -> str | None:
    """A cell with one kind of blank and apostrophe; None for what does not look like a number."""
    text = cell.strip().translate(_SPACES) if len(cell) <= _LONGEST else ""
    return text if _NUMERAL.fullmatch(text) else None


def _readings(text: str) -> dict[Habit, float]:
    found = {habit: habit.number(text) for habit in HABITS} if text else {}
    return {habit: number for habit, number in found.items() if number is not None}


def _habits_of(readings: dict[str, dict[Habit, float]], counted: Counter[str]) -> tuple[Habit, ...]:
    """The habits that may be the column's; all of them where it has none."""
    numerals = sum(counted[text] for text, found in readings.items() if found)
    fitting = {habit: sum(counted[text] for text, found in readings.items() if habit in found) for habit in HABITS}
    most = max(fitting.values())
    if most < (1 - _MOST_ODD) * numerals:
        return HABITS
    return tuple(habit for habit in HABITS if fitting[habit] == most)


def _shown(readings: dict[str, dict[Habit, float]], counted: Counter[str]) -> set[Habit]:
    """The habits that a column shows: they read what has a comma or dot and is one number in any habit.

    `12,5` shows a decimal comma, `1,234` shows nothing, and nor does `31234`: some group no five digits.
    """
    telling = {
        text: found
        for text, found in readings.items()
        if ("," in text or "." in text) and len(set(found.values())) == 1
    }
    told = Counter({habit: sum(counted[text] for text in telling if habit in telling[text]) for habit in HABITS})
    least = (1 - _MOST_ODD) * sum(counted[text] for text in telling)
    return {habit for habit in HABITS if telling and told[habit] >= least}


def _read(
    cell: str, found: dict[Habit, float], habits: tuple[Habit, ...], is_plain: bool, shown: set[Habit]
) -> float | Unread:
    if not found:
        return Unread(cell, "no number")
    allowed = {habit: number for habit, number in found.items() if habit in habits}
    if not allowed:
        return Unread(cell, "written otherwise than the rest of its column")
    if PLAIN not in allowed and len(set(found.values())) > 1:
        # What no program writes is read in a habit that other cells show, not in one that merely fits them.
        allowed = {habit: number for habit, number in allowed.items() if habit in shown} or found
    numbers = sorted(set(allowed.values()))
    if len(numbers) == 1 or (is_plain and PLAIN in allowed and len(habits) < len(HABITS)):
        return allowed.get(PLAIN, numbers[0])
    either = " or ".join(f"{number!r}".removesuffix(".0") for number in numbers)
    return Unread(cell, f"either {either}, and no other value of its column tells which")


def _may_be_grouped_by_dots(texts: list[str]) -> bool:
    """Whether a column of seemingly plain numbers looks like whole numbers with dots between the thousands.

    `850`, `33.928`, `12.001`: a program that writes three decimals writes them everywhere, and one that writes as few
    digits as it needs seldom needs three in every value but in those that need none. Two such values must be there: one
    alone proves nothing.
    """
    dotted = [text for text in texts if "." in text]
    is_grouped = all(re.fullmatch(r"[1-9][0-9]{0,2}\.[0-9]{3}", text) for text in dotted)
    return 2 <= len(dotted) < len(texts) and is_grouped
