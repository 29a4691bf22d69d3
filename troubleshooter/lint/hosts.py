"""What a document says of the machine that an extension is for: its kind, identity and system."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Any

from troubleshooter.lint.jsontext import pointer
from troubleshooter.lint.systems import Release, of_agent, of_image
from troubleshooter.lint.unknown import is_unknown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class HostKind(StrEnum):
    BATCH = "pool"
    VM = "virtual machine"
    SCALE_SET = "scale set"
    ARC = "Arc machine"
    UNKNOWN = "machine"


@dataclass(frozen=True, slots=True)
class HostIdentity:
    """What a host can sign in as."""

    user: bool
    system: bool
    assigned: Mapping[str, Mapping[str, Any]] | None
    """Resource id of each user-assigned identity to what is said of it; None where they are not named."""


@dataclass(frozen=True, slots=True)
class Host:
    kind: HostKind = HostKind.UNKNOWN
    identity: HostIdentity | None = None
    """None where the document does not show it."""
    image: Release | None = None
    agent: Release | None = None
    """Of a Batch pool's node agent."""
    name: str = ""
    """As the document has it; often an expression."""
    rights_given_here: bool = False
    """The same document gives rights to the identity that Azure makes for this machine."""

    @property
    def system(self) -> Release | None:
        return self.image or self.agent

    @property
    def identities(self) -> Mapping[str, Mapping[str, Any]] | None:
        """The user-assigned identities; None where that cannot be known."""
        return self.identity.assigned if self.identity else None


UNSHOWN = Host()
_KINDS = {
    "microsoft.batch/batchaccounts/pools": HostKind.BATCH,
    "microsoft.compute/virtualmachines": HostKind.VM,
    "microsoft.compute/virtualmachinescalesets": HostKind.SCALE_SET,
    "microsoft.compute/virtualmachinescalesets/virtualmachines": HostKind.VM,
    "microsoft.hybridcompute/machines": HostKind.ARC,
    "microsoft.servicefabric/managedclusters/nodetypes": HostKind.SCALE_SET,
}
_GRANTS = re.compile(r"microsoft\.(keyvault/vaults|authorization/roleassignments)", re.IGNORECASE)
_OWN_PRINCIPAL = re.compile(r"identity\.principalId", re.IGNORECASE)
_DEPTH = 60
_MOST = 800
"""Resources that one template may hold."""


def kind_of(resource_type: Any) -> HostKind | None:
    """Kind of host that a resource type is; None for every other type."""
    if not isinstance(resource_type, str):
        return None
    return _KINDS.get(resource_type.partition("@")[0].lower())


def kind_extended(resource_type: Any) -> HostKind | None:
    """Kind of host that a resource of type `…/extensions` belongs to."""
    if not isinstance(resource_type, str):
        return None
    return _KINDS.get(resource_type.partition("@")[0].lower().removesuffix("/extensions"))


def identity_of(identity: Any) -> HostIdentity | None:
    """Of ARM's object, of the data plane's list, or of nothing, which is no identity."""
    if identity is None:
        return HostIdentity(user=False, system=False, assigned={})
    if isinstance(identity, list):
        entries = {str(one.get("resourceId", "")): one for one in identity if isinstance(one, Mapping)}
        entries.pop("", None)
        return HostIdentity(user=bool(entries), system=False, assigned=entries)
    if not isinstance(identity, Mapping):
        return None
    kind, named = identity.get("type"), identity.get("userAssignedIdentities")
    if isinstance(named, list):  # a managed cluster's node type
        named = {str(one): {} for one in named}
    unknown = is_unknown(kind) or (kind is not None and not isinstance(kind, str))
    if unknown or (named is not None and not isinstance(named, Mapping)):
        user = isinstance(kind, str) and not unknown and "userassigned" in kind.lower()
        return HostIdentity(user=True, system=False, assigned=None) if user else None
    assigned = {name: one if isinstance(one, Mapping) else {} for name, one in (named or {}).items()}
    return HostIdentity(bool(assigned), "systemassigned" in str(kind).lower(), assigned)


def host_of(resource: Mapping[str, Any], kind: HostKind) -> Host:
    """Read a machine's resource, in ARM's shape or flattened as the CLI prints it."""
    inner = resource.get("properties")
    body: Mapping[str, Any] = inner if isinstance(inner, Mapping) else resource
    profile = body.get("virtualMachineProfile")
    storage = (profile if isinstance(profile, Mapping) else body).get("storageProfile")
    image = storage.get("imageReference") if isinstance(storage, Mapping) else None
    identity = resource.get("identity")
    if "vmImagePublisher" in body or "vmManagedIdentity" in body:
        image = {key: body.get(f"vmImage{key.title()}") for key in ("publisher", "offer", "sku")}
        identity = body.get("vmManagedIdentity")
    shown = body is not resource or "identity" in resource
    return Host(
        kind,
        identity_of(identity) if shown else None,
        of_image(image),
        name=str(resource.get("name", "")),
    )


def pool_host(body: Mapping[str, Any], machine: Mapping[str, Any]) -> Host:
    """Read a Batch pool, of either plane."""
    agent = machine.get("nodeAgentSkuId", machine.get("nodeAgentSKUId"))
    return Host(
        HostKind.BATCH,
        identity_of(body.get("identity")),
        of_image(machine.get("imageReference")),
        of_agent(agent),
        str(body.get("name", body.get("id", ""))),
    )


def hosts_in(document: Any) -> tuple[Host, ...]:
    """Every machine of a template, so that an extension beside it can be told what it is for.

    None of more than a template may hold: each extension would be compared with each of them.
    """
    given = _rights_given(document)
    found = (
        replace(host_of(resource, kind), rights_given_here=given)
        for resource in _objects(document)
        if (kind := kind_of(resource.get("type"))) and kind is not HostKind.BATCH
    )
    machines = tuple(islice(found, _MOST + 1))
    return machines if len(machines) <= _MOST else ()


def host_for(extension: Mapping[str, Any], kind: HostKind, hosts: Iterable[Host]) -> Host:
    """The machine that an extension's resource names; the only one there is, where it names none."""
    fitting = [host for host in hosts if host.kind is kind]
    said = f"{extension.get('name', '')} {extension.get('dependsOn', '')} {extension.get('scope', '')}"
    named = [host for host in fitting if (core := host.name.strip("[]")) and core in said]
    chosen = named or (fitting if is_unknown(said) or not said.strip() else [])
    return chosen[0] if len({(host.identity is None, host.name) for host in chosen}) == 1 else Host(kind)


def _rights_given(document: Any) -> bool:
    grants = (
        resource
        for resource in _objects(document)
        if isinstance(resource.get("type"), str) and _GRANTS.match(resource["type"])
    )
    return any(_OWN_PRINCIPAL.search(text) for grant in grants for text in _texts(grant))


def _objects(value: Any, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    if depth > _DEPTH:
        return
    if isinstance(value, Mapping):
        yield value
    entries = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    for entry in entries:
        if entry and not isinstance(entry, str | int | float):
            yield from _objects(entry, depth + 1)


def _texts(value: Any, depth: int = 0) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    entries = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    for entry in entries if depth < _DEPTH else ():
        yield from _texts(entry, depth + 1)


def extensions_pointer(at: str, *, arm: bool) -> str:
    """Where a pool has its list of extensions."""
    inner = ("properties", "deploymentConfiguration") if arm else ()
    return pointer(at, *inner, "virtualMachineConfiguration", "extensions")
