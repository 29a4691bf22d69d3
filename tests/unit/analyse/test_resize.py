"""Resize errors are judged by the size that is wanted, the size that is there, and the time."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit.analyse.sources import BOOK, source
from tests.unit.lint.pools import extension, good
from troubleshooter.analyse import analyse
from troubleshooter.analyse.definitions import definitions
from troubleshooter.archives.budget import Budget

SINCE = "2026-07-01T10:15:00Z"
TIMED_OUT = {
    "code": "AllocationTimedout",
    "message": "could not be allocated as the resize timeout was reached",
}
NOT_REMOVED = {"code": "RemoveNodesFailed", "message": "One or more nodes could not be removed"}
PAST = "batch-resize-error-past"


def batch(wanted: int, there: int, state: str = "steady", **also: Any) -> dict[str, Any]:
    """A pool as the data plane answers."""
    return {
        "id": "p",
        "allocationState": state,
        "allocationStateTransitionTime": SINCE,
        "targetDedicatedNodes": wanted,
        "currentDedicatedNodes": there,
        "targetLowPriorityNodes": 0,
        "currentLowPriorityNodes": 0,
        "resizeErrors": [TIMED_OUT],
        **also,
    }


def arm(there: int, scale: dict[str, Any], last: int) -> dict[str, Any]:
    """The same as ARM answers."""
    return {
        "name": "p",
        "properties": {
            "allocationState": "Steady",
            "allocationStateTransitionTime": SINCE,
            "currentDedicatedNodes": there,
            "currentLowPriorityNodes": 0,
            "scaleSettings": scale,
            "resizeOperationStatus": {
                "targetDedicatedNodes": last,
                "targetLowPriorityNodes": 0,
                "errors": [TIMED_OUT],
            },
        },
    }


def formula(last: int) -> dict[str, Any]:
    return arm(0, {"autoScale": {"formula": "$TargetDedicatedNodes = 0;"}}, last)


def fixed(wanted: int, there: int) -> dict[str, Any]:
    return arm(there, {"fixedScale": {"targetDedicatedNodes": wanted, "targetLowPriorityNodes": 0}}, wanted)


def unresized(wanted: int, there: int) -> dict[str, Any]:
    """Its last resize says errors alone: the size that is wanted stands in the definition."""
    pool = fixed(wanted, there)
    pool["properties"]["resizeOperationStatus"] = {"errors": [TIMED_OUT]}
    return pool


OVER = (
    batch(0, 0),
    batch(4, 4),
    batch(4, 5),
    batch(4, 0, "resizing"),
    formula(0),
    fixed(2, 2),
    unresized(2, 2),
)
CURRENT = (
    batch(4, 0),
    batch(4, 3),
    batch(4, 4, targetLowPriorityNodes=2),
    batch(3, 4, targetLowPriorityNodes=2, currentLowPriorityNodes=1),
    formula(3),
    fixed(2, 1),
    unresized(2, 1),
    {"resizeErrors": [TIMED_OUT]},
    {"allocationState": "steady", "resizeErrors": [TIMED_OUT], "targetDedicatedNodes": 0},
)


@pytest.mark.parametrize("pool", OVER)
@pytest.mark.parametrize("page", [False, True])
def test_an_error_of_a_pool_that_has_its_size_happened_and_is_not_current(
    pool: dict[str, Any], *, page: bool
) -> None:
    found = analyse([source(json.dumps({"value": [pool]} if page else pool, indent=1))], BOOK)
    assert [(one.id, str(one.severity)) for one in found.findings] == [(PAST, "info")]
    assert (found.root_cause, found.unexplained) == (None, ())
    assert "AllocationTimedout" in found.findings[0].evidence[0].text
    assert found.findings[0].evidence[0].line > 1


@pytest.mark.parametrize("pool", CURRENT)
def test_an_error_of_a_pool_that_lacks_nodes_or_does_not_say_is_current(pool: dict[str, Any]) -> None:
    assert analyse([source(json.dumps(pool))], BOOK).root_cause == "batch-resize-timeout"


def test_it_is_said_since_when_and_of_which_size() -> None:
    (proof,) = analyse([source(json.dumps(batch(4, 4)))], BOOK).findings[0].evidence
    assert proof.text.endswith(f"happened, not current: steady since {SINCE}; wanted 4, there 4")


def test_nodes_that_could_not_be_removed_are_current_while_they_are_there() -> None:
    there = analyse([source(json.dumps(batch(1, 2, resizeErrors=[NOT_REMOVED])))], BOOK)
    assert PAST not in [one.id for one in there.findings]
    gone = analyse([source(json.dumps(batch(1, 1, resizeErrors=[NOT_REMOVED])))], BOOK)
    assert PAST in [one.id for one in gone.findings]


def test_each_pool_of_a_page_is_judged_by_itself() -> None:
    found = analyse([source(json.dumps({"value": [batch(0, 0), batch(4, 0)]}))], BOOK)
    assert {one.id: one.count for one in found.findings} == {"batch-resize-timeout": 1, PAST: 1}


def test_a_pool_with_errors_of_a_resize_is_still_a_definition_to_lint() -> None:
    pool = good()
    extension(pool)["settings"]["secretsManagementSettings"]["pollingIntervalInS"] = 3600
    pool["properties"]["resizeOperationStatus"] = {"errors": [TIMED_OUT]}
    for document in (pool, {**pool["properties"]["deploymentConfiguration"], **batch(4, 0)}):
        file = source(json.dumps(document))
        assert [one for one, _ in definitions([file], BOOK.signs, Budget())] == [file]
