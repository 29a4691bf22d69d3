"""The quick tier is most of the default tests, and nothing in it starts anything."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests import quick

ROOT = quick.TESTS.parent
SHARE = 2 / 3


def default_marks() -> str:
    """What the README's test command selects, which is what .ci/run runs."""
    (marks,) = re.findall(r"pytest [^\n]*-m '([^']+)'", (ROOT / "README.md").read_text(encoding="utf-8"))
    return str(marks)


def collected(marks: str) -> int:
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", "-m", marks]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=300).stdout
    (number,) = re.findall(r"^(\d+)(?:/\d+)? tests collected", told, re.MULTILINE)
    return int(number)


@pytest.mark.slow
def test_the_quick_tier_is_two_thirds_of_the_default_tests() -> None:
    tier, default = collected(quick.MARK), collected(default_marks())

    print(f"{tier} of {default} default tests are quick")
    assert tier >= SHARE * default


@pytest.mark.parametrize("place", quick.APART)
def test_what_is_kept_apart_is_there(place: str) -> None:
    assert (quick.TESTS / place).exists()
    assert place.split("/", maxsplit=1)[0] in quick.FOLDERS


@pytest.mark.parametrize(
    ("place", "of_it"),
    [
        ("hygiene/test_tree.py", True),
        ("unit", True),
        ("unit/lint/test_laws.py", True),
        ("unit/cloud/test_guard.py", False),
        ("hygiene/test_imports.py", False),
        ("flows/crash/test_kills.py", False),
        ("tui/test_gate.py", False),
        ("tui/test_clock.py", True),
        ("attacks/test_table.py", True),
        ("attacks/test_crash.py", False),
    ],
)
def test_the_tier_goes_by_place(place: str, of_it: bool) -> None:
    assert quick.is_quick(quick.TESTS / place) == of_it


PROOF = """
import socket, subprocess, sys
from tests import quick
quick.refuse_starts(by_every_thread=True)
subprocess.run(["git", "--version"], capture_output=True)
for start in (lambda: subprocess.run([sys.executable, "-V"]), lambda: socket.socket().bind(("127.0.0.1", 0))):
    try:
        start()
    except RuntimeError as refused:
        print(refused)
"""


@pytest.mark.slow
def test_a_start_is_refused_while_the_tier_runs() -> None:
    told = subprocess.run([sys.executable, "-c", PROOF], cwd=ROOT, capture_output=True, text=True, check=True)

    assert told.stdout.splitlines() == [
        "A test of the quick tier starts a process: name its module in tests/quick.py.",
        "A test of the quick tier starts a server: name its module in tests/quick.py.",
    ]


def test_a_start_is_refused_in_whichever_run_this_is() -> None:
    with pytest.raises(RuntimeError, match="A test of the quick tier starts a process"):
        subprocess.run([sys.executable, "-V"], check=True)
