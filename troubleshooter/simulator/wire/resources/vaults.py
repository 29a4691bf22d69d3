"""Key vaults and their secrets as ARM shows them, after Microsoft.KeyVault: never with a secret's value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.simulator.around.scopes import subscription_of
from troubleshooter.simulator.wire.exchange import Answer, route
from troubleshooter.simulator.wire.resources.answers import check_group, listed, resource_not_found

if TYPE_CHECKING:
    from troubleshooter.simulator.around.vaults import AccessPolicy, DeletedVault, Secret, Vault, Version
    from troubleshooter.simulator.wire.exchange import Call
    from troubleshooter.simulator.wire.site import Site

TYPE = "Microsoft.KeyVault/vaults"


def get(site: Site, call: Call) -> Answer:
    return Answer(body=shown(_vault(site, call), site))


def list_in_group(site: Site, call: Call) -> Answer:
    check_group(site.world, call.path)
    inside = call.path.lower().partition("/providers/")[0]
    found = [one for one in site.world.conditions.vaults if one.id.lower().startswith(f"{inside}/")]
    return listed(call, [shown(one, site) for one in found])


def get_secret(site: Site, call: Call) -> Answer:
    vault = _vault(site, call)
    secret = vault.secret(call.parts["secret"])
    if secret is None:  # its code and words are assumed: as for any other resource
        kind = f"{TYPE}/{vault.name}/secrets"
        raise resource_not_found(kind, call.parts["secret"], call.parts["group"])
    return Answer(body=_secret(vault, secret, site))


def list_secrets(site: Site, call: Call) -> Answer:
    vault = _vault(site, call)
    return listed(call, [_secret(vault, one, site) for one in vault.secrets])


def list_deleted(site: Site, call: Call) -> Answer:
    check_group(site.world, call.path)
    wanted = call.parts["subscription"].lower()
    deleted = site.world.conditions.deleted_vaults
    return listed(call, [_deleted(one) for one in deleted if subscription_of(one.vault.id).lower() == wanted])


def _vault(site: Site, call: Call) -> Vault:
    check_group(site.world, call.path)
    wanted = call.path.partition("/secrets")[0].lower().rstrip("/")
    found = next((one for one in site.world.conditions.vaults if one.id.lower() == wanted), None)
    if found is None:
        raise resource_not_found(TYPE, call.parts["name"], call.parts["group"])
    return found


def shown(vault: Vault, site: Site) -> dict[str, Any]:
    network = {} if _plain(vault) else {"networkAcls": _network(vault)}
    endpoints = [_connection(vault, one.endpoint_id, one.status) for one in vault.connections]
    return {
        "id": vault.id,
        "name": vault.name,
        "type": TYPE,
        "location": vault.location,
        "tags": {},
        "properties": {
            "sku": {"family": "A", "name": "standard"},
            "tenantId": vault.tenant,
            **network,
            **({"privateEndpointConnections": endpoints} if endpoints else {}),
            "accessPolicies": [_policy(vault, one) for one in vault.policies],
            "enabledForDeployment": False,
            "enableSoftDelete": True,
            "softDeleteRetentionInDays": 90,
            "enableRbacAuthorization": vault.rbac,
            "vaultUri": site.vault_uri(vault),
            "provisioningState": "Succeeded",
            "publicNetworkAccess": "Enabled" if vault.public else "Disabled",
        },
    }


def _plain(vault: Vault) -> bool:
    """Whether nobody has set network rules: then none are shown."""
    return not (vault.default_deny or vault.allowed or vault.subnets)


def _network(vault: Vault) -> dict[str, Any]:
    return {
        "bypass": "AzureServices",
        "defaultAction": "Deny" if vault.default_deny else "Allow",
        "ipRules": [{"value": one if "/" in one else f"{one}/32"} for one in vault.allowed],
        "virtualNetworkRules": [
            {"id": one.lower(), "ignoreMissingVnetServiceEndpoint": False} for one in vault.subnets
        ],
    }


def _connection(vault: Vault, endpoint: str, status: str) -> dict[str, Any]:
    return {
        "id": f"{vault.id}/privateEndpointConnections/{endpoint.rpartition('/')[2]}",
        "properties": {
            "provisioningState": "Succeeded",
            "privateEndpoint": {"id": endpoint},
            "privateLinkServiceConnectionState": {"status": status, "actionsRequired": "None"},
        },
    }


def _policy(vault: Vault, policy: AccessPolicy) -> dict[str, Any]:
    application = {"applicationId": policy.application_id} if policy.application_id else {}
    rights = {"keys": [], "secrets": list(policy.secrets), "certificates": list(policy.certificates)}
    return {"tenantId": vault.tenant, "objectId": policy.object_id, **application, "permissions": rights}


def attributes(version: Version) -> dict[str, Any]:
    """Of a version of a secret, in ARM and in the vault."""
    told = {"nbf": version.not_before, "exp": version.expires}
    times = {key: value for key, value in told.items() if value is not None}
    return {"enabled": version.enabled, **times, "created": version.created, "updated": version.created}


def _secret(vault: Vault, secret: Secret, site: Site) -> dict[str, Any]:
    uri = f"{site.vault_uri(vault)}secrets/{secret.name}"
    return {
        "id": f"{vault.id}/secrets/{secret.name}",
        "name": secret.name,
        "type": f"{TYPE}/secrets",
        "location": vault.location,
        "properties": {
            "contentType": secret.content_type,
            "attributes": attributes(secret.versions[0]),
            "secretUri": uri,
            "secretUriWithVersion": f"{uri}/{secret.version}",
        },
    }


def _deleted(one: DeletedVault) -> dict[str, Any]:
    vault = one.vault
    place = (
        f"/subscriptions/{subscription_of(vault.id)}/providers/Microsoft.KeyVault/locations/{vault.location}"
    )
    return {
        "id": f"{place}/deletedVaults/{vault.name}",
        "name": vault.name,
        "type": "Microsoft.KeyVault/deletedVaults",
        "properties": {
            "vaultId": vault.id,
            "location": vault.location,
            "tags": {},
            "deletionDate": one.deleted,
            "scheduledPurgeDate": one.purged,
            **({"purgeProtectionEnabled": True} if one.protected else {}),
        },
    }


_SUBSCRIPTION = "/subscriptions/{subscription}/providers/Microsoft.KeyVault"
_GROUP = "/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.KeyVault/vaults"
ROUTES = (
    route("GET", _SUBSCRIPTION + "/vaults", list_in_group),
    route("GET", _SUBSCRIPTION + "/deletedVaults", list_deleted),
    route("GET", _GROUP, list_in_group),
    route("GET", _GROUP + "/{name}", get),
    route("GET", _GROUP + "/{name}/secrets", list_secrets),
    route("GET", _GROUP + "/{name}/secrets/{secret}", get_secret),
)
