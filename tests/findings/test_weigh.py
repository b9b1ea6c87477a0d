"""Ids, roles and tables of findings; their score, the default view, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lib.findings import rules
from lib.findings.evidence import Difference, Evidence, Precedent, read
from lib.findings.finding import Finding, Role, members, short, tables
from lib.findings.lists import Entry
from lib.findings.weigh import AmbiguousFinding, Weighed, is_actionable, score, told_better, weigh
from tests.findings.entries import entry, facts_of, found, others


def finding(kind: str = "twins", key: str = "key", ratio: float = 2.0, **facts: Any) -> Finding:
    usual: dict[str, Any] = {
        "round": "v1.0",
        "title": "title",
        "finding": "A sentence.",
        "members": (("result", Role.APART),),
        "systems": ("system",),
        "model": "resnet50",
        "evidence": Evidence(1.1, ("known.",), ("unknown.",)),
    }
    return Finding(kind, key=key, ratio=ratio, **{**usual, **facts})


def test_the_id_is_the_kind_and_ten_letters_of_the_key_alone():
    one = finding(key="some key")
    assert one.anomaly_id == f"twins-{short('some key')}"
    assert len(short("some key")) == 10
    assert replace(one, title="another", ratio=9.0, finding="Other words.").anomaly_id == one.anomaly_id
    assert replace(one, key="another key").anomaly_id != one.anomaly_id


def test_published_ids_stay():
    """Links name findings: this id is what the build of 2026-11 wrote."""
    key = (
        "identical/bert/Server/v0.7/closed/Inspur/DGX-A100_A100-SXM4x8_TRT/v0.7/closed/NVIDIA/DGX-A100_A100-SXM4x8_TRT"
    )
    assert finding("identical", key).anomaly_id == "identical-4f33261fce"


def test_findings_about_the_same_systems_are_a_family_whatever_their_order():
    one, other = finding(systems=("a", "b")), finding("scaling", "other", systems=("b", "a"))
    assert one.family == other.family
    assert finding(systems=("a",)).family != one.family


@pytest.mark.parametrize("role", list(Role))
def test_a_finding_is_about_every_member_but_those_beside_it(role: Role):
    assert role.is_about is (role is not Role.CONTEXT)
    assert Role(str(role)) is role


def test_members_are_sorted_and_the_last_role_given_counts():
    told = members((["b", "a"], Role.CONTEXT), (iter(["a"]), Role.APART))
    assert told == (("a", Role.APART), ("b", Role.CONTEXT))


def rows(*items: Weighed) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    made = tables(items)
    return made["anomalies"].to_pylist(), made["anomaly_members"].to_pylist()


def test_the_tables_hold_what_was_weighed():
    one = finding(members=(("a", Role.APART), ("b", Role.CONTEXT)))
    (row,), about = rows(Weighed(one, 0.5, True))
    assert read(row.pop("evidence")) == one.evidence
    assert row == {
        "anomaly_id": one.anomaly_id,
        "kind": "twins",
        "round": "v1.0",
        "score": 0.5,
        "ratio": 2.0,
        "finding": "A sentence.",
        "title": "title",
        "family": one.family,
        "list": "results",
        "is_default": True,
        "cause": None,
    }
    assert about == [
        {"anomaly_id": one.anomaly_id, "result_id": "a", "role": "apart", "is_about": True},
        {"anomaly_id": one.anomaly_id, "result_id": "b", "role": "context", "is_about": False},
    ]


def test_without_findings_the_tables_are_empty_and_have_their_columns():
    made = tables([])
    assert {name: table.num_rows for name, table in made.items()} == {"anomalies": 0, "anomaly_members": 0}
    assert made["anomaly_members"].column_names == ["anomaly_id", "result_id", "role", "is_about"]


def test_two_findings_under_one_id_are_refused():
    """The second one replaced the first without a word before; eight findings were lost so."""
    with pytest.raises(AmbiguousFinding, match=r"two findings have the id twins-\w{10}; the key of both is key"):
        weigh([finding(), finding(title="another")])


def test_the_very_same_finding_twice_is_refused_too():
    with pytest.raises(AmbiguousFinding):
        weigh([finding(), finding()])


def test_a_result_twice_in_a_finding_is_refused():
    with pytest.raises(AmbiguousFinding, match="result stands twice in the finding"):
        weigh([finding(members=(("result", Role.APART), ("result", Role.CONTEXT)))])


def test_one_key_in_two_kinds_is_fine():
    assert len(weigh([finding(), finding("scaling")])) == 2


def test_the_weightiest_stands_first_and_of_equals_the_order_of_ids():
    told = [finding(key="a"), finding(key="b"), finding(key="c", ratio=8.0)]
    weighed = weigh(told)
    assert weighed[0].finding.ratio == 8.0
    assert [item.finding.anomaly_id for item in weighed[1:]] == sorted(item.anomaly_id for item in told[:2])
    assert weigh(told[::-1]) == weighed


@pytest.mark.parametrize(
    ("ratio", "wanted"), [(1.0, 0.0), (2.0, 1.0), (4.0, 2.0), (64.0, 6.0), (1000.0, 6.0), (0.5, 0.0)]
)
def test_the_score_is_the_doublings_of_the_ratio_up_to_six(ratio: float, wanted: float):
    assert score(finding(ratio=ratio)) == pytest.approx(wanted * rules.TWINS.weight)


def test_the_size_counts_where_it_is_not_the_ratio():
    assert score(finding(ratio=32.0, size=2.0)) == score(finding(ratio=2.0))


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.kind)
def test_each_kind_has_its_weight(rule: rules.Rule):
    assert score(finding(rule.kind, ratio=2.0)) == rule.weight


@pytest.mark.parametrize("kind", ["description", "identical"])
def test_a_fault_without_a_ratio_counts_as_one_doubling(kind: str):
    assert score(finding(kind, ratio=1.0)) == score(finding(kind, ratio=64.0)) > 0


def test_where_it_was_published_and_what_is_minor_weigh_less():
    assert score(finding(standing=0.6)) == pytest.approx(0.6 * rules.TWINS.weight)
    assert score(finding(is_minor=True)) == pytest.approx(0.5 * rules.TWINS.weight)


@pytest.mark.parametrize(
    ("facts", "wanted"),
    [
        ({"ratio": 1.25}, True),
        ({"ratio": 1.24}, False),
        ({"ratio": 9.0, "size": 1.24}, False),
        ({"is_minor": True}, False),
        ({"standing": 0.8}, True),
        ({"standing": 0.79}, False),
        ({"in_list": rules.FindingList.DEMONSTRATIONS}, False),
    ],
)
def test_only_what_is_large_published_where_it_counts_and_no_habit_is_acted_on(facts: Any, wanted: bool):
    assert is_actionable(finding(**facts)) is wanted


@pytest.mark.parametrize(("ratio", "wanted"), [(1.25, True), (1.24, False)])
def test_the_default_view_shows_what_one_acts_on(ratio: float, wanted: bool):
    assert [item.is_default for item in weigh([finding(ratio=ratio)])] == [wanted]


def test_what_scores_little_is_not_in_the_default_view():
    """1.3x of twins have 0.49 points in a datacenter and 0.197 on an edge system."""
    edge = {"system": Entry(is_edge_only=True)}
    assert [item.is_default for item in weigh([finding(ratio=1.3)])] == [True]
    assert [item.is_default for item in weigh([finding(ratio=1.3)], edge)] == [False]


@pytest.mark.parametrize("rule", [rules.RANK_SHIFT, rules.CLOSE_TO_BOUND, rules.DESCRIPTION])
def test_kinds_that_nobody_acts_on_by_themselves_are_in_no_default_view(rule: rules.Rule):
    assert [item.is_default for item in weigh([finding(rule.kind, ratio=64.0)])] == [False]


def test_a_kind_s_list_is_written_with_its_findings():
    (row,), _ = rows(*weigh([finding("description")]))
    assert (row["list"], row["is_default"]) == ("descriptions", False)


def ids(*told: Finding) -> set[str]:
    return {item.anomaly_id for item in told}


def test_of_findings_about_one_system_and_model_the_weightiest_is_shown():
    best, next_best = finding("twins", "a"), finding("peer-outlier", "b")
    assert told_better([best, next_best]) == ids(next_best)
    assert [item.finding.kind for item in weigh([next_best, best]) if item.is_default] == ["twins"]


def test_a_small_gap_does_not_hide_a_large_one_of_another_kind():
    small, large = finding("twins", "a", ratio=1.3), finding("peer-outlier", "b", ratio=12.0)
    assert [item.finding.kind for item in weigh([small, large]) if item.is_default] == ["peer-outlier"]


@pytest.mark.parametrize("unlike", [{"systems": ("another",)}, {"model": "bert"}])
def test_another_system_or_model_hides_nothing(unlike: Any):
    assert told_better([finding("twins", "a", **unlike), finding("peer-outlier", "b")]) == set()


@pytest.mark.parametrize("unlike", [{"ratio": 1.1}, {"is_minor": True}, {"standing": 0.3}])
def test_what_is_not_shown_itself_hides_nothing(unlike: Any):
    weighed = weigh([finding("twins", "a", **unlike), finding("peer-outlier", "b")])
    assert [item.finding.kind for item in weighed if item.is_default] == ["peer-outlier"]


def test_what_is_hidden_hides_nothing_in_its_turn():
    """The outlier is told by the twins of b; the scaling of c is not, though the outlier is about c too."""
    twins = finding("twins", "1", systems=("a", "b"))
    outlier = finding("peer-outlier", "2", systems=("b", "c"))
    scaling = finding("scaling", "3", systems=("c",))
    assert told_better([twins, outlier, scaling]) == {outlier.anomaly_id}


def between(kind: str, key: str, faster: str, slower: str, at_fault: str, **facts: Any) -> Finding:
    """A finding that compares two systems, by their names, in resnet50 Offline."""
    ends = [f"v1.0/closed/Acme/{name}/resnet50/Offline" for name in (faster, slower)]
    evidence = Evidence(1.1, ("known.",), (), faster=ends[0], slower=ends[1])
    return finding(kind, key, systems=(f"v1.0/closed/Acme/{at_fault}",), evidence=evidence, **facts)


@pytest.mark.parametrize("ratio", [2.0, 16.0])
def test_a_comparison_with_a_system_that_is_odd_itself_is_told_by_that(ratio: float):
    """The outlier makes its larger sibling look bad; the system that stands for the peers is not at fault."""
    odd = between("peer-outlier", "1", "odd", "typical", "odd", ratio=4.0)
    sibling = between("scaling", "2", "large", "odd", "large", ratio=ratio)
    plain = between("peer-outlier", "3", "odd", "other", "other", ratio=2.0)
    assert {item.finding.key for item in weigh([sibling, odd, plain]) if item.is_default} == {"1", "3"}


def test_one_pair_in_ten_benchmarks_leaves_the_first_places_to_others():
    """Half of the points for the second finding about one pair, a third for the third: other systems come first."""
    pair = [finding("twins", f"pair {n}", ratio=4.0, model=f"model {n}", systems=("a", "b")) for n in range(10)]
    others = [finding("twins", f"other {n}", ratio=2.3, systems=(f"c{n}", f"d{n}")) for n in range(4)]
    weighed = weigh([*pair, *others])
    first = [item.finding.systems for item in weighed[:5]]
    assert first[0] == ("a", "b")
    assert first.count(("a", "b")) == 1
    assert [item.score for item in weighed if item.finding.systems == ("a", "b")][:3] == [2.6, 1.3, 0.866667]


def test_two_peers_say_less_than_the_rule_asks_for():
    few = Evidence(rules.PEER_OUTLIER.threshold + 0.1, ("known.",), ())
    assert score(finding("peer-outlier", evidence=few)) == pytest.approx(
        rules.FEW_WEIGHT * score(finding("peer-outlier"))
    )


def test_what_like_pairs_show_too_is_less_odd():
    def twins(likelihood: float, median: float) -> Finding:
        past = Precedent(20, median, likelihood, 5)
        differs = Difference("software", "serving", "none", "some", likelihood, past)
        return finding(evidence=Evidence(1.1, ("known.",), (), differences=(differs,)))

    assert [score(twins(likelihood, 1.4)) for likelihood in (0.0, 0.25, 1.0)] == [1.3, 0.975, 0.0]
    assert score(twins(0.25, 0.9)) == 1.3, "the side that is faster here was mostly slower elsewhere"


def test_what_can_make_no_system_slower_explains_nothing_however_often_it_came_with_a_gap():
    past = Precedent(20, 1.4, 0.5, 10)
    name = Difference("description", "machine", "one", "other", 0.5, past)
    told = Evidence(1.1, ("known.",), (), differences=(name,), likely=())
    assert score(replace(finding(), evidence=told)) == 1.3


def test_the_default_view_leaves_out_what_another_kind_tells_better():
    facts = facts_of([*others(4), entry("quick", 1000, base_name="x"), entry("slow", 100, base_name="x")])
    weighed = weigh([*found(facts, "twins"), *found(facts, "peer-outlier")])
    assert {item.finding.kind: item.is_default for item in weighed} == {"twins": True, "peer-outlier": False}


@pytest.mark.parametrize(
    ("division", "availability", "wanted"),
    [
        ("closed", "available", 1.0),
        ("closed", "preview", 0.9),
        ("closed", "rdi", 0.6),
        ("network", "available", 0.8),
        ("open", "available", 0.3),
        (None, None, 0.27),
        ("closed", None, 0.9),
        ("something", "available", 0.3),
    ],
)
def test_standing_is_the_division_s_times_the_availability_s(division: Any, availability: Any, wanted: float):
    assert rules.standing(division, availability) == pytest.approx(wanted)
