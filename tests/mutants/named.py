"""Bugs that once were put in and that no test saw, and the mends of the worst faults taken out again."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("troubleshooter", "tests", "playbooks", "pyproject.toml")
LIMIT = 600.0
"""Seconds for the tests that are to see one."""


@dataclass(frozen=True, slots=True)
class Mutant:
    bug: str
    path: str
    """Below `troubleshooter/`."""
    sound: str
    """What stands there, once."""
    broken: str
    seen_by: tuple[str, ...]
    """Tests, of which one at least must fail."""


MUTANTS = (
    Mutant(
        "a pool without a mark counts as the run's own",
        "operations/pools.py",
        "if mark is None or mark.run != ctx.state.id:",
        "if mark is not None and mark.run != ctx.state.id:",
        (
            "tests/flows/lost/test_taken_back.py::test_a_strangers_pool_under_the_debug_pools_name_is_left_alone",
        ),
    ),
    Mutant(
        "node users are removed only where collecting succeeded",
        "actions/logs.py",
        "    finally:\n        remove_users(tools, ctx, pool)\n",
        "    except KeyError:\n        raise\n    remove_users(tools, ctx, pool)\n",
        ("tests/flows/test_users.py",),
    ),
    Mutant(
        "one file of an extension's own is enough for confirmed",
        "analyse/rules.py",
        "set(text.applies.files) <= own",
        "set(text.applies.files) & own",
        ("tests/playbooks/test_rules.py", "tests/unit/analyse/test_rules.py"),
    ),
    Mutant(
        "the oldest secret's URL wins",
        "analyse/line.py",
        'piece.rfind(b"/secrets/", 0, end)',
        'piece.find(b"/secrets/", 0, end)',
        ("tests/unit/analyse/test_analyse.py",),
    ),
    Mutant(
        "versions 1.x - 3.x leave out 3",
        "analyse/verdict.py",
        "<= major <= int(high[0])",
        "<= major < int(high[0])",
        ("tests/unit/analyse/test_analyse.py", "tests/unit/analyse/test_rules.py"),
    ),
    Mutant(
        "of several statuses the best counts",
        "cloud/translate.py",
        "for status in _WORST_FIRST if",
        "for status in reversed(_WORST_FIRST) if",
        ("tests/unit/cloud/test_translate.py",),
    ),
    Mutant(
        "a cancel is never forgotten: trying again does nothing",
        "tui/threads/bridge.py",
        "        self._cancel.clear()\n",
        "",
        ("tests/tui/test_run_screen.py::test_what_was_cancelled_really_runs_again",),
    ),
    Mutant(
        "verified with a failed step is 0",
        "engine/outcome.py",
        "if state.verified and state.current is None:",
        "if state.verified:",
        ("tests/unit/engine/test_outcome.py",),
    ),
    Mutant(
        "the patience with nodes that stay as they are never ends",
        "operations/proof.py",
        "self._unmoved >= _PATIENCE",
        "self._unmoved < 0",
        ("tests/unit/operations/test_proof.py",),
    ),
    Mutant(
        "a part of a path may climb out of an export",
        "cli/bundle/layout.py",
        'if cleaned[-1] in ". ":',
        'if cleaned[-1] in " ":',
        ("tests/unit/cli/test_bundle.py",),
    ),
    Mutant(
        "another run's mark is not looked at",
        "actions/another_run.py",
        "if mark is None or mark.run == ctx.state.id:",
        "if mark is not None:",
        ("tests/flows/test_marks.py::test_a_pool_with_another_runs_mark_is_asked_about_and_left",),
    ),
    Mutant(
        "a mark is copied along",
        "pooldef/pool_body.py",
        "    take_off(body)\n",
        "",
        ("tests/unit/pooldef/test_mark.py",),
    ),
    Mutant(
        "a pool that was created anew is the one of the plan",
        "operations/unchanged.py",
        "    if change.recreated:\n        raise PoolChanged(pool)\n",
        "",
        ("tests/flows/test_marks.py::test_a_pool_created_anew_is_another_although_it_reads_the_same",),
    ),
    Mutant(
        "what moved unseen is not asked about",
        "operations/unchanged.py",
        "    if ctx.undoing or not change.stamps:\n",
        "    if True:\n",
        (
            "tests/flows/test_marks.py::test_a_pool_that_moved_unseen_is_asked_about_where_a_secret_may_be_old",
        ),
    ),
    Mutant(
        "without a journal a mark is enough to delete",
        "pooldef/mark.py",
        ' and pool.endswith(f"-{self.run}")',
        "",
        ("tests/unit/pooldef/test_mark.py",),
    ),
    Mutant(
        "an original is deleted without its journal",
        "operations/marked.py",
        "beside = mark.made_beside(pool)",
        "beside = True",
        (
            "tests/attacks/test_azure_others.py::test_without_its_journal_a_run_in_place_does_not_delete_the_original",
        ),
    ),
    Mutant(
        "after a lost DELETE nobody looks",
        "operations/original.py",
        "        if not error.unsure:\n            _not_deleted(ctx, before, etag)\n",
        "        if True:\n            _not_deleted(ctx, before, etag)\n",
        ("tests/attacks/test_azure_original.py::test_a_lost_delete_is_known_as_our_own",),
    ),
    Mutant(
        "the deletion is not written down before it",
        "operations/original.py",
        "        ctx.write_change(EventKind.CHANGE_INTENDED, ORIGINAL, name, detail)\n",
        "",
        (
            "tests/attacks/test_azure_late.py::test_a_delete_of_the_original_that_comes_late_meets_another_etag",
        ),
    ),
    Mutant(
        "not seen is removed",
        "operations/pools.py",
        "    if not there and known is not None and known.unknown:",
        "    if False:",
        ("tests/attacks/test_azure_late.py::test_a_pool_that_may_still_come_is_not_receipted_as_removed",),
    ),
    Mutant(
        "a missing ETag guards nothing",
        "cloud/batch.py",
        "    if not isinstance(etag, str) or not _ETAG.fullmatch(etag):",
        "    if False:",
        ("tests/unit/cloud/test_conditions.py", "tests/unit/cloud/test_guard.py"),
    ),
)


def copied(to: Path, root: Path = ROOT) -> Path:
    """The program and its tests in a folder of their own."""
    for part in PARTS:
        source = root / part
        if source.is_dir():
            shutil.copytree(source, to / part, ignore=shutil.ignore_patterns("__pycache__", "record"))
        else:
            shutil.copy2(source, to / part)
    (to / "tests" / "record").mkdir(exist_ok=True)
    return to


def put_in(tree: Path, mutant: Mutant) -> None:
    place = tree / "troubleshooter" / mutant.path
    text = place.read_text(encoding="utf-8")
    place.write_text(text.replace(mutant.sound, mutant.broken, 1), encoding="utf-8")


def environment(tree: Path) -> dict[str, str]:
    """For a process of that copy. Its lines are not the product's: nobody measures what of them is run."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    return kept | {"PYTHONPATH": str(tree)}


def judged(tree: Path, tests: tuple[str, ...]) -> tuple[int, str]:
    """pytest's exit code over these tests in that tree, and what it said."""
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-m", "", "-p", "no:cacheprovider", *tests],
        cwd=tree,
        env=environment(tree) | {"PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )
    return ended.returncode, ended.stdout[-2000:]
