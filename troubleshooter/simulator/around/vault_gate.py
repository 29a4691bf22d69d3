"""Whom a vault lets do what, for nodes and for whoever is signed in alike.

The texts are real answers of Key Vault to some client, where a comment does not say otherwise. The order is
Key Vault's own: firewall, token, permission, object; so a closed firewall hides a missing role.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

from troubleshooter.simulator.around.networks import has_service_endpoint, links, network_of
from troubleshooter.simulator.around.refusal import Refusal
from troubleshooter.simulator.around.roles.built_in import READ_METADATA, READ_VALUE

if TYPE_CHECKING:
    from troubleshooter.simulator.around.conditions import Conditions
    from troubleshooter.simulator.around.rights import DenyAssignment
    from troubleshooter.simulator.around.vaults import AccessPolicy, Secret, Vault


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a caller sits."""

    address: str
    """As the vault sees it: from a subnet with a service endpoint the private one."""
    subnet: str = ""
    """Its id; empty for none of the world's."""


@dataclass(frozen=True, slots=True)
class Caller:
    client_id: str
    object_id: str
    tenant: str
    """Whose token it has; empty for the vault's own."""
    origin: Origin
    data_actions: bool = False
    """Whether it may already, whatever role assignments and policies say."""

    def told(self, vault: Vault) -> str:
        issuer = f"https://sts.windows.net/{self.tenant or vault.tenant}/"
        return f"appid={self.client_id};oid={self.object_id};iss={issuer}"


@dataclass(frozen=True, slots=True)
class Right:
    """What an operation needs where roles count, and where access policies do."""

    action: str
    kind: str
    """secrets or certificates."""
    permission: str


READ_SECRET = Right(READ_VALUE, "secrets", "get")
LIST_VERSIONS = Right(READ_METADATA, "secrets", "list")
READ_DELETED = Right(READ_METADATA, "secrets", "get")
READ_CERTIFICATE = Right("Microsoft.KeyVault/vaults/certificates/read", "certificates", "get")


class Way(Enum):
    """How a subnet gets to a vault by the vault's own name."""

    PUBLIC = auto()
    PRIVATE = auto()
    NOWHERE = auto()
    """The zone of private endpoints is linked, and has no address for the vault: its name is unknown."""


def way(vault: Vault, subnet: str, conditions: Conditions) -> Way:
    """By a private endpoint only where the zone is linked to the subnet's own network."""
    linked = links(conditions.resources, network_of(subnet)) if subnet else []
    if not vault.connections or not linked:
        return Way.PUBLIC
    zones = {one.id.lower().partition("/virtualnetworklinks/")[0] for one in linked}
    if not any(conditions.resource(f"{zone}/A/{vault.name}") for zone in zones):
        return Way.NOWHERE
    approved = [one for one in vault.connections if one.status == "Approved"]
    # An address in the zone of an endpoint that is not approved leads to where nobody answers (assumed).
    return Way.PRIVATE if any(conditions.resource(one.endpoint_id) for one in approved) else Way.NOWHERE


def check_network(vault: Vault, caller: Caller, conditions: Conditions) -> None:
    where = f"\r\nCaller: {caller.told(vault)}\r\nVault: {vault.name};location={vault.location}"
    if way(vault, caller.origin.subnet, conditions) is Way.PRIVATE:
        return
    if not vault.public:
        raise _forbidden(
            "Public network access is disabled and request is not from a trusted service nor via an"
            f" approved private link.{where}",
            "ForbiddenByConnection",
        )
    if vault.default_deny and not _known(vault, caller.origin, conditions):
        raise _forbidden(
            "Client address is not authorized and caller is not a trusted service."
            f"\r\nClient address: {caller.origin.address}{where}",
            "ForbiddenByFirewall",
        )


def _known(vault: Vault, origin: Origin, conditions: Conditions) -> bool:
    """Whether a rule of the vault's lets that address or that subnet in."""
    if any(ip_address(origin.address) in ip_network(one, strict=False) for one in vault.allowed):
        return True
    listed = origin.subnet.lower() in {one.lower() for one in vault.subnets}
    return listed and has_service_endpoint(conditions.resource(origin.subnet))


def check_token(vault: Vault, caller: Caller) -> None:
    if vault.throttled:
        text = "Request was not processed because too many requests were received."
        raise Refusal(429, "Throttled", f"{text} Reason: VaultRequestTypeLimitReached")
    if caller.tenant and caller.tenant != vault.tenant:
        raise Refusal(
            401,
            "Unauthorized",
            f"AKV10032: Invalid issuer. Expected one of https://sts.windows.net/{vault.tenant}/,"
            f" found https://sts.windows.net/{caller.tenant}/.",
        )


def check_permission(vault: Vault, name: str, right: Right, caller: Caller, conditions: Conditions) -> None:
    place = f"{vault.id}/{right.kind}/{name}"
    denial = conditions.rights.denial(caller.object_id, right.action, place, data=True)
    if caller.data_actions and denial is None:
        return
    if vault.rbac:
        if not conditions.rights.gives(caller.object_id, right.action, place, data=True):
            raise _by_roles(vault, place, right, caller, denial)
        return
    who = conditions.rights.everybody(caller.object_id)
    policies = [one for one in vault.policies if one.object_id.lower() in who and _holds(one, right)]
    if any(not one.application_id for one in policies):
        return
    told = caller.told(vault)
    if policies:
        text = f"The policy requires the caller '{told}' to use on-behalf-of (OBO) flow."
        raise _forbidden(text, "ForbiddenByPolicy")
    raise _forbidden(
        f"The user, group or application '{told}' does not have {right.kind} {right.permission} permission"
        f" on key vault '{vault.name};location={vault.location}'. For help resolving this issue, please see"
        " https://go.microsoft.com/fwlink/?linkid=2125287",
        "AccessDenied",
    )


def _holds(policy: AccessPolicy, right: Right) -> bool:
    named = policy.secrets if right.kind == "secrets" else policy.certificates
    return bool({right.permission, "all"} & {one.lower() for one in named})


def _by_roles(
    vault: Vault, place: str, right: Right, caller: Caller, denial: DenyAssignment | None
) -> Refusal:
    # Of a deny assignment only the names of these fields are known, not what then stands there.
    denied = f"'{denial.id}'" if denial else "null"
    reason = "DeniedWithDenyAssignment" if denial else "DeniedWithNoValidRBAC"
    return _forbidden(
        "Caller is not authorized to perform action on resource.\r\nIf role assignments, deny"
        " assignments or role definitions were changed recently, please observe propagation time."
        f"\r\nCaller: {caller.told(vault)}\r\nAction: '{right.action}'"
        f"\r\nResource: '{place.lower()}'\r\nAssignment: (not found)"
        f"\r\nDenyAssignmentId: {denied}\r\nDecisionReason: '{reason}' "
        f"\r\nVault: {vault.name};location={vault.location}\r\n",
        "ForbiddenByRbac",
    )


def found(vault: Vault, name: str, version: str) -> Secret:
    """The secret, where that version of it may be read; the current one where none is named."""
    secret = vault.secret(name)
    one = next((each for each in secret.versions if version in {"", each.id}), None) if secret else None
    if secret is None or one is None:
        shown = f"{name}/{version}" if version else name
        raise Refusal(
            404,
            "SecretNotFound",
            f"A secret with (name/id) {shown} was not found in this key vault. If you recently deleted this"
            " secret you may be able to recover it using the correct recovery command. For help resolving"
            " this issue, please see"
            " https://go.microsoft.com/fwlink/?linkid=2125182",
        )
    if not one.enabled:
        raise _forbidden("Operation get is not allowed on a disabled secret.", "SecretDisabled")
    return secret


def body(refusal: Refusal) -> dict[str, object]:
    told = refusal.details.get("inner")
    inner = {"innererror": {"code": told}} if told else {}
    return {"error": {"code": refusal.code, "message": refusal.message, **inner}}


def _forbidden(message: str, inner: str) -> Refusal:
    return Refusal(403, "Forbidden", message, {"inner": inner})
