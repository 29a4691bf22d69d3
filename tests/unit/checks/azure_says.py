"""Answers of ARM and of a vault, in the shapes of their specifications, for checks to judge."""

from __future__ import annotations

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
URL = f"https://{HOST}/secrets/web"
WANTED = Wanted(URL, HOST, "web", "", "cccccccc-0000-0000-0000-000000000003", IDENTITY, PRINCIPAL)
SECRETS_USER = (
    f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/4633458b-17de-408a-b874-0445c86b69e6"
)
READER = (
    f"{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/21090545-7ca7-4776-b22c-e363652d74d2"
)
KEY = f"{VAULT}|{PRINCIPAL}"

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


def denied(scope: str, *data_actions: str) -> dict[str, Any]:
    permission = {"dataActions": [*data_actions], "notDataActions": []}
    return {"properties": {"denyAssignmentName": "managed", "scope": scope, "permissions": [permission]}}


def version(
    name: str, *, created: int, enabled: bool = True, content: str | None = "application/x-pkcs12"
) -> dict[str, Any]:
    return {
        "id": f"{URL}/{name}",
        "attributes": {"enabled": enabled, "created": created},
        **({"contentType": content} if content else {}),
    }


def well() -> Answers:
    """All that the checks ask about, and nothing is wrong."""
    return {
        (Kind.IDENTITY, IDENTITY): known(
            "identity", {"properties": {"tenantId": TENANT, "principalId": PRINCIPAL}}
        ),
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
    body = {"identity": {"userAssignedIdentities": {IDENTITY: ids}}, **(pool or {})}
    return Facts(body, wanted, {(kind, key.lower()): reply for (kind, key), reply in answers.items()})


def in_subnet() -> dict[str, Any]:
    return {"properties": {"networkConfiguration": {"subnetId": SUBNET}}}
