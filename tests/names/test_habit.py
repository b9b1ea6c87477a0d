"""Columns of numbers in the habits of their writers: read back equal, or refused; never another number."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.names.habit import HABITS, PLAIN, Habit, Unread, read_alone, read_column
from lib.names.values import number_or_none


def written(number: float, habit: Habit, decimals: int) -> str:
    text = f"{number:,.{decimals}f}"
    return text.translate(str.maketrans({",": habit.thousands, ".": habit.decimal}))


def numbers(cells: list[str]) -> list[float | None]:
    return [cell if isinstance(cell, float) else None for cell in read_column(cells)]


def looks_grouped(cells: list[str]) -> bool:
    dotted = [cell for cell in {*cells} if "." in cell]
    return 2 <= len(dotted) < len({*cells}) and all(len(cell.partition(".")[2]) == 3 for cell in dotted)


figures = st.lists(st.floats(0.001, 1e12).map(lambda number: round(number, 6)), min_size=1, max_size=12)


@settings(max_examples=400, deadline=None)
@given(figures, st.sampled_from(HABITS), st.integers(0, 5))
def test_a_column_of_one_habit_reads_back_equal_or_is_refused(column, habit, decimals):
    cells = [written(number, habit, decimals) for number in column]
    looks_plain = all(number_or_none(cell) is not None for cell in cells) and not looks_grouped(cells)
    for cell, found in zip(cells, read_column(cells), strict=True):
        meant = float(cell.replace(habit.thousands or "_", "").replace(habit.decimal, "."))
        # What every program of MLCommons would write so is read so: no column of plain numbers tells of another habit.
        allowed = (meant, float(cell)) if looks_plain else (meant,)
        assert isinstance(found, Unread) or found in allowed


@settings(max_examples=200, deadline=None)
@given(figures)
def test_what_programs_write_is_read_as_written(column):
    cells = [repr(number) for number in column]
    assert numbers(cells) == column


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text(max_size=20) | st.text(alphabet="0123456789.,' -+eE\u00a0", max_size=20), max_size=6))
def test_no_cells_make_a_column_fail(cells):
    assert len(read_column(cells)) == len(cells)


@pytest.mark.parametrize(
    ("cells", "read"),
    [
        (["33.928,10", "1.234"], [33928.1, 1234]),
        (["33,928.10", "1,234"], [33928.1, 1234]),
        (["1\u00a0234", "1\u202f234,5", "7"], [1234, 1234.5, 7]),
        (["1'234.5", "12\u2019345"], [1234.5, 12345]),
        (["1.234.567", "850.000"], [1234567, 850000]),
        (["1234,57"], [1234.57]),
        (["0,123", "1,234"], [0.123, 1.234]),
        (["17.105"], [17.105]),
        (["1,234"], [None]),
        (["1,234", "850"], [None, 850]),
        (["1234.5", "12,5"], [1234.5, 12.5]),
        (["33928.1", "1,234"], [33928.1, None]),
        (["850", "33.928", "12.000"], [850, None, None]),
        (["7", "21.345", "98.765"], [7, None, None]),
        (["123456", "21.345", "98.765"], [123456, 21.345, 98.765]),
        (["21.345", "98.76", "7"], [21.345, 98.76, 7]),
        (["86420", "97531", "2,345"], [86420, 97531, None]),
        (["1234", "2,345"], [1234, None]),
        ([*["86420"] * 20, "2,345"], [*[86420] * 20, None]),
        ([*["86420"] * 20, "2,345", "7.5"], [*[86420] * 20, None, 7.5]),
        (["86420", "2,345", "9,5", "0,25"], [86420, 2.345, 9.5, 0.25]),
        (["864", "2,345", "1,234,567"], [864, 2345, 1234567]),
        ([*["33928.1"] * 20, "1,5"], [*[33928.1] * 20, None]),
        (["12abc", "1.2.3", "5", "nan", "-inf", "1e400", "1_000", "50%", ""], [None, None, 5, *[None] * 6]),
        (["-5", "1e-05", "1.5E+3"], [-5, 1e-05, 1500]),
        (["12,34,567"], [None]),
    ],
)
def test_the_whole_column_tells_how_it_is_written(cells, read):
    assert numbers(cells) == read


def test_a_refused_cell_says_what_it_may_be():
    (found,) = read_column(["1,234"])
    assert found == Unread("1,234", "either 1.234 or 1234, and no other value of its column tells which")


def test_alone_only_what_has_one_reading_is_a_number():
    assert [read_alone(text) for text in ("1234,57", "1,234", "44.45", "x")] == [1234.57, None, 44.45, None]


@pytest.mark.parametrize(
    "text", ["1,234", "33,928.10", "1 234", "1_000", "\u0661\u0662", "inf", "nan", True, [1], None]
)
def test_what_no_program_writes_is_no_plain_number(text):
    assert number_or_none(text) is None


def test_every_habit_has_its_own_marks():
    assert PLAIN in HABITS
    assert len(set(HABITS)) == len(HABITS)
    assert all(habit.thousands != habit.decimal for habit in HABITS)


def test_a_megabyte_in_a_cell_is_no_number_at_once():
    assert numbers(["1," * 500_000, "1 " * 500_000, "9" * 1_000_000]) == [None, None, None]
