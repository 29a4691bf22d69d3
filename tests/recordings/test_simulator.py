"""The simulated Azure answers as was recorded, field by field, but where it is meant not to."""

from __future__ import annotations

import pytest

from tests.ground_truth import needs_samples
from tests.recordings import imitation
from tests.recordings.on_purpose import ON_PURPOSE, reason_for
from tests.recordings.recording import NAMES
from tests.recordings.simulated import NOT_SERVED, SIMULATED

pytestmark = needs_samples


@pytest.mark.parametrize("name", SIMULATED)
def test_the_simulated_service_answers_as_was_recorded(name: str) -> None:
    assert [each for each in imitation.found(name) if not reason_for(name, each)] == []


def test_what_is_meant_to_differ_still_does() -> None:
    """An entry of the list that excuses nothing any more is to be taken out."""
    found = [(name, each) for name in SIMULATED for each in imitation.found(name)]
    assert [
        each for each in ON_PURPOSE if not any(each.covers(name, difference) for name, difference in found)
    ] == []
    assert all(each.reason for each in ON_PURPOSE)


def test_every_recording_is_served_or_said_not_to_be() -> None:
    assert sorted([*SIMULATED, *NOT_SERVED]) == list(NAMES)
