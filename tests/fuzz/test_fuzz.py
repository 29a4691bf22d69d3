from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.edits import EDITS, edited
from tests.fuzz.targets import TARGETS, everything, inputs

if TYPE_CHECKING:
    from tests.fuzz.edits import Edit


@pytest.mark.parametrize(("target", "data"), list(everything()))
def test_what_the_corpus_holds_breaks_nothing(target: str, data: bytes) -> None:
    TARGETS[target](data)


@pytest.mark.parametrize("target", TARGETS)
def test_broken_input_breaks_nothing(target: str) -> None:
    @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(inputs(target)), EDITS)
    def fed(data: bytes, edits: list[Edit]) -> None:
        TARGETS[target](edited(data, edits))

    fed()


@pytest.mark.slow
@pytest.mark.parametrize("target", TARGETS)
def test_a_longer_look_stays_within_its_memory(target: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "tests.fuzz", "20", target],
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr[-4000:]
    assert int(ended.stdout.split("at most ")[1].split()[0]) < 600
