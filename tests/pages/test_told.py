"""What a page does not have, or a key does not take, is told in the one notice and is not in the address any more."""

from __future__ import annotations

from pathlib import Path

import pytest

from lib.links import keys
from tests.pages.conftest import NAMES, Open
from tests.pages.tables import table_with
from tests.pages.test_pages import ENTRY, OWN, assert_well, query_of
from tests.query import small as small_data

KEYS_OF_OTHERS = ("per=core", "anomaly=twins-0000000000", "kind=twins", f"entry={ENTRY}", "rows=system", "sort=value")


@pytest.mark.parametrize("name", NAMES)
def test_keys_of_other_pages_are_told_in_one_notice(open_page: Open, name: str):
    foreign = [text for text in KEYS_OF_OTHERS if text.partition("=")[0] not in keys(name)]
    page = open_page(name, "v=1&round=v1.0&" + "&".join(foreign) + OWN.get(name, ""))
    assert_well(page)
    (told,) = page.warning
    assert str(told.value).startswith("Left out of this link: keys that this page does not have: ")
    named = str(told.value).rpartition(": ")[2].rstrip(".").split(", ")
    assert sorted(named) == sorted(text.partition("=")[0] for text in foreign)
    assert page.selectbox(key="filter_round_one").value == "v1.0"


@pytest.mark.parametrize(
    ("name", "query", "told"),
    [
        ("anomalies", "kind=foo", "unknown or malformed values of kind"),
        ("results", "column=nonsense", "unknown or malformed values of column"),
        ("system", f"entry={ENTRY}&entry=v1.0/closed/Beta/four", "more than one value of entry"),
        ("rankings", "cores=1-2&cores=3-4", "more than one value of cores"),
        ("rankings", "per=core&per=watt", "more than one value of per"),
    ],
)
def test_a_value_that_a_key_does_not_take_is_told(open_page: Open, name: str, query: str, told: str):
    page = open_page(name, f"v=1&round=v1.0&{query}")
    assert_well(page)
    assert [str(element.value) for element in page.warning] == [f"Left out of this link: {told}."]


@pytest.mark.parametrize("name", NAMES)
def test_a_changed_filter_writes_no_key_that_the_page_does_not_have(open_page: Open, name: str):
    page = open_page(name, "v=1&round=v1.0&" + "&".join(KEYS_OF_OTHERS))
    page.multiselect(key="filter_submitter").set_value(["Acme"]).run()
    assert_well(page)
    assert set(query_of(page)) <= {"v", *keys(name)}
    assert query_of(page)["submitter"] == ["Acme"]
    assert not any("Left out" in str(element.value) for element in page.warning)


@pytest.mark.parametrize("name", ["overview", "coverage"])
def test_a_round_that_is_left_out_whole_is_said_under_every_filter(open_page: Open, tmp_path: Path, name: str):
    """It stood in no table, no filter had it, and its problem was hidden by the default filter of rounds."""
    data = small_data.write(tmp_path)
    (data / "rounds" / "v1.0" / "runs.parquet").write_bytes(b"damaged")
    page = open_page(name, "", small_data.build(data))
    assert_well(page)
    said = [str(element.value).replace("\\", "") for element in page.warning]
    assert said == ["1 round left out: v1.0. The coverage page says why, under Left out."]
    if name == "coverage":
        told = table_with(page, "message")["message"]
        assert any("round v1.0 is left out" in message for message in told)
