"""No test rests on how long something takes, but those that measure it."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import ground_truth
from tests.hygiene.our_tests import modules

if TYPE_CHECKING:
    from collections.abc import Iterator

TESTS = Path(ground_truth.__file__).parent
CLOCKS = {"monotonic", "perf_counter", "process_time", "thread_time", "time"}
CLOCKS |= {f"{clock}_ns" for clock in CLOCKS}
LIMITS = {"timeout", "wait_for", "fail_after", "move_on_after"}
SHORTEST = 10
"""Seconds that whoever waits for something gives it at least, since the machine may be busy."""

MEASURE = {
    "attacks/child.py": "interrupts the program at a chosen second, and ends it at the limit of an attack",
    "attacks/hostile.py": "the limit of an attack: the program may not hang",
    "attacks/test_node_costs.py": "Ctrl-C is heard while nodes are being taken in",
    "attacks/terminal.py": "a screen is drawn when nothing has come for a while",
    "benchmarks/measure.py": "prints how long things take; asserts nothing",
    "benchmarks/redact.py": "prints how long things take; asserts nothing",
    "benchmarks/scan.py": "prints how long things take; asserts nothing",
    "flows/crash/beside.py": "prints how long a thousand kills took",
    "flows/crash/kills.py": "prints how long a thousand kills took",
    "flows/crash/test_harm.py": "an interrupt is answered before the call in flight is",
    "flows/crash/test_kills.py": "prints how long a thousand kills took",
    "flows/faults/table.py": "prints how long the table took",
    "flows/faults/test_table.py": "prints how long the table took",
    "flows/inventory/test_many.py": "prints how long lists took; who is told to wait comes no earlier",
    "flows/lost/table.py": "prints how long the table took",
    "flows/lost/test_table.py": "prints how long the table took",
    "flows/switches/__main__.py": "prints how long the runs took",
    "fuzz/__main__.py": "tries for as long as it is asked to, and prints the slowest",
    "fuzz/test_data_files.py": "matching is linear: processor time, and a bound far from what it takes",
    "mutants/warm.py": "the tests of a mutant have five times what the sound program took",
    "ssh/probe/test_limits.py": "the probe ends in the time that it states, whatever does not answer it",
    "ssh/test_simulated_nodes.py": "a cancel is heard while a node is silent for a minute",
    "unit/analyse/test_lines.py": "matching is linear: processor time, and a bound far from what it takes",
    "unit/analyse/test_needle.py": "no text makes the search slow: processor time, and a bound far off",
    "unit/cloud/test_allowance.py": "a cancel is heard while an answer comes by and by",
    "unit/engine/test_many_nodes.py": "two thousand nodes in two seconds, and linear: processor time",
    "unit/simulator/test_faults.py": "a late answer comes no earlier",
    "unit/simulator/test_spoilt_answers.py": "an answer that trickles comes no earlier",
    "unit/test_redact.py": "matching is linear: processor time, and a bound far from what it takes",
    "unit/test_redact_long.py": "a long secret costs seconds: processor time, and a bound far off",
}
"""Files of the tests that ask how long something took, and what for."""


def named(call: ast.expr) -> str:
    return ast.unparse(call.func).rpartition(".")[2] if isinstance(call, ast.Call) else ""


def is_clock(node: ast.expr) -> bool:
    return named(node) in CLOCKS and isinstance(node, ast.Call) and not node.args


def readings(tree: ast.AST) -> set[str]:
    """Names that hold what a clock showed."""
    found = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign):
            continue
        for target in node.targets:
            pairs: Iterator[tuple[ast.expr, ast.expr]] = iter([(target, node.value)])
            if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                pairs = zip(target.elts, node.value.elts, strict=False)
            found |= {ast.unparse(name) for name, value in pairs if is_clock(value)}
    return found


def elapsed(tree: ast.AST) -> Iterator[str]:
    """Where one reading of a clock is taken from another."""
    known = readings(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub):
            sides = (node.left, node.right)
            if any(is_clock(side) or ast.unparse(side) in known for side in sides):
                yield ast.unparse(node)


def hasty(tree: ast.AST) -> Iterator[str]:
    """Where something is waited for, and given less time than a busy machine may need."""
    for node in ast.walk(tree):
        given: list[ast.expr] = []
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and is_clock(node.left):
            given = [node.right]
        elif isinstance(node, ast.Call) and named(node) in LIMITS:
            given = [*node.args, *(word.value for word in node.keywords if word.arg == "timeout")]
        for seconds in given:
            if isinstance(seconds, ast.Constant) and _is_short(seconds.value):
                yield ast.unparse(node)


def _is_short(seconds: object) -> bool:
    return isinstance(seconds, int | float) and seconds < SHORTEST


def test_only_these_ask_how_long_something_took() -> None:
    found = {}
    for path in modules():
        if lines := list(elapsed(ast.parse(path.read_text(encoding="utf-8")))):
            found[path.relative_to(TESTS).as_posix()] = lines
    assert {place: lines for place, lines in found.items() if place not in MEASURE} == {}
    assert found.keys() == MEASURE.keys()


def test_who_waits_waits_long_enough_for_a_busy_machine() -> None:
    found = {path.name: list(hasty(ast.parse(path.read_text(encoding="utf-8")))) for path in modules()}
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("assert time.monotonic() - started < 1", True),
        ("began = perf_counter()\nwork()\nended = perf_counter()\nassert ended - began < 1", True),
        ("start, n = time.process_time_ns(), 1\ntook.append(now() - start)", True),
        ("assert time.time() - 5 < stamp", True),
        ("end = time.monotonic() + 30\nwhile time.monotonic() < end:\n  pass", False),
        ("assert run.time(1) - 2", False),
        ("left = total - used", False),
    ],
)
def test_a_look_at_the_clock_is_seen(written: str, seen: bool) -> None:
    assert bool(list(elapsed(ast.parse(written)))) == seen


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("end = time.monotonic() + 3", True),
        ("async with asyncio.timeout(0.5):\n  pass", True),
        ("await asyncio.wait_for(answer, timeout=2)", True),
        ("end = time.monotonic() + 30", False),
        ("async with asyncio.timeout(LIMIT):\n  pass", False),
    ],
)
def test_a_short_wait_is_seen(written: str, seen: bool) -> None:
    assert bool(list(hasty(ast.parse(written)))) == seen
