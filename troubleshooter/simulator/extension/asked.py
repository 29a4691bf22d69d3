"""What a node's own call to IMDS or to a vault is answered, whoever on the node makes it.

The same table of the world as that of the extension's calls (`vault_door`), as HTTP says it.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from troubleshooter.simulator.around import vault_gate
from troubleshooter.simulator.around.conditions import Metadata, Road
from troubleshooter.simulator.around.vault_gate import Way
from troubleshooter.simulator.extension import vault_door
from troubleshooter.simulator.node.story import Reply

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from troubleshooter.simulator.around.conditions import Conditions, Identity
    from troubleshooter.simulator.around.vault_gate import Origin
    from troubleshooter.simulator.around.vaults import Secret, Vault

ENDPOINT = f"http://{vault_door.IMDS_HOST}/metadata/identity"
_IMDS = f"http://{vault_door.IMDS_HOST}"
_TOKEN = f"{ENDPOINT}/oauth2/token?api-version=2018-02-01&resource=https%3A%2F%2F"
_SERVER = "Server: IMDS/150.870.65.1854"
_STATUS = {"Unauthorized": 401, "Forbidden": 403, "SecretNotFound": 404, "Throttled": 429}
_ROADS = {
    # curl's words and numbers
    Road.CLOSED: (28, "curl: (28) Connection timed out after 5001 milliseconds"),
    Road.INSPECTED: (60, "curl: (60) SSL certificate problem: unable to get local issuer certificate"),
    Road.CUT: (56, "curl: (56) Recv failure: Connection reset by peer"),
}
_KEY_BAG = "MIIBAAYLKoZIhvcNAQwKAQI="
"""The beginning of a PKCS #12 and the object identifier of a key in it, and no key."""
_CERTIFICATE_BAG = "MIIBAAYLKoZIhvcNAQwKAQM="


def replies(
    clients: Iterable[str],
    urls: Iterable[str],
    there: tuple[Identity, ...],
    origin: Origin,
    around: Conditions,
) -> tuple[Reply, ...]:
    """Of IMDS for each client id, and of the vaults for each URL as each of the node's identities."""
    return (
        *_of_imds({*clients, *(one.client_id for one in there)}, there, around),
        *_of_vaults(urls, there, origin, around),
    )


def addresses(origin: Origin, around: Conditions) -> tuple[tuple[str, str], ...]:
    """Name and address of each vault that a node there can resolve."""
    if around.network.to_vault is Road.UNRESOLVED:
        return ()
    ways = {vault.host: vault_gate.way(vault, origin.subnet, around) for vault in around.vaults}
    at = {Way.PUBLIC: "20.61.103.228", Way.PRIVATE: "10.0.1.5"}
    return tuple((host, at[way]) for host, way in ways.items() if way in at)


def _of_imds(clients: set[str], there: tuple[Identity, ...], around: Conditions) -> Iterator[Reply]:
    if around.network.metadata is Metadata.CAPTURED:
        yield Reply(_IMDS, exit_code=28, text="curl: (28) Connection timed out after 5001 milliseconds")
        return
    yield Reply(
        f"{_IMDS}/metadata/instance?api-version=2021-02-01", text=_http(200, {"compute": {}}, _SERVER)
    )
    audiences = {vault.host.partition(".")[2] for vault in around.vaults} or {"vault.azure.net"}
    for audience in sorted(audiences | {"vault.azure.net"}):
        yield Reply(f"{_TOKEN}{audience}", text=_issued(None, audience, there, around))
        for client in sorted(clients - {""}):
            yield Reply(
                f"{_TOKEN}{audience}&client_id={client}", text=_issued(client, audience, there, around)
            )


def _issued(client: str | None, audience: str, there: tuple[Identity, ...], around: Conditions) -> str:
    alone = there[0].client_id if client is None and len(there) == 1 else client  # IMDS takes the only one
    try:
        identity = vault_door.token(ENDPOINT, alone, there, around.network)
    except vault_door.Refused as refused:
        if refused.text.startswith("{"):
            return _http(400, json.loads(refused.text), _SERVER)
        busy = around.network.metadata is Metadata.BUSY
        told = {"error": "too_many_requests", "error_description": "Too many requests."}
        gone = {"error": "not_found", "error_description": "IMDS endpoint is updating"}
        return _http(429 if busy else 404, told if busy else gone, _SERVER)
    body = {
        "access_token": f"simulated.{identity.client_id}",
        "client_id": identity.client_id,
        "resource": f"https://{audience}",
        "token_type": "Bearer",
    }
    return _http(200, body, _SERVER)


def _of_vaults(
    urls: Iterable[str], there: tuple[Identity, ...], origin: Origin, around: Conditions
) -> Iterator[Reply]:
    for url in sorted({*urls, *_known(around)}):
        vault = around.vault(urlsplit(url).hostname or "")
        path = urlsplit(url).path.rstrip("/").replace("/certificates/", "/secrets/", 1)
        if vault is None:
            continue
        asked = f"https://{vault.host}{path}?api-version=7.4"
        if around.network.to_vault in _ROADS:
            code, text = _ROADS[around.network.to_vault]
            yield Reply(asked, exit_code=code, text=text)
            continue
        unsigned = {"code": "Unauthorized", "message": "AKV10000: Request is missing a Bearer or PoP token."}
        challenge = (
            f'WWW-Authenticate: Bearer authorization="https://login.microsoftonline.com/{vault.tenant}"'
        )
        yield Reply(asked, text=_http(401, {"error": unsigned}, challenge))
        for identity in there:
            yield Reply(asked, identity.client_id, text=_secret(url, vault, identity, origin, around))


def _known(around: Conditions) -> Iterator[str]:
    return (f"https://{vault.host}/secrets/{one.name}" for vault in around.vaults for one in vault.secrets)


def _secret(url: str, vault: Vault, identity: Identity, origin: Origin, around: Conditions) -> str:
    # Of a proxy nothing is known here: the way without it is taken to be open.
    around = replace(around, network=replace(around.network, to_vault=Road.OPEN))
    saw = f"x-ms-keyvault-network-info: conn_type=Ipv4;addr={origin.address};act_addr_fam=InterNetwork;"
    try:
        found = vault_door.secret(url, identity, origin, around)
    except vault_door.Refused as refused:
        if not refused.text.startswith("{"):
            told = {
                "code": "Throttled",
                "message": "Request was not processed because too many requests were received.",
            }
            return _http(429, {"error": told}, saw)
        body = json.loads(refused.text)
        return _http(_STATUS.get(body["error"]["code"], 400), body, saw)
    body = {
        "value": _value(found),
        "contentType": found.content_type,
        "id": f"https://{vault.host}/secrets/{found.name}/{found.version}",
        "attributes": {"enabled": True},
    }
    return _http(200, body, saw)


def _value(found: Secret) -> str:
    """Made up: of the form of what the content type says, and nothing of worth."""
    match found.content_type:
        case "application/x-pkcs12":
            return _KEY_BAG if found.exportable else _CERTIFICATE_BAG
        case "application/x-pem-file":
            kinds = ("PRIVATE KEY", "CERTIFICATE") if found.exportable else ("CERTIFICATE",)
            return "".join(f"-----BEGIN {kind}-----\nbWFkZSB1cA==\n-----END {kind}-----\n" for kind in kinds)
        case _:
            return "made up"


def _http(status: int, body: object, header: str) -> str:
    """As it comes over the wire; the node puts in the time."""
    lines = (
        f"HTTP/1.1 {status} Answer",
        "Content-Type: application/json; charset=utf-8",
        "Date: @now@",
        header,
    )
    return "\r\n".join((*lines, "", json.dumps(body, separators=(",", ":"))))
