"""What a node's token request and secret request are answered.

The texts of IMDS are real answers to some client, where a comment does not say otherwise.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from troubleshooter.simulator.around import vault_gate
from troubleshooter.simulator.around.conditions import Metadata, Network, Road
from troubleshooter.simulator.around.refusal import Refusal
from troubleshooter.simulator.around.vault_gate import READ_SECRET, Caller, Way
from troubleshooter.simulator.extension import library

if TYPE_CHECKING:
    from troubleshooter.simulator.around.conditions import Conditions, Identity
    from troubleshooter.simulator.around.vault_gate import Origin
    from troubleshooter.simulator.around.vaults import Secret, Vault

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
        if identity.client_id == (client_id or "").lower():
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
    url: str, identity: Identity, origin: Origin, conditions: Conditions, *, windows: bool = False
) -> Secret:
    """The secret behind `url` for a caller with that identity from there, or Refused."""
    parts = urlsplit(url)
    if not parts.hostname:
        raise Refused(library.NO_HOST)
    if conditions.network.to_vault is not Road.OPEN:
        raise Refused(library.failure(conditions.network.to_vault, windows=windows))
    vault = conditions.vault(parts.hostname)
    if vault is None or vault_gate.way(vault, origin.subnet, conditions) is Way.NOWHERE:
        raise Refused(library.failure(Road.UNRESOLVED, windows=windows))
    segments = [segment for segment in parts.path.split("/") if segment]
    name, version = ([*segments, "", "", ""])[1:3]
    caller = Caller(identity.client_id, identity.principal_id, identity.tenant, origin)
    try:
        vault_gate.check_network(vault, caller, conditions)
        vault_gate.check_token(vault, caller)
        vault_gate.check_permission(vault, name, READ_SECRET, caller, conditions)
        found = vault_gate.found(vault, name, version)
    except Refusal as refusal:
        raise Refused(_text(vault, refusal)) from refusal
    # The path /certificates gives the certificate without its key (documented).
    return replace(found, exportable=found.exportable and segments[0] == "secrets")


def _text(vault: Vault, refusal: Refusal) -> str:
    if refusal.status == 429:
        # Documented is the status alone; the rest of the line is assumed.
        return f"HTTP 429 from https://{vault.host}: the vault limits the rate of requests"
    return json.dumps(vault_gate.body(refusal), separators=(",", ":"))
