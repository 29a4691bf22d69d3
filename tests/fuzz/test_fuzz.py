from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.edits import EDITS, edited
from tests.fuzz.readers import GOOD, Saying, analysed
from tests.fuzz.readers import targets as readers
from tests.fuzz.targets import TARGETS, everything, inputs

if TYPE_CHECKING:
    from tests.fuzz.edits import Edit

READERS = tuple(readers())


@pytest.mark.parametrize(("target", "data"), list(everything()))
def test_what_the_corpus_holds_breaks_nothing(target: str, data: bytes) -> None:
    TARGETS[target](data)


@pytest.mark.parametrize("target", TARGETS)
def test_broken_input_breaks_nothing(target: str) -> None:
    @settings(
        max_examples=10 if target in READERS else 40, deadline=None, suppress_health_check=list(HealthCheck)
    )
    @given(st.sampled_from(inputs(target)), EDITS)
    def fed(data: bytes, edits: list[Edit]) -> None:
        TARGETS[target](edited(data, edits))

    fed()


@pytest.mark.parametrize("target", READERS)
def test_every_reader_has_inputs_of_its_form(target: str) -> None:
    assert len(inputs(target)) >= 4


def test_a_bad_file_that_changed_what_a_good_one_says_would_be_seen() -> None:
    """What the property compares is more than nothing, and differs once the good file does."""
    name, data = GOOD
    told = Saying.of(analysed(GOOD), name)

    assert {(rule, line) for rule, _, line, _ in told.proofs} == {("kv-403-rbac", 1)}
    assert Saying.of(analysed((name, data.replace(b"ForbiddenByRbac", b"Odd"))), name) != told


@pytest.mark.slow
@pytest.mark.parametrize("target", [target for target in TARGETS if target not in READERS])
def test_a_longer_look_stays_within_its_memory(target: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", "20", target],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr[-4000:]
    assert int(ended.stdout.split("at most ")[1].split()[0]) < 600


@pytest.mark.slow
def test_a_longer_look_at_all_readers_finds_nothing_unforeseen() -> None:
    """100,000 inputs take most of an hour: python -m tests.fuzz 100000x."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", "60", *READERS],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr[-4000:]
    assert "0 places fell over" in ended.stdout
