"""Of each cross-check the worlds in which it is tried."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tests.flows.cross_checks import accounts, locks, networks, policies
from tests.flows.cross_checks.world import World, apart, fails, no_pool, open_, passes, unseen
from troubleshooter.simulator.around.rights import RoleAssignment
from troubleshooter.simulator.around.roles.built_in import SECRETS_USER, VAULT_CONTRIBUTOR
from troubleshooter.simulator.around.vaults import AccessPolicy, DeletedVault
from troubleshooter.simulator.scenarios import SCENARIOS, Scenario
from troubleshooter.simulator.scenarios.ground import ACCOUNT, IDENTITY, SECRET, VAULT, WELL
from troubleshooter.simulator.scenarios.looked_at.access import OTHER_VAULT, TWIN, given, override
from troubleshooter.simulator.scenarios.looked_at.secrets import OLDER, holding, pinned
from troubleshooter.simulator.scenarios.vault import at_vault
from troubleshooter.simulator.world.world import Habits

if TYPE_CHECKING:
    from typing import Any


@dataclass(frozen=True, slots=True)
class Row:
    fails: World
    passes: World
    nearly: tuple[World, ...]
    """What looks like the one and is the other."""
    unseen: World
    """What is wrong or right cannot be seen, and the right that lacks is named."""


def _named(settings: dict[str, Any]) -> dict[str, Any]:
    settings["authenticationSettings"] = {
        "msiEndpoint": "http://169.254.169.254/metadata/identity",
        "msiClientId": IDENTITY.client_id,
    }
    return settings


def _unnamed(settings: dict[str, Any]) -> dict[str, Any]:
    del settings["authenticationSettings"]["msiClientId"]
    return settings


ONE_NAMED = replace(
    SCENARIOS["identities-none-named"],
    name="identities-one-named",
    summary="The pool has two identities, and the settings name one",
    settings=_named,
)
ONLY_UNNAMED = Scenario(
    "identity-unnamed", "The pool has one identity, and the settings need not name it", settings=_unnamed
)


def _named_as(told: str) -> Any:
    def settings(value: dict[str, Any]) -> dict[str, Any]:
        value["authenticationSettings"]["msiClientId"] = told
        return value

    return settings


NAMED_BY_RESOURCE_ID = Scenario(
    "identity-by-resource-id",
    "msiClientId holds the resource id of the pool's identity",
    settings=_named_as(IDENTITY.id),
)
OVERRIDE_BY_PRINCIPAL_ID = Scenario(
    "override-by-principal-id",
    "4.x: the certificate's own identity is named by its principal id",
    body=override(IDENTITY.principal_id),
)
_OF_ACCOUNT = replace(TWIN, id=IDENTITY.id.replace("id-render-certs", "id-account"))
NAMED_AS_THE_ACCOUNT = Scenario(
    "identity-of-the-account",
    "The settings name the account's own identity, which no node is given",
    settings=_named_as(_OF_ACCOUNT.client_id),
    account=lambda account: replace(account, identities=(_OF_ACCOUNT,)),
)
DELETED_NEXT_DOOR = Scenario(
    "vault-deleted-next-door",
    "A vault whose name begins alike was deleted, and this one is there",
    replace(WELL, deleted_vaults=(DeletedVault(OTHER_VAULT),)),
)
TENANT_IN_CAPITALS = Scenario(
    "tenant-in-capitals", "The vault has its tenant in capitals", at_vault(tenant=ACCOUNT.tenant.upper())
)
POLICY_TWICE = Scenario(
    "policy-twice",
    "One access policy is for an application on its behalf, another for the identity alone",
    replace(
        at_vault(
            rbac=False,
            policies=(
                AccessPolicy(IDENTITY.principal_id, CLIENT := "0c9be3d7-52f4-4a1e-8b60-d7a93f15c284"),
                AccessPolicy(IDENTITY.principal_id),
            ),
        ),
        assignments=(),
    ),
)
SOMEBODY = "e15d80b2-63c7-4f1a-9d04-7b2a8c5e96f3"
POLICY_OF_A_USER = Scenario(
    "policy-of-a-user",
    "The access policy is for a user, as the roles at the vault show",
    replace(
        at_vault(rbac=False, policies=(AccessPolicy(SOMEBODY),)),
        assignments=(RoleAssignment(SOMEBODY, VAULT_CONTRIBUTOR, VAULT.id, "User"),),
    ),
)
AT_MANAGEMENT_GROUP = Scenario(
    "role-at-management-group",
    "The role is given at a management group that the subscription is in",
    given(SECRETS_USER, "/providers/Microsoft.Management/managementGroups/mg-contoso"),
)
CREW = "3d2f9b61-8c07-4e5a-a1f4-60b8d97c35e2"
GROUP_AT_SECRET = Scenario(
    "role-by-group-at-secret",
    "A group that the identity is in has the role at the secret itself, which Azure does not show for it",
    replace(
        given(SECRETS_USER, f"{VAULT.id}/secrets/{SECRET.name}", CREW, kind="Group"),
        groups={CREW: (IDENTITY.principal_id,)},
    ),
    habits=Habits(assigned_to_groups=False),
)
ONLY_DELETED_NEXT_DOOR = Scenario(
    "secret-deleted-next-door",
    "Another certificate was deleted, whose name begins alike",
    holding(SECRET, deleted_secrets=(replace(SECRET, name=f"{SECRET.name}-old"),)),
)
DELETED_UNLOOKED = Scenario(
    "secret-deleted-unlooked",
    "The certificate was deleted, and whoever is signed in may not look into the vault",
    at_vault(secrets=(), deleted_secrets=(SECRET,)),
)
PEM = Scenario(
    "secret-pem",
    "The certificate is kept as PEM",
    holding(replace(SECRET, content_type="application/x-pem-file")),
)
_NEXT_YEAR = 1_825_000_000
OLDER_EXPIRED = Scenario(
    "secret-older-expired",
    "An older version has ended, the newest has not",
    holding(replace(SECRET, expires=_NEXT_YEAR, older=(replace(OLDER, expires=1_600_000_000),))),
)
NOT_YET = Scenario(
    "secret-not-yet", "The certificate holds only later", holding(replace(SECRET, not_before=_NEXT_YEAR))
)
PINS_THE_NEWEST = Scenario(
    "secret-pinned-newest",
    "The URL pins the newest version",
    holding(replace(SECRET, older=(OLDER,))),
    settings=pinned(SECRET.version),
)
EXPIRED_UNLOOKED = Scenario(
    "secret-expired-unlooked",
    "The certificate has ended, and whoever is signed in may not look into the vault",
    at_vault(secrets=(replace(SECRET, expires=1_600_000_000),)),
)
PINNED_UNLOOKED = Scenario(
    "secret-pinned-unlooked",
    "The URL pins an older version, and whoever is signed in may not look into the vault",
    at_vault(secrets=(replace(SECRET, older=(OLDER,)),)),
    settings=pinned(OLDER.id),
)
SHUT_TO_ALL = "Microsoft.KeyVault/vaults/read"


def _size(name: str) -> Any:
    def body(pool: dict[str, Any]) -> dict[str, Any]:
        pool["properties"]["vmSize"] = name
        return pool

    return body


SIZE_RETIRED = Scenario(
    "size-retired", "Batch's support of the size has ended", body=_size("STANDARD_NC6S_V3")
)
SIZE_UNKNOWN = Scenario(
    "size-unlisted", "Batch does not list the size in the region", body=_size("STANDARD_D2S_V30")
)
TABLE = {
    "batch-way-shut": Row(
        fails("subnet-denies-internet"),
        passes(networks.OPEN_SUBNET),
        (
            passes(networks.ONLY_WHAT_IS_NEEDED),
            passes(networks.DENIES_INBOUND),
            passes(networks.DENIES_VAULTS),
            fails(networks.ROUTED_NOWHERE),
            open_("subnet-routes-to-appliance"),
        ),
        unseen("subnet-denies-internet", "Microsoft.Network/networkSecurityGroups/read", role="Reader"),
    ),
    "batch-pool-identity-gone": Row(
        fails("identity-deleted"),
        passes("healthy"),
        (passes("identity-made-anew"),),
        unseen(
            "identity-deleted",
            "Microsoft.ManagedIdentity/userAssignedIdentities/read",
            role="Reader",
        ),
    ),
    "batch-pool-identity-missing": Row(
        fails("identity-missing"),
        passes("healthy"),
        (passes("identities-none-named"), fails("identity-hides-firewall")),
        no_pool("identity-missing"),
    ),
    "imds-identity-not-found": Row(
        fails("wrong-client-id"),
        passes("healthy"),
        (
            fails("client-id-of-the-namesake"),
            fails("override-of-the-namesake"),
            passes("override-right"),
            fails(NAMED_BY_RESOURCE_ID),
            fails(OVERRIDE_BY_PRINCIPAL_ID),
            fails(NAMED_AS_THE_ACCOUNT),
        ),
        no_pool("wrong-client-id"),
    ),
    "imds-multiple-identities": Row(
        fails("identities-none-named"),
        passes(ONE_NAMED),
        (apart(ONLY_UNNAMED),),
        no_pool("identities-none-named"),
    ),
    "imds-policy": Row(
        fails(networks.ENFORCED),
        passes("healthy"),
        (fails(networks.PROFILED), passes(networks.WATCHED), passes(networks.OFF)),
        no_pool(networks.ENFORCED),
    ),
    "net-dns": Row(
        fails("private-zone-empty"),
        passes("private-reached"),
        (
            fails(networks.RECORD_OF_ANOTHER),
            passes("private-zone-not-linked"),
            passes(networks.BY_THE_STAR),
            fails(networks.STAR_OF_ANOTHER),
            open_(networks.ANOTHER_NAME),
            open_(networks.OWN_SERVERS),
            apart("vault-unresolved"),
        ),
        unseen(
            "private-zone-empty", "Microsoft.Network/privateDnsZones/virtualNetworkLinks/read", role="Reader"
        ),
    ),
    "net-connect": Row(
        fails(networks.DENIES_VAULTS),
        passes(networks.ONLY_WHAT_IS_NEEDED),
        (
            fails(networks.DENIED_LATER),
            fails(networks.DENIES_TOKENS),
            fails(networks.ROUTED_NOWHERE_BUT_BATCH),
            passes(networks.DENIES_VAULTS_ELSEWHERE),
            passes(networks.PRIVATELY_BEHIND_RULES),
            open_("subnet-routes-to-appliance"),
            passes("vault-unreachable"),
        ),
        unseen(networks.ROUTED_NOWHERE, "Microsoft.Network/routeTables/read", role="Reader"),
    ),
    "kv-vault-soft-deleted": Row(
        fails("vault-deleted"),
        passes("healthy"),
        (passes(DELETED_NEXT_DOOR), open_("vault-name-wrong")),
        unseen("vault-deleted", "Microsoft.KeyVault/deletedVaults/read", role="Reader"),
    ),
    "kv-403-public-access-disabled": Row(
        fails("vault-private-only"),
        passes("private-reached"),
        (
            fails("private-endpoint-pending"),
            fails("private-zone-not-linked"),
            passes("vault-firewall"),
            passes(networks.PEERED),
            open_(networks.OWN_SERVERS),
        ),
        unseen("private-reached", "Microsoft.Network/privateEndpoints/read", role="Reader"),
    ),
    "kv-403-firewall": Row(
        fails("vault-firewall"),
        passes("firewall-lists-subnet"),
        (
            fails("firewall-lists-the-next-subnet"),
            fails("firewall-lists-subnet-without-endpoint"),
            fails("firewall-lists-operator-only"),
            passes("operator-outside-firewall"),
            passes("firewall-lists-own-addresses"),
            open_(networks.LISTS_AN_APPLIANCE),
            fails(networks.LISTS_AN_APPLIANCE_IN_VAIN),
            passes(networks.LISTS_THE_GATEWAY),
            fails(networks.LISTS_THE_GATEWAY_OF_A_SERVICE),
        ),
        unseen(
            "firewall-lists-subnet-without-endpoint",
            "Microsoft.Network/virtualNetworks/subnets/read",
            role="Reader",
        ),
    ),
    "kv-401-invalid-issuer": Row(
        fails("vault-other-tenant"),
        passes("healthy"),
        (passes(TENANT_IN_CAPITALS),),
        unseen(
            "vault-other-tenant",
            "Microsoft.ManagedIdentity/userAssignedIdentities/read",
            role="Reader",
        ),
    ),
    "kv-403-rbac": Row(
        fails("vault-rbac-denied"),
        passes("role-at-secret"),
        (
            fails("role-at-another-vault"),
            fails("role-at-another-secret"),
            fails("role-of-the-namesake"),
            fails("operator-may-more"),
            fails("role-custom-without-values"),
            open_("role-under-condition"),
            open_("role-by-group-unseen"),
            open_(GROUP_AT_SECRET),
            passes("denied-to-all-but-it"),
            passes("role-at-group"),
            passes(AT_MANAGEMENT_GROUP),
        ),
        unseen("vault-rbac-denied", "Microsoft.Authorization/roleAssignments/read", role="Reader"),
    ),
    "kv-403-access-policy": Row(
        fails("vault-access-policy"),
        passes("policy-right"),
        (
            fails("policy-of-client-id"),
            fails("policy-lists-only"),
            fails("role-where-policies-count"),
            open_("policy-by-group"),
            fails(POLICY_OF_A_USER),
            apart("policy-where-roles-count"),
        ),
        unseen("vault-access-policy", SHUT_TO_ALL, role="Reader"),
    ),
    "kv-403-policy-obo": Row(
        fails("vault-policy-obo"),
        passes("policy-right"),
        (passes(POLICY_TWICE), apart("policy-of-client-id")),
        unseen("vault-policy-obo", SHUT_TO_ALL, role="Reader"),
    ),
    "kv-404-secret-not-found": Row(
        fails("secret-not-found"),
        passes("secret-seen"),
        (fails("secret-elsewhere"), passes("secret-plain")),
        unseen("secret-not-found", "Microsoft.KeyVault/vaults/secrets/read", role="Reader"),
    ),
    "kv-409-soft-deleted": Row(
        fails("secret-deleted"),
        passes("secret-seen"),
        (passes(ONLY_DELETED_NEXT_DOOR),),
        unseen(DELETED_UNLOOKED, role="Key Vault Reader"),
    ),
    "kv-403-secret-disabled": Row(
        fails("secret-disabled"),
        passes("secret-seen"),
        (passes("secret-older-disabled"), fails("secret-newest-disabled"), passes("secret-expired")),
        unseen("secret-disabled", "Microsoft.KeyVault/vaults/secrets/read", role="Reader"),
    ),
    "cert-content-type": Row(
        fails("secret-plain"),
        passes("secret-seen"),
        (passes(PEM),),
        unseen("secret-no-certificate", "Microsoft.KeyVault/vaults/secrets/read", role="Reader"),
    ),
    "cert-non-exportable": Row(
        fails("secret-not-exportable"),
        passes("secret-seen"),
        (apart("secret-plain"),),
        unseen("certificate-not-exportable", role="Key Vault Reader"),
    ),
    "cert-expired": Row(
        fails("secret-expired"),
        passes("secret-seen"),
        (passes(OLDER_EXPIRED), fails(NOT_YET)),
        unseen(EXPIRED_UNLOOKED, "Microsoft.KeyVault/vaults/secrets/read", role="Key Vault Reader"),
    ),
    "kv-url-pinned": Row(
        fails("secret-pinned-older"),
        passes(PINS_THE_NEWEST),
        (apart("secret-older-disabled"), fails("secret-pinned-disabled")),
        unseen(PINNED_UNLOOKED, "Microsoft.KeyVault/vaults/secrets/read", role="Key Vault Reader"),
    ),
    "batch-image-not-listed": Row(
        fails(accounts.IMAGE_UNKNOWN),
        passes("healthy"),
        (fails(accounts.AGENT_OF_ANOTHER), apart(accounts.OWN_IMAGE)),
        no_pool(accounts.IMAGE_UNKNOWN),
    ),
    "batch-size-support-ends": Row(
        fails(SIZE_RETIRED),
        passes("healthy"),
        (fails(SIZE_UNKNOWN),),
        unseen(SIZE_RETIRED, "Microsoft.Batch/locations/virtualMachineSkus/read", role="Reader"),
    ),
    "batch-account-locked": Row(
        fails(locks.READ_ONLY),
        passes("healthy"),
        (
            fails(locks.NOT_DELETE),
            fails(locks.GROUP),
            fails(locks.SUBSCRIPTION_WIDE),
            fails(locks.NETWORK_GROUP),
            passes(locks.NETWORK_GROUP_UNUSED),
            fails(locks.POOL_ITSELF),
            passes(locks.ANOTHER_POOL),
            passes(locks.VAULT_ALONE),
            passes(locks.ANOTHER_ACCOUNT),
        ),
        unseen(locks.READ_ONLY, "Microsoft.Authorization/locks/read", role="Reader"),
    ),
    "batch-policy-denies": Row(
        fails(policies.DENIES),
        passes("healthy"),
        (
            passes(policies.AUDITS),
            passes(policies.NOT_ENFORCED),
            passes(policies.LEFT_OUT),
            fails(policies.LEFT_OUT_ELSEWHERE),
            passes(policies.EXEMPTED),
            fails(policies.EXEMPTED_ONCE),
            fails(policies.EXEMPTED_BESIDE),
            passes(policies.OVERRIDDEN),
            fails(policies.ABOVE),
            fails(policies.OTHER_SIZES),
            passes(policies.THIS_SIZE),
            passes(policies.LOCATIONS),
            passes(policies.NO_ADDRESSES),
            open_(policies.NO_ADDRESSES_IN_NETWORK),
            open_(policies.NO_DOORS),
            open_(policies.EXPRESSION),
            fails(policies.KEEPS),
            fails(policies.IN_A_SET),
            passes(policies.IN_A_SET_THAT_AUDITS),
            open_(policies.MACHINES),
        ),
        unseen(policies.DENIES, "Microsoft.Authorization/policyDefinitions/read", role="Reader"),
    ),
    "batch-debug-pool-quota": Row(
        fails(accounts.FULL),
        passes("healthy"),
        (
            fails(accounts.ONE_CORE),
            passes(accounts.TWO_CORES),
            fails(accounts.SPOT_FULL),
            passes(accounts.SPOT_FREE),
            fails(accounts.FAMILY_FULL),
            passes(accounts.ANOTHER_FULL),
            open_(accounts.FAMILY_UNTOLD),
            fails(accounts.POOLS_FULL),
            open_(accounts.OF_SUBSCRIPTION),
        ),
        unseen(accounts.FULL, "Microsoft.Batch/locations/virtualMachineSkus/read", role="Reader"),
    ),
    "batch-account-entry": Row(
        fails("account-without-entra"),
        passes("healthy"),
        (passes(accounts.ENTRA_ALONE), passes(accounts.LETS_IN_HERE), fails("private-account")),
        unseen("account-without-entra", "Microsoft.Batch/batchAccounts/read", role="Reader"),
    ),
    "batch-account-vault": Row(
        fails(accounts.OWN_VAULT_GONE),
        passes(accounts.OF_SUBSCRIPTION),
        (apart("healthy"), fails(accounts.OWN_VAULT_DELETED), fails(accounts.OWN_VAULT_UNNAMED)),
        unseen(accounts.OWN_VAULT_GONE, SHUT_TO_ALL, role="Reader"),
    ),
}
"""In the rows' order. A new row has no test before it has its worlds here."""
