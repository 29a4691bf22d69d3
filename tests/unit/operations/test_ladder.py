"""What closes a road, and what ends the step: only the first leads on to the next road."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from troubleshooter.errors import Interrupted, NotPermitted, Refused, Undeclared
from troubleshooter.operations.reading.ladder import closed

if TYPE_CHECKING:
    from troubleshooter.errors import TroubleshooterError

NODES = ("n1", "n2")


@pytest.mark.parametrize("kind", [Interrupted, Undeclared])
def test_what_the_operator_stopped_or_nobody_declared_is_raised(kind: type[TroubleshooterError]) -> None:
    with pytest.raises(kind):
        closed(NODES, kind("It ended.", "So it is.", "Do that."))


@pytest.mark.parametrize(("kind", "right"), [(Refused, False), (NotPermitted, True)])
def test_another_refusal_closes_the_road_with_its_reason(
    kind: type[TroubleshooterError], *, right: bool
) -> None:
    """Somebody else's job that has the name, a right that lacks: the next road may lead there."""
    climbed = closed(NODES, kind("The job is not ours.", "It has no mark.", "Look at it."))

    assert climbed.failed == dict.fromkeys(NODES, "The job is not ours. It has no mark. Look at it.")
    assert (climbed.found, climbed.refused) == ((), right)
