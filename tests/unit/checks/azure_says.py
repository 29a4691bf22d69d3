"""Answers of ARM and of a vault, in the shapes of their specifications, for checks to judge."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from troubleshooter.model.reply import Facts, Heard, Kind, Reply, Wanted

SUBSCRIPTION = "/subscriptions/11111111-2222-3333-4444-555555555555"
GROUP = f"{SUBSCRIPTION}/resourceGroups/rg/providers"
IDENTITY = f"{GROUP}/Microsoft.ManagedIdentity/userAssignedIdentities/id-render"
PRINCIPAL = "aaaaaaaa-0000-0000-0000-000000000001"
TENANT = "bbbbbbbb-0000-0000-0000-000000000002"
HOST = "kv-render.vault.azure.net"
VAULT = f"{GROUP}/Microsoft.KeyVault/vaults/kv-render"
SUBNET = f"{GROUP}/Microsoft.Network/virtualNetworks/vnet/subnets/nodes"
NETWORK = SUBNET.partition("/subnets/")[0]
ACCOUNT = f"{GROUP}/Microsoft.Batch/batchAccounts/renderacct"
URL = f"https://{HOST}/secrets/web"
WANTED = Wanted(URL, HOST, "web", "", "cccccccc-0000-0000-0000-000000000003", IDENTITY, PRINCIPAL)
SECRETS_USER = (
    f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6"
)
READER = (
    f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/21090545-7ca7-4776-b22c-e363652d74d2"
)
KEY = f"{VAULT}|{PRINCIPAL}"

EVERYBODY = {"id": "00000000-0000-0000-0000-000000000000", "type": "SystemDefined"}
NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)

Answers = dict[tuple[Kind, str], Reply]


def known(call: str, body: Any) -> Reply:
    return Reply(f"GET {call}", Heard.KNOWN, body)


def absent(call: str) -> Reply:
    return Reply(f"GET {call}", Heard.ABSENT, why="not found")


def refused(call: str) -> Reply:
    return Reply(
        f"GET {call}", Heard.REFUSED, right="Some/thing/read", role="Reader", why="AuthorizationFailed"
    )


def vault(**properties: Any) -> Reply:
    told = {
        "tenantId": TENANT,
        "vaultUri": f"https://{HOST}/",
        "enableRbacAuthorization": True,
        "publicNetworkAccess": "Enabled",
        "networkAcls": {
            "bypass": "AzureServices",
            "defaultAction": "Allow",
            "ipRules": [],
            "virtualNetworkRules": [],
        },
        "accessPolicies": [],
        **properties,
    }
    return known("vault", {"id": VAULT, "name": "kv-render", "properties": told})


def role(name: str, *data_actions: str, without: tuple[str, ...] = ()) -> Reply:
    permission = {
        "actions": [],
        "notActions": [],
        "dataActions": [*data_actions],
        "notDataActions": [*without],
    }
    return known("role", {"properties": {"roleName": name, "permissions": [permission]}})


def assigned(definition: str, scope: str, **more: Any) -> dict[str, Any]:
    return {"properties": {"roleDefinitionId": definition, "principalId": PRINCIPAL, "scope": scope, **more}}


def denied(
    scope: str, *data_actions: str, to: tuple[dict[str, str], ...] = (EVERYBODY,), but: Any = ()
) -> dict[str, Any]:
    permission = {"dataActions": [*data_actions], "notDataActions": []}
    who = {"principals": [*to], "excludePrincipals": [*but]}
    return {
        "properties": {"denyAssignmentName": "managed", "scope": scope, "permissions": [permission], **who}
    }


def version(
    name: str,
    *,
    created: int,
    enabled: bool = True,
    content: str | None = "application/x-pkcs12",
    dates: dict[str, float] | None = None,
) -> dict[str, Any]:
    return {
        "id": f"{URL}/{name}",
        "attributes": {"enabled": enabled, "created": created, **(dates or {})},
        **({"contentType": content} if content else {}),
    }


def well() -> Answers:
    """All that the checks ask about, and nothing is wrong."""
    return {
        (Kind.IDENTITY, IDENTITY): known(
            "identity", {"properties": {"tenantId": TENANT, "principalId": PRINCIPAL}}
        ),
        (Kind.ACCOUNT, ACCOUNT): known(
            "account",
            {
                "id": ACCOUNT,
                "location": "westeurope",
                "properties": {
                    "publicNetworkAccess": "Enabled",
                    "poolAllocationMode": "BatchService",
                    "dedicatedCoreQuota": 100,
                    "poolQuota": 100,
                    "allowedAuthenticationModes": ["AAD", "SharedKey"],
                },
            },
        ),
        (Kind.LOCKS, ACCOUNT): known("locks", []),
        (Kind.SIZES, ACCOUNT): known(
            "sizes", [{"name": "standard_d2s_v3", "capabilities": [{"name": "vCPUs", "value": "2"}]}]
        ),
        (Kind.POLICIES, ACCOUNT): known("policyAssignments", []),
        (Kind.EXEMPTIONS, ACCOUNT): known("policyExemptions", []),
        (Kind.IMAGES, ACCOUNT): known(
            "supportedimages",
            [{"publisher": "canonical", "offer": "ubuntu", "sku": "lts", "agent": "batch.node.ubuntu"}],
        ),
        (Kind.POOLS, ACCOUNT): known("pools", []),
        (Kind.SUBNET, SUBNET): known(
            "subnet", {"id": SUBNET, "properties": {"addressPrefix": "10.0.0.0/24"}}
        ),
        (Kind.NETWORK, NETWORK): known("network", {"id": NETWORK, "properties": {}}),
        (Kind.VAULT, HOST): vault(),
        (Kind.ASSIGNMENTS, KEY): known("assignments", [assigned(SECRETS_USER, VAULT)]),
        (Kind.ALL_ASSIGNMENTS, VAULT): known("all", []),
        (Kind.DENIALS, KEY): known("denials", []),
        (Kind.ROLE, SECRETS_USER): role(
            "Key Vault Secrets User",
            "Microsoft.KeyVault/vaults/secrets/getSecret/action",
            "Microsoft.KeyVault/vaults/secrets/readMetadata/action",
        ),
        (Kind.ROLE, READER): role("Key Vault Reader", "Microsoft.KeyVault/vaults/*/read"),
        (Kind.VERSIONS, URL): known("versions", [version("new", created=2), version("old", created=1)]),
        (Kind.DELETED_SECRET, URL): absent("deletedsecrets/web"),
        (Kind.CERTIFICATE, URL): known("policy", {"key_props": {"exportable": True}}),
    }


def facts(
    answers: Answers, pool: dict[str, Any] | None = None, wanted: tuple[Wanted, ...] = (WANTED,)
) -> Facts:
    ids = {"clientId": WANTED.client_id, "principalId": PRINCIPAL}
    body = {
        "id": f"{ACCOUNT}/pools/render",
        "identity": {"userAssignedIdentities": {IDENTITY: ids}},
        **(pool or {}),
    }
    return Facts(body, wanted, {(kind, key.lower()): reply for (kind, key), reply in answers.items()}, NOW)


def in_subnet() -> dict[str, Any]:
    return {"properties": {"networkConfiguration": {"subnetId": SUBNET}}}
