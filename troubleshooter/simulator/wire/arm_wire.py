"""ARM's words for accounts, pools and errors, after Microsoft.Batch 2025-06-01."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.simulator.around.timestamp import iso
from troubleshooter.simulator.world import pool_body

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troubleshooter.simulator.around.conditions import Conditions
    from troubleshooter.simulator.around.refusal import Refusal
    from troubleshooter.simulator.world.pool import Pool, ResizeError
    from troubleshooter.simulator.world.world import Account, World

API_VERSIONS = ("2024-07-01", "2025-06-01")
_DROPPED = frozenset({"resourceTags", "certificates", "applicationLicenses", "targetNodeCommunicationMode"})
"""What the last version returns no more (its specification has none of them)."""

_OPEN = {"defaultAction": "Allow", "ipRules": []}


def account(account: Account, batch_endpoint: str) -> dict[str, Any]:
    return {
        "id": account.id,
        "name": account.name,
        "type": "Microsoft.Batch/batchAccounts",
        "location": account.location,
        "identity": _own(account),
        "properties": {
            "accountEndpoint": batch_endpoint.removeprefix("https://"),  # as in Azure, without a scheme
            "nodeManagementEndpoint": f"{account.name}.{account.location}.service.batch.azure.com",
            "provisioningState": "Succeeded",
            "poolAllocationMode": account.allocation_mode,
            "publicNetworkAccess": "Enabled" if account.public else "Disabled",
            "networkProfile": {"accountAccess": _access(account), "nodeManagementAccess": _OPEN},
            "privateEndpointConnections": [],
            "encryption": {"keySource": "Microsoft.Batch"},
            **_own_vault(account),
            **_cores(account),
            "poolQuota": account.pool_quota,
            "activeJobAndJobScheduleQuota": 300,
            "allowedAuthenticationModes": list(account.sign_ins),
        },
    }


def _cores(account: Account) -> dict[str, Any]:
    """Of UserSubscription none is returned: they are the subscription's."""
    if account.allocation_mode != "BatchService":
        return {}
    families = [{"name": name, "coreQuota": cores} for name, cores in account.family_quotas]
    return {
        "dedicatedCoreQuota": account.core_quota,
        "lowPriorityCoreQuota": account.spot_quota,
        "dedicatedCoreQuotaPerVMFamilyEnforced": bool(families),
        **({"dedicatedCoreQuotaPerVMFamily": families} if families else {}),
    }


def _own_vault(account: Account) -> dict[str, Any]:
    if not account.vault:
        return {}
    url = f"https://{account.vault.rpartition('/')[2]}.vault.azure.net/"
    return {"keyVaultReference": {"id": account.vault, "url": url}}


def _own(account: Account) -> dict[str, Any]:
    if not account.identities:
        return {"type": "None"}
    ids = {one.id: {"clientId": one.client_id, "principalId": one.principal_id} for one in account.identities}
    return {"type": "UserAssigned", "userAssignedIdentities": ids}


def _access(account: Account) -> dict[str, Any]:
    if account.let_in is None:
        return _OPEN
    rules = [{"action": "Allow", "value": address} for address in account.let_in]
    return {"defaultAction": "Deny", "ipRules": rules}


def pool(world: World, pool: Pool, version: str = API_VERSIONS[-1]) -> dict[str, Any]:
    dropped = _DROPPED if version == API_VERSIONS[-1] else frozenset()
    shown = {key: value for key, value in pool_body.readable(pool.properties).items() if key not in dropped}
    if world.habits.arm_settings == "text":
        shown = pool_body.settings_as_text(shown)
    body: dict[str, Any] = {
        "id": f"{world.account.id}/pools/{pool.name}",
        "name": pool.name,
        "type": "Microsoft.Batch/batchAccounts/pools",
        "etag": etag(pool),
        "properties": {**shown, **_progress(pool)},
    }
    identity = _identity(pool.body, world.conditions)
    if identity is not None:
        body["identity"] = identity
    if "tags" in pool.body:
        body["tags"] = pool.body["tags"]
    return body


def etag(pool: Pool) -> str:
    return f'W/"{pool.etag}"'


def _progress(pool: Pool) -> dict[str, Any]:
    """The read-only half of a pool's properties."""
    present = [machine for _, machine in pool.visible()]
    dedicated = sum(machine.dedicated for machine in present)
    target, spot = pool.wanted
    fixed = (pool.properties.get("scaleSettings") or {}).get("fixedScale") or {}
    resize: dict[str, Any] = {
        "targetDedicatedNodes": target,
        # of the definition it is never shown, but here it is
        "nodeDeallocationOption": fixed.get("nodeDeallocationOption", "Requeue"),
        "resizeTimeout": fixed.get("resizeTimeout", "PT15M"),
        "startTime": iso(pool.moved),
    }
    if spot:
        resize["targetLowPriorityNodes"] = spot
    if pool.steady and pool.resize_errors:
        resize["errors"] = [_resize_error(error) for error in pool.resize_errors]
    run = {}
    if pool.evaluated:
        run["autoScaleRun"] = {"evaluationTime": iso(pool.evaluated), "results": pool.formula_said}
    return {
        **run,
        "lastModified": iso(pool.modified),
        "creationTime": iso(pool.created),
        "provisioningState": "Deleting" if pool.deleting is not None else "Succeeded",
        "provisioningStateTransitionTime": iso(pool.created),
        "allocationState": "Steady" if pool.steady else "Resizing",
        "allocationStateTransitionTime": iso(pool.moved),
        "currentDedicatedNodes": dedicated,
        "currentLowPriorityNodes": len(present) - dedicated,
        "resizeOperationStatus": resize,
    }


def _resize_error(error: ResizeError) -> dict[str, Any]:
    details = [{"code": name, "message": value} for name, value in error.values.items()]
    return {"code": error.code, "message": error.message, **({"details": details} if details else {})}


def _identity(definition: Mapping[str, Any], conditions: Conditions) -> dict[str, Any] | None:
    """A map from resource id to the ids that the service fills in."""
    identity: dict[str, Any] | None = definition.get("identity")
    if identity is None or "userAssignedIdentities" not in identity:
        return identity
    found = {one: conditions.identity(one) for one in identity["userAssignedIdentities"]}
    return {
        "type": identity["type"],
        "userAssignedIdentities": {
            resource_id: {"principalId": one.principal_id, "clientId": one.client_id} if one else {}
            for resource_id, one in found.items()
        },
    }


def error(refusal: Refusal) -> dict[str, Any]:
    body: dict[str, Any] = {"code": refusal.code, "message": refusal.message}
    if refusal.shape == "bare":
        return body
    if refusal.shape:
        body["details"] = []
    if refusal.details:
        body["target"] = refusal.details.get("PropertyPath", "BatchAccount")
        body["details"] = [{"code": name, "message": value} for name, value in refusal.details.items()]
    return {"error": body}
