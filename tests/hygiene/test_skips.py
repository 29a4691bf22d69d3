"""A test that is skipped says why, for a reason that is known; who needs the ground truth is listed."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import ground_truth, reasons
from tests.hygiene.our_tests import modules

if TYPE_CHECKING:
    from collections.abc import Iterator

TESTS = Path(ground_truth.__file__).parent
KNOWN = {name for name in vars(reasons) if name.isupper()}
SKIPPING = {"skip", "skipif", "importorskip", "SkipTest", "skipUnless", "skipIf"}

MAY_NEED = {
    "SAMPLES": {
        "attacks/test_nothing_lost.py",
        "bodies/test_made.py",
        "bodies/test_sent.py",
        "hygiene/test_own_words.py",
        "mistakes/test_mistakes.py",
        "playbooks/test_rules.py",
        "record/test_samples.py",
        "recordings/test_product.py",
        "recordings/test_simulator.py",
        "unit/lint/test_corpus.py",
        "unit/refusals/test_rights.py",
        "unit/refusals/test_table.py",
        "valid/test_on_samples.py",
    },
    "SPECIFICATION": {
        "bodies/test_checker.py",
        "contract/test_estate.py",
        "contract/test_openapi.py",
        "contract/test_resources.py",
        "contract/test_rights.py",
        "contract/test_vaults.py",
        "unit/actions/test_bodies.py",
        "unit/actions/test_round_trip.py",
    },
    "CATALOGUE": {"playbooks/test_rules.py"},
}
"""What of the ground truth is needed by whom. All others run in a clean clone."""
NEEDS = {"needs_samples": "SAMPLES", "ground_truth": "SPECIFICATION", "needs_catalogue": "CATALOGUE"}
"""The marks and the fixture that skip without it."""


def files() -> list[Path]:
    return modules()


def name(path: Path) -> str:
    return path.relative_to(TESTS).as_posix()


def skips(tree: ast.AST) -> Iterator[ast.Call]:
    """Calls that may skip a test, however they are spelled."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in SKIPPING:
            yield node


def reason(call: ast.Call) -> str:
    """The known reason that a skip gives, or nothing; what a machine answers may stand behind it."""
    told = next((word.value for word in call.keywords if word.arg == "reason"), None)
    if told is None and call.args and not ast.unparse(call.func).endswith("if"):
        told = call.args[0]
    if isinstance(told, ast.JoinedStr) and isinstance(told.values[0], ast.FormattedValue):
        told = told.values[0].value
    match told:
        case ast.Attribute(value=ast.Name(id="reasons"), attr=known) if known in KNOWN:
            return known
    return ""


@pytest.mark.parametrize("path", files(), ids=name)
def test_a_skip_gives_a_known_reason(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert [ast.unparse(call) for call in skips(tree) if not reason(call)] == []
    written = {ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert "pytest.mark.skip" not in written  # skipped always is no test


def test_every_reason_is_given_by_somebody() -> None:
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in files()]
    assert {reason(call) for tree in trees for call in skips(tree)} == KNOWN


def test_only_these_need_the_ground_truth() -> None:
    found = defaultdict(set)
    for path in (path for path in files() if path.name.startswith("test_")):
        for needed in needs(ast.parse(path.read_text(encoding="utf-8"))):
            found[needed].add(name(path))
    assert found == MAY_NEED


def needs(tree: ast.AST) -> Iterator[str]:
    """A mark by its name, the fixture as an argument."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=used) | ast.Attribute(attr=used) if used.startswith("needs_"):
                yield NEEDS.get(used, used)
            case ast.arg(arg="ground_truth"):
                yield NEEDS["ground_truth"]


@pytest.mark.parametrize(
    ("written", "known"),
    [
        ("pytest.skip(reasons.ROOT)", "ROOT"),
        ('pytest.skip(f"{reasons.ROOT}: {error}")', "ROOT"),
        ("pytest.mark.skipif(x, reason=reasons.POSIX)", "POSIX"),
        ('pytest.mark.skip("for now")', ""),
        ("pytest.mark.skipif(reasons.POSIX)", ""),
        ('pytest.mark.skipif(x, reason="it fails")', ""),
        ("pytest.mark.skipif(x, reason=reasons.NEVER)", ""),
        ('pytest.importorskip("this")', ""),
        ('pytest.skip(f"broken: {reasons.ROOT}")', ""),
    ],
)
def test_a_skip_is_seen_and_so_is_its_reason(written: str, known: str) -> None:
    (call,) = skips(ast.parse(written))
    assert reason(call) == known
