"""The code itself and what it stands on."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXPLAINED = {"S310": 1, "S603": 1}
"""What the security rules find with every exception lifted: one address that is https, and the operator's
own editor, started without a shell."""
OPEN = {"cryptography"}
"""Remark: dependencies without an upper bound; there is no lock file either."""


def test_the_security_rules_find_only_what_is_explained() -> None:
    command = (sys.executable, "-m", "ruff", "check", "--select", "S2,S3,S5,S6,S7", "--ignore-noqa")
    options = ("--exit-zero", "--output-format", "json", "--no-cache", "troubleshooter")
    looked = subprocess.run([*command, *options], cwd=ROOT, capture_output=True, text=True, check=True)
    found = [(each["code"], Path(each["filename"])) for each in json.loads(looked.stdout)]
    product = [code for code, path in found if "simulator" not in path.parts]
    assert {code: product.count(code) for code in product} == EXPLAINED


def test_no_dangerous_call_is_in_the_code() -> None:
    calls = (
        r"\bpickle\b|\bmarshal\b|\bmktemp\(|os\.system\(|shell=True|yaml\.load\(|verify=False|AutoAddPolicy"
    )
    dangerous = re.compile(calls)
    files = (ROOT / "troubleshooter").rglob("*.py")
    assert [path.name for path in files if dangerous.search(path.read_text(encoding="utf-8"))] == []


def test_dependencies_have_upper_bounds() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    unbound = {re.split(r"[<>=!~]", one)[0] for one in project["dependencies"] if not re.search("<|==", one)}
    assert unbound == OPEN
