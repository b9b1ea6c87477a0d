"""Who may import what, what a page may hold, how SQL is put together: rules over the syntax trees of our modules.

Each rule is a function of one module that returns what it finds; each is tried on a planted violation too.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from lib.catalogue import PAGES

ROOT = Path(__file__).resolve().parent.parent

# Data moves one way: a room imports from those that stand before it. Rooms with one number do not know each other.
ROOMS = {
    "words": 0,
    "schema": 1,
    "rounds": 2,
    "names": 3,
    "ingest": 4,
    "analysis": 4,
    "findings": 5,
    "database": 6,
    "links": 7,
    "query": 8,
    "export": 9,
    "show": 10,
    "commands": 11,
    "pages": 11,
}
# Modules that stand alone in lib/, by their room.
ALONE = {
    **dict.fromkeys(
        ("lib", "lib.vocabulary", "lib.settings", "lib.data_folder", "lib.command", "lib.selection"), "words"
    ),
    "lib.rounds": "rounds",
    **dict.fromkeys(("lib.catalogue", "lib.links"), "links"),
    **dict.fromkeys(("lib.serve", "lib.own_page", "lib.build", "lib.export.__main__", "lib.report"), "commands"),
}
# The maker of the database is asked by those who start things, for one thing: a database where there is none.
MAKER = "lib.database.fresh"
ASKS_THE_MAKER = {"lib.serve", "lib.export.__main__", "lib.show.frame"}
# Where each of these packages may be imported: module names, `x.*` for all below x.
HOMES = {
    "duckdb": ("lib.query.*", "lib.database.*", "lib.findings.*", "lib.build"),
    "plotly": ("lib.show.figures.*",),
    "streamlit": (
        "lib.show.frame", "lib.show.address", "lib.show.filters", "lib.show.choices", "lib.show.chips",
        "lib.show.tables", "lib.show.columns", "lib.show.picks", "lib.show.find", "lib.show.parts.*",
        "lib.own_page", "lib.serve", "pages.*", "app",
    ),
}  # fmt: skip
NAMELESS = {"utils", "util", "helpers", "helper", "common", "misc", "tools", "stuff"}
MAX_PAGE_LINES = 60
# What may be put into a statement of lib/query: conditions and columns that our own code makes, and whole numbers.
SQL_PARTS = {"columns", "condition", "flags", "most", "order", "per"}
OUTSIDE = re.compile(r"\b(DESIGN|STYLE|STACK|TESTS)\.md|\.\./shared|\bDESIGN\b|\bT-\d\d\b")
ASKING = {"execute", "executemany", "sql", "query", "table", "rows", "frame"}
SQL = re.compile(
    r"^\s*(select\b.*\bfrom\b|with\b.*\bas\s*\(|insert\s+into|update\b.*\bset\b|delete\s+from|create\s+(table|view)"
    r"|drop\s+(table|view)|copy\b.*\bto\b|attach\b|install\s|pragma\s)"
    r"|\b(where|order by|group by)\s+\w+\s*(=|<|>|in\b|,|$)",
    re.DOTALL,
)


@dataclass(frozen=True)
class Module:
    """One of our modules. `name` is dotted, such as `lib.show.frame` or `pages.rankings`."""

    name: str
    text: str

    @property
    def tree(self) -> ast.Module:
        """Its syntax tree."""
        return ast.parse(self.text)

    @property
    def is_page(self) -> bool:
        """Whether it draws a page."""
        return self.name == "app" or self.name.startswith("pages.")


def our_modules() -> list[Module]:
    """app.py, pages/ and lib/."""
    paths = [ROOT / "app.py", *(ROOT / "pages").rglob("*.py"), *(ROOT / "lib").rglob("*.py")]
    return [Module(_dotted(path), path.read_text("utf-8")) for path in sorted(paths)]


def _dotted(path: Path) -> str:
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return name.removesuffix(".__init__")


def imports(module: Module) -> Iterator[tuple[str, bool]]:
    """Every dotted name that a module imports, and whether only the type checker sees the import."""
    typed = {
        ast.unparse(statement)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")
        for statement in node.body
    }
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, ast.unparse(node) in typed) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = "." * node.level + (node.module or "")
            yield base, ast.unparse(node) in typed
            yield from ((f"{base}.{alias.name}", ast.unparse(node) in typed) for alias in node.names)


def room(name: str) -> str | None:
    """The room of a module of ours, None for one that is not ours (or a name within one: the room of its module)."""
    for own in (name, name.rpartition(".")[0]):
        if own in ALONE and own != "lib":
            return ALONE[own]
    if name == "lib":
        return "words"
    if name == "app" or name.partition(".")[0] == "pages":
        return "pages"
    parts = name.split(".")
    if parts[0] != "lib":
        return None
    return parts[1] if parts[1] in ROOMS and parts[1] not in ("words", "commands", "pages") else "unknown"


def foreign_package(module: Module) -> list[str]:
    """A package imported outside its home. Imports for the type checker alone are free."""
    return [
        f"{module.name} imports {name}"
        for name, is_typed in imports(module)
        if (package := name.partition(".")[0]) in HOMES and not is_typed and not _at_home(module.name, HOMES[package])
    ]


def _at_home(name: str, homes: tuple[str, ...]) -> bool:
    for home in homes:
        if name == home.removesuffix(".*") or (home.endswith("*") and name.startswith(home.removesuffix("*"))):
            return True
    return False


def arrow_back(module: Module) -> list[str]:
    """An import from a room that stands after one's own, or beside it."""
    own = room(module.name)
    if own is None or own == "unknown":
        return [f"{module.name} is in no room that DESIGN.md knows"]
    found = []
    for name, _ in imports(module):
        other = room(name)
        if name.startswith("."):
            found.append(f"{module.name}: relative import {name}")
        elif other == "unknown":
            found.append(f"{module.name} imports {name}, which is in no room")
        elif other is not None and other != own and ROOMS[other] >= ROOMS[own]:
            found.append(f"{module.name} ({own}) imports {name} ({other})")
    return found


def maker_asked(module: Module) -> list[str]:
    """The maker of the database imported by who only reads it, but for the one call that makes a missing one."""
    own = room(module.name)
    if own is None or own == "unknown" or ROOMS[own] <= ROOMS["database"] or module.name == "lib.build":
        return []
    return [
        f"{module.name} imports {name}"
        for name, _ in imports(module)
        if room(name) == "database"
        and not (module.name in ASKS_THE_MAKER and name in (MAKER, f"{MAKER}.build_if_stale"))
    ]


def outside(module: Module) -> list[str]:
    """A word of something outside the repository: who reads the code must find what it speaks of."""
    return [
        f"{module.name}:{number}: {found[0]}"
        for number, line in enumerate(module.text.splitlines(), 1)
        if (found := OUTSIDE.search(line))
    ]


def nameless(module: Module) -> list[str]:
    """A module whose name says nothing."""
    return [module.name] if set(module.name.split(".")) & NAMELESS else []


def unsafe_drawing(module: Module) -> list[str]:
    """st.navigation, HTML made of text, components.html."""
    found = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.keyword) and node.arg in ("unsafe_allow_html", "unsafe_allow_javascript"):
            found.append(f"{module.name}:{node.value.lineno}: {node.arg}")
        if isinstance(node, ast.Attribute) and node.attr in ("navigation", "html", "iframe", "components"):
            found.append(f"{module.name}:{node.lineno}: {ast.unparse(node)}")
    for name, _ in imports(module):
        if name.startswith("streamlit.components") or name in (
            "streamlit.navigation",
            "streamlit.html",
            "streamlit.iframe",
        ):
            found.append(f"{module.name} imports {name}")
    return found


def composed_sql(module: Module) -> list[str]:
    """In lib/query: a statement composed where it is asked, or made of parts other than those allowed.

    One function, `statement(template, selection, **parts)`, may hand its parts on; its callers' parts are looked at.
    """
    if not module.name.startswith("lib.query"):
        return []
    handing_on = {
        call
        for function in ast.walk(module.tree)
        if isinstance(function, ast.FunctionDef) and function.name == "statement"
        for call in map(ast.unparse, ast.walk(function))
    }
    found = []
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call):
            continue
        asked = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        text = f"{module.name}:{node.lineno}: {ast.unparse(node)[:60]}"
        if asked in ASKING and node.args and ast.unparse(node.func) != "pa.table":
            first = node.args[0]
            is_format = isinstance(first, ast.Call) and ast.unparse(first.func).endswith(".format")
            if isinstance(first, ast.JoinedStr | ast.BinOp) or (
                is_format and asked in ("execute", "executemany", "sql")
            ):
                found.append(text)
        parts = {key.arg for key in node.keywords}
        is_handing_on = parts == {"condition", None} and ast.unparse(node) in handing_on
        if asked == "format" and (node.args or not parts <= SQL_PARTS) and not is_handing_on:
            found.append(text)
        if asked == "statement" and not parts <= SQL_PARTS:
            found.append(text)
    return found


def sql_in_page(module: Module) -> list[str]:
    """SQL in the text of a page."""
    if not module.is_page:
        return []
    texts = [node for node in ast.walk(module.tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return [
        f"{module.name}:{node.lineno}: {node.value[:40]!r}"
        for node in texts
        if SQL.search(re.sub(r"\b[A-Z]{2,}\b", lambda word: word[0].lower(), node.value))
    ]


def page_beginning(module: Module) -> list[str]:
    """A page that is not one block of begin_page() and its own name, right after the imports."""
    if not module.is_page:
        return []
    body = [node for node in module.tree.body if not isinstance(node, ast.Import | ast.ImportFrom)]
    if body and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant):
        body = body[1:]
    name = "overview" if module.name == "app" else module.name.removeprefix("pages.")
    expected = f"with begin_page('{name}') as page:"
    if len(body) != 1 or ast.unparse(body[0]).partition("\n")[0] != expected:
        return [f"{module.name}: it is not one block, {expected}"]
    return []


def long_page(module: Module) -> list[str]:
    """A page that is no longer read at a glance, or that defines things of its own."""
    if not module.is_page:
        return []
    lines = module.text.count("\n")
    found = [f"{module.name} has {lines} lines; at most {MAX_PAGE_LINES}"] if lines > MAX_PAGE_LINES else []
    return found + [
        f"{module.name}:{node.lineno}: a class in a page"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef)
    ]


Rule = Callable[[Module], list[str]]
RULES: list[Rule] = [
    foreign_package,
    arrow_back,
    nameless,
    maker_asked,
    outside,
    unsafe_drawing,
    composed_sql,
    sql_in_page,
    page_beginning,
    long_page,
]
PLANTED = [
    (foreign_package, "lib.analysis.ranking", "import duckdb\n"),
    (foreign_package, "lib.export.csv", "from duckdb import connect\n"),
    (foreign_package, "lib.show.tables", "import plotly.graph_objects as go\n"),
    (foreign_package, "pages.rankings", "import plotly.express as px\n"),
    (foreign_package, "lib.query.rankings", "def f():\n    import streamlit as st\n"),
    (foreign_package, "lib.show.wording", "from streamlit import markdown\n"),
    (arrow_back, "lib.ingest.layouts.tree", "from lib.database import make\n"),
    (arrow_back, "lib.names.canonical", "from lib.ingest.problem import Problem\n"),
    (arrow_back, "lib.analysis.ranking", "from lib.findings.rules import RULES\n"),
    (arrow_back, "lib.findings.rules", "from lib.catalogue import PAGES\n"),
    (arrow_back, "lib.query.rankings", "from lib.export.exports import csv_of\n"),
    (arrow_back, "lib.schema.column", "import lib.rounds\n"),
    (maker_asked, "lib.query.connection", "from lib.database.publish import current\n"),
    (maker_asked, "lib.show.frame", "from lib.database.make import make\n"),
    (maker_asked, "lib.show.parts.coverage", "from lib.database.fresh import build_if_stale\n"),
    (outside, "lib.query.rankings", '"""As DESIGN.md says."""\n'),
    (outside, "app", "# T-14\n"),
    (arrow_back, "lib.query.connection", "import lib.show.figures\n"),
    (arrow_back, "lib.vocabulary", "from lib.names.values import number\n"),
    (arrow_back, "lib.show.frame", "from lib import serve\n"),
    (arrow_back, "pages.rankings", "from lib.serve import app\n"),
    (arrow_back, "lib.show.frame", "import app\n"),
    (arrow_back, "lib.analysis.ranking", "from ..show import frame\n"),
    (arrow_back, "lib.extra.thing", ""),
    (nameless, "lib.show.utils", ""),
    (nameless, "lib.common.words", ""),
    (unsafe_drawing, "app", "st.navigation([])\n"),
    (unsafe_drawing, "app", "st.markdown(x, unsafe_allow_html=True)\n"),
    (unsafe_drawing, "lib.show.frame", "st.html(x)\n"),
    (unsafe_drawing, "lib.show.frame", "import streamlit.components.v1 as components\ncomponents.html(x)\n"),
    (unsafe_drawing, "lib.show.frame", "from streamlit import html\n"),
    (composed_sql, "lib.query.rankings", "cursor.execute(f'select {x}')\n"),
    (composed_sql, "lib.query.rankings", "cursor.execute('select %s' % x)\n"),
    (composed_sql, "lib.query.rankings", "cursor.sql('select ' + x)\n"),
    (composed_sql, "lib.query.rankings", "cursor.sql(QUERY.format(condition=x))\n"),
    (composed_sql, "lib.query.rankings", "db.table(f'select {x}')\n"),
    (composed_sql, "lib.query.rankings", "query = QUERY.format(name=name)\n"),
    (composed_sql, "lib.query.rankings", "query = QUERY.format(name)\n"),
    (composed_sql, "lib.query.rankings", "query = QUERY.format(condition=condition, **parts)\n"),
    (composed_sql, "lib.query.rankings", "query, values = statement(QUERY, selection, name=name)\n"),
    (sql_in_page, "pages.results", "x = 'select value from results'\n"),
    (sql_in_page, "pages.results", "x = 'SELECT value FROM results'\n"),
    (sql_in_page, "app", "x = f'where round = {y}'\n"),
    (
        page_beginning,
        "pages.results",
        "import streamlit as st\nst.title('x')\nwith begin_page('results') as page:\n    x()\n",
    ),
    (page_beginning, "pages.results", "'''Results.'''\nwith begin_page('rankings') as page:\n    x()\n"),
    (page_beginning, "app", ""),
    (long_page, "pages.results", "x = 1\n" * (MAX_PAGE_LINES + 1)),
    (long_page, "pages.results", "class Thing: ...\n"),
]
FINE = [
    (foreign_package, "lib.show.frame", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import plotly\n"),
    (foreign_package, "lib.show.parts.rankings", "import streamlit as st\n"),
    (foreign_package, "lib.findings.detectors.twins", "import duckdb\n"),
    (arrow_back, "lib.names.normalize", "from lib.names.values import number\nfrom lib.selection import KEYS\n"),
    (arrow_back, "pages.rankings", "from lib.query import rankings\nfrom lib.show import frame\n"),
    (composed_sql, "lib.query.rankings", "db.table(RANKED.format(per=per, condition=condition), values)\n"),
    (composed_sql, "lib.query.rankings", "query, values = statement(QUERY, selection, per=PER[choice])\n"),
    (
        composed_sql,
        "lib.query.rankings",
        "def statement(template, selection, **parts):\n    return template.format(condition=condition, **parts)\n",
    ),
    (composed_sql, "lib.database.make", "connection.execute(f'create table {name}')\n"),
    (sql_in_page, "app", "x = 'Pick a row for its system. Select a benchmark from the list.'\n"),
    (
        page_beginning,
        "app",
        "'''Overview.'''\nfrom lib.show.frame import begin_page\nwith begin_page('overview') as page:\n    x()\n",
    ),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_rule_holds_for_all_our_modules(rule: Rule):
    modules = our_modules()
    assert len(modules) > 30
    assert [finding for module in modules for finding in rule(module)] == []


@pytest.mark.parametrize(("rule", "name", "text"), PLANTED, ids=lambda part: getattr(part, "__name__", None))
def test_the_rule_catches_a_planted_violation(rule: Rule, name: str, text: str):
    assert rule(Module(name, text))


@pytest.mark.parametrize(("rule", "name", "text"), FINE, ids=lambda part: getattr(part, "__name__", None))
def test_the_rule_lets_pass_what_is_right(rule: Rule, name: str, text: str):
    assert rule(Module(name, text)) == []


def test_every_rule_has_a_planted_violation():
    assert {rule for rule, _, _ in PLANTED} == set(RULES)


def test_pages_are_those_that_links_know():
    files = {path.relative_to(ROOT / "pages").as_posix() for path in (ROOT / "pages").rglob("*.py")}
    assert {f"pages/{name}" for name in files} | {"app.py"} == {page.file for page in PAGES}


def test_one_function_opens_the_database_for_reading():
    calls = [
        f"{module.name}:{node.lineno}"
        for module in our_modules()
        if module.name.startswith("lib.query")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "duckdb.connect"
    ]
    assert len(calls) == 1, calls
