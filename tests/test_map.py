"""The documents name the files as they are, and speak of nothing that is not in the repository."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lib.catalogue import PAGES
from tests.test_import_graph import ROOMS, room

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), ROOT / "deploy" / "README.md"])
FOLDERS = ("lib", "pages", "data", "tests", "docs", "bench", "deploy", ".streamlit", ".ci")
NAMED = re.compile(rf"(?<![\w./-])((?:{'|'.join(map(re.escape, FOLDERS))})/[\w./*-]*|app\.py|Dockerfile|Makefile)")
# Made on the reader's own machine, or named as a pattern of such.
MADE = re.compile(r"data/(current|plumbline-|rounds/vX\.Y|.*\*)|ROUND|X\.Y|NAME")
ELSEWHERE = re.compile(r"\b(DESIGN|STYLE|STACK|TESTS)\.md|\bDESIGN section|\bT-[0-9]{2}\b")
MODULE = re.compile(r"\b(lib(?:\.[a-z_]+)+)\b")


def named(text: str) -> set[str]:
    """The files and folders of ours that a text names."""
    found = {path.rstrip("./,") for path in NAMED.findall(text)}
    return {path for path in found if "/" in path and not MADE.search(path)} | (found & {"app.py", "Dockerfile"})


def modules(text: str) -> set[str]:
    """The modules of ours that a text names, such as `lib.build`, or a name within one."""
    return set(MODULE.findall(text))


def is_there(path: str) -> bool:
    return (ROOT / path).exists()


def is_module(name: str) -> bool:
    """Whether a dotted name is a module, or a name that one defines."""
    path = ROOT / name.replace(".", "/")
    if path.with_suffix(".py").is_file() or (path / "__init__.py").is_file():
        return True
    home, _, own = name.rpartition(".")
    module = ROOT / home.replace(".", "/")
    files = [file for file in (module.with_suffix(".py"), module / "__init__.py") if file.is_file()]
    return any(re.search(rf"\b{own}\b", file.read_text("utf-8")) for file in files)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_document_names_files_that_are_there(path: Path):
    text = path.read_text("utf-8")
    assert sorted(name for name in named(text) if not is_there(name)) == []
    assert sorted(name for name in modules(text) if not is_module(name)) == []


def test_a_file_that_is_gone_is_noticed():
    assert named("`lib/build/database.py` and app.py, in lib/query.") == {
        "lib/build/database.py",
        "app.py",
        "lib/query",
    }
    assert not is_there("lib/build/database.py")
    assert not is_module("lib.show.ui")
    assert is_module("lib.catalogue.PAGES")


def test_the_map_goes_through_every_room():
    rooms = {path.name for path in (ROOT / "lib").iterdir() if path.is_dir() and (path / "__init__.py").is_file()}
    for path in (ROOT / "README.md", ROOT / "docs" / "one-number.md"):
        told = named(path.read_text("utf-8"))
        missing = {room for room in rooms if not any(name.startswith(f"lib/{room}") for name in told)}
        assert missing <= ({"analysis"} if path.name == "one-number.md" else set()), path.name


def test_the_map_lists_the_rooms_as_the_imports_go():
    text = (ROOT / "README.md").read_text("utf-8")
    listed = re.findall(r"^    (?:lib/)?(?:app\.py, )?([a-z_]+)(?:\.py|/)  ", text, re.MULTILINE)
    ranks = [
        ROOMS[room(f"lib.{name}") or ""] for name in listed if name not in ("pages", "data", "docs", "tests", "bench")
    ]
    alone = {path.stem for path in (ROOT / "lib").glob("*.py")} - {"__init__"}
    rooms = {path.parent.name for path in (ROOT / "lib").glob("*/__init__.py")}
    assert ranks == sorted(ranks, reverse=True)
    assert (alone | rooms) <= set(re.findall(r"lib/([a-z_]+)", text))


def test_the_tour_shows_every_page():
    text = (ROOT / "README.md").read_text("utf-8")
    assert [page.label for page in PAGES if f"- **{page.label}**" not in text] == []


def test_no_text_speaks_of_a_document_that_is_elsewhere():
    kinds = {".py", ".md", ".sql", ".toml", ".js", ".sh", ".txt", ".cfg", ".service"}
    folders = [ROOT / name for name in (*FOLDERS, "app.py", "README.md", "CHANGELOG.md", "Makefile", "Dockerfile")]
    paths = [path for folder in folders for path in ([folder] if folder.is_file() else folder.rglob("*"))]
    told = [path for path in paths if path.suffix in kinds or path.name in ("Makefile", "Dockerfile")]
    own = {ROOT / "tests" / "test_map.py", ROOT / "tests" / "test_import_graph.py"}
    assert len(told) > 200
    assert [str(path) for path in told if path not in own and ELSEWHERE.search(path.read_text("utf-8"))] == []


def test_links_of_documents_to_documents_lead_somewhere():
    for path in DOCUMENTS:
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", path.read_text("utf-8")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"
