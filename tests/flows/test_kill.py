"""A run that is killed outright, in any step, goes on as if nothing had happened."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Any

import pytest

from tests.flows.outside import served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.flows.outside import World

pytestmark = pytest.mark.slow

STEPS = (
    "survey", "cross-check", "plan", "recreate", "wait-for-idle", "collect", "diagnose",
    "choose-fix", "verify", "apply", "clean-up", "report",
)  # fmt: skip
LOST = (
    ("recreate", "PUT /pools/"),
    ("collect", "POST /users"),
    ("collect", "DELETE /users/"),
    ("clean-up", "DELETE /pools/[^/]+$"),
)
"""Steps with a change whose answer never arrives: the effect is there, the program does not know."""


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with served(tmp_path / "runs") as world:
        yield world


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The end of a run that nobody killed."""
    with served(tmp_path_factory.mktemp("undisturbed")) as world:
        code, document = world.call(*world.run[:-2])
        assert world.left() == []
    assert (code, document["diagnosis"]["root_cause"]) == (3, "kv-403-rbac")
    return essence(document)


def essence(document: Any) -> Any:
    """What must not depend on whether a run was killed."""
    return (
        document["exit"],
        [(step["id"], step["state"]) for step in document["steps"]],
        [finding["id"] for finding in document["diagnosis"]["findings"]],
        document["verified"],
        document["not_verified_because"],
        document["changes"]["left"],
    )


@pytest.mark.parametrize("step", STEPS)
def test_a_run_killed_as_a_step_begins_goes_on(step: str, world: World, undisturbed: Any) -> None:
    ended = world.killed_in(step, f"◐ {step}")
    code, document = world.resumed()

    assert ended == -signal.SIGKILL or step == "report"  # the last step may be over before the signal comes
    assert code == document["exit"]
    assert essence(document) == undisturbed
    assert world.left() == []


@pytest.mark.parametrize(("step", "call"), LOST)
def test_a_run_killed_while_a_changes_answer_is_lost_goes_on(
    step: str, call: str, world: World, undisturbed: Any
) -> None:
    fault = {"match": call, "status": 503, "times": 1, "after_effect": True, "retry_after": 5}
    world.control("POST", "fault", fault)
    ended = world.killed_in(step, "trying again")
    code, document = world.resumed()

    assert ended == -signal.SIGKILL
    assert code == document["exit"]
    assert essence(document) == undisturbed
    assert world.left() == []
