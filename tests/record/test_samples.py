"""What lint and analyze say of every sample of the ground truth is as the record has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.record.compare import differences
from tests.record.entries import of_samples
from tests.record.samples import SAMPLES

if TYPE_CHECKING:
    from tests.record.entries import Entry
    from tests.record.stage import Stage

pytestmark = pytest.mark.skipif(
    not SAMPLES.is_dir(), reason="no samples there; TROUBLESHOOTER_GROUND_TRUTH names the ground truth"
)
QUICK = {"samples/lint-configs", "samples/lint-pools"}


@pytest.mark.slow
def test_the_real_settings_are_judged_as_recorded(stage: Stage) -> None:
    quick = [entry for entry in of_samples() if entry.name in QUICK]
    assert differences(quick, stage) == ""


@pytest.mark.slow
@pytest.mark.parametrize("entry", of_samples(), ids=lambda entry: entry.name)
def test_every_sample_is_judged_as_recorded(stage: Stage, entry: Entry) -> None:
    assert differences([entry], stage) == ""
