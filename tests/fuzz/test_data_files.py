"""Playbook and rule files may come from anybody: they hold no code, match in linear time, and are small."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from tests.fuzz.targets import inputs
from tests.known import KNOWN
from troubleshooter import datafiles
from troubleshooter.actions import ACTIONS
from troubleshooter.analyse import load_rules
from troubleshooter.engine.loader import load_playbook
from troubleshooter.errors import UsageProblem

if TYPE_CHECKING:
    from pathlib import Path

PLAYBOOK = next(data for data in inputs("yaml") if data.startswith(b"id: p")).decode()
RULE = """- id: x
  title: T
  good: G
  severity: error
  confidence: likely
  label: KV
  applies: {{files: [akvvm], os: any, versions: any}}
  match: {{any: ['{pattern}']}}
  explanation: E
  matches: []
  ignores: []
  sources: ['https://x']
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "file.yaml"
    path.write_text(text)
    return path


@pytest.mark.parametrize(
    "value",
    [
        "!!python/object/apply:os.system ['touch hostile']",
        "!!python/name:os.system",
        "!!python/module:os",
        "!include /etc/passwd",
        "{{ 7 * 7 }}",
        "${__import__('os').system('true')}",
        "os.system",
    ],
)
def test_an_action_is_a_row_of_the_table_and_nothing_else(value: str, tmp_path: Path) -> None:
    path = written(tmp_path, PLAYBOOK.replace("pool.survey", value))
    with pytest.raises(UsageProblem):
        load_playbook(path, ACTIONS)
    assert not list(tmp_path.glob("hostile"))


@pytest.mark.parametrize("value", ["end; import os", "${steps}", "nowhere"])
def test_an_outcome_leads_to_a_step_by_name_alone(value: str, tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="no such step"):
        load_playbook(written(tmp_path, PLAYBOOK.replace("end}", f"'{value}'}}")), ACTIONS)


@pytest.mark.parametrize(
    "pattern",
    [
        r"(a)\1",
        "(?=a)",
        "(?<!a)b",
        "(?P=x)",
        "(((a{1000}){1000}){1000})",
        "a{100000}",
        "(?>a+)",
        r"(?R)",
        "(",
    ],
)
def test_a_pattern_that_could_take_for_ever_is_refused(pattern: str, tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="pattern"):
        load_rules(written(tmp_path, RULE.format(pattern=pattern)), known=KNOWN)


@pytest.mark.parametrize(
    "pattern", ["(a+)+$", "(a|aa)+b", "(.*)*x", "(?:a?){30}a{30}", "([a-z]+)*[0-9]", ".*.*.*.*=.*"]
)
def test_a_pattern_that_is_taken_matches_in_linear_time(pattern: str, tmp_path: Path) -> None:
    book = load_rules(written(tmp_path, RULE.format(pattern=pattern)), known=KNOWN)
    line = b"a" * 2_000_000 + b"!"
    started = time.process_time()
    book.rules[0].matches(line)
    assert time.process_time() - started < 5  # a backtracking match would take years


@pytest.mark.parametrize(
    "text",
    [
        "- " * 500_000,
        "[" * 1_000_000,
        "{a: " * 250_000,
        "? " * 500_000,
        "".join(" " * depth + "a:\n" for depth in range(1400)),
        "a: &a [x,x,x,x]\n" + "".join(f"b{n}: &b{n} [*a,*a,*a,*a]\n" for n in range(30)),
        "x" * (datafiles.SIZE_LIMIT + 1),
    ],
    ids=["sequences", "flow", "mappings", "keys", "indents", "aliases", "size"],
)
def test_a_file_too_deep_or_too_large_is_told_by_the_program(text: str, tmp_path: Path) -> None:
    """In a process of its own: what once ended the process must not end the tests."""
    path = written(tmp_path, text)
    ended = subprocess.run(
        [sys.executable, "-m", "troubleshooter", "playbooks", "validate", str(path)],
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert ended.returncode == 2
    assert str(path) in ended.stderr


def test_a_playbook_of_every_day_is_still_read(tmp_path: Path) -> None:
    assert load_playbook(written(tmp_path, PLAYBOOK), ACTIONS).id == "p"
