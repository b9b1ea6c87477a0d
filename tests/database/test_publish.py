"""A database takes its place in one step, and the one before stays for its readers."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from lib import data_folder
from lib.database import publish

DAY = 86_400.0


def made(folder: Path, name: str = "fresh") -> Path:
    path = folder / f".{name}"
    path.write_bytes(name.encode())
    return path


def aged(path: Path, seconds: float) -> None:
    os.utime(path, (time.time() - seconds,) * 2)


def test_the_pointer_names_the_file_that_carries_the_digest(tmp_path: Path):
    path = publish.publish(made(tmp_path), tmp_path, "0123456789abcdef", 60)
    assert path == tmp_path / "plumbline-0123456789abcdef.duckdb" == data_folder.current(tmp_path)
    assert path.read_bytes() == b"fresh"
    assert sorted(item.name for item in tmp_path.iterdir()) == ["current", path.name]


def test_an_old_file_is_kept_from_when_it_was_replaced_and_not_from_when_it_was_made(tmp_path: Path):
    first = publish.publish(made(tmp_path), tmp_path, "a" * 16, 3600)
    aged(first, 2 * DAY)
    second = publish.publish(made(tmp_path), tmp_path, "b" * 16, 3600)
    assert first.exists()
    publish.publish(made(tmp_path), tmp_path, "c" * 16, 3600)
    assert first.exists(), "replaced a moment ago, whoever builds next"
    aged(first, 2 * DAY)
    publish.publish(made(tmp_path), tmp_path, "d" * 16, 3600)
    assert not first.exists()
    assert second.exists()


def test_a_file_that_cannot_be_touched_is_spared_by_the_build_that_replaces_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    first = publish.publish(made(tmp_path), tmp_path, "a" * 16, 3600)
    aged(first, 2 * DAY)

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(publish.os, "utime", refuse)
    publish.publish(made(tmp_path), tmp_path, "b" * 16, 3600)
    assert first.exists()


def test_the_same_digest_again_replaces_the_file_and_keeps_it(tmp_path: Path):
    publish.publish(made(tmp_path, "one"), tmp_path, "a" * 16, 60)
    path = publish.publish(made(tmp_path, "two"), tmp_path, "a" * 16, 60)
    assert path.read_bytes() == b"two"
    assert data_folder.current(tmp_path) == path


@pytest.mark.parametrize("refused", ["plumbline-", "current"])
def test_a_rename_that_fails_leaves_the_old_in_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused: str):
    old = publish.publish(made(tmp_path, "old"), tmp_path, "a" * 16, 60)
    replace = os.replace

    def failing(source: Path, target: Path) -> None:
        if target.name.startswith(refused):
            raise OSError(28, "No space left on device", str(target))
        replace(source, target)

    monkeypatch.setattr(publish.os, "replace", failing)
    with pytest.raises(OSError, match="No space"):
        publish.publish(made(tmp_path), tmp_path, "b" * 16, 60)
    assert data_folder.current(tmp_path) == old
    assert old.read_bytes() == b"old"
    assert not list(tmp_path.glob(".current-*"))


def test_what_killed_builds_left_goes_and_nothing_else(tmp_path: Path):
    (tmp_path / ".build-x").mkdir()
    (tmp_path / ".build-x" / "plumbline.duckdb").write_bytes(b"half")
    (tmp_path / ".current-99").write_text("half")
    kept = publish.publish(made(tmp_path), tmp_path, "a" * 16, 60)
    (tmp_path / "rounds").mkdir()
    publish.clean(tmp_path)
    assert sorted(item.name for item in tmp_path.iterdir()) == ["current", kept.name, "rounds"]


def a_folder(path: Path) -> None:
    path.mkdir()


@pytest.mark.parametrize(
    "write",
    [
        lambda path: None,
        lambda path: path.write_text(""),
        lambda path: path.write_text("../plumbline-x.duckdb"),
        lambda path: path.write_text(".hidden.duckdb"),
        lambda path: path.write_text("plumbline-gone.duckdb"),
        lambda path: path.write_bytes(b"\xff\xfe"),
        a_folder,
    ],
    ids=["absent", "empty", "outside", "hidden", "gone", "binary", "folder"],
)
def test_a_pointer_that_names_no_database_is_none(tmp_path: Path, write: Callable[[Path], object]):
    (tmp_path / ".hidden.duckdb").touch()
    write(tmp_path / data_folder.CURRENT)
    assert data_folder.current(tmp_path) is None
