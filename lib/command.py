"""How our commands end: with an exit code and at most one line `error: WHAT (FILE:LINE)`, never with a traceback."""

from __future__ import annotations

import argparse
import functools
import sys
from collections.abc import Callable
from typing import NoReturn, ParamSpec

from lib.data_folder import InputError
from lib.settings import SettingsError

P = ParamSpec("P")


class Parser(argparse.ArgumentParser):
    """A parser of arguments that says what is wrong with a call in one line, and exits with 2."""

    def error(self, message: str) -> NoReturn:
        """End the command."""
        self.exit(2, f"error: {_line(message)} ({self.prog} --help)\n")


def ends_in_one_line(main: Callable[P, int]) -> Callable[P, int]:
    """A command's `main` that answers 1, with one line on standard error, for what others can mend.

    These are a setting, a file that somebody wrote, and what the operating system refuses.
    """

    @functools.wraps(main)
    def command(*arguments: P.args, **named: P.kwargs) -> int:
        try:
            return main(*arguments, **named)
        except (SettingsError, InputError) as error:
            return fail(str(error))
        except OSError as error:
            return fail(f"{error.strerror or error}" + (f" ({error.filename})" if error.filename else ""))

    return command


def fail(message: str, code: int = 1) -> int:
    """Print the one line of error; returns the exit code."""
    print(f"error: {_line(message)}", file=sys.stderr)
    return code


def _line(text: str) -> str:
    first = (text.splitlines() or [""])[0][:1000]
    return "".join(letter if letter.isprintable() else "?" for letter in first)
