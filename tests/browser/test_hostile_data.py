"""A submitter's words are shown and nothing else, whatever a browser, Markdown or Plotly see in them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import duckdb
import pytest
from playwright.sync_api import Error, Locator, Page

from lib.settings import ROOT
from lib.show.chips import _DOT
from tests.browser.steps import follow_row, open_page, settled, watch
from tests.conftest import Server, StartServer, free_port
from tests.query import small as small_data
from tests.show.payloads import PAYLOADS

pytestmark = pytest.mark.browser
# A folder's or a person's name has no slash and no line break; all else is free.
NAMES = [payload for payload in PAYLOADS if "/" not in payload and "\n" not in payload and "\t" not in payload]
TEXTS = (
    "system_name",
    "accelerator_raw",
    "accelerator_memory_raw",
    "cpu_raw",
    "cores_declared_raw",
    "framework",
    "software_stack",
    "operating_system",
    "availability_raw",
)


def hostile_systems() -> dict[str, dict[str, Any]]:
    """A pair of twins for each payload, with it in every text; names may hold no slash and take one that fits."""
    systems = {}
    for number, payload in enumerate(PAYLOADS):
        name = NAMES[number % len(NAMES)]
        facts = {**dict.fromkeys(TEXTS, payload), "accelerators_per_node": 1, "cpus_per_node": 1}
        systems[f"v1.0/closed/{name}/{number} {name}"] = {**facts, "framework": payload + " TensorRT 7"}
        systems[f"v1.0/closed/{name}/{number} {name} twin"] = {**facts, "framework": payload + " TensorRT 8"}
    return systems


def hostile_results(systems: dict[str, dict[str, Any]]) -> list[tuple[Any, ...]]:
    results: list[tuple[Any, ...]] = []
    for number, (entry, facts) in enumerate(systems.items()):
        value = 1000.0 - number if "twin" not in entry else 500.0 - number
        results.append(
            (
                entry,
                "resnet50",
                "Offline",
                value,
                "Samples/s",
                {"weight_dtype_raw": facts["cpu_raw"], "value_field": facts["cpu_raw"]},
            )
        )
        own = NAMES[number // 2 % len(NAMES)]
        results.append((entry, own, "Offline", 1.0 + number, NAMES[(number // 2 + 1) % len(NAMES)], {}))
        results.append((entry, own, "Server", 1.0 + number, "Queries/s", {"doubt": facts["cpu_raw"]}))
    return results


@pytest.fixture(scope="module")
def hostile(start_server: StartServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("hostile")
    systems = hostile_systems()
    small_data.build(small_data.write(folder, systems, hostile_results(systems)))
    server = start_server(folder)
    yield server
    server.stop()


def rows(hostile: Server, statement: str) -> list[tuple[Any, ...]]:
    data = Path(hostile.process.args[-1])  # type: ignore[index, call-overload]
    with duckdb.connect(str(next(data.glob("plumbline-*.duckdb"))), read_only=True) as connection:
        return connection.execute(statement).fetchall()


# What the app itself draws: images of its icon font are text, links lead to its own pages, a heading or a known site.
DOT = f'img[src="{_DOT}"]'  # the picture in a chip, whose words are its own
FOREIGN = (
    f"[data-testid=stApp] :is(img:not({DOT}), script, iframe, svg image, object, embed, form, base, [onerror], "
    "[onload], [onmouseover], [onfocus])"
)
MADE_BY_MARKDOWN = (
    "[data-testid=stMarkdownContainer] :is(em, del, blockquote, pre, code, .katex, sup, sub, mark, li li), "
    "[data-testid=stMarkdownContainer] :is(ul, ol):not([class*=st-key-list_] *), "  # those are the app's own lists
    "[data-testid=stMarkdownContainer] table:not([class*=st-key-rows_] *), "  # and those its own tables
    "[data-testid=stMarkdownContainer] :is(th, td) > :not(a)"
)
# Where links may lead: to the app itself, to a result's page in MLCommons' repositories, and to MLCommons.
HOSTS = {None, "127.0.0.1", "github.com", "mlcommons.org", "docs.mlcommons.org"}
HREFS = "[data-testid=stApp] a[href]"


def assert_harmless(page: Page) -> None:
    """No element of data: no image, script or handler, no link that the app did not make."""
    assert page.locator(FOREIGN).count() == 0, page.locator(FOREIGN).first.evaluate("node => node.outerHTML")
    for link in page.locator(HREFS).all():
        address = (link.get_attribute("href") or "").partition("?")[0].lower()
        assert urlsplit(address).hostname in HOSTS, address
        assert not address.startswith(("javascript:", "data:", "mailto:")), address
    if "/method" not in page.url:  # our own document is Markdown
        assert page.locator(MADE_BY_MARKDOWN).all_text_contents() == []
    assert page.get_by_test_id("stException").count() == 0


def shown_text(page: Page) -> str:
    return visible(page.locator("[data-testid=stMain]").inner_text())


@pytest.mark.parametrize(
    "link",
    [
        "?v=1",
        "rankings?v=1&benchmark=resnet50&scenario=Offline&top=100",
        "rankings?v=1",
        "anomalies?v=1",
        "results?v=1",
        "coverage?v=1&rows=system",
        "coverage?v=1",
        "system?v=1",
        "method?v=1",
        "search?v=1&find=x",
        "search?v=1&find=evil",
    ],
)
def test_no_page_draws_an_element_of_data(page: Page, hostile: Server, link: str):
    seen = watch(page, hostile)
    open_page(page, hostile, link)
    assert_harmless(page)
    for more in page.get_by_test_id("stExpander").all():
        more.locator("summary").click()
    settled(page)
    assert_harmless(page)
    assert seen.all == []


def assert_only_findings_are_linked(drawn: Locator) -> None:
    for link in drawn.locator("a").all():
        address = link.evaluate("node => node.href.baseVal ?? node.href")
        assert re.match(r"(\./|/)?anomalies\?v=1&", address), address


def test_a_chart_shows_every_name_literally(page: Page, hostile: Server):
    seen = watch(page, hostile)
    open_page(page, hostile, "rankings?v=1&benchmark=resnet50&scenario=Offline&top=100")
    page.locator(".barlayer .point").first.wait_for()
    drawn = page.locator(".js-plotly-plot")
    assert_only_findings_are_linked(drawn)
    texts = [
        " ".join(text.replace("\u200b", "").split()) for text in drawn.locator(".scatterlayer text").all_text_contents()
    ]
    for payload in ("<b>bold</b>", "&lt;img src=x&gt;", "$x$", "%{x}", "[x][1]", "<br>"):
        assert any(payload in text for text in texts), payload
    bars = page.locator(".barlayer .point")
    for place in range(0, 60, 6):
        box = bars.nth(place).bounding_box()
        assert box
        page.mouse.move(box["x"] + 30, box["y"] + 5)
    assert_only_findings_are_linked(drawn)
    assert seen.all == []


@pytest.fixture
def literal_app(tmp_path: Path) -> Iterator[str]:
    """A plain Streamlit page of all payloads; its address."""
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        "tests/browser/literal_app.py",
        "--server.port",
        str(port),
        "--server.address",
        "127.0.0.1",
    ]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=log, stderr=log
        )
        yield f"http://127.0.0.1:{port}/"
        process.terminate()
        process.wait(10)


def visible(text: str) -> str:
    return " ".join(text.replace("\u200b", "").split())


def test_markdown_shows_every_payload_literally(page: Page, literal_app: str):
    for _ in range(100):
        try:
            page.goto(literal_app)
            break
        except Error:
            page.wait_for_timeout(100)
    page.get_by_text("all payloads are shown").wait_for()
    shown = [visible(text) for text in page.get_by_test_id("stMarkdown").all_inner_texts()]
    assert shown[::2] == [visible(f"x {payload} y") for payload in PAYLOADS]
    assert shown[1::2] == [visible(payload) for payload in PAYLOADS]
    assert [visible(text) for text in page.get_by_role("heading", level=3).all_inner_texts()] == [
        visible(payload) for payload in PAYLOADS
    ]
    assert (
        page.locator(
            "[data-testid=stMain] :is(img, a, em, strong, code, del, sup, sub, script, [style*=color] span[class])"
        ).count()
        == 0
    )


def assert_shows_its_name(page: Page, hostile: Server, every: int) -> None:
    seen = watch(page, hostile)
    systems = rows(
        hostile, "select system_id, system_name, submitter from systems where platform not like '%twin' order by 1"
    )
    for entry, name, submitter in systems[::every]:
        open_page(page, hostile, f"system?v=1&entry={quote(entry, safe='')}")
        assert_harmless(page)
        assert visible(f"{submitter} · {name}") in shown_text(page)
    assert seen.all == []


def test_a_systems_page_shows_its_name_literally(page: Page, hostile: Server):
    assert_shows_its_name(page, hostile, 19)


@pytest.mark.soak
def test_every_systems_page_shows_its_name_literally(page: Page, hostile: Server):
    assert_shows_its_name(page, hostile, 1)


def test_every_finding_shows_its_words_literally(page: Page, hostile: Server):
    seen = watch(page, hostile)
    found = rows(hostile, "select anomaly_id, finding from anomalies order by 1")
    assert len(found) > 30
    for anomaly, finding in found[::30]:
        open_page(page, hostile, f"anomalies?v=1&anomaly={anomaly}")
        assert_harmless(page)
        assert " ".join(finding.replace("\u200b", "").split()) in shown_text(page)
    assert seen.all == []


def test_a_hostile_filter_option_is_chosen_and_shown_literally(page: Page, hostile: Server):
    seen = watch(page, hostile)
    for payload in ("<b>bold</b>", ":red[x]"):
        open_page(page, hostile, f"results?v=1&cpu={quote(payload, safe='')}")
        assert payload in shown_text(page)
        assert_harmless(page)
    assert seen.all == []


def test_a_hostile_row_can_be_picked(page: Page, hostile: Server):
    seen = watch(page, hostile)
    open_page(page, hostile, "results?v=1&benchmark=resnet50")
    follow_row(page, "results", 3)
    page.get_by_role("heading", level=1, name="System").wait_for()
    settled(page)
    assert_harmless(page)
    assert seen.all == []
