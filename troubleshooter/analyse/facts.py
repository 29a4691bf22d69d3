"""What a pool's definition tells the rules: identity, vault, place of the settings."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from troubleshooter.model.extension import meet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from troubleshooter.analyse.whose import Names, Whose
    from troubleshooter.model.extension import Extension, Met

_EXTENSIONS = "/properties/deploymentConfiguration/virtualMachineConfiguration/extensions"
_URL = re.compile(r"https://([A-Za-z0-9.-]{3,200})/secrets/([0-9A-Za-z-]{1,127})")

_POOL_ID = re.compile(
    r"(?P<account_id>/subscriptions/[^/]+/resourceGroups/(?P<resource_group>[^/]+)"
    r"/providers/Microsoft\.Batch/batchAccounts/(?P<account>[^/]+))/pools/[^/]+",
    re.IGNORECASE,
)
_WHO = frozenset({"identity", "principal", "client_id"})


@dataclass(frozen=True, slots=True)
class PoolValues:
    """Empty where no pool, or no Key Vault extension in it, is known."""

    os: str = ""
    major: int | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    """Names a rule may write as ${name}: vault, secret, client_id, principal, identity, who, image, …

    Of subnet and no_subnet one is there: a pool without a subnet leaves by public addresses.
    """
    identities: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What Azure says of each identity of the pool, by its resource id: client_id and principal."""

    def with_log(self, seen: Mapping[str, str]) -> dict[str, str]:
        """These values with what a log says; whose token it was, it knows better than the settings."""
        values = {**self.values, **seen}
        named = {seen[key].lower() for key in ("principal", "client_id") if seen.get(key)}
        shown = {name: {one.lower() for one in ids.values()} for name, ids in self.identities.items()}
        if of := next((name for name, ids in shown.items() if named & ids), ""):
            values |= {"identity": of, **self.identities[of]}
        elif named and shown and all(shown.values()):  # the token of an identity that the pool does not have
            values = {name: one for name, one in values.items() if name not in _WHO or name in seen}
        return {name: one for name, one in (values | _said(values) | _let_in(values)).items() if one}


def pool_values(pool: Mapping[str, Any] | None, known: tuple[Extension, ...]) -> PoolValues:
    """Read an ARM pool definition; what it does not say is absent."""
    machine = _at(pool, "properties", "deploymentConfiguration", "virtualMachineConfiguration")
    extensions = machine.get("extensions")
    found = _found(extensions if isinstance(extensions, list) else [], known)
    if found is None:
        return PoolValues(values=_of_pool(pool))
    index, extension, met = found
    blocking = met.extension.settings.blocks
    settings = _at(extension, "settings")
    values = {
        "settings": f"{_EXTENSIONS}/{index}/settings",
        **_of_settings(settings, _at(settings, blocking.inside) if blocking else {}),
    }
    identities = _identities(_at(pool, "identity"))
    values |= _of_identity(identities, values.get("client_id", ""))
    values |= _of_pool(pool)
    subnet = _at(pool, "properties", "networkConfiguration").get("subnetId")
    values |= {"subnet": subnet} if isinstance(subnet, str) and subnet else {"no_subnet": "yes"}
    values |= _image(pool)
    version = str(extension.get("typeHandlerVersion", "")).split(".", 1)[0]
    system = met.recognised.system
    return PoolValues(
        system.value if system else "", int(version) if version.isdigit() else None, values, identities
    )


def instances(pool: Mapping[str, Any] | None, names: Names) -> dict[str, Whose]:
    """Whose a name is in a pool's definition, where whoever made it chose it; by names in small letters."""
    machine = _at(pool, "properties", "deploymentConfiguration", "virtualMachineConfiguration")
    found = machine.get("extensions")
    return {
        name.casefold(): names.of(publisher, kind)
        for one in (found if isinstance(found, list) else ())
        if isinstance(one, Mapping)
        for name, publisher, kind in [[one.get(key) for key in ("name", "publisher", "type")]]
        if isinstance(name, str) and isinstance(publisher, str) and isinstance(kind, str)
    }


def _found(
    extensions: Iterable[Any], known: tuple[Extension, ...]
) -> tuple[int, Mapping[str, Any], Met] | None:
    """The first of the pool's extensions that is a known one; else the first that is meant to be one."""
    met = [
        (index, entry, one)
        for index, entry in enumerate(extensions)
        if isinstance(entry, Mapping)
        and (one := meet(known, entry.get("publisher"), entry.get("type")))
        and one.extension.sought
    ]
    ours = [one for one in met if one[2].recognised.ours]
    return next(iter(ours or met), None)


def _of_settings(settings: Mapping[str, Any], watched: Mapping[str, Any]) -> dict[str, str]:
    listed = watched.get("observedCertificates")
    certificates = listed if isinstance(listed, list) else []
    client = _client_id(settings, certificates)
    values = {"client_id": client} if client else {}
    urls = [entry.get("url") if isinstance(entry, Mapping) else entry for entry in certificates]
    found = [hit for url in urls if isinstance(url, str) and (hit := _URL.match(url))]
    if len({hit[1] for hit in found}) == 1:
        values |= {"host": found[0][1], "vault": found[0][1].split(".", 1)[0]}
    if len({hit[0] for hit in found}) == 1:
        values["secret"] = found[0][2]
    return values


def _client_id(settings: Mapping[str, Any], certificates: list[Any]) -> str:
    """Of the identity that reads the certificates; empty where some are read as another than others."""
    of_all = _at(settings, "authenticationSettings").get("msiClientId")
    own = [_at(entry, "authenticationOverride").get("msiClientId") for entry in certificates]
    reading = {client or of_all for client in own} or {of_all}
    only = next(iter(reading)) if len(reading) == 1 else None
    return only if isinstance(only, str) else ""


def _of_pool(pool: Mapping[str, Any] | None) -> dict[str, str]:
    """What the pool's resource id says: its account's id and name, and their resource group."""
    name = (pool or {}).get("id")
    found = _POOL_ID.fullmatch(name) if isinstance(name, str) else None
    return {} if found is None else {"pool": found[0], **found.groupdict()}


def _image(pool: Mapping[str, Any] | None) -> dict[str, str]:
    """The image that its nodes are made from, as somebody would name it."""
    machine = _at(pool, "properties", "deploymentConfiguration", "virtualMachineConfiguration")
    reference = _at(machine, "imageReference")
    named = [str(reference[part]) for part in ("publisher", "offer", "sku", "version") if reference.get(part)]
    known = _short(str(reference["id"])) if reference.get("id") else " ".join(named)
    return {"image": known} if known else {}


def _short(image: str) -> str:
    """Of an image's resource id what people call it: gallery, image and version, or its name."""
    parts = image.split("/")
    kinds = {kind.lower(): name for kind, name in itertools.pairwise(parts)}
    named = [kinds[kind] for kind in ("galleries", "images", "versions") if kinds.get(kind)]
    return "/".join(named) or image


def _identities(identity: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    """Client and principal id of each; absent where Azure was not asked, or an id is no text."""
    found: dict[str, dict[str, str]] = {}
    for name, detail in _at(identity, "userAssignedIdentities").items():
        shown = detail if isinstance(detail, Mapping) else {}
        ids = {"client_id": shown.get("clientId"), "principal": shown.get("principalId")}
        found[name] = {key: value for key, value in ids.items() if isinstance(value, str) and value}
    return found


def _of_identity(identities: Mapping[str, Mapping[str, str]], client_id: str) -> dict[str, str]:
    """The identity that msiClientId names, or the only one there is."""
    for name, ids in identities.items():
        client = ids.get("client_id", "")
        if len(identities) == 1 or (client and client.lower() == client_id.lower()):
            return {"identity": name} | {key: value for key, value in ids.items() if key == "principal"}
    return {}


def _said(values: Mapping[str, str]) -> dict[str, str]:
    """The identity for people: its name, which is the end of its resource id, with the id that roles want."""
    name = values.get("identity", "").rpartition("/")[2]
    principal = values.get("principal", "")
    if not name:
        return {"who": principal}
    return {"identity_name": name, "who": f"{name} (principal id {principal})" if principal else name}


def _let_in(values: Mapping[str, str]) -> dict[str, str]:
    """How a firewall lets the pool's nodes in, in words; nothing where the pool is not known."""
    if values.get("no_subnet"):
        seen = f" ({values['address']} was refused)" if values.get("address") else ""
        return {"let_in": f"by their public addresses{seen}, since the pool is in no subnet"}
    if subnet := values.get("subnet"):
        name = subnet.rpartition("/")[2]
        return {"let_in": f"by their subnet {name}, with the service endpoint Microsoft.KeyVault"}
    return {}


def _at(value: Any, *keys: str) -> Mapping[str, Any]:
    """The mapping found by going down the keys; empty where something else stands there."""
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}
