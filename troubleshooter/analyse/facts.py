"""What a pool's definition tells the rules: identity, vault, place of the settings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_EXTENSIONS = "/properties/deploymentConfiguration/virtualMachineConfiguration/extensions"
_URL = re.compile(r"https://([A-Za-z0-9.-]{3,200})/secrets/([0-9A-Za-z-]{1,127})")


@dataclass(frozen=True, slots=True)
class PoolValues:
    """Empty where no pool, or no Key Vault extension in it, is known."""

    os: str = ""
    major: int | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    """Names a rule may write as ${name}: vault, secret, client_id, principal, identity, subnet, settings."""


def pool_values(pool: Mapping[str, Any] | None) -> PoolValues:
    """Read an ARM pool definition; what it does not say is absent."""
    machine = _at(pool, "properties", "deploymentConfiguration", "virtualMachineConfiguration")
    extensions = machine.get("extensions")
    for index, extension in enumerate(extensions if isinstance(extensions, list) else []):
        kind = str(extension.get("type", "")) if isinstance(extension, Mapping) else ""
        if kind.lower().startswith("keyvaultfor"):
            values = {
                "settings": f"{_EXTENSIONS}/{index}/settings",
                **_of_settings(_at(extension, "settings")),
            }
            values |= _of_identity(_at(pool, "identity"), values.get("client_id", ""))
            subnet = _at(pool, "properties", "networkConfiguration").get("subnetId")
            values |= {"subnet": subnet} if isinstance(subnet, str) else {}
            version = str(extension.get("typeHandlerVersion", "")).split(".", 1)[0]
            os = "windows" if "windows" in kind.lower() else "linux"
            return PoolValues(os, int(version) if version.isdigit() else None, values)
    return PoolValues()


def _of_settings(settings: Mapping[str, Any]) -> dict[str, str]:
    client = _at(settings, "authenticationSettings").get("msiClientId")
    values = {"client_id": client} if isinstance(client, str) and client else {}
    certificates = _at(settings, "secretsManagementSettings").get("observedCertificates")
    urls = [
        entry.get("url") if isinstance(entry, Mapping) else entry
        for entry in (certificates if isinstance(certificates, list) else [])
    ]
    found = [hit for url in urls if isinstance(url, str) and (hit := _URL.match(url))]
    if len({hit[1] for hit in found}) == 1:
        values |= {"host": found[0][1], "vault": found[0][1].split(".", 1)[0]}
    if len({hit[0] for hit in found}) == 1:
        values["secret"] = found[0][2]
    return values


def _of_identity(identity: Mapping[str, Any], client_id: str) -> dict[str, str]:
    """The identity that msiClientId names, or the only one there is."""
    entries = _at(identity, "userAssignedIdentities")
    for name, detail in entries.items():
        detail_map = detail if isinstance(detail, Mapping) else {}
        client = str(detail_map.get("clientId", ""))
        if len(entries) == 1 or (client and client.lower() == client_id.lower()):
            principal = detail_map.get("principalId")
            return {"identity": name} | ({"principal": principal} if isinstance(principal, str) else {})
    return {}


def _at(value: Any, *keys: str) -> Mapping[str, Any]:
    """The mapping found by going down the keys; empty where something else stands there."""
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}
