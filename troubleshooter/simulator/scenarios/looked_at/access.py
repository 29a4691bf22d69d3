"""Who may read the vault: roles, denials and policies that are right, wrong, or right for somebody else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from troubleshooter.simulator.around.conditions import Identity
from troubleshooter.simulator.around.operator import OBJECT_ID
from troubleshooter.simulator.around.rights import EVERYONE, DenyAssignment, RoleAssignment
from troubleshooter.simulator.around.roles import built_in
from troubleshooter.simulator.around.roles.definition import Permission, RoleDefinition
from troubleshooter.simulator.around.vaults import AccessPolicy
from troubleshooter.simulator.scenarios.ground import (
    GROUP,
    IDENTITY,
    ROLE,
    SECRET,
    SUBSCRIPTION,
    VAULT,
    WELL,
    extension_of,
)
from troubleshooter.simulator.scenarios.remedies import grant_role
from troubleshooter.simulator.scenarios.scene import Scenario
from troubleshooter.simulator.scenarios.vault import UNGRANTED, at_vault
from troubleshooter.simulator.scenarios.windows import on_version_4
from troubleshooter.simulator.world.world import Habits

if TYPE_CHECKING:
    from typing import Any

    from troubleshooter.simulator.around.conditions import Conditions
    from troubleshooter.simulator.scenarios.scene import Change

OTHER_VAULT = replace(VAULT, name="kv-contoso-certs2", id=f"{VAULT.id}2", secrets=(SECRET,))
"""Its id begins as the other's does."""
CREW = "b7e2f4a9-61d0-4c83-a5e7-09f1c8d4b623"
"""A group of the directory that the identity is in."""
TWIN = Identity(
    IDENTITY.id.replace("rg-contoso-batch", "rg-contoso-shared"),
    client_id="2f6d0b9c-8e41-4a75-93d8-b1c7e5f02a64",
    principal_id="71a4c8e3-0d5f-4b26-9e97-3c8f6a1d0b52",
)
"""Of the same name, in another group."""
_CUSTOM = "5a0d7c3e-2b91-4f6a-9e84-c1d3b5f70a26"
_RESOURCES = GROUP.rpartition("/")[0]


def given(
    role: str, scope: str = VAULT.id, principal: str = IDENTITY.principal_id, **more: Any
) -> Conditions:
    """All well, but for the role: this one instead."""
    return replace(WELL, assignments=(RoleAssignment(principal, role, scope, **more),))


def _custom(*actions: str, without: tuple[str, ...] = ()) -> Conditions:
    permission = Permission(data_actions=actions, not_data_actions=without)
    role = RoleDefinition(
        _CUSTOM, "Contoso Secret Reader", (permission,), (f"/subscriptions/{SUBSCRIPTION}",)
    )
    return replace(given(_CUSTOM), roles=(role,))


def _by_group() -> Conditions:
    assigned = given(built_in.SECRETS_USER, _RESOURCES, CREW, kind="Group")
    return replace(assigned, groups={CREW: (IDENTITY.principal_id,)})


def _denied(*principals: str, excluded: tuple[str, ...] = ()) -> Conditions:
    secrets = Permission(data_actions=("Microsoft.KeyVault/vaults/secrets/*",))
    return replace(
        WELL, denials=(DenyAssignment("Keep secrets in", _RESOURCES, (secrets,), principals, excluded),)
    )


def _policies(*policies: AccessPolicy) -> Conditions:
    return replace(at_vault(rbac=False, policies=policies), assignments=())


def _client_of_the_twin(settings: dict[str, Any]) -> dict[str, Any]:
    settings["authenticationSettings"]["msiClientId"] = TWIN.client_id
    return settings


def override(client_id: str) -> Change:
    """4.x, with an identity of its own for the certificate."""

    def changed(body: dict[str, Any]) -> dict[str, Any]:
        secrets = extension_of(on_version_4("server")(body))["settings"]["secretsManagementSettings"]
        secrets["observedCertificates"][0]["authenticationOverride"] = {"msiClientId": client_id}
        return body

    return changed


_WITH_TWIN = replace(WELL, identities=(IDENTITY, TWIN))
_OF_TWIN = RoleAssignment(TWIN.principal_id, built_in.SECRETS_USER, VAULT.id)
_OWN = RoleAssignment(OBJECT_ID, built_in.ADMINISTRATOR, VAULT.id)

ROLES = (
    Scenario(
        "role-at-another-vault",
        "The identity has the right role, at another vault whose name begins alike",
        replace(given(built_in.SECRETS_USER, OTHER_VAULT.id), vaults=(*WELL.vaults, OTHER_VAULT)),
        remedy=grant_role,
    ),
    Scenario(
        "role-at-group", "The role is given at the resource group", given(built_in.SECRETS_USER, _RESOURCES)
    ),
    Scenario(
        "role-at-secret",
        "The role is given at the secret alone",
        given(built_in.SECRETS_USER, f"{VAULT.id}/secrets/{SECRET.name}"),
    ),
    Scenario(
        "role-at-another-secret",
        "The role is given at another secret of the vault",
        given(built_in.SECRETS_USER, f"{VAULT.id}/secrets/{SECRET.name}-old"),
        remedy=grant_role,
    ),
    Scenario(
        "role-too-weak", "The role reads metadata only", given(built_in.VAULT_READER), remedy=grant_role
    ),
    Scenario(
        "role-of-management",
        "The role manages vaults and reads no secret",
        given(built_in.VAULT_CONTRIBUTOR, _RESOURCES),
        remedy=grant_role,
    ),
    Scenario(
        "role-of-certificates",
        "The role is for certificates, values included",
        given(built_in.CERTIFICATE_USER),
    ),
    Scenario("role-custom", "A custom role has the data action", _custom(built_in.READ_VALUE)),
    Scenario(
        "role-custom-without-values",
        "A custom role has all data actions of secrets but that for values",
        _custom("Microsoft.KeyVault/vaults/secrets/*", without=(built_in.READ_VALUE,)),
        remedy=grant_role,
    ),
    Scenario("role-by-group", "The identity has the role by a group that it is in", _by_group()),
    Scenario(
        "role-by-group-unseen",
        "The identity has the role by a group, which Azure does not show for an identity",
        _by_group(),
        habits=Habits(assigned_to_groups=False),
    ),
    Scenario(
        "role-under-condition",
        "The role is given under a condition, which does not hold for this secret",
        given(
            built_in.SECRETS_USER,
            condition="@Resource[Microsoft.KeyVault/vaults/secrets:name] stringEquals 'a'",
        ),
        remedy=grant_role,
    ),
    Scenario("denied", "A deny assignment keeps the identity from secrets", _denied(IDENTITY.principal_id)),
    Scenario(
        "denied-to-all-but-it",
        "A deny assignment is for all, the identity excepted",
        _denied(EVERYONE, excluded=(IDENTITY.principal_id,)),
    ),
    Scenario(
        "operator-may-more",
        "Whoever is signed in may read the vault, and the identity may not",
        replace(UNGRANTED, assignments=(_OWN,)),
        remedy=grant_role,
    ),
    Scenario(
        "role-of-the-namesake",
        "The role is given to an identity of the same name in another group",
        replace(_WITH_TWIN, assignments=(_OF_TWIN,)),
        remedy=grant_role,
    ),
)
POLICIES = (
    Scenario(
        "policy-right",
        "An access policy lets the identity get secrets",
        _policies(AccessPolicy(IDENTITY.principal_id)),
    ),
    Scenario(
        "policy-of-client-id",
        "The access policy is for the identity's client id, which is no object id",
        _policies(AccessPolicy(IDENTITY.client_id)),
    ),
    Scenario(
        "policy-lists-only",
        "The access policy lets the identity list secrets, not get them",
        _policies(AccessPolicy(IDENTITY.principal_id, secrets=("list",))),
    ),
    Scenario(
        "policy-by-group",
        "The access policy is for a group that the identity is in",
        replace(_policies(AccessPolicy(CREW)), groups={CREW: (IDENTITY.principal_id,)}),
    ),
    Scenario(
        "policy-where-roles-count",
        "An access policy lets the identity get secrets, and the vault goes by roles",
        replace(at_vault(policies=(AccessPolicy(IDENTITY.principal_id),)), assignments=()),
        remedy=grant_role,
    ),
    Scenario(
        "role-where-policies-count",
        "The identity has the role, and the vault goes by access policies",
        replace(_policies(), assignments=(ROLE,)),
    ),
)
IDENTITIES = (
    Scenario(
        "override-of-the-namesake",
        "4.x: the certificate's own identity is that of the same name in another group",
        replace(_WITH_TWIN, assignments=(ROLE, _OF_TWIN)),
        body=override(TWIN.client_id),
    ),
    Scenario(
        "override-right",
        "4.x: the certificate's own identity is the pool's, in capitals",
        body=override(IDENTITY.client_id.upper()),
    ),
    Scenario(
        "identity-deleted",
        "The pool's identity was deleted",
        since=lambda conditions: replace(conditions, identities=()),
    ),
    Scenario(
        "identity-made-anew",
        "The pool's identity was deleted and made again: it has other ids, and no role",
        since=lambda conditions: replace(conditions, identities=(replace(TWIN, id=IDENTITY.id),)),
    ),
    Scenario(
        "client-id-of-the-namesake",
        "The settings name the identity of the same name in another group, which has the role",
        replace(_WITH_TWIN, assignments=(ROLE, _OF_TWIN)),
        settings=_client_of_the_twin,
    ),
)
