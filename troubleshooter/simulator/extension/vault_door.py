"""What a node's token request and secret request are answered.

The texts are real answers of IMDS and Key Vault to some client, where a comment does not say otherwise. The
order is Key Vault's own: firewall, token, permission, secret; so a closed firewall hides a missing role.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from troubleshooter.simulator.around.conditions import Metadata, Network, Road
from troubleshooter.simulator.extension import library

if TYPE_CHECKING:
    from troubleshooter.simulator.around.conditions import Conditions, Identity
    from troubleshooter.simulator.around.vaults import AccessPolicy, Secret, Vault

IMDS_HOST = "169.254.169.254"


@dataclass(slots=True)
class Refused(Exception):
    """The text a caller gets instead of a token or a secret."""

    text: str


_ALL_WELL = Network()
_METADATA = {
    # What the documentation says of 429, 404 and time-outs of IMDS; how the extension words them is assumed.
    Metadata.BUSY: "GET http://169.254.169.254/metadata/identity/oauth2/token failed: 429 Too Many Requests",
    Metadata.UPDATING: "MSI token request failed: 404 IMDS endpoint is updating",
    Metadata.CAPTURED: "GET http://169.254.169.254/metadata/identity/oauth2/token failed: timed out",
}


def token(
    endpoint: str | None,
    client_id: str | None,
    identities: tuple[Identity, ...],
    network: Network = _ALL_WELL,
) -> Identity:
    """The identity IMDS gives a token for, or Refused."""
    if endpoint is not None or client_id is not None:
        _check_endpoint(endpoint or "")
    if network.metadata in _METADATA:
        raise Refused(_METADATA[network.metadata])
    if client_id is None and len(identities) > 1:
        raise Refused(
            _imds(
                "Multiple user assigned identities exist, please specify the clientId / resourceId of the"
                " identity in the token request",
            ),
        )
    for identity in identities:
        if identity.client_id == client_id:
            return identity
    # With no client id and exactly one identity IMDS itself would answer; the documentation says that the
    # extension fails all the same, and this is the text reported for it.
    raise Refused(_imds("Identity not found"))


def _check_endpoint(endpoint: str) -> None:
    """Texts of the C++ REST SDK; the first was reported for the extension, the others are assumed for it."""
    parts = urlsplit(endpoint)
    if endpoint and parts.scheme not in {"http", "https"}:
        raise Refused(library.NO_SCHEME)
    if not parts.hostname:
        raise Refused(library.NO_HOST)
    if parts.hostname != IMDS_HOST:
        raise Refused(library.failure(Road.CLOSED, windows=False))


def _imds(description: str) -> str:
    return json.dumps({"error": "invalid_request", "error_description": description}, separators=(",", ":"))


def secret(
    url: str, identity: Identity, address: str, conditions: Conditions, *, windows: bool = False
) -> Secret:
    """The secret behind `url` for a caller with that identity from that address, or Refused."""
    parts = urlsplit(url)
    if not parts.hostname:
        raise Refused(library.NO_HOST)
    if conditions.network.to_vault is not Road.OPEN:
        raise Refused(library.failure(conditions.network.to_vault, windows=windows))
    vault = conditions.vault(parts.hostname)
    if vault is None:
        raise Refused(library.failure(Road.UNRESOLVED, windows=windows))
    caller = (
        f"appid={identity.client_id};oid={identity.principal_id};iss=https://sts.windows.net/{vault.tenant}/"
    )
    _check_network(vault, address, caller)
    _check_token(vault, identity)
    segments = [segment for segment in parts.path.split("/") if segment]
    name = segments[1] if len(segments) > 1 else ""
    _check_permission(vault, name, identity, caller, conditions)
    found = _find(vault, name, segments[2] if len(segments) > 2 else "")
    # The path /certificates gives the certificate without its key (documented).
    return replace(found, exportable=found.exportable and segments[0] == "secrets")


def _check_token(vault: Vault, identity: Identity) -> None:
    if vault.throttled:
        # Documented is the status alone; the rest of the line is assumed.
        raise Refused(f"HTTP 429 from https://{vault.host}: the vault limits the rate of requests")
    if identity.tenant and identity.tenant != vault.tenant:
        text = (
            f"AKV10032: Invalid issuer. Expected one of https://sts.windows.net/{vault.tenant}/,"
            f" found https://sts.windows.net/{identity.tenant}/."
        )
        raise Refused(json.dumps({"error": {"code": "Unauthorized", "message": text}}, separators=(",", ":")))


def _check_network(vault: Vault, address: str, caller: str) -> None:
    where = f"\r\nCaller: {caller}\r\nVault: {vault.name};location={vault.location}"
    if vault.private_endpoint:
        return
    if not vault.public:
        raise Refused(
            _forbidden(
                "Public network access is disabled and request is not from a trusted service nor via an"
                f" approved private link.{where}",
                "ForbiddenByConnection",
            ),
        )
    if vault.default_deny and address not in vault.allowed:
        raise Refused(
            _forbidden(
                "Client address is not authorized and caller is not a trusted service."
                f"\r\nClient address: {address}{where}",
                "ForbiddenByFirewall",
            ),
        )


def _check_permission(
    vault: Vault, name: str, identity: Identity, caller: str, conditions: Conditions
) -> None:
    if vault.rbac:
        if conditions.reads_secret(identity.principal_id, vault, name):
            return
        raise Refused(
            _forbidden(
                "Caller is not authorized to perform action on resource.\r\nIf role assignments, deny"
                " assignments or role definitions were changed recently, please observe propagation time."
                f"\r\nCaller: {caller}\r\nAction: 'Microsoft.KeyVault/vaults/secrets/getSecret/action'"
                f"\r\nResource: '{vault.id.lower()}/secrets/{name}'\r\nAssignment: (not found)"
                "\r\nDenyAssignmentId: null\r\nDecisionReason: 'DeniedWithNoValidRBAC' "
                f"\r\nVault: {vault.name};location={vault.location}\r\n",
                "ForbiddenByRbac",
            ),
        )
    policies = _policies(vault, conditions.rights.everybody(identity.principal_id))
    if any(not one.application_id for one in policies):
        return
    if policies:
        text = f"The policy requires the caller '{caller}' to use on-behalf-of (OBO) flow."
        raise Refused(_forbidden(text, "ForbiddenByPolicy"))
    raise Refused(
        _forbidden(
            f"The user, group or application '{caller}' does not have secrets get permission on key vault"
            f" '{vault.name};location={vault.location}'. For help resolving this issue, please see"
            " https://go.microsoft.com/fwlink/?linkid=2125287",
            "AccessDenied",
        ),
    )


def _policies(vault: Vault, principals: frozenset[str]) -> list[AccessPolicy]:
    """Those of the vault that let one of them get secrets."""
    return [
        one
        for one in vault.policies
        if one.object_id.lower() in principals and {"get", "all"} & {each.lower() for each in one.secrets}
    ]


def _find(vault: Vault, name: str, version: str) -> Secret:
    found = vault.secret(name)
    if found is None or version not in {"", found.version}:
        shown = f"{name}/{version}" if version else name
        text = (
            f"A secret with (name/id) {shown} was not found in this key vault. If you recently deleted this"
            " secret you may be able to recover it using the correct recovery command. For help resolving"
            " this issue, please see"
            " https://go.microsoft.com/fwlink/?linkid=2125182"
        )
        raise Refused(
            json.dumps({"error": {"code": "SecretNotFound", "message": text}}, separators=(",", ":"))
        )
    if not found.enabled:
        raise Refused(_forbidden("Operation get is not allowed on a disabled secret.", "SecretDisabled"))
    return found


def _forbidden(message: str, inner: str) -> str:
    body = {"error": {"code": "Forbidden", "message": message, "innererror": {"code": inner}}}
    return json.dumps(body, separators=(",", ":"))
