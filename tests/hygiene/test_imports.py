"""What starting costs: offline commands load neither the screens, nor Azure, nor SSH."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

_SCRIPT = """
import io, json, sys
from troubleshooter.cli.entry import run
from troubleshooter.printer import Form, Printer
code = run(sys.argv[1:], Printer(Form.TEXT, io.StringIO(), io.StringIO(), {}))
print(json.dumps({"code": code, "modules": sorted(sys.modules)}))
"""
HEAVY = ("textual", "rich", "azure", "paramiko", "aiohttp", "requests", "cryptography")


def modules_of(*arguments: str) -> tuple[int, set[str]]:
    ended = subprocess.run(
        [sys.executable, "-c", _SCRIPT, *arguments],
        capture_output=True, text=True, check=True, env=dict(os.environ), timeout=60,
    )  # fmt: skip
    seen = json.loads(ended.stdout)
    return seen["code"], {name.split(".")[0] for name in seen["modules"]}


@pytest.fixture
def settings_file(tmp_path: Path) -> str:
    file = tmp_path / "kv.settings"
    file.write_text('{"secretsManagementSettings": {"pollingIntervalInS": 3600, "observedCertificates": []}}')
    return str(file)


@pytest.mark.parametrize("command", ["lint", "analyze"])
def test_offline_commands_load_nothing_heavy(command: str, settings_file: str) -> None:
    code, loaded = modules_of(command, settings_file)

    assert code in {0, 3, 4}
    assert not loaded & set(HEAVY)


def test_lint_loads_only_what_its_file_needs(settings_file: str) -> None:
    """Each of these has made it slower once: this file holds no secret, no bug, no entity and no folder."""
    code, loaded = modules_of("lint", settings_file)

    assert code in {0, 3, 4}
    assert not loaded & {"hashlib", "html", "logging", "msgspec", "sqlite3", "traceback", "yaml"}


LANGUAGES = {
    "bicep": "var s = {\n  secretsManagementSettings: {\n    pollingIntervalInS: 3600\n  }\n}\n",
    "csharp": "var s = new { secretsManagementSettings = new { pollingIntervalInS = 3600 } };\n",
    "hcl": "locals {\n  s = jsonencode({ secretsManagementSettings = { pollingIntervalInS = 3600 } })\n}\n",
    "powershell": "$s = @{ secretsManagementSettings = @{ pollingIntervalInS = 3600 } }\n",
    "python": "import os\ns = {'secretsManagementSettings': {'pollingIntervalInS': 3600}}\n",
    "yaml_text": "settings:\n  secretsManagementSettings:\n    pollingIntervalInS: 3600\n",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_is_imported_for_its_own_alone(language: str, tmp_path: Path) -> None:
    file = tmp_path / "pasted"
    file.write_text(LANGUAGES[language])
    script = _SCRIPT.replace('"modules": sorted(sys.modules)', '"modules": [*sys.modules]')
    ended = subprocess.run(
        [sys.executable, "-c", script, "lint", str(file)],
        capture_output=True, text=True, check=True, env=dict(os.environ), timeout=60,
    )  # fmt: skip
    seen = json.loads(ended.stdout)
    read = {
        name.rpartition(".")[2] for name in seen["modules"] if name.startswith("troubleshooter.lint.source.")
    }
    assert seen["code"] == 3
    assert read & LANGUAGES.keys() == {language}
    assert ("yaml" in seen["modules"]) is (language == "yaml_text")


def test_json_needs_none_of_them(settings_file: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", _SCRIPT, "lint", settings_file],
        capture_output=True, text=True, check=True, env=dict(os.environ), timeout=60,
    )  # fmt: skip
    assert not [
        one for one in json.loads(ended.stdout)["modules"] if one.startswith("troubleshooter.lint.source")
    ]


@pytest.mark.parametrize(
    "line",
    [
        "playbooks list",
        "playbooks show kv-extension",
        "playbooks test",
        "playbooks schema",
        "runs list",
        "explain kv-403-rbac",
    ],
)
def test_reading_commands_load_nothing_heavy(line: str) -> None:
    code, loaded = modules_of(*line.split())

    assert code == 0
    assert not loaded & set(HEAVY)


def test_a_missing_run_is_told_without_anything_heavy() -> None:
    code, loaded = modules_of("report", "7f3a")

    assert code == 5
    assert not loaded & set(HEAVY)


@pytest.mark.parametrize("command", ["", "run", "demo", "open", "runs", "doctor", "simulate", "explain"])
def test_help_loads_no_library_of_any_weight(command: str) -> None:
    _, loaded = modules_of(*filter(None, [command, "--help"]))

    assert not loaded & {*HEAVY, "yaml", "msgspec", "re2", "sqlite3", "jsonpatch"}
