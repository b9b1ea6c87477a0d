"""The production settings: pins, hashes, no private index, the server's settings, the theme's contrast."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
LOCKED = ("requirements.txt", "requirements-dev.txt")


def requirements(name: str) -> list[tuple[Requirement, list[str]]]:
    """The requirements of a compiled file, each with its hashes."""
    text = re.sub(r"\s*#.*", "", (ROOT / name).read_text("utf-8")).replace("\\\n", " ")
    answer = []
    for line in filter(None, map(str.strip, text.splitlines())):
        words, *hashes = re.split(r"\s+--hash=", line)
        answer.append((Requirement(words), hashes))
    return answer


@pytest.mark.parametrize("name", LOCKED)
def test_every_requirement_is_pinned_exactly_and_has_hashes(name: str):
    found = requirements(name)
    assert len(found) > 10
    for requirement, hashes in found:
        assert re.fullmatch(r"==[\w.+!-]+", str(requirement.specifier)), requirement
        assert hashes, f"{requirement.name} has no hash"
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", item) for item in hashes), requirement.name


@pytest.mark.parametrize("name", [*LOCKED, "requirements.in", "requirements-dev.in", "Dockerfile"])
def test_no_file_names_an_index(name: str):
    assert not re.search(
        r"index-url|find-links|--trusted-host|(?<!127\.0\.0\.1)https?://(?!127)", (ROOT / name).read_text()
    )


def test_streamlit_has_its_security_fixes():
    pins = {requirement.name: requirement for requirement, _ in requirements("requirements.txt")}
    (pin,) = pins["streamlit"].specifier
    assert Version(pin.version) >= Version("1.54")


def test_both_files_agree_on_what_they_share():
    run = {(item.name, str(item.marker)): str(item.specifier) for item, _ in requirements("requirements.txt")}
    dev = {(item.name, str(item.marker)): str(item.specifier) for item, _ in requirements("requirements-dev.txt")}
    assert {key: dev[key] for key in run.keys() & dev.keys()} == {key: run[key] for key in run.keys() & dev.keys()}


def test_the_app_imports_nothing_that_is_not_required():
    required = {item.name for item, _ in requirements("requirements.txt")}
    asked = {Requirement(line).name for line in _lines("requirements.in")}
    imported = {
        match
        for path in [ROOT / "app.py", *(ROOT / "pages").rglob("*.py"), *(ROOT / "lib").rglob("*.py")]
        for match in re.findall(r"^\s*(?:import|from) ([a-zA-Z_]\w*)", path.read_text("utf-8"), re.MULTILINE)
    }
    foreign = {name for name in imported if name not in sys.stdlib_module_names | {"lib"}}
    assert foreign & required <= asked, "imported, but not asked for in requirements.in"
    assert asked <= foreign, "asked for in requirements.in, but imported nowhere"


def _lines(name: str) -> list[str]:
    lines = (line.partition("#")[0].strip() for line in (ROOT / name).read_text("utf-8").splitlines())
    return [line for line in lines if line and not line.startswith("-")]


SETTINGS: dict[str, object] = {
    "server.maxUploadSize": 0,
    "server.enableStaticServing": False,
    "server.enableXsrfProtection": True,
    "server.enableCORS": True,
    "server.enableAgentApi": False,
    "server.fileWatcherType": "none",
    "server.runOnSave": False,
    "server.headless": True,
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "client.toolbarMode": "minimal",
    "client.showSidebarNavigation": False,
    "client.disableDataExport": True,
    "client.allowedOrigins": [],
    "browser.gatherUsageStats": False,
    "runner.magicEnabled": False,
}
ASK = """
import json, sys
from streamlit import config
print(json.dumps({key: config.get_option(key) for key in json.loads(sys.argv[1])}))
"""


@pytest.fixture(scope="module")
def in_force() -> dict[str, Any]:
    """The settings as Streamlit itself reads them when it is started in the project's folder."""
    import json

    environment = {key: value for key, value in os.environ.items() if not key.startswith("STREAMLIT_")}
    command = [sys.executable, "-c", ASK, json.dumps(list(SETTINGS))]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True, timeout=60)
    assert "not a valid config option" not in done.stderr + done.stdout, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


@pytest.mark.parametrize("key", SETTINGS)
def test_production_settings_are_in_force(key: str, in_force: dict[str, Any]):
    assert in_force[key] == SETTINGS[key]


def test_every_setting_is_one_that_streamlit_knows():
    from streamlit import config

    config.get_config_options()
    known = set(config._config_options_template)
    assert set(_flat(tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8")))) <= known


def _flat(tree: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    answer: dict[str, Any] = {}
    for key, value in tree.items():
        answer |= _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {prefix + key: value}
    return answer


def contrast(one: str, other: str) -> float:
    """The contrast of two colours as WCAG 2.2 defines it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_contrast_of_black_and_white():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("kind", ["light", "dark"])
def test_text_and_links_are_readable_on_every_ground(kind: str):
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"][kind]
    grounds = [part[key] for part in (theme, theme["sidebar"]) for key in part if key.endswith("ackgroundColor")]
    assert len(grounds) >= 4
    for ground in grounds:
        assert contrast(theme["textColor"], ground) >= 7
        assert contrast(theme["linkColor"], ground) >= 4.5
        assert contrast(theme["primaryColor"], ground) >= 3
    assert contrast("#ffffff", theme["primaryColor"]) >= 4.5, "white text on a button"


def test_no_font_is_loaded_from_the_web():
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text("utf-8"))["theme"]
    assert {theme["font"], theme["headingFont"], theme["codeFont"]} <= {"sans-serif", "serif", "monospace"}
    assert "fontFaces" not in theme


def test_the_test_command_is_the_readmes():
    words = [line for line in (ROOT / ".ci" / "run").read_text().splitlines() if line and not line.startswith("#")]
    assert words[-1] == "make test"


def test_our_own_sources_are_not_ignored():
    names = ["lib/x.py", "lib/build/x.py", "tests/data/mlperf_log_summary.log", "data/rounds/v1.0/results.parquet"]
    done = subprocess.run(["git", "check-ignore", *names], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode in (1, 128), f"ignored: {done.stdout}"


def test_the_image_runs_as_nobody_and_asks_the_right_port():
    text = (ROOT / "Dockerfile").read_text("utf-8")
    assert re.search(r"^USER (?!root|0)\S+", text, re.MULTILINE)
    assert "/health" in text
    assert "EXPOSE 8501" in text
    assert "PORT=8501" in text
    assert "requirements-dev" not in text
    assert text.index("lib.build") < text.index("USER ")
