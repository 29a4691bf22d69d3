"""Azure's own roles on both routes: what the preflight says of each, and what Azure then lets or refuses."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.flows.preflight.conftest import ASSIGN, BATCH, World
from troubleshooter.engine.outcome import exit_code
from troubleshooter.model.handover import Planned
from troubleshooter.model.need import Needs, Standing
from troubleshooter.simulator.around.operator import OBJECT_ID, Operator
from troubleshooter.simulator.around.rights import RoleAssignment
from troubleshooter.simulator.around.roles import built_in
from troubleshooter.simulator.scenarios.ground import ACCOUNT, IDENTITY, POOL, WELL

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.flows.inside import Inside
    from troubleshooter.model.run import RunState
    from troubleshooter.simulator.server import Simulator

pytestmark = pytest.mark.slow
GROUP = "7a3d1b64-20f9-4c8e-b5a7-63e0c9d81f25"
_POOLS, _JOBS = f"{BATCH}/pools", f"{BATCH}/jobs"
_ALL_OF_THE_GROUP = ACCOUNT.id.partition("/providers/")[0]

GIVEN: dict[str, tuple[tuple[tuple[str, str], ...], dict[str, tuple[str, ...]]]] = {
    "Owner": (((built_in.OWNER, _ALL_OF_THE_GROUP),), {}),
    "Contributor": (((built_in.CONTRIBUTOR, _ALL_OF_THE_GROUP),), {}),
    "Reader": (
        ((built_in.READER, _ALL_OF_THE_GROUP),),
        {
            "debug-pool": (f"{_POOLS}/write", f"{_POOLS}/delete", ASSIGN),
            "in-place": (f"{_POOLS}/write", f"{_POOLS}/delete", ASSIGN),
        },
    ),
    "Azure Batch Account Contributor": (
        ((built_in.BATCH_CONTRIBUTOR, ACCOUNT.id),),
        {"debug-pool": (), "in-place": ()},
    ),
    "Azure Batch Data Contributor, Managed Identity Operator": (
        ((built_in.BATCH_DATA, ACCOUNT.id), (built_in.IDENTITY_OPERATOR, IDENTITY.id)),
        {},
    ),
    "Azure Batch Account Reader, Reader on the identity": (
        ((built_in.BATCH_READER, ACCOUNT.id), (built_in.READER, IDENTITY.id)),
        {"debug-pool": (ASSIGN,), "in-place": (ASSIGN,)},
    ),
    "Azure Batch Data Contributor, Reader": (
        ((built_in.BATCH_DATA, ACCOUNT.id), (built_in.READER, _ALL_OF_THE_GROUP)),
        {"debug-pool": (ASSIGN,), "in-place": (ASSIGN,)},
    ),
    "Azure Batch Job Submitter, Reader": (
        ((built_in.BATCH_SUBMITTER, ACCOUNT.id), (built_in.READER, _ALL_OF_THE_GROUP)),
        {
            "debug-pool": (f"{_POOLS}/write", f"{_POOLS}/delete", ASSIGN),
            "in-place": (f"{_POOLS}/write", f"{_POOLS}/delete", ASSIGN),
        },
    ),
}
"""Role assignments of the operator, and what a route surely lacks with them; nothing where none is named."""


def told(state: RunState, standing: Standing) -> tuple[str, ...]:
    planned = state.of(Planned)
    needs = state.of(Needs) or (planned.needs if planned else None)
    return tuple(one.right.action for one in needs.always if one.standing is standing) if needs else ()


@pytest.fixture
def world(simulator: Callable[..., Simulator], inside: Callable[..., Inside]) -> Callable[..., World]:
    def start(
        assigned: tuple[RoleAssignment, ...], groups: dict[str, tuple[str, ...]] | None = None
    ) -> World:
        conditions = replace(
            WELL,
            operator=Operator(()),
            assignments=(*WELL.assignments, *assigned),
            groups={**WELL.groups, **(groups or {})},
        )
        return World(inside(simulator("wrong-client-id", conditions=conditions)), POOL)

    return start


@pytest.mark.parametrize("route", ["debug-pool", "in-place"])
@pytest.mark.parametrize("given", GIVEN)
def test_what_a_role_gives_is_told_as_azure_weighs_it(
    given: str, route: str, world: Callable[..., World]
) -> None:
    roles, lacks = GIVEN[given]
    found = world(tuple(RoleAssignment(OBJECT_ID, role, scope) for role, scope in roles))
    state = found.run(route)
    missing, unknown = told(state, Standing.MISSING), told(state, Standing.UNKNOWN)
    open_ones = ", ".join(unknown) or "-"
    print(f"| {given} | {route} | missing: {', '.join(missing) or '-'} | not known: {open_ones} |")
    assert missing == lacks.get(route, ())
    if missing:
        assert (exit_code(state), found.changes()) == (6, [])
    elif unknown:  # it goes on by consent, and is refused by what was not known
        assert exit_code(state) == 6
        assert unknown == (ASSIGN,)
        refused = state.step("recreate").error
        assert refused is not None
        assert ASSIGN in refused.why
    else:
        assert (exit_code(state), state.verified) == (0, True)


@pytest.mark.parametrize("route", ["debug-pool", "in-place"])
def test_rights_by_a_group_alone_are_rights(route: str, world: Callable[..., World]) -> None:
    by = (
        RoleAssignment(GROUP, built_in.BATCH_DATA, ACCOUNT.id, "Group"),
        RoleAssignment(GROUP, built_in.IDENTITY_OPERATOR, IDENTITY.id, "Group"),
    )
    state = world(by, {GROUP: (OBJECT_ID,)}).run(route)
    assert (exit_code(state), state.verified, told(state, Standing.MISSING)) == (0, True, ())
