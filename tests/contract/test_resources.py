"""ARM's other providers against Microsoft's OpenAPI files, and against what was recorded of them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.contract import digest
from tests.contract.client import Client
from tests.contract.openapi import Description
from tests.contract.test_openapi import never_answered
from troubleshooter.simulator.around import networks
from troubleshooter.simulator.around.operator import OBJECT_ID, lacking
from troubleshooter.simulator.around.resource import Resource
from troubleshooter.simulator.around.rights import DenyAssignment, RoleAssignment
from troubleshooter.simulator.around.roles.built_in import READER
from troubleshooter.simulator.around.roles.definition import Permission, RoleDefinition
from troubleshooter.simulator.around.vaults import (
    AccessPolicy,
    Connection,
    DeletedVault,
    Secret,
    Vault,
    Version,
)
from troubleshooter.simulator.scenarios.ground import (
    ACCOUNT,
    ADDRESS,
    GROUP,
    IDENTITY,
    SECRET,
    SUBNET,
    SUBSCRIPTION,
    VAULT,
    WELL,
)
from troubleshooter.simulator.world.world import Habits

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.contract.openapi import Answered
    from troubleshooter.simulator.server import Simulator

NETWORK = SUBNET.partition("/subnets/")[0]
SECURITY = f"{GROUP}/Microsoft.Network/networkSecurityGroups/nsg-render"
ROUTES = f"{GROUP}/Microsoft.Network/routeTables/rt-render"
NAT = f"{GROUP}/Microsoft.Network/natGateways/nat-render"
ENDPOINT = f"{GROUP}/Microsoft.Network/privateEndpoints/pe-certs"
ZONE = f"{GROUP}/Microsoft.Network/privateDnsZones/{networks.ZONE}"
POLICY = f"{GROUP}/Microsoft.Authorization/policyAssignments/no-public-addresses"
LOCK = f"{GROUP}/Microsoft.Authorization/locks/keep"
ROLE = "5a0d7c3e-2b91-4f6a-9e84-c1d3b5f70a26"
CREW = "b7e2f4a9-61d0-4c83-a5e7-09f1c8d4b623"
"""A group of the directory that the identity is in."""
GONE = Vault("kv-contoso-old", VAULT.id.replace("certs", "old"), ACCOUNT.tenant, "westeurope")
OLD = Version("9d0b6f72e1c84a53b8f7d2e60a91c345", enabled=False, not_before=1, expires=2)
FULL = replace(
    WELL,
    vaults=(
        replace(
            VAULT,
            secrets=(
                replace(SECRET, older=(OLD,), not_before=3),
                Secret("plain", "0" * 32, certificate=False),
            ),
            policies=(AccessPolicy(IDENTITY.principal_id, OBJECT_ID, certificates=("get",)),),
            default_deny=True,
            allowed=("203.0.113.7", "203.0.113.64/28"),
            subnets=(SUBNET,),
            connections=(Connection(ENDPOINT),),
        ),
    ),
    assignments=(
        *WELL.assignments,
        RoleAssignment(CREW, ROLE, f"/subscriptions/{SUBSCRIPTION}", "Group"),
        RoleAssignment(
            IDENTITY.principal_id,
            READER,
            f"{VAULT.id}/secrets/plain",
            condition="@Resource[a] stringEquals 'b'",
        ),
        RoleAssignment("f3b0a7d5-4c12-4e98-b6a1-7d20e5c9f834", READER, "/"),
        RoleAssignment(IDENTITY.principal_id, READER, f"{VAULT.id}-two"),
    ),
    denials=(
        DenyAssignment("all", GROUP.rpartition("/")[0], (Permission(("*/delete",)),), excluded=(OBJECT_ID,)),
        DenyAssignment("crew", VAULT.id, (Permission(data_actions=("*",)),), (CREW,)),
        DenyAssignment("others", VAULT.id, (Permission(data_actions=("*",)),), (OBJECT_ID,)),
    ),
    roles=(
        RoleDefinition(
            ROLE, "Metadata only", (Permission(("*/read",)),), (f"/subscriptions/{SUBSCRIPTION}",)
        ),
    ),
    groups={CREW: (IDENTITY.principal_id,)},
    resources=(
        networks.network(NETWORK, "10.20.0.0/16", dns=("10.20.0.4",)),
        networks.subnet(
            SUBNET,
            "10.20.1.0/24",
            networks.KEY_VAULT,
            networkSecurityGroup={"id": SECURITY},
            routeTable={"id": ROUTES},
            natGateway={"id": NAT},
            defaultOutboundAccess=False,
        ),
        networks.security_group(
            SECURITY, networks.rule("out", 100, "Outbound", "Deny", "*", "Internet", "443")
        ),
        networks.route_table(ROUTES, ("default", "0.0.0.0/0", "VirtualAppliance", "10.20.9.4")),
        networks.nat_gateway(NAT, ADDRESS),
        networks.address(ADDRESS, "203.0.113.40"),
        networks.endpoint(ENDPOINT, VAULT, SUBNET, "10.20.1.200"),
        *networks.zone(
            GROUP,
            NETWORK,
            records={VAULT.name: "10.20.1.200", "*": "10.20.1.201"},
            aliases={"old": VAULT.host},
        ),
        Resource(LOCK, {"level": "CanNotDelete", "notes": "ask first"}, None),
        Resource(
            POLICY,
            {
                "policyDefinitionId": "/providers/Microsoft.Authorization/policyDefinitions/no-addresses",
                "scope": GROUP.rpartition("/")[0],
                "enforcementMode": "Default",
            },
            None,
        ),
    ),
    deleted_vaults=(DeletedVault(GONE, protected=True),),
)
"""A world in which every resource is there."""
AT = f"{VAULT.id}/providers/Microsoft.Authorization"
ONLY = f"assignedTo('{IDENTITY.principal_id}')"
SUB = f"/subscriptions/{SUBSCRIPTION}"
IN_GROUP = GROUP.rpartition("/")[0]
ASKED: dict[str, tuple[tuple[str, str, str], ...]] = {
    "subscriptions-arm": (("/subscriptions", "2022-12-01", ""), (SUB, "2022-12-01", "")),
    "resources-arm": tuple(
        (path, "2025-04-01", only)
        for path, only in (
            (f"{SUB}/resources", "resourceType eq 'Microsoft.KeyVault/vaults'"),
            (f"{SUB}/resources", f"name eq '{VAULT.name}' and resourceGroup eq '{ACCOUNT.resource_group}'"),
            (f"{IN_GROUP}/resources", ""),
            (f"{SUB}/resourcegroups", ""),
            (IN_GROUP, ""),
        )
    ),
    "msi-arm": tuple(
        (path, "2024-11-30", "")
        for path in (
            IDENTITY.id,
            IDENTITY.id.rpartition("/")[0],
            f"{SUB}/providers/Microsoft.ManagedIdentity/userAssignedIdentities",
        )
    ),
    "keyvault-arm": tuple(
        (path, version, "")
        for version in ("2023-07-01", "2026-02-01")
        for path in (
            VAULT.id,
            f"{VAULT.id}/secrets",
            f"{VAULT.id}/secrets/{SECRET.name}",
            f"{GROUP}/Microsoft.KeyVault/vaults",
            f"{SUB}/providers/Microsoft.KeyVault/vaults",
            f"{SUB}/providers/Microsoft.KeyVault/deletedVaults",
        )
    ),
    "authorization-arm": tuple(
        (path, "2022-04-01", only)
        for path, only in (
            (f"{AT}/roleAssignments", ONLY),
            (f"{AT}/roleAssignments", f"atScope() and {ONLY}"),
            (f"{AT}/roleAssignments", ""),
            (f"{SUB}/providers/Microsoft.Authorization/roleAssignments", f"principalId eq '{CREW}'"),
            (f"{AT}/denyAssignments", ONLY),
            (f"{IN_GROUP}/providers/Microsoft.Authorization/denyAssignments", "atScope()"),
            (f"{SUB}/providers/Microsoft.Authorization/roleDefinitions/{READER}", ""),
            (f"{SUB}/providers/Microsoft.Authorization/roleDefinitions/{ROLE}", ""),
            (f"{IN_GROUP}/providers/Microsoft.Authorization/permissions", ""),
            (f"{AT}/permissions", ""),
        )
    ),
    "network-arm": tuple(
        (path, "2025-05-01", "")
        for path in (
            NETWORK,
            SUBNET,
            SECURITY,
            ROUTES,
            NAT,
            ENDPOINT,
            ADDRESS,
            ENDPOINT.rpartition("/")[0],
            f"{SUB}/providers/Microsoft.Network/privateEndpoints",
        )
    ),
    "privatedns-arm": (
        (f"{ZONE}/virtualNetworkLinks", "2024-06-01", ""),
        *((f"{ZONE}/{name}", "2024-06-01", "") for name in (f"A/{VAULT.name}", "A/*", "CNAME/old")),
    ),
    "locks-arm": (
        (f"{AT}/locks", "2020-05-01", ""),
        (f"{SUB}/providers/Microsoft.Authorization/locks", "2020-05-01", ""),
    ),
    "policy-arm": (
        (f"{IN_GROUP}/providers/Microsoft.Authorization/policyAssignments", "2025-11-01", "atScope()"),
        (POLICY, "2025-11-01", ""),
    ),
}
"""For each file all that is asked: path, api-version and $filter."""
DEVIATIONS = {
    "count": "recorded of the list of subscriptions; the file does not name it",
    "nextLink": "described as required of lists of subscriptions, recorded without; of vaults null",
    "condition": "described as text; recorded as null where there is none",
    "conditionVersion": "the same",
    "description": "the same",
    "delegatedManagedIdentityResourceId": "the same",
    "createdBy": "described as text; of roles of Azure's own recorded as null",
    "updatedBy": "the same",
}


@pytest.fixture
def client(simulator: Callable[..., Simulator]) -> Client:
    return Client(simulator("healthy", conditions=FULL).connection)


def ask(client: Client, path: str, version: str, only: str = "") -> Answered:
    return client.arm("GET", path, query={"api-version": version, "$filter": only})


def unexplained(plane: str, answers: list[Answered]) -> list[str]:
    description = Description(plane)
    return [
        f"{answered.url} {answered.status} at /{place}: {why}"
        for answered in answers
        for place, why in description.problems(answered)
        if not {*place.split("/"), *why.split("'")} & DEVIATIONS.keys()
    ]


@pytest.mark.parametrize("plane", ASKED)
def test_every_answer_is_as_described(plane: str, client: Client) -> None:
    answers = [ask(client, *asked) for asked in ASKED[plane]]
    assert [answered.status for answered in answers] == [200] * len(answers)
    assert unexplained(plane, answers) == []
    assert never_answered(digest.SOURCES[plane][1], answers) == []


RECORDED = {
    "resources-arm/recordings/error-ResourceGroupNotFound.json": (
        f"{GROUP.replace('batch', 'x')}/Microsoft.KeyVault/vaults/a",
        "2023-07-01",
    ),
    "resources-arm/recordings/error-ResourceNotFound.json": (f"{VAULT.id}-two", "2023-07-01"),
    "network-arm/recordings/error-404-NetworkSecurityGroups_Get.json": (f"{SECURITY}-two", "2025-05-01"),
    "network-arm/recordings/error-404-Subnets_Get.json": (SUBNET.replace("vnet", "net"), "2025-05-01"),
    "network-arm/recordings/error-404-Subnets_Get-2.json": (f"{SUBNET}-two", "2025-05-01"),
    "privatedns-arm/recordings/error-404-RecordSets_Get_A.json": (f"{ZONE}/A/other", "2024-06-01"),
    "privatedns-arm/recordings/error-404-zone.json": (f"{ZONE}/virtualNetworkLinks/other", "2024-06-01"),
}
"""Recorded refusals, and what meets the same here: path and api-version."""


def skeleton(value: Any) -> Any:
    """A body with its texts reduced to what stands in every message of that kind."""
    match value:
        case dict():
            return {key: skeleton(inner) for key, inner in value.items()}
        case str() if "'" in value or "/" in value:
            return [word for word in value.split() if not set(word) & set("'/=0123456789")]
    return value


@pytest.mark.parametrize("recording", RECORDED)
def test_what_is_not_there_is_refused_as_recorded(recording: str, client: Client, ground_truth: Path) -> None:
    recorded = json.loads((ground_truth / "spec" / recording).read_text(encoding="utf-8"))["response"]
    answered = ask(client, *RECORDED[recording])
    assert (answered.status, skeleton(answered.body)) == (recorded["status"], skeleton(recorded["body"]))


def test_whoever_lacks_a_right_is_told_which_as_recorded(
    simulator: Callable[..., Simulator], ground_truth: Path
) -> None:
    place = ground_truth / "spec/authorization-arm/recordings/error-AuthorizationFailed-GET.json"
    recorded = json.loads(place.read_text(encoding="utf-8"))["response"]
    for plane, asked in ASKED.items():
        if plane in {"subscriptions-arm", "resources-arm"}:
            continue  # of lists each may see its own
        client = Client(simulator("healthy", conditions=replace(FULL, operator=lacking("*/read"))).connection)
        answers = [ask(client, *each) for each in asked]
        assert {answered.status for answered in answers} == {recorded["status"]}
        assert [skeleton(answered.body) for answered in answers] == [skeleton(recorded["body"])] * len(
            answers
        )
        assert unexplained(plane, answers) == []


@pytest.mark.parametrize(
    ("path", "version", "action", "scope"),
    [
        (VAULT.id, "2023-07-01", "Microsoft.KeyVault/vaults/read", VAULT.id),
        (
            f"{VAULT.id}/secrets/a",
            "2023-07-01",
            "Microsoft.KeyVault/vaults/secrets/read",
            f"{VAULT.id}/secrets/a",
        ),
        (f"{AT}/roleAssignments", "2022-04-01", "Microsoft.Authorization/roleAssignments/read", AT),
        (SUBNET, "2025-05-01", "Microsoft.Network/virtualNetworks/subnets/read", SUBNET),
        (
            f"{SUB}/providers/Microsoft.KeyVault/deletedVaults",
            "2023-07-01",
            "Microsoft.KeyVault/deletedVaults/read",
            f"{SUB}/providers/Microsoft.KeyVault",
        ),
        (ACCOUNT.id, "2025-06-01", "Microsoft.Batch/batchAccounts/read", ACCOUNT.id),
    ],
)
def test_one_right_that_is_missing_is_named_and_no_other(
    path: str, version: str, action: str, scope: str, simulator: Callable[..., Simulator]
) -> None:
    client = Client(simulator("healthy", conditions=replace(FULL, operator=lacking(action))).connection)
    said = ask(client, path, version).body["error"]["message"]
    assert f"object id '{OBJECT_ID}'" in said
    assert f"to perform action '{action}' over scope '{scope}' or the scope is invalid" in said
    assert ask(client, IDENTITY.id, "2024-11-30").status == 200


def test_a_list_of_resources_shows_what_the_caller_may_read(simulator: Callable[..., Simulator]) -> None:
    conditions = replace(FULL, operator=lacking("Microsoft.KeyVault/*/read"))
    client = Client(simulator("healthy", conditions=conditions).connection)
    kinds = {one["type"] for one in ask(client, f"{SUB}/resources", "2025-04-01").body["value"]}
    assert "Microsoft.KeyVault/vaults" not in kinds
    assert "Microsoft.ManagedIdentity/userAssignedIdentities" in kinds
    assert ask(client, f"{SUB}/resources", "2025-04-01", "name ge 'a'").status == 400


def test_each_provider_has_its_own_versions(client: Client) -> None:
    for plane, asked in ASKED.items():
        refused = ask(client, asked[0][0], "2010-01-01")
        assert refused.status == 400
        assert refused.body["error"]["code"] in {"NoRegisteredProviderFound", "InvalidApiVersionParameter"}
        assert asked[0][1] in refused.body["error"]["message"]
        assert unexplained(plane, [refused]) == []
    assert ask(client, VAULT.id, "2025-06-01").status == 400, "the Batch version is none of Key Vault"


def principals(answered: Answered) -> list[str]:
    return [one["properties"]["principalId"] for one in answered.body["value"]]


def test_assigned_to_shows_one_principals_assignments_above_at_and_below(client: Client) -> None:
    shown = ask(client, f"{AT}/roleAssignments", "2022-04-01", ONLY)
    assert sorted(principals(shown)) == sorted([IDENTITY.principal_id, IDENTITY.principal_id, CREW])
    at = ask(client, f"{AT}/roleAssignments", "2022-04-01", f"atScope() and {ONLY}")
    assert sorted(principals(at)) == sorted([IDENTITY.principal_id, CREW]), "without the one below"
    assert len(principals(ask(client, f"{AT}/roleAssignments", "2022-04-01"))) == 4
    assert ask(client, f"{AT}/roleAssignments", "2022-04-01", "nonsense").status == 400


def test_a_switch_hides_what_a_principal_has_by_its_groups(simulator: Callable[..., Simulator]) -> None:
    habits = Habits(assigned_to_groups=False)
    client = Client(simulator("healthy", conditions=FULL, habits=habits).connection)
    assert CREW not in principals(ask(client, f"{AT}/roleAssignments", "2022-04-01", ONLY))


def test_denials_of_a_principal_are_those_for_it_its_groups_and_all(client: Client) -> None:
    shown = ask(client, f"{AT}/denyAssignments", "2022-04-01", ONLY).body["value"]
    assert {one["properties"]["denyAssignmentName"] for one in shown} == {"all", "crew"}


def test_a_secret_of_arm_comes_without_its_value(client: Client) -> None:
    shown = ask(client, f"{VAULT.id}/secrets/{SECRET.name}", "2023-07-01").body["properties"]
    assert "value" not in shown
    assert shown["secretUriWithVersion"].endswith(f"/secrets/{SECRET.name}/{SECRET.version}")
    assert shown["attributes"]["nbf"] == 3


def test_a_deny_assignment_for_whoever_is_signed_in_is_felt(simulator: Callable[..., Simulator]) -> None:
    denied = DenyAssignment("no", VAULT.id, (Permission(("Microsoft.KeyVault/*",)),), (OBJECT_ID,))
    client = Client(simulator("healthy", conditions=replace(FULL, denials=(denied,))).connection)
    assert ask(client, VAULT.id, "2023-07-01").status == 403
    assert ask(client, GROUP.rpartition("/")[0], "2025-04-01").status == 200
