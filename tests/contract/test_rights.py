"""The simulated Azure's tables of rights against Azure's own: actions, calls, roles; and who is let in."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.contract.client import Client
from troubleshooter.simulator.around.operator import OBJECT_ID, Grant, Operator, lacking
from troubleshooter.simulator.around.rights import DenyAssignment, Rights, RoleAssignment
from troubleshooter.simulator.around.roles import built_in
from troubleshooter.simulator.around.roles.definition import Permission
from troubleshooter.simulator.around.roles.operations import ACTIONS, DATA_PLANE, operation
from troubleshooter.simulator.around.scopes import needed
from troubleshooter.simulator.scenarios.agent import IMAGE
from troubleshooter.simulator.scenarios.ground import ACCOUNT, IDENTITY, SUBNET, WELL
from troubleshooter.simulator.wire import routes
from troubleshooter.simulator.world.world import Habits

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from troubleshooter.simulator.server import Simulator

GROUP = "7a3d1b64-20f9-4c8e-b5a7-63e0c9d81f25"
POOLS = "Microsoft.Batch/batchAccounts/pools"
LIST_NODES = f"/pools/{'render-pool'}/nodes"


def test_actions_are_those_of_the_official_list(ground_truth: Path) -> None:
    place = ground_truth / "spec/batch-arm/2025-06-01/examples/OperationsList.json"
    listed = json.loads(place.read_text(encoding="utf-8"))["responses"]["200"]["body"]["value"]
    official = {one["name"].lower(): one["isDataAction"] for one in listed}
    assert {name.lower(): data for name, data in ACTIONS.items()} == official


def test_every_operation_of_the_data_plane_has_its_row_and_no_other(ground_truth: Path) -> None:
    place = ground_truth / "spec/batch-data/2025-06-01/BatchService.json"
    paths = json.loads(place.read_text(encoding="utf-8"))["paths"]
    official = {
        (method.upper(), re.sub(r"\{.*?\}", "{}", path))
        for path, operations in paths.items()
        for method in operations
    }
    rows = [(one.method, re.sub(r"\{.*?\}", "{}", one.path)) for one in DATA_PLANE]
    assert set(rows) == official
    assert len(rows) == len(official), "a row stands twice"
    assert {one.action for one in DATA_PLANE} <= ACTIONS.keys()


def test_every_batch_call_that_is_answered_has_its_action() -> None:
    for one in routes.BATCH:
        path = re.sub(r"\(\?P<\w+>.*?\)", "x", one.pattern.pattern.replace("\\", ""))
        assert operation(one.method, path), f"{one.method} {path}"
    for one in routes.ARM:
        path = re.sub(r"\(\?P<\w+>.*?\)", "x", one.pattern.pattern.replace("\\", ""))
        assert needed(one.method, path)[0] in ACTIONS, f"{one.method} {path}"


def test_files_and_their_folders_are_of_one_operation() -> None:
    found = operation("GET", "/pools/p/nodes/tvm-1/files/startup/stdout.txt")
    assert found is not None
    assert found.action == f"{POOLS}/read"
    assert operation("POST", "/nothing") is None


HELD = {
    built_in.OWNER: (True, True, True, True, True),
    built_in.CONTRIBUTOR: (True, True, True, True, True),
    built_in.READER: (True, False, False, False, False),
    built_in.BATCH_CONTRIBUTOR: (True, True, True, False, False),
    built_in.BATCH_READER: (True, False, False, False, False),
    built_in.BATCH_DATA: (True, True, False, False, False),
    built_in.BATCH_SUBMITTER: (True, False, False, False, False),
    built_in.IDENTITY_OPERATOR: (False, False, False, True, False),
    built_in.NETWORK_CONTRIBUTOR: (False, False, False, False, True),
}
ASKED = (
    f"{POOLS}/read",
    f"{POOLS}/delete",
    "Microsoft.Batch/batchAccounts/listKeys/action",
    "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action",
    "Microsoft.Network/virtualNetworks/subnets/join/action",
)


@pytest.mark.parametrize("role", HELD)
def test_a_built_in_role_gives_what_its_definition_says(role: str) -> None:
    rights = Rights((RoleAssignment(OBJECT_ID, role, ACCOUNT.id),))
    assert tuple(rights.gives(OBJECT_ID, one, ACCOUNT.id) for one in ASKED) == HELD[role]


Let = tuple[int, int, int]
"""Statuses of a list of nodes, of a list of jobs and of a new job."""


def let_in(client: Client) -> Let:
    job = {"id": "asked", "poolInfo": {"poolId": "render-pool"}}
    answers = [client.batch("GET", LIST_NODES), client.batch("GET", "/jobs")]
    return answers[0].status, answers[1].status, client.batch("POST", "/jobs", job).status


def holding(*actions: str, data: tuple[str, ...] = ()) -> Operator:
    return Operator((Grant(Permission(actions, data_actions=data)),))


@pytest.mark.parametrize(
    ("operator", "documented", "strict"),
    [
        (holding("*"), (200, 200, 201), (200, 200, 201)),
        (lacking("Microsoft.Batch/batchAccounts/jobs/write"), (200, 200, 201), (200, 200, 403)),
        (holding(f"{POOLS}/read"), (200, 403, 403), (200, 403, 403)),
        (holding("Microsoft.Batch/batchAccounts/read"), (200, 200, 403), (403, 403, 403)),
        (holding("Microsoft.Batch/batchAccounts/listKeys/action"), (200, 200, 201), (403, 403, 403)),
        (holding(data=("Microsoft.Batch/batchAccounts/jobs/*",)), (403, 200, 201), (403, 200, 201)),
    ],
)
def test_the_accounts_own_rights_let_more_where_documented(
    operator: Operator, documented: Let, strict: Let, simulator: Callable[..., Simulator]
) -> None:
    for by_account, expected in ((True, documented), (False, strict)):
        habits = Habits(rights_by_account=by_account)
        world = simulator("healthy", nodes=1, habits=habits, conditions=replace(WELL, operator=operator))
        assert let_in(Client(world.connection)) == expected, f"by_account={by_account}"


def permissions(client: Client, place: str) -> Any:
    path = f"{place}/providers/Microsoft.Authorization/permissions"
    return client.arm("GET", path, query={"api-version": "2022-04-01"}).body["value"]


def test_rights_by_a_group_are_told_and_let_in(simulator: Callable[..., Simulator]) -> None:
    assigned = RoleAssignment(GROUP, built_in.BATCH_DATA, ACCOUNT.id, "Group")
    conditions = replace(
        WELL, operator=Operator(()), assignments=(assigned,), groups={GROUP: (OBJECT_ID, "somebody-else")}
    )
    client = Client(simulator("healthy", nodes=1, conditions=conditions).connection)
    assert let_in(client) == (200, 200, 201)
    (told,) = permissions(client, ACCOUNT.id)
    assert f"{POOLS}/*" in told["actions"]
    assert told["dataActions"] == [f"{POOLS[:-5]}{one}/*" for one in ("jobSchedules", "jobs")]
    assert client.arm("GET", IDENTITY.id, query={"api-version": "2024-11-30"}).status == 403


@pytest.mark.parametrize("left_out", [False, True])
def test_a_deny_assignment_goes_before_a_role(left_out: bool, simulator: Callable[..., Simulator]) -> None:
    denial = DenyAssignment("blueprint", ACCOUNT.id, (Permission((f"{POOLS}/write",)),))
    habits = Habits(permissions_without_denied=left_out)
    world = simulator("healthy", habits=habits, conditions=replace(WELL, denials=(denial,)))
    client = Client(world.connection)
    pool = world.connection["pool_id"]
    refused = client.arm("PUT", pool, client.arm("GET", pool).body)
    assert (refused.status, refused.body["error"]["code"]) == (403, "DenyAssignmentAuthorizationFailed")
    assert f"'{denial.name}' and Id '{denial.id}' at scope '{ACCOUNT.id}'" in refused.body["error"]["message"]
    assert [one["notActions"] for one in permissions(client, ACCOUNT.id)] == [
        [f"{POOLS}/write"] if left_out else []
    ]


@pytest.mark.parametrize(
    ("lacks", "denied", "status", "said"),
    [
        (
            "Microsoft.Network/virtualNetworks/subnets/join/action",
            False,
            403,
            f"on the linked scope(s) '{SUBNET}' or the linked scope(s) are invalid.",
        ),
        (
            "Microsoft.Network/virtualNetworks/subnets/join/action",
            True,
            403,
            f"is blocked by deny assignments on the '1' linked scope(s) '{SUBNET}'.",
        ),
        (
            "Microsoft.Compute/galleries/images/versions/read",
            False,
            400,
            "does not have the required privelege Microsoft.Compute/galleries/images/versions/read on the",
        ),
    ],
)
def test_what_a_pool_names_needs_rights_too(
    lacks: str, denied: bool, status: int, said: str, simulator: Callable[..., Simulator]
) -> None:
    denial = DenyAssignment("blueprint", SUBNET, (Permission((lacks,)),))
    changed = {"denials": (denial,)} if denied else {"operator": lacking(lacks)}
    world = simulator("healthy", conditions=replace(WELL, **changed))
    client = Client(world.connection)
    body = client.arm("GET", world.connection["pool_id"]).body
    body["properties"].setdefault("networkConfiguration", {})["subnetId"] = SUBNET
    if status == 400:
        machine = body["properties"]["deploymentConfiguration"]["virtualMachineConfiguration"]
        machine["imageReference"] = {"id": IMAGE}
    refused = client.arm("PUT", world.connection["pool_id"] + "-2", body)
    assert refused.status == status
    assert said in refused.body["error"]["message"]
