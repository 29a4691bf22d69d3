"""Threads that read values of one class for the first time at the same moment do not end the process."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import troubleshooter

ROOT = Path(troubleshooter.__file__).parent

RACE = """
import sys, threading
import msgspec
from dataclasses import make_dataclass
from troubleshooter.typed import convert, described, schema

sys.setswitchinterval(1e-6)
NAMES = [f"f{number}" for number in range(30)]
MAKE = {"dataclass": make_dataclass, "struct": msgspec.defstruct}[sys.argv[1]]
FIRST = {"convert": lambda kind: None, "described": described, "schema": schema}[sys.argv[2]]

def once():
    kind = MAKE("Outer", [(name, MAKE(f"Inner{name}", [("a", int)])) for name in NAMES])
    together, came = threading.Barrier(6), []
    def go(first):
        together.wait()
        if first is not None:
            first(kind)
        came.append(convert({name: {"a": 1} for name in NAMES}, kind))
    threads = [threading.Thread(target=go, args=(first,)) for first in (FIRST, None) * 3]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return len(came)

print(sum(once() for _ in range(60)))
"""
"""Without the lock, in any of them, it ends within the first tens of rounds."""


@pytest.mark.parametrize("first", ["convert", "described", "schema"])
@pytest.mark.parametrize("made", ["dataclass", "struct"])
def test_many_threads_may_look_at_a_class_for_the_first_time(made: str, first: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", RACE, made, first], capture_output=True, text=True, timeout=300, check=False
    )

    assert (ended.returncode, ended.stdout.strip(), ended.stderr) == (0, "360", "")


LOOKING = (".convert", ".schema", ".schema_components", ".type_info", ".multi_type_info")
"""What has it look at a class besides a decoder; a description makes one, to see whether the class can be."""


def looks(path: Path) -> bool:
    """Whether a file has msgspec look at a class itself."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        whose = ast.unparse(node.func)
        typed = any(each.arg == "type" for each in node.keywords) or len(node.args) > 1
        if whose.startswith(("msgspec.", "inspect.")) and (
            whose.endswith((*LOOKING, "Decoder")) or (typed and whose.endswith(".decode"))
        ):
            return True
    return False


def test_one_place_has_msgspec_look_at_a_class() -> None:
    files = [path for path in ROOT.rglob("*.py") if "simulator" not in path.parts]

    assert [path.name for path in files if looks(path)] == ["typed.py"]
    texts = {path.name: path.read_text(encoding="utf-8") for path in files}
    taken = [name for name, text in texts.items() if re.search("^from msgspec", text, re.MULTILINE)]
    assert taken == ["datafiles.py"]  # `inspect`, for the names of what is described
