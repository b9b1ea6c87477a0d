"""Which list a finding stands in, what counts as an edge system's, and which reasons the entries name themselves."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from lib.data_folder import InputError
from lib.findings import rules
from lib.findings.evidence import Evidence, Gap
from lib.findings.finding import Finding, Role
from lib.findings.frames import Facts
from lib.findings.lists import Entry, ends, entries, is_beside_the_point, is_declared, is_of_edge, list_of
from lib.findings.rules import FindingList
from lib.findings.weigh import score, weigh
from lib.names import entry_words
from lib.names.entry_words import Purpose, purposes

DEMONSTRATION = Entry(purposes=frozenset({Purpose.DEMONSTRATION}))
SAVING = Entry(purposes=frozenset({Purpose.ENERGY_SAVING}))


def compared(kind: str = "twins", scenario: str = "Server", at_fault: tuple[str, ...] = ("r/d/s/b",)) -> Finding:
    """Systems a (faster) and b, 8x apart in one scenario."""
    first, second = (f"r/d/s/{name}/bert-99/{scenario}" for name in "ab")
    told = Evidence(1.1, ("known.",), (), faster=first, slower=second, gaps=(Gap(scenario, 8.0, first, second),))
    about = ((first, Role.APART), (second, Role.APART))
    return Finding(kind, "r", kind, "title", 8.0, "A sentence.", about, at_fault, told, "bert")


def of(**told: Entry) -> dict[str, Entry]:
    return {f"r/d/s/{name}": entry for name, entry in told.items()}


@pytest.mark.parametrize(
    ("texts", "wanted"),
    [
        (("board-armnn-v20-neon", None), {Purpose.DEMONSTRATION}),
        (("box_x-tflite_cpp-cpu", "Box"), {Purpose.DEMONSTRATION}),
        (("x", "Box", "Somebody's reference implementation, X 1.2"), {Purpose.DEMONSTRATION}),
        (("box-reference-gpu-any-v1", "Box"), {Purpose.DEMONSTRATION}),
        (("box-cpp-gpu-any-default_config", "Box"), {Purpose.DEMONSTRATION}),
        (("box-acme_original-gpu-fast-vdefault-default_config", "Box"), set()),
        (("x", "Box (8x Card, EE)"), {Purpose.ENERGY_SAVING}),
        (("x", "FREE Server with Preference", "TensorRT"), set()),
        ((None, None), set()),
        ((), set()),
    ],
)
def test_an_entry_s_own_words_say_what_it_is_for(texts: tuple[str | None, ...], wanted: set[Purpose]):
    assert purposes(*texts) == wanted


def test_a_word_of_no_known_meaning_is_refused_with_its_line(tmp_path: Any, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "data" / "names").mkdir(parents=True)
    (tmp_path / "data" / "names" / "entry_words.csv").write_text("word,means,source\nx,nothing,y\n")
    monkeypatch.setattr(entry_words, "ROOT", tmp_path)
    entry_words._patterns.cache_clear()
    try:
        with pytest.raises(InputError, match=r"means to be one of demonstration, energy saving, not 'nothing'.*2"):
            purposes("x")
    finally:
        entry_words._patterns.cache_clear()


def test_what_an_entry_is_comes_from_its_description_and_its_parts():
    rows = [("a", "x", "Box", None, True, False), ("b", "x-armnn", None, "F", False, True)]
    names = ["system_id", "platform", "system_name", "framework", "is_datacenter", "is_edge"]
    parts = [("a", "framework", "F", "1"), ("a", "library", "L", None), ("b", "framework", "G", None)]
    empty = pd.DataFrame()
    facts = Facts(
        empty,
        empty,
        pd.DataFrame(rows, columns=names, dtype=object),
        pd.DataFrame(parts, columns=["system_id", "role", "part", "version"], dtype=object),
        empty,
        empty,
    )
    assert entries(facts) == {
        "a": Entry(False, frozenset(), frozenset({"F"})),
        "b": Entry(True, frozenset({Purpose.DEMONSTRATION}), frozenset({"G"})),
    }


@pytest.mark.parametrize("side", ["a", "b"])
@pytest.mark.parametrize("kind", ["twins", "peer-outlier", "scaling", "server-over-offline", "identical"])
def test_what_is_set_against_a_demonstration_stands_with_the_demonstrations(kind: str, side: str):
    finding = compared(kind)
    assert ends(finding) == ("r/d/s/a", "r/d/s/b")
    assert list_of(finding, of(**{side: DEMONSTRATION})) == FindingList.DEMONSTRATIONS
    assert list_of(finding, of(c=DEMONSTRATION)) == FindingList.RESULTS
    assert list_of(finding, {}) == FindingList.RESULTS


def test_a_demonstration_s_description_stands_with_the_descriptions():
    assert list_of(compared("description"), of(b=DEMONSTRATION)) == FindingList.DESCRIPTIONS


def test_demonstrations_hide_nothing_and_are_in_no_default_view():
    """The pair of a real system and a reference run is 8x apart; the system's own small gap is shown all the same."""
    known = of(a=DEMONSTRATION)
    own = Finding(
        "server-over-offline", "r", "own", "t", 1.2, "A.", (("x", Role.SERVER),), ("r/d/s/b",),
        Evidence(1.0, ("known.",), ()), "bert",
    )  # fmt: skip
    weighed = {item.finding.kind: item for item in weigh([compared(), own], known)}
    assert weighed["twins"].finding.in_list == FindingList.DEMONSTRATIONS
    assert [kind for kind, item in weighed.items() if item.is_default] == ["server-over-offline"]


@pytest.mark.parametrize(
    ("scenario", "known", "wanted"),
    [
        ("Server", {}, False),
        ("Offline", of(b=Entry(is_edge_only=True)), True),
        ("Interactive", of(c=Entry(is_edge_only=True)), False),
        ("SingleStream", {}, True),
        ("MultiStream", {}, True),
    ],
)
def test_a_datacenter_comes_before_an_edge_system_and_one_stream(scenario: str, known: Any, wanted: bool):
    finding = compared(scenario=scenario)
    assert is_of_edge(finding, known) is wanted
    assert score(finding, known) == pytest.approx(3.9 * (rules.EDGE_WEIGHT if wanted else 1.0))


def test_the_peer_that_stands_for_the_others_makes_no_edge_system_s_finding():
    typical = of(a=Entry(is_edge_only=True))
    assert not is_of_edge(compared("peer-outlier"), typical)
    assert is_of_edge(compared("scaling"), typical)


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [
        (Entry(frameworks=frozenset("F")), Entry(frameworks=frozenset("G")), True),
        (Entry(frameworks=frozenset("FG")), Entry(frameworks=frozenset("G")), False),
        (Entry(frameworks=frozenset("F")), Entry(), False),
        (SAVING, Entry(), True),
        (Entry(), SAVING, True),
        (SAVING, SAVING, False),
    ],
)
def test_a_reason_that_the_entries_name_halves_the_score(one: Entry, other: Entry, wanted: bool):
    known = of(a=one, b=other)
    assert is_declared(compared(), known) is wanted
    assert score(compared(), known) == pytest.approx(3.9 * (rules.DECLARED_WEIGHT if wanted else 1.0))
    assert is_beside_the_point(compared("scaling"), known) is wanted
    assert is_beside_the_point(compared("inverse-scaling"), known) is wanted
    # That a setting which saves energy is the slower one is what was asked for; two frameworks are worth a look.
    assert is_beside_the_point(compared(), known) is (wanted and SAVING in (one, other))


def test_a_scaling_between_two_frameworks_is_not_about_the_number():
    known = of(a=Entry(frameworks=frozenset("F")), b=Entry(frameworks=frozenset("G")))
    assert [item.is_default for item in weigh([compared("scaling")], known)] == [False]
    assert [item.is_default for item in weigh([compared("scaling")])] == [True]


def test_a_wrong_description_is_as_wrong_on_an_edge_system():
    edge = of(b=Entry(is_edge_only=True))
    assert score(compared("description"), edge) == score(compared("description"))
