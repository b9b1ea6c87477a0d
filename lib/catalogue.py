"""Every page, declared once: its path, label and icon, its own keys, and the question whose answer its CSV holds.

Navigation, links, widgets, exports and the server read from here. A new page is one entry of PAGES, a file in pages/, a
part in lib/show/parts, a question in lib/query, a figure and a test.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lib.findings.rules import RULES, FindingList
from lib.schema import RESULT_COLUMNS

HOME = "overview"


@dataclass(frozen=True)
class Own:
    """A key that a page adds to its links.

    Its values are those of `options` (value -> words for a reader), or names that `pattern` allows; where `is_of_data`
    is set they must be among those that the data has besides. `default` is what its absence means. Words
    (`is_words`) are taken with single blanks between them.
    """

    key: str
    label: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    default: str = ""
    pattern: str = ""
    is_many: bool = False
    is_of_data: bool = False
    is_words: bool = False
    longest: int = 64


@dataclass(frozen=True)
class Page:
    """A page. `single` are the filters that take one value there: a bare link of it shows one ranking.

    `question` names the function of lib/query that gives the CSV's rows, `module.function`; empty where a page has
    none. `needs` are the own keys without which there are no rows.
    """

    name: str
    label: str
    icon: str
    group: str
    own: tuple[Own, ...] = ()
    single: tuple[str, ...] = ()
    question: str = ""
    needs: tuple[str, ...] = ()
    counts_results: bool = True

    @property
    def file(self) -> str:
        """The page's file, as Streamlit names pages."""
        return "app.py" if self.name == HOME else f"pages/{self.name}.py"

    @property
    def path(self) -> str:
        """The page's path in a link; the first page's is empty."""
        return "" if self.name == HOME else self.name

    def key(self, key: str) -> Own:
        """The own key of this name. Raises KeyError where the page has none."""
        return {own.key: own for own in self.own}[key]


PER = Own(
    "per",
    "Value",
    {"system": "per system", "accelerator": "per accelerator", "core": "per CPU core", "watt": "per watt"},
    "system",
)
# The same key on the overview: its picture compares accelerators, or whole systems.
FIELD_PER = Own("per", "Values", {key: PER.options[key] for key in ("accelerator", "system")}, "accelerator")
TOP = Own("top", "Bars", {number: number for number in ("10", "20", "50", "100")}, "10")
ODD = Own(
    "odd",
    "Highlight the odd",
    {"on": "What an analyst would act on", "all": "The long tail too", "off": "Nothing"},
    "on",
)
UNIT = Own("unit", "Unit", pattern=r"[^\x00-\x1f\x7f]{1,64}", is_of_data=True)
ENTRY = Own("entry", pattern=r"[^\x00-\x1f\x7f]{1,200}", longest=200)
ANOMALY = Own("anomaly", pattern=r"[a-z0-9-]{1,64}")
KIND = Own("kind", "Kinds", {rule.kind: rule.title for rule in RULES}, is_many=True)
SHOW = Own(
    "show",
    "Show",
    {
        "default": "What an analyst would act on",
        FindingList.DESCRIPTIONS.value: "Descriptions to doubt",
        FindingList.DEMONSTRATIONS.value: "Reference implementations and demonstrations",
        "all": "All, the long tail too",
    },
    "default",
)
ROWS = Own("rows", "One row per", {"submitter": "submitter", "system": "system"}, "submitter")
SORT = Own(
    "sort",
    "Order",
    {
        "rank": "Benchmark and rank",
        "value": "Value",
        "name": "System",
        "submitter": "Submitter",
        "round": "Round, latest first",
    },
    "rank",
)
COLUMN = Own("column", "Columns", {name: name for name in RESULT_COLUMNS}, is_many=True)
FIND = Own("find", "Words to find", pattern=r"[^\x00-\x1f\x7f]{1,64}", is_words=True)
SNAPSHOT = Own("snapshot", pattern=r"[0-9a-f]{8,32}")  # every page has it: which data a shared link was made of

# All own keys in the order in which links write them; keys of links that were once published never leave.
OWN = (PER, TOP, ODD, UNIT, ENTRY, ANOMALY, KIND, SHOW, ROWS, SORT, COLUMN, FIND, SNAPSHOT)

PAGES = (
    Page(HOME, "Overview", ":material/home:", "Read", own=(FIELD_PER,)),
    Page(
        "rankings",
        "Rankings",
        ":material/leaderboard:",
        "Read",
        own=(PER, TOP, ODD, UNIT),
        single=("benchmark", "scenario"),
        question="rankings.exported",
    ),
    Page(
        "anomalies",
        "Anomalies",
        ":material/troubleshoot:",
        "Read",
        own=(ANOMALY, KIND, SHOW),
        question="findings.exported",
    ),
    Page(
        "search", "Search", ":material/search:", "Read", own=(FIND,), question="search.exported", counts_results=False
    ),
    Page(
        "system",
        "System",
        ":material/dns:",
        "Look closer",
        own=(ENTRY,),
        question="systems.exported",
        needs=("entry",),
        counts_results=False,
    ),
    Page("results", "Results", ":material/table_rows:", "Look closer", own=(SORT, COLUMN), question="results.exported"),
    Page("coverage", "Coverage", ":material/fact_check:", "About", own=(ROWS,)),
    Page("method", "Method", ":material/menu_book:", "About", counts_results=False),
)
BY_NAME: Mapping[str, Page] = {page.name: page for page in PAGES}
EXPORTED = tuple(page.name for page in PAGES if page.question)
