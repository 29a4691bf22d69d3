"""Threads that read values of one class for the first time at the same moment do not end the process."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import troubleshooter

ROOT = Path(troubleshooter.__file__).parent

RACE = """
import sys, threading
from dataclasses import make_dataclass
from troubleshooter.typed import convert

sys.setswitchinterval(1e-6)

def once():
    inner = [make_dataclass(f"Inner{name}", [("a", int)]) for name in "pqrstuvw"]
    kind = make_dataclass("Outer", [(name, each) for name, each in zip("pqrstuvw", inner)])
    together, came = threading.Barrier(6), []
    def go():
        together.wait()
        came.append(convert({name: {"a": 1} for name in "pqrstuvw"}, kind))
    threads = [threading.Thread(target=go) for _ in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return len(came)

print(sum(once() for _ in range(10)))
"""
"""Without the lock it ends within the first tens of rounds."""


def test_many_threads_may_read_a_class_for_the_first_time() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", RACE], capture_output=True, text=True, timeout=300, check=False
    )

    assert (ended.returncode, ended.stdout.strip(), ended.stderr) == (0, "60", "")


def looks(path: Path) -> bool:
    """Whether a file has msgspec look at a class itself."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        whose = ast.unparse(node.func)
        typed = any(each.arg == "type" for each in node.keywords) or len(node.args) > 1
        if whose.startswith("msgspec.") and (
            whose.endswith((".convert", "Decoder")) or (typed and whose.endswith(".decode"))
        ):
            return True
    return False


def test_one_place_has_msgspec_look_at_a_class() -> None:
    files = [path for path in ROOT.rglob("*.py") if "simulator" not in path.parts]

    assert [path.name for path in files if looks(path)] == ["typed.py"]
    texts = {path.name: path.read_text(encoding="utf-8") for path in files}
    taken = [name for name, text in texts.items() if re.search("^from msgspec", text, re.MULTILINE)]
    assert taken == ["datafiles.py"]  # `inspect`, which is Python
