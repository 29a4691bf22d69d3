"""Deny assignments and notActions: what they take away is told before the first change, where it is sure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.flows.preflight.conftest import ASSIGN, BATCH, World
from troubleshooter.engine.outcome import exit_code
from troubleshooter.model.handover import Planned
from troubleshooter.model.need import Needs, Standing
from troubleshooter.simulator.around.operator import OBJECT_ID, Grant, Operator, lacking
from troubleshooter.simulator.around.rights import EVERYONE, DenyAssignment
from troubleshooter.simulator.around.roles.definition import Permission
from troubleshooter.simulator.scenarios.ground import ACCOUNT, IDENTITY, POOL, WELL
from troubleshooter.simulator.world.world import Habits

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from tests.flows.inside import Inside
    from troubleshooter.model.need import Need
    from troubleshooter.simulator.server import Simulator

WRITE = f"{BATCH}/pools/write"
SOMEBODY = "1f0d6b8c-93a7-45e2-8d14-7c2be9065a31"
Start = "Callable[..., World]"


@pytest.fixture
def world(simulator: Callable[..., Simulator], inside: Callable[..., Inside]) -> Callable[..., World]:
    def start(*, habits: Habits | None = None, **changed: Any) -> World:
        conditions = replace(WELL, **changed)
        options = {"habits": habits} if habits else {}
        return World(inside(simulator("wrong-client-id", conditions=conditions, **options)), POOL)

    return start


def denial(action: str, scope: str, **changed: Any) -> DenyAssignment:
    return DenyAssignment("blueprint lock", scope, (Permission((action,)),), **changed)


def judged(found: World, action: str) -> Need:
    state = found.run("debug-pool", until="plan")
    planned = state.of(Planned)
    needs = state.of(Needs) or (planned.needs if planned else None)
    assert needs is not None
    assert (exit_code(state) == 6) is bool(needs.of(Standing.MISSING))
    assert found.changes() == []
    return next(one for one in needs.rights if one.right.action == action)


@pytest.mark.slow(every_change=True)
@pytest.mark.parametrize("left_out", [False, True])
@pytest.mark.parametrize(("action", "scope"), [(WRITE, ACCOUNT.id), (ASSIGN, IDENTITY.id)])
def test_what_is_denied_is_missing_whether_permissions_tell_it_or_not(
    action: str, scope: str, left_out: bool, world: Callable[..., World]
) -> None:
    habits = Habits(permissions_without_denied=left_out)
    found = world(denials=(denial(action, scope),), habits=habits)
    need = judged(found, action)
    assert need.standing is Standing.MISSING
    if not left_out:  # else it is only seen that the list lacks it
        assert need.denied
        assert (
            need.because == f"the deny assignment blueprint lock at {scope} forbids it, which no role lifts"
        )
        assert need.role == ""


def test_what_is_denied_is_refused_by_that(world: Callable[..., World]) -> None:
    found = world(
        denials=(denial(WRITE, ACCOUNT.id), denial("Microsoft.Authorization/*/read", ACCOUNT.id)),
    )
    state = found.run("debug-pool")
    failed = state.current
    assert failed is not None
    assert failed.error is not None
    assert exit_code(state) == 6
    assert "DenyAssignmentAuthorizationFailed" in failed.error.why
    assert "no role lifts" in failed.error.do


@pytest.mark.slow(every_change=True)
@pytest.mark.parametrize(
    ("changed", "standing", "because"),
    [
        ({"principals": (SOMEBODY,)}, Standing.HELD, "permissions has it"),
        ({"excluded": (OBJECT_ID,)}, Standing.HELD, "permissions has it"),
        ({"principals": (OBJECT_ID,)}, Standing.MISSING, "which no role lifts"),
        ({"principals": (EVERYONE,), "excluded": (SOMEBODY,)}, Standing.MISSING, "which no role lifts"),
        ({"children": False, "scope": ACCOUNT.id.partition("/providers/")[0]}, Standing.HELD, "has it"),
        ({"scope": ACCOUNT.id.partition("/resourceGroups/")[0]}, Standing.MISSING, "which no role lifts"),
    ],
)
def test_a_denial_counts_for_whom_and_where_it_says(
    changed: dict[str, Any], standing: Standing, because: str, world: Callable[..., World]
) -> None:
    scope = changed.get("scope", ACCOUNT.id)
    rest = {key: value for key, value in changed.items() if key != "scope"}
    need = judged(world(denials=(denial(WRITE, scope, **rest),)), WRITE)
    assert need.standing is standing
    assert because in need.because


def test_denials_that_may_not_be_read_leave_it_open(world: Callable[..., World]) -> None:
    found = world(operator=lacking("Microsoft.Authorization/denyAssignments/read"))
    need = judged(found, WRITE)
    state = found.run("debug-pool", until="plan")
    assert state.step("plan").why.endswith("; 5 of 5 rights not known to be held")
    assert need.standing is Standing.UNKNOWN
    assert "denyAssignments could not be read" in need.because
    assert need.because.endswith("it needs Microsoft.Authorization/denyAssignments/read")


NOT = {
    "by the same role": ((Permission(("*",), (WRITE,)),), Standing.MISSING),
    "by a star": ((Permission(("*",), ("Microsoft.Batch/*/write",)),), Standing.MISSING),
    "given by another role": ((Permission(("*",), (WRITE,)), Permission((WRITE,))), Standing.HELD),
    "of another kind": ((Permission(("*",), not_data_actions=(WRITE,)),), Standing.HELD),
    "in other letters": ((Permission(("*",), (WRITE.upper(),)),), Standing.MISSING),
}
"""notActions take away within their own role, and from no other."""


@pytest.mark.slow(every_change=True)
@pytest.mark.parametrize("how", NOT)
def test_not_actions_take_from_their_own_role_alone(how: str, world: Callable[..., World]) -> None:
    permissions, standing = NOT[how]
    operator = Operator(tuple(Grant(one) for one in permissions))
    assert judged(world(operator=operator), WRITE).standing is standing


@pytest.mark.parametrize("page", ['{"value": [{}]}', '{"value": [null]}', "{}"])
def test_permissions_that_do_not_show_what_they_allow_are_no_missing_right(
    page: str, world: Callable[..., World]
) -> None:
    found = world()
    planted = {"match": "GET /permissions$", "body": page, "times": 99}
    found.inside.client.control("POST", "/fault", planted)
    need = judged(found, WRITE)

    assert need.standing is Standing.UNKNOWN
    assert "could not be read" in need.because
    assert not need.because.endswith("needs ")
