"""Each recording through the product: what it asks is asked for real, and what it got is read right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.ground_truth import needs_samples
from tests.recordings.readings import READINGS
from tests.recordings.recording import FOLDER, NAMES
from tests.recordings.unasked import UNASKED

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.recordings.replay import Replay

pytestmark = needs_samples


@pytest.mark.parametrize("name", READINGS)
def test_the_product_reads_what_was_recorded(name: str, replay: Callable[[str], Replay]) -> None:
    READINGS[name](replay(name))


@pytest.mark.parametrize("name", UNASKED)
def test_what_the_product_never_asks_is_understood_all_the_same(
    name: str, replay: Callable[[str], Replay]
) -> None:
    UNASKED[name](replay(name))


def test_every_recording_is_read_once() -> None:
    assert sorted(path.stem for path in FOLDER.glob("*.json")) == list(NAMES)
    assert sorted([*READINGS, *UNASKED]) == list(NAMES)


def test_nearly_all_go_through_the_products_own_calls() -> None:
    assert (len(NAMES), len(READINGS)) == (46, 37)
