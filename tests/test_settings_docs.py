"""Every setting has a row in README.md with its variable, its default and a sentence."""

from __future__ import annotations

import re
from dataclasses import MISSING, Field, fields
from pathlib import Path

import pytest

from lib.settings import ROOT, Settings, SettingsError, variable

ROW = re.compile(r"^\|\s*`([A-Z][A-Z0-9_]+)`\s*\|\s*(.*?)\s*\|\s*(.*?)\s*\|\s*$", re.MULTILINE)
VARIABLES = {variable(item): item for item in fields(Settings)}


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


@pytest.mark.parametrize("name", VARIABLES)
def test_every_setting_has_a_row_with_its_default_and_a_sentence(name: str, rows: dict[str, tuple[str, str]]):
    assert name in rows, f"README.md has no row `{name}` | default | what it is for"
    default, words = rows[name]
    assert default.replace("_", "") == written(VARIABLES[name]).replace("_", "")
    assert len(words.split()) >= 4, f"{name}: say what it is for"


def test_no_row_describes_a_setting_that_is_gone(rows: dict[str, tuple[str, str]]):
    assert set(rows) <= set(VARIABLES)


@pytest.mark.parametrize("item", fields(Settings), ids=lambda item: item.name)
def test_every_setting_is_read_from_its_variable(item: Field[object], monkeypatch: pytest.MonkeyPatch):
    given = {int: "7", str: "https://plumbline.example"}.get(type(item.default), "/somewhere/else")
    monkeypatch.setenv(variable(item), given)
    assert str(getattr(Settings.from_environment(), item.name)) == given


def test_a_row_without_its_variable_is_noticed():
    text = "| variable | default | use |\n|---|---|---|\n| `PLUMBLINE_DATA` | `data` | where the data lies here |\n"
    assert documented(text) == {"PLUMBLINE_DATA": ("data", "where the data lies here")}


NUMBERS = [name for name, item in VARIABLES.items() if type(item.default) is int]


@pytest.mark.parametrize("name", NUMBERS)
@pytest.mark.parametrize("bad", ["x", "-1", "0", "1.5", "¹", "9" * 5000])
def test_a_setting_that_is_no_number_is_named(name: str, bad: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(name, bad)
    with pytest.raises(SettingsError, match=f"^{name} must be a whole number .*not '"):
        Settings.from_environment()


def test_a_port_that_no_machine_has_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PORT", "65536")
    with pytest.raises(SettingsError, match="PORT must be a whole number from 1 to 65535, not '65536'"):
        Settings.from_environment()


def test_an_empty_variable_is_not_set(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PLUMBLINE_QUERY_THREADS", " ")
    assert Settings.from_environment().query_threads == Settings.query_threads
