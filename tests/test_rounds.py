"""A round is a record: what the list of rounds says, which order it gives, and what it refuses."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lib.rounds import COLUMNS, RULE_SETS, RULES, RoundRecord, Rounds, RoundsError, is_round_name, rounds_file
from lib.settings import ROOT

HEADER = ",".join(COLUMNS)
# Published in an order that no digits tell, with a house round between them.
LIST = f"""{HEADER}
spring,2025-03-01,org/spring,a.tar.xz b.csv,v1.0,the first
mine,,,c.tar,v2.0,
v0.1,2025-09-01,org/v0.1,,v4.0,
autumn,,org/autumn,,v4.0,
"""
names = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}", fullmatch=True)


def listed(text: str | bytes, folder: Path) -> Rounds:
    folder.mkdir(exist_ok=True)
    (folder / "rounds.csv").write_bytes(text.encode() if isinstance(text, str) else text)
    return Rounds.read(folder)


def test_a_record_holds_what_the_list_says(tmp_path):
    record = listed(LIST, tmp_path).record("spring")
    assert record == RoundRecord(
        "spring", 0, date(2025, 3, 1), "org/spring", ("a.tar.xz", "b.csv"), RULES["v1.0"], "the first"
    )


def test_a_round_is_published_where_the_list_names_its_repository(tmp_path):
    rounds = listed(LIST, tmp_path)
    assert {name: rounds.record(name).is_published for name in ("spring", "v0.1", "autumn", "mine", "v9.9")} == {
        "spring": True, "v0.1": True, "autumn": True, "mine": False, "v9.9": False,
    }  # fmt: skip


def test_published_rounds_stand_as_listed_and_house_rounds_after_them_by_name(tmp_path):
    rounds = listed(LIST, tmp_path)
    given_names = ["run-10", "autumn", "v99.0", "run-9", "mine", "v0.1", "Run-2", "spring"]
    assert rounds.ordered(given_names) == ["spring", "v0.1", "autumn", "mine", "Run-2", "run-9", "run-10", "v99.0"]


@given(st.lists(names, max_size=12), st.randoms())
def test_any_names_have_one_order_whatever_the_order_they_come_in(found, chance):
    rounds = Rounds.read(ROOT / "data")
    everything = [*found, "v1.0", "v6.0"]
    ordered = rounds.ordered(everything)
    chance.shuffle(everything)
    assert rounds.ordered(everything) == ordered
    assert sorted(ordered) == sorted(set(everything))
    published = [rounds.record(name).is_published for name in ordered]
    assert published == sorted(published, reverse=True)


def test_a_house_round_has_reached_what_its_rules_have_reached(tmp_path):
    rounds = listed(LIST + "old,,,,v1.0,\n", tmp_path)
    reached = {name: rounds.has_reached(name, "v0.1") for name in ("spring", "v0.1", "autumn", "old", "v0.0", "run-1")}
    assert reached == {"spring": False, "v0.1": True, "autumn": True, "old": False, "v0.0": True, "run-1": True}
    assert rounds.has_reached("old", "spring")


@given(names)
def test_a_house_round_of_any_name_comes_after_every_break(name):
    rounds = Rounds.read(ROOT / "data")
    if not rounds.record(name).is_published:
        assert all(rounds.has_reached(name, other) for other in rounds.records)


def test_a_break_from_a_round_that_the_list_lacks_is_an_error(tmp_path):
    rounds = listed(LIST, tmp_path)
    for name in ("v2.0", "mine"):
        with pytest.raises(RoundsError, match=r"is no published round of the list \(.*rounds\.csv\)"):
            rounds.has_reached("spring", name)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (
            "round,publishd,repository,sources,rules,note\n",
            1,
            "no column published; the first line has round, publishd",
        ),
        ("", 1, "no column round"),
        (f"{HEADER}\nv1.0,,,,,\nv1.0,,,,,\n", 3, "a second row for v1.0, after line 2"),
        (f"{HEADER}\nv1.0,4/21/2021,,,,\n", 2, "'4/21/2021' is no date; expected YYYY-MM-DD"),
        (f"{HEADER}\nv1.0,2021-02-30,,,,\n", 2, "is no date"),
        (f"{HEADER}\nv1.0,,,,v9.0,\n", 2, "unknown rules 'v9.0'; expected one of v0.5, v1.0, v2.0, v2.1, v4.0, v4.1"),
        (f"{HEADER}\n../x,,,,,\n", 2, "names no round"),
        (f"{HEADER}\nv1.0,,\n", 2, "expected 6 cells"),
        (f"{HEADER}\nv1.0,,,,,,more\n", 2, "expected 6 cells"),
        (f"{HEADER}\nb,2022-01-01,o/b,,,\na,2021-01-01,o/a,,,\n", 3, "published before the round above it"),
    ],
)
def test_a_fault_of_the_list_names_its_file_and_line(text, line, said, tmp_path):
    with pytest.raises(RoundsError) as error:
        listed(text, tmp_path)
    assert said in str(error.value)
    assert str(error.value).endswith(f"({tmp_path}/rounds.csv:{line})")


def test_a_list_that_is_no_text_is_one_error(tmp_path):
    with pytest.raises(RoundsError, match=r"expected UTF-8 \(.*rounds\.csv:1\)"):
        listed(b"round\xff\n", tmp_path)


@settings(max_examples=50, deadline=None)
@given(
    st.binary(max_size=200) | st.text(alphabet='v1.0,"-\n\r é\0', max_size=200).map(lambda text: HEADER + "\n" + text)
)
def test_any_list_is_read_or_refused_with_its_name(text):
    with tempfile.TemporaryDirectory() as folder:
        try:
            rounds, said = listed(text, Path(folder)), ""
        except RoundsError as error:
            rounds, said = Rounds(Path(folder)), str(error)
    assert not said or "rounds.csv" in said
    assert all(is_round_name(name) for name in rounds.records)


def test_the_list_beside_the_data_counts_before_the_projects_own(tmp_path):
    assert rounds_file(tmp_path) == ROOT / "data" / "rounds.csv"
    listed(LIST, tmp_path)
    assert rounds_file(tmp_path) == tmp_path / "rounds.csv"


def test_each_published_round_names_the_rules_that_read_it():
    records = Rounds.read(ROOT / "data").records.values()
    assert len(records) >= 13
    assert [record.name for record in records if not (record.is_published and record.rules)] == []


def test_the_documentation_says_the_rules_as_they_are():
    text = (ROOT / "docs" / "method.md").read_text("utf-8")
    rounds = Rounds.read(ROOT / "data").records.values()
    for rules in RULE_SETS:
        read, power = [line for line in text.splitlines() if line.startswith(f"| `{rules.name}` |")]
        _, _, which, server, multistream, _ = (cell.strip() for cell in read.split("|"))
        _, _, watts, queries, _ = (cell.strip() for cell in power.split("|"))
        assert (server, multistream) == (f"{rules.server}, {rules.published_run} run", rules.multistream)
        assert watts == f"{rules.watts} samples"
        assert queries == {"rate": "by their rate", "count": "as counted"}[rules.queries]
        assert next(record.name for record in rounds if record.rules == rules) in which
    first = next(rules.name for rules in RULE_SETS if rules.has_units)
    assert f"from `{first}` on it is left out" in text
