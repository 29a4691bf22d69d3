"""The broken worlds, by name. Data: each entry says in what it differs from a world where all is well.

Nothing downstream knows a scenario's name: a node's fate follows from its pool's definition and the world.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from troubleshooter.simulator.conditions import (
    SECRETS_USER,
    Conditions,
    Identity,
    RoleAssignment,
    Secret,
    Vault,
)
from troubleshooter.simulator.pool import EGRESS
from troubleshooter.simulator.world import Account, Habits, Job, World

if TYPE_CHECKING:
    from troubleshooter.simulator.clock import Clock

POOL = "render-pool"
SINCE = datetime(2025, 9, 17, 8, 41, 12, tzinfo=UTC)
"""Before pools stopped mapping SSH by default; made with a newer API version, this one maps none either."""
CORES_EACH = 2
SUBSCRIPTION = "3f1d7c52-8a94-4f0e-9b1c-6d2a5e8c7b10"
ACCOUNT = Account(
    "contosobatch", "rg-contoso-batch", SUBSCRIPTION, "72c4e5a1-0b3f-4d68-8f2e-91a7d3c6b504", "westeurope"
)
_GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{ACCOUNT.resource_group}/providers"
IDENTITY = Identity(
    f"{_GROUP}/Microsoft.ManagedIdentity/userAssignedIdentities/id-render-certs",
    client_id="c1a7b9e2-5d34-4c86-a0f1-2b7e6d9c8a43",
    principal_id="9e3d2f60-71c8-4b5a-8d49-f05a1c7e6b28",
)
SECRET = Secret("www-contoso-com", "4f8a1c0d7be94e1fa2d06c35b1e8790a")
VAULT = Vault(
    "kv-contoso-certs", f"{_GROUP}/Microsoft.KeyVault/vaults/kv-contoso-certs", ACCOUNT.tenant, "westeurope"
)
ROLE = RoleAssignment(IDENTITY.principal_id, SECRETS_USER, VAULT.id)
WELL = Conditions((IDENTITY,), (replace(VAULT, secrets=(SECRET,)),), (ROLE,))


@dataclass(slots=True)
class Scene:
    """A world under its scenario's name, with the administrator who can cure it."""

    name: str
    world: World
    remedy: Callable[[World], dict[str, str]]

    def cure(self) -> dict[str, str]:
        return self.remedy(self.world)


_PLAIN = Habits()


@dataclass(frozen=True, slots=True)
class Scenario:
    name: str
    summary: str
    conditions: Conditions = WELL
    settings: Callable[[dict[str, Any]], dict[str, Any]] = lambda settings: settings
    """From settings that work to those of this pool."""
    identity: bool = True
    habits: Habits = _PLAIN
    full: bool = False
    """The account's core quota is used up by the pool."""
    debug_nodes: int = 1
    """How many nodes a debug pool needs to show the fault."""
    remedy: Callable[[World], dict[str, str]] | None = None


def working_settings() -> dict[str, Any]:
    return {
        "secretsManagementSettings": {
            "pollingIntervalInS": "3600",
            "requireInitialSync": True,
            "observedCertificates": [
                {
                    "url": f"https://{VAULT.host}/secrets/{SECRET.name}",
                    "certificateStoreLocation": "/var/lib/waagent/Microsoft.Azure.KeyVault.Store",
                },
            ],
        },
        "authenticationSettings": {
            "msiEndpoint": "http://169.254.169.254/metadata/identity",
            "msiClientId": IDENTITY.client_id,
        },
    }


def pool_body(scenario: Scenario, nodes: int) -> dict[str, Any]:
    body: dict[str, Any] = {
        "properties": {
            "displayName": "Nightly rendering",
            "vmSize": "STANDARD_D2S_V3",
            "interNodeCommunication": "Disabled",
            "taskSlotsPerNode": 2,
            "taskSchedulingPolicy": {"nodeFillType": "Pack"},
            "metadata": [{"name": "team", "value": "media"}, {"name": "costCenter", "value": "4711"}],
            "deploymentConfiguration": {
                "virtualMachineConfiguration": {
                    "imageReference": {
                        "publisher": "canonical",
                        "offer": "0001-com-ubuntu-server-jammy",
                        "sku": "22_04-lts",
                        "version": "latest",
                    },
                    "nodeAgentSkuId": "batch.node.ubuntu 22.04",
                    "extensions": [
                        {
                            "name": "KeyVaultForLinux",
                            "publisher": "Microsoft.Azure.KeyVault",
                            "type": "KeyVaultForLinux",
                            "typeHandlerVersion": "3.0",
                            "autoUpgradeMinorVersion": True,
                            "settings": scenario.settings(working_settings()),
                        },
                    ],
                },
            },
            "networkConfiguration": {
                "dynamicVnetAssignmentScope": "none",
                "enableAcceleratedNetworking": False,
                "publicIPAddressConfiguration": {"provision": "BatchManaged"},
            },
            "scaleSettings": {
                "fixedScale": {
                    "targetDedicatedNodes": nodes,
                    "targetLowPriorityNodes": 0,
                    "resizeTimeout": "PT15M",
                },
            },
        },
        "tags": {"environment": "production", "owner": "media-platform"},
    }
    if scenario.identity:
        body["identity"] = {"type": "UserAssigned", "userAssignedIdentities": {IDENTITY.id: {}}}
    return body


# What is wrong, inside the settings


def _wrong_client_id(settings: dict[str, Any]) -> dict[str, Any]:
    settings["authenticationSettings"]["msiClientId"] = IDENTITY.principal_id  # the mistake people make
    return settings


def _misplaced(settings: dict[str, Any]) -> dict[str, Any]:
    return {
        "settings": {"secretsManagementSettings": settings["secretsManagementSettings"]},
        "authenticationSettings": settings["authenticationSettings"],
    }


def _number(settings: dict[str, Any]) -> dict[str, Any]:
    settings["secretsManagementSettings"]["pollingIntervalInS"] = 3600
    return settings


# What an administrator does about it, outside the pool


def _nothing(_world: World) -> dict[str, str]:
    return {"done": "nothing: the fault is not outside the pool"}


def _grant_role(world: World) -> dict[str, str]:
    if ROLE not in world.conditions.assignments:
        world.change(world.conditions.with_assignment(ROLE))
    return {"done": f"granted Key Vault Secrets User on {VAULT.name} to {IDENTITY.principal_id}"}


def _open_firewall(world: World) -> dict[str, str]:
    vault = world.conditions.vaults[0]
    if not set(EGRESS) <= set(vault.allowed):
        world.change(world.conditions.with_vault(replace(vault, allowed=EGRESS)))
    return {"done": f"allowed {', '.join(EGRESS)} through the firewall of {VAULT.name}"}


def _create_secret(world: World) -> dict[str, str]:
    vault = world.conditions.vaults[0]
    if vault.secret(SECRET.name) is None:
        world.change(world.conditions.with_vault(replace(vault, secrets=(*vault.secrets, SECRET))))
    return {"done": f"created certificate {SECRET.name} in {VAULT.name}"}


def _name_identity(_world: World) -> dict[str, str]:
    return {"done": f"named the identity that may read {VAULT.name}", "identity": IDENTITY.id}


_UNGRANTED = replace(WELL, assignments=())


def _guarded(allowed: tuple[str, ...]) -> Conditions:
    return replace(WELL, vaults=(replace(WELL.vaults[0], default_deny=True, allowed=allowed),))


SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario("healthy", "Nothing is wrong: nodes are idle and the certificates are there"),
        Scenario(
            "wrong-client-id",
            "The settings name the identity's principal id where its client id belongs",
            settings=_wrong_client_id,
        ),
        Scenario(
            "vault-rbac-denied",
            "The identity has no role that lets it read the vault's secrets",
            conditions=_UNGRANTED,
            remedy=_grant_role,
        ),
        Scenario(
            "vault-firewall",
            "The vault's firewall does not know the nodes' addresses",
            conditions=_guarded(()),
            remedy=_open_firewall,
        ),
        Scenario(
            "secret-not-found",
            "The certificate that the settings name is not in the vault",
            conditions=replace(WELL, vaults=(VAULT,)),
            remedy=_create_secret,
        ),
        Scenario(
            "auth-settings-misplaced",
            "One more `settings` is wrapped around the secrets, so the authentication settings are not found",
            settings=_misplaced,
        ),
        Scenario("polling-interval-number", "The polling interval is a number, not text", settings=_number),
        Scenario(
            "identity-missing",
            "The pool has no identity at all",
            identity=False,
            remedy=_name_identity,
        ),
        Scenario(
            "mixed",
            "The vault's firewall lets in every other node",
            conditions=_guarded(EGRESS[:1]),
            debug_nodes=2,
            remedy=_open_firewall,
        ),
        Scenario(
            "resize-quota",
            "No core is left in the account's quota for one more node",
            conditions=_UNGRANTED,
            full=True,
            remedy=_grant_role,
        ),
        Scenario(
            "odd-shapes",
            "As vault-rbac-denied, with the data plane's documented odd answers",
            conditions=_UNGRANTED,
            habits=Habits(odd_shapes=True),
            remedy=_grant_role,
        ),
        Scenario(
            "extension-view-refused",
            "As polling-interval-number, where unusable nodes do not show their extensions",
            settings=_number,
            habits=Habits(refuses_extension_view=True),
        ),
    )
}


def build(name: str, nodes: int, clock: Clock) -> Scene:
    """The world of that scenario with its pool of so many nodes; KeyError for a name that is none."""
    scenario = SCENARIOS[name]
    quota = CORES_EACH * nodes if scenario.full else CORES_EACH * nodes + 2000
    account = replace(ACCOUNT, core_quota=quota)
    world = World(account, clock, copy.deepcopy(scenario.conditions), scenario.habits)
    world.found_pool(POOL, pool_body(scenario, nodes), SINCE)
    for job, state in (("nightly-frames", "active"), ("proof-frames", "completed")):
        world.jobs[job] = Job(job, POOL, state, SINCE, world.new_etag())
    return Scene(name, world, scenario.remedy or _nothing)
