"""Every path and limit, read once from the environment. Each field is described in README.md; a test asks for it."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Settings:
    """The settings of one process; the variable of a field is `PLUMBLINE_` and its name in capitals."""

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

    @classmethod
    def from_environment(cls) -> Settings:
        """The settings as the environment gives them. Raises ValueError naming the variable that is no number."""
        given: dict[str, Path | str | int] = {}
        for item in fields(cls):
            variable = f"PLUMBLINE_{item.name.upper()}"
            text = os.environ.get(variable, "").strip()
            if not text:
                continue
            given[item.name] = _typed(variable, text, type(item.default))
        return cls(**given)  # type: ignore[arg-type]


def _typed(variable: str, text: str, kind: type) -> Path | str | int:
    if kind is int:
        if not text.isascii() or not text.isdigit() or int(text) < 1:
            raise ValueError(f"{variable} must be a whole number of at least 1, not {text[:40]!r}")
        return int(text)
    return text if kind is str else Path(text)


def settings() -> Settings:
    """The settings of now. Cheap; tests change the environment and call again."""
    return Settings.from_environment()
