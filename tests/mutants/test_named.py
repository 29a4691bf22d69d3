"""Each named bug is seen by the tests that are named for it, which pass without it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.mutants.mends import MENDS
from tests.mutants.named import MUTANTS, ROOT, copied, judged, put_in

if TYPE_CHECKING:
    from pathlib import Path

    from tests.mutants.named import Mutant

ALL = (*MUTANTS, *MENDS)
NAMES = [mutant.bug for mutant in ALL]


@pytest.mark.parametrize("mutant", ALL, ids=NAMES)
def test_it_can_be_put_in(mutant: Mutant) -> None:
    text = (ROOT / "troubleshooter" / mutant.path).read_text(encoding="utf-8")
    assert text.count(mutant.sound) == 1
    assert mutant.broken not in text or mutant.broken in mutant.sound
    for test in mutant.seen_by:
        file, *names = test.partition("[")[0].split("::")
        tests = (ROOT / file).read_text(encoding="utf-8")
        assert all(f"def {name}(" in tests or f"class {name}" in tests for name in names), test


@pytest.mark.slow
def test_without_them_their_tests_pass(tmp_path: Path) -> None:
    tests = dict.fromkeys(test for mutant in ALL for test in mutant.seen_by)
    code, said = judged(copied(tmp_path), tuple(tests))
    assert code == 0, said


@pytest.mark.slow
@pytest.mark.parametrize("mutant", ALL, ids=NAMES)
def test_it_is_seen(mutant: Mutant, tmp_path: Path) -> None:
    tree = copied(tmp_path)
    put_in(tree, mutant)
    code, said = judged(tree, mutant.seen_by)
    assert code == 1, said
