"""What lint and analyze say of every sample is as the record has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.ground_truth import needs_samples
from tests.record.compare import differences
from tests.record.entries import of_samples
from tests.record.samples import CASES

if TYPE_CHECKING:
    from tests.record.entries import Entry
    from tests.record.stage import Stage

QUICK = {"samples/lint-configs", "samples/lint-pools"}


@needs_samples
@pytest.mark.slow
def test_the_real_settings_are_judged_as_recorded(stage: Stage) -> None:
    quick = [entry for entry in of_samples() if entry.name in QUICK]
    assert differences(quick, stage) == ""


@pytest.mark.slow
@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(entry, marks=() if entry.name.endswith(CASES) else needs_samples, id=entry.name)
        for entry in of_samples()
    ],
)
def test_every_sample_is_judged_as_recorded(stage: Stage, entry: Entry) -> None:
    assert differences([entry], stage) == ""
