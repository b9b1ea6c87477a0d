"""Everyday questions of somebody who never saw the product, from the bare first page by clicks and typing alone.

On the repository's own published data. Each answer is compared with the CSV's rows, and its steps are counted.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.steps import at, choose, open_page, query, settled, wait_for_query
from tests.conftest import Server, StartServer
from tests.show.test_dispatch import DLRM, RESNET, UNET, expected

pytestmark = pytest.mark.browser

Row = dict[str, str]
PHONE = {"width": 390, "height": 844}
USUAL = {"division": ["closed"], "system_type": ["datacenter"], "availability": ["available"]}


@pytest.fixture(scope="module")
def real(start_server: StartServer, data_folder: Path) -> Server:
    """The app on the published rounds."""
    return start_server(data_folder)


class Steps:
    """A first user before the bare first page; every click counts, and words typed with Enter after them."""

    def __init__(self, page: Page, server: Server) -> None:
        self.page = page
        self.count = 0
        open_page(page, server, "")

    def click(self, place: Locator) -> None:
        """Open or choose something."""
        place.click()
        self.count += 1

    def follow(self, words: str | re.Pattern[str], title: str) -> None:
        """Click a link of the page, which leads to a page of this title."""
        self.click(self.page.get_by_test_id("stMain").get_by_role("link", name=words).first)
        at(self.page, title)

    def choose(self, label: str, option: str, key: str) -> None:
        """Open a filter's list and choose of it: two clicks."""
        choose(self.page, label, option)
        self.count += 2
        wait_for_query(self.page, f"{key}={re.escape(option)}(&|$)")
        settled(self.page)

    def press(self, group: str, value: str, key: str) -> None:
        """Press one of the buttons of a filter."""
        buttons = self.page.get_by_role("radiogroup", name=group)
        self.click(buttons.get_by_role("radio", name=re.compile(rf"^{value} ·")))
        wait_for_query(self.page, f"{key}={value}")
        settled(self.page)

    def round(self, name: str) -> None:
        """Go to a round by its link below the overview."""
        self.follow(re.compile(rf"^{re.escape(name)} · \d+$"), "Overview")
        wait_for_query(self.page, f"round={re.escape(name)}&")
        settled(self.page)

    def find(self, words: str, title: str) -> None:
        """Type into the box at the top, and Enter; a page of this title opens."""
        box = self.page.locator(".st-key-find input")
        box.click()
        box.fill(words)
        expect(box).to_have_value(words)
        box.press("Enter")
        self.count += 1
        at(self.page, title)

    def csv(self) -> list[Row]:
        """The file behind the button."""
        with self.page.expect_download() as download:
            self.click(self.page.get_by_role("button", name="CSV"))
        return rows_of(Path(download.value.path()).read_bytes())


@pytest.fixture
def user(page: Page, real: Server) -> Steps:
    return Steps(page, real)


def rows_of(content: bytes) -> list[Row]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def behind(page: Page, server: Server, name: str = "", **other: str) -> list[Row]:
    """The CSV's rows of what a page shows; of another page, or with other values, where these are named."""
    path, _, asked = page.url.removeprefix(server.url).partition("?")
    for key, value in other.items():
        asked += f"&{key}={value}"
    status, _, body = server.get(f"/export/{name or path.strip('/')}.csv?{asked}")
    assert status == 200
    return rows_of(body)


def drawn(page: Page) -> Locator:
    """The words in the page's first picture."""
    return page.get_by_test_id("stPlotlyChart").first.locator("svg text")


def row_texts(page: Page, table: str) -> list[list[str]]:
    """The cells of a table of links."""
    lines = page.locator(f'[class*="st-key-rows_{table}"] tbody tr')
    lines.first.wait_for()
    return [line.split("\t") for line in lines.all_inner_texts()]


def entries(page: Page, table: str) -> list[str]:
    """The entries that the rows of a table of links lead to."""
    links = page.locator(f'[class*="st-key-rows_{table}"] tbody a[href*="entry="]')
    links.first.wait_for()
    addresses = [link.get_attribute("href") or "" for link in links.all()]
    return [parse_qs(urlsplit(address).query)["entry"][0] for address in addresses if "/system?" in address]


def folded(text: str) -> re.Pattern[str]:
    """A text of a picture, in which lines stand without a blank between them."""
    return re.compile(r"\s*".join(map(re.escape, text.split())))


def number(text: str) -> float:
    return float(text.replace(",", ""))


def test_who_leads_the_most_contested_benchmark_stands_on_the_first_screen(user: Steps, page: Page, real: Server):
    rows = behind(page, real, "results", scenario="Offline")
    names = Counter(row["benchmark"] for row in rows if row["accelerators"] and row["is_ranked"] == "true")
    contested = names.most_common(1)[0][0]
    best = max(
        (row for row in rows if row["benchmark"] == contested and row["accelerators"]),
        key=lambda row: float(row["value"]) / int(row["accelerators"]),
    )
    told = drawn(page).filter(has_text=re.compile(rf"{re.escape(best['accelerator_family'])}.*{best['submitter']}"))
    for words in (drawn(page).filter(has_text=re.compile(" leads ")), told, drawn(page).filter(has_text=contested)):
        expect(words.first).to_be_visible()
        box = words.first.bounding_box()
        assert box
        assert box["y"] + box["height"] < 900
    assert user.count == 0


@pytest.mark.parametrize(
    ("ranking", "top"), [("dlrm-99 Server", DLRM), ("resnet50 Server", RESNET), ("3d-unet-99 Offline", UNET)]
)
def test_a_figure_of_the_dispatch(user: Steps, page: Page, real: Server, ranking: str, top: str):
    user.round("v1.0")
    user.follow(ranking, "Rankings")
    user.click(page.get_by_text("More filters"))
    user.choose("Power", "without", "power")
    assert query(page) == {
        "v": ["1"],
        "round": ["v1.0"],
        **USUAL,
        "power": ["without"],
        **dict(zip(("benchmark", "scenario"), ([word] for word in ranking.split()), strict=True)),
    }
    first = expected(top)
    shown = behind(page, real)[: len(first)]
    assert [(int(row["rank"]), row["submitter"], row["platform"], float(row["value"])) for row in shown] == [
        row[:4] for row in first
    ]
    for cells, row in zip(row_texts(page, "ranking"), shown, strict=False):
        assert cells[0] == row["rank"]
        assert cells[1].startswith(f"{row['submitter']} · ")
        assert number(cells[2]) == pytest.approx(float(row["value"]), rel=0.005)
    assert entries(page, "ranking")[: len(shown)] == [row["system_id"] for row in shown]
    expect(drawn(page).filter(has_text=re.compile(rf"^1\s+{first[0][1]} · "))).to_be_visible()
    assert user.count <= 5


def test_why_two_entries_differ_from_the_id_alone(user: Steps, page: Page):
    user.find("1.0-30", "System")
    user.follow(re.compile(r"1\.44x apart.*1\.0-31"), "Anomalies")
    for word in ("Triton", "260,000", "180,000"):
        expect(page.get_by_test_id("stMain")).to_contain_text(word)
    assert user.count <= 3


@dataclass(frozen=True)
class Found:
    """What a user came to: the address, the rows in the file, and the steps."""

    url: str
    rows: list[Row]
    steps: int


@pytest.fixture(scope="module")
def amd(browser: Browser, real: Server) -> Found:
    """AMD host processors of 64 cores with 8 accelerators: BERT-99.9 Offline in v2.1, to the file."""
    with browser.new_context(viewport={"width": 1440, "height": 900}, accept_downloads=True) as context:
        page = context.new_page()
        user = Steps(page, real)
        user.round("v2.1")
        user.follow("bert-99.9 Offline", "Rankings")
        user.choose("CPU vendor", "AMD", "cpu_vendor")
        page.keyboard.press("Escape")
        user.press("Cores per CPU", "64", "cores")
        user.click(page.get_by_text("More filters"))
        user.press("Accelerators in the system", "8", "accelerators")
        return Found(page.url, user.csv(), user.count)


def test_a_selection_goes_to_a_file(amd: Found):
    asked = {"round": "v2.1", "benchmark": "bert-99.9", "scenario": "Offline", "cpu_vendor": "AMD"}
    asked |= {"cores_per_cpu": "64", "accelerators": "8"}
    assert amd.rows
    assert [{key: row[key] for key in asked} for row in amd.rows] == [asked] * len(amd.rows)
    assert amd.steps <= 8


def test_the_link_of_it_on_a_telephone_in_the_dark(browser: Browser, real: Server, amd: Found):
    with browser.new_context(viewport=PHONE, color_scheme="dark") as context:  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(amd.url)
        at(page, "Rankings")
        assert entries(page, "ranking") == [row["system_id"] for row in amd.rows]
        for name in (
            "v2.1",
            "bert-99.9",
            "Offline",
            "CPU vendor AMD",
            "cores per CPU 64",
            "accelerators in the system 8",
        ):
            expect(
                page.get_by_role("button", name=re.compile(f"^remove filter .*{re.escape(name)} ✕$"))
            ).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        assert_within(page.get_by_test_id("stPlotlyChart").all())


def assert_within(places: Iterable[Locator]) -> None:
    """None of these reaches over a telephone's edge."""
    for place in places:
        box = place.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE["width"]


def test_the_best_per_accelerator_over_rounds(user: Steps, page: Page, real: Server):
    user.follow(re.compile("^Best llama2-70b-99.9 Server per accelerator, v4.1 to "), "Rankings")
    for later in [name for name in query(page)["round"] if name > "v6.0"]:
        user.click(page.get_by_role("button", name=f"remove filter round {later} ✕"))
        expect(page).not_to_have_url(re.compile(re.escape(later)))
        settled(page)
    assert query(page)["round"] == ["v4.1", "v5.0", "v5.1", "v6.0"]
    rows = [row for row in behind(page, real) if row["accelerators"] and row["rank"]]
    assert {row["round"] for row in rows} == {"v4.1", "v5.0", "v5.1", "v6.0"}
    best = max(rows, key=lambda row: float(row["value"]) / int(row["accelerators"]))
    each = f"{float(best['value']) / int(best['accelerators']):,.0f}"
    title = folded(f"v4.1 to v6.0: {best['submitter']} leads with {each} tokens/s per accelerator")
    expect(drawn(page).filter(has_text=title)).to_be_visible()
    expect(page.get_by_text(re.compile("Values per accelerator are derived"))).to_be_visible()
    assert row_texts(page, "ranking")[0][4] == best["round"]
    assert user.count <= 2
    # Tokens are not queries: what a round before counted stands apart, and the page says since when.
    user.click(page.get_by_role("button", name="Add to compare"))
    user.click(page.get_by_text(re.compile("^Round: v4.0")))
    wait_for_query(page, "round=v4.0&round=v4.1")
    settled(page)
    expect(page.get_by_text("2 rankings that cannot share a chart")).to_be_visible()
    expect(page.get_by_text("from v4.1 tokens are counted and no longer queries")).to_be_visible()
    expect(drawn(page).filter(has_text=title)).to_be_visible()
    assert user.count <= 4


def test_samples_per_joule(user: Steps, page: Page, real: Server):
    user.follow(re.compile("most per watt on resnet50 Offline"), "Rankings")
    user.choose("Round", "v3.0", "round")
    rows = [row for row in behind(page, real) if row["power_w"] and row["rank"]]
    best = max(rows, key=lambda row: float(row["value"]) / float(row["power_w"]))
    each = f"{float(best['value']) / float(best['power_w']):,.1f}"
    expect(
        drawn(page).filter(has_text=folded(f"{best['submitter']} leads with {each} samples/s per watt"))
    ).to_be_visible()
    expect(page.get_by_text("Samples/s per watt are samples per joule")).to_be_visible()
    assert user.count <= 3


def test_the_shortest_latency_of_an_edge_system(user: Steps, page: Page, real: Server):
    user.round("v4.1")
    user.press("System type", "edge", "system_type")
    user.follow("resnet50 SingleStream", "Rankings")
    assert query(page)["system_type"] == ["edge"]
    rows = behind(page, real)
    values = [float(row["value"]) for row in rows]
    assert {row["unit"] for row in rows} == {"ms"}
    assert values == sorted(values)
    shown = [number(cells[2]) for cells in row_texts(page, "ranking")]
    assert shown == pytest.approx(values[: len(shown)], rel=0.005)
    expect(drawn(page).filter(has_text=folded(f"{rows[0]['submitter']} leads with {shown[0]:.4f} ms"))).to_be_visible()
    expect(drawn(page).filter(has_text="shorter is better").first).to_be_visible()
    assert user.count <= 3


def test_an_accelerator_by_search(user: Steps, page: Page, real: Server):
    user.find("GH200", "Search")
    user.follow(re.compile("GH200"), "Results")
    rows = behind(page, real)
    assert rows
    assert {row["accelerator_family"] for row in rows} == {"GH200"}
    assert user.count <= 2


def test_an_entry_by_search(user: Steps, page: Page):
    user.find("5.1-0093", "System")
    expect(page.get_by_role("heading", name=re.compile(r"\[5\.1-0093\]"))).to_be_visible()
    assert user.count <= 2


def test_a_submitter_in_a_round(user: Steps, page: Page, real: Server):
    user.find("Dell v3.0", "Search")
    user.follow(re.compile(r"v3\.0 · Dell: \d+ results"), "Results")
    assert query(page)["round"] == ["v3.0"]
    rows = behind(page, real)
    everybody = rows_of(real.get("/export/results.csv?v=1&round=v3.0")[2])
    assert rows
    assert {row["result_id"] for row in rows} == {row["result_id"] for row in everybody if row["submitter"] == "Dell"}
    assert user.count <= 2
