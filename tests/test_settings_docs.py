"""T-39: every setting has a row in README.md with its variable, its default and a sentence."""

from __future__ import annotations

import re
from dataclasses import MISSING, Field, fields
from pathlib import Path

import pytest

from lib.settings import ROOT, Settings

ROW = re.compile(r"^\|\s*`(PLUMBLINE_[A-Z0-9_]+)`\s*\|\s*(.*?)\s*\|\s*(.*?)\s*\|\s*$", re.MULTILINE)
VARIABLES = {f"PLUMBLINE_{item.name.upper()}": item for item in fields(Settings)}


def documented(text: str) -> dict[str, tuple[str, str]]:
    """The rows of the table of settings: variable -> (default, what it is for)."""
    return {name: (default.replace("`", ""), words) for name, default, words in ROW.findall(text)}


def written(item: Field[object]) -> str:
    """A field's default as the table writes it: a path below the project without it, the empty text as `empty`."""
    assert item.default is not MISSING, f"{item.name} has no default"
    if isinstance(item.default, Path):
        return item.default.relative_to(ROOT).as_posix()
    return str(item.default) or "empty"


@pytest.fixture(scope="module")
def rows() -> dict[str, tuple[str, str]]:
    return documented((ROOT / "README.md").read_text("utf-8"))


@pytest.mark.parametrize("variable", VARIABLES)
def test_every_setting_has_a_row_with_its_default_and_a_sentence(variable: str, rows: dict[str, tuple[str, str]]):
    assert variable in rows, f"README.md has no row `{variable}` | default | what it is for"
    default, words = rows[variable]
    assert default.replace("_", "") == written(VARIABLES[variable]).replace("_", "")
    assert len(words.split()) >= 4, f"{variable}: say what it is for"


def test_no_row_describes_a_setting_that_is_gone(rows: dict[str, tuple[str, str]]):
    assert set(rows) <= set(VARIABLES)


@pytest.mark.parametrize("item", fields(Settings), ids=lambda item: item.name)
def test_every_setting_is_read_from_its_variable(item: Field[object], monkeypatch: pytest.MonkeyPatch):
    given = {int: "7", str: "https://plumbline.example"}.get(type(item.default), "/somewhere/else")
    monkeypatch.setenv(f"PLUMBLINE_{item.name.upper()}", given)
    assert str(getattr(Settings.from_environment(), item.name)) == given


def test_a_row_without_its_variable_is_noticed():
    text = "| variable | default | use |\n|---|---|---|\n| `PLUMBLINE_DATA` | `data` | where the data lies here |\n"
    assert documented(text) == {"PLUMBLINE_DATA": ("data", "where the data lies here")}


@pytest.mark.parametrize("bad", ["", "x", "-1", "0", "1.5", "¹"])
def test_a_setting_that_is_no_number_is_named(bad: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PLUMBLINE_QUERY_THREADS", bad)
    if not bad:
        assert Settings.from_environment().query_threads == Settings.query_threads
        return
    with pytest.raises(ValueError, match="PLUMBLINE_QUERY_THREADS"):
        Settings.from_environment()
