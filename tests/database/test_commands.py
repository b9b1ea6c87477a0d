"""A command ends with one line and an exit code, whatever was wrong with a setting, a file or the call."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lib import build, command, serve
from lib.data_folder import InputError
from lib.export import __main__ as export
from lib.ingest import all as ingest_all
from lib.rounds import COLUMNS
from lib.settings import ROOT, SettingsError

Main = Callable[[list[str]], int]
COMMANDS: tuple[tuple[Main, list[str]], ...] = (
    (build.main, []),
    (serve.main, []),
    (export.main, ["rankings"]),
    (ingest_all.main, ["."]),
)
IDS = ("build", "serve", "export", "ingest.all")


@pytest.mark.parametrize("name", ["PORT", "PLUMBLINE_QUERY_THREADS"])
@pytest.mark.parametrize(("main", "arguments"), COMMANDS, ids=IDS)
def test_a_bad_setting_ends_every_command_with_one_line(
    main: Main, arguments: list[str], name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv(name, "abc")
    assert main(arguments) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"error: {name} must be a whole number ")
    assert err.endswith(", not 'abc'\n")
    assert err.count("\n") == 1


@pytest.mark.parametrize("module", ["lib.serve", "lib.build", "lib.export", "lib.ingest.all"])
def test_no_command_reads_a_setting_before_it_can_say_what_is_wrong_with_it(module: str):
    environment = {"PATH": "/usr/bin:/bin", "PORT": "abc"}
    call = [sys.executable, "-m", module, *(["x"] if module in ("lib.export", "lib.ingest.all") else [])]
    done = subprocess.run(call, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "error: PORT must be a whole number from 1 to 65535, not 'abc'"
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("error", "line"),
    [
        (SettingsError("PORT is odd"), "error: PORT is odd\n"),
        (InputError("expected a number (x.csv:3)"), "error: expected a number (x.csv:3)\n"),
        (InputError("first\nsecond"), "error: first\n"),
        (InputError("bell \x07\x1b[31m"), "error: bell ??[31m\n"),
        (InputError(""), "error: \n"),
        (PermissionError(13, "Permission denied", "/x"), "error: Permission denied (/x)\n"),
        (OSError("odd"), "error: odd\n"),
    ],
)
def test_what_others_can_mend_is_one_printable_line(error: Exception, line: str, capsys: pytest.CaptureFixture[str]):
    @command.ends_in_one_line
    def main() -> int:
        raise error

    assert main() == 1
    assert capsys.readouterr() == ("", line)


def test_a_fault_of_our_own_is_not_hidden():
    @command.ends_in_one_line
    def main() -> int:
        raise KeyError("ours")

    with pytest.raises(KeyError):
        main()


BAD_CALLS = [
    ("lib.build", ["--datum", "x"]),
    ("lib.build", ["surplus"]),
    ("lib.build", ["--data"]),
    ("lib.export.__main__", []),
    ("lib.ingest.__main__", []),
    ("lib.ingest.__main__", ["source"]),
    ("lib.ingest.all", []),
    *(("lib.serve", ["--port", port]) for port in ("abc", "0", "-5", "99999", "65536", "8501.0")),
]


@pytest.mark.parametrize(("module", "arguments"), BAD_CALLS)
def test_a_bad_call_is_one_line_and_exit_code_2(module: str, arguments: list[str], capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as end:
        importlib.import_module(module).main(arguments)
    assert end.value.code == 2
    err = capsys.readouterr().err
    assert err.startswith("error: ")
    assert err.endswith(f"(python -m {module.removesuffix('.__main__')} --help)\n")
    assert err.count("\n") == 1


def test_a_data_folder_that_is_not_there_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert build.main(["--data", str(tmp_path / "nowhere")]) == 1
    assert capsys.readouterr().err == f"error: No such file or directory ({tmp_path / 'nowhere'})\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            "round,published,repository,source,rules,note\n",
            "no column sources; the first line has round, published, repository, source, rules, note",
        ),
        ("round,published,repository,sources,rules,note\nv1.0,a,b\n", "expected 6 cells, as in line 1"),
        ("round,source\n", "no column published, repository, sources, rules, note; the first line has round, source"),
        (f"{','.join(COLUMNS)}\nv1.0,a,b\n", "expected 6 cells, as in line 1"),
    ],
)
def test_a_fault_in_the_list_of_rounds_is_said_before_anything_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, said: str
):
    (tmp_path / "rounds.csv").write_text(content)
    assert ingest_all.main([str(tmp_path), "--data", str(tmp_path)]) == 1
    err = capsys.readouterr().err
    assert err.startswith(f"error: {said} ({tmp_path / 'rounds.csv'}:")
    assert err.count("\n") == 1
