"""Every path and limit, read once from the environment. Each field is described in README.md; a test asks for it."""

from __future__ import annotations

import os
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
_LONGEST_NUMBER = 12
_HIGHEST_PORT = 65535


class SettingsError(ValueError):
    """A setting that cannot be used: one line that names its variable and says what was expected."""


@dataclass(frozen=True)
class Settings:
    """The settings of one process; `variable` says which variable of the environment sets a field."""

    data: Path = ROOT / "data"
    public_url: str = ""
    memory_limit_mb: int = 512
    query_timeout_ms: int = 5000
    query_threads: int = 2
    max_table_rows: int = 2000
    max_archive_mb: int = 2048
    max_file_mb: int = 16
    max_detail_log_mb: int = 512
    max_archive_files: int = 400_000
    keep_old_database_s: int = 3600
    port: int = field(default=8501, metadata={"variable": "PORT", "most": _HIGHEST_PORT})
    host_address: str = field(default="127.0.0.1", metadata={"variable": "HOST_ADDRESS"})

    @classmethod
    def from_environment(cls) -> Settings:
        """The settings as the environment gives them. Raises SettingsError naming the variable that is no number."""
        given: dict[str, Path | str | int] = {}
        for item in fields(cls):
            text = os.environ.get(variable(item), "").strip()
            if text:
                given[item.name] = _typed(item, text)
        return cls(**given)  # type: ignore[arg-type]


def variable(item: Field[Any]) -> str:
    """The variable of a field: its name in capitals after `PLUMBLINE_`, but for those that platforms name."""
    return str(item.metadata.get("variable", f"PLUMBLINE_{item.name.upper()}"))


def port_number(text: str) -> int:
    """A port that a server can listen on, of a command's argument. Raises ValueError."""
    if not _is_whole(text, _HIGHEST_PORT):
        raise ValueError(f"expected a port from 1 to {_HIGHEST_PORT}")
    return int(text)


def _is_whole(text: str, most: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER and 1 <= int(text) <= most


def _typed(item: Field[Any], text: str) -> Path | str | int:
    if type(item.default) is not int:
        return text if isinstance(item.default, str) else Path(text)
    most = item.metadata.get("most", 10**_LONGEST_NUMBER)
    if not _is_whole(text, most):
        bounds = f"from 1 to {most}" if "most" in item.metadata else "of at least 1"
        raise SettingsError(f"{variable(item)} must be a whole number {bounds}, not {text[:40]!r}")
    return int(text)


def settings() -> Settings:
    """The settings of now. Cheap; tests change the environment and call again."""
    return Settings.from_environment()
