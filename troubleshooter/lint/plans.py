"""Terraform's plans and states, as `terraform show -json` prints them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from troubleshooter.lint.hosts import UNSHOWN, Host, HostIdentity, HostKind, kind_extended, kind_of
from troubleshooter.lint.jsontext import pointer
from troubleshooter.lint.systems import of_agent, of_image
from troubleshooter.lint.unknown import NOT_SHOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEPTH = 30
_HOSTS = {
    "azurerm_batch_pool": HostKind.BATCH,
    "azurerm_linux_virtual_machine": HostKind.VM,
    "azurerm_windows_virtual_machine": HostKind.VM,
    "azurerm_virtual_machine": HostKind.VM,
    "azurerm_linux_virtual_machine_scale_set": HostKind.SCALE_SET,
    "azurerm_windows_virtual_machine_scale_set": HostKind.SCALE_SET,
    "azurerm_orchestrated_virtual_machine_scale_set": HostKind.SCALE_SET,
    "azurerm_arc_machine": HostKind.ARC,
}
_EXTENSIONS = {
    "azurerm_virtual_machine_extension": HostKind.VM,
    "azurerm_virtual_machine_scale_set_extension": HostKind.SCALE_SET,
    "azurerm_arc_machine_extension": HostKind.ARC,
}
_IMAGES = ("source_image_reference", "storage_image_reference")
_GRANTS = ("azurerm_role_assignment", "azurerm_key_vault_access_policy", "azurerm_key_vault")


@dataclass(frozen=True, slots=True)
class Resource:
    at: str
    """Pointer of its values, or of the body that it carries."""
    type: str
    """Terraform's type; ARM's where it carries a body of ARM's."""
    values: Mapping[str, Any]
    host: Host
    body: Mapping[str, Any] | None = None
    body_in_text: bool = False
    identity: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class _Entry:
    at: str
    type: str
    name: str
    values: Mapping[str, Any]


def is_plan(document: Mapping[str, Any]) -> bool:
    return _root(document) is not None


def resources(document: Mapping[str, Any]) -> Iterator[Resource]:
    """Every resource that may hold an extension, with the machine it is for."""
    at, root = _root(document) or ("", {})
    entries = tuple(_entries(root, at, 0))
    uses = tuple(_references(document.get("configuration"), 0))
    machines = {
        entry.at: replace(host, rights_given_here=_gives_rights(entry, uses))
        for entry in entries
        if (host := _host(entry)) is not None
    }
    for entry in entries:
        if entry.type == "azapi_resource":
            yield _azapi(entry)
        else:
            host = machines.get(entry.at) or _extended(entry, machines, uses)
            yield Resource(entry.at, entry.type, entry.values, host)


def _root(document: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]] | None:
    for key in ("planned_values", "values"):
        outer = document.get(key)
        root = outer.get("root_module") if isinstance(outer, Mapping) else None
        if isinstance(root, Mapping):
            return pointer("", key, "root_module"), root
    return None


def _entries(module: Any, at: str, depth: int) -> Iterator[_Entry]:
    if not isinstance(module, Mapping) or depth > _DEPTH:
        return
    listed = module.get("resources")
    for index, entry in enumerate(listed if isinstance(listed, list) else []):
        if isinstance(entry, Mapping) and isinstance(values := entry.get("values"), Mapping):
            here = pointer(at, "resources", index, "values")
            yield _Entry(here, str(entry.get("type", "")), str(entry.get("name", "")), values)
    children = module.get("child_modules")
    for index, child in enumerate(children if isinstance(children, list) else []):
        yield from _entries(child, pointer(at, "child_modules", index), depth + 1)


def _identity(blocks: Any) -> HostIdentity | None:
    """Of a resource's identity blocks; a plan leaves out what is known after apply only."""
    if not isinstance(blocks, list):
        return None
    if not blocks:
        return HostIdentity(user=False, system=False, assigned={})
    block = blocks[0] if isinstance(blocks[0], Mapping) else {}
    kind = str(block.get("type", "")).lower()
    named = block.get("identity_ids")
    user = "userassigned" in kind.replace(" ", "")
    assigned: Mapping[str, Mapping[str, Any]] | None
    assigned = {str(one): {} for one in named} if isinstance(named, list) and named else None
    return HostIdentity(user, "systemassigned" in kind.replace(" ", ""), assigned if user else {})


def _host(entry: _Entry) -> Host | None:
    kind = _HOSTS.get(entry.type)
    if kind is None:
        return None
    blocks = next((entry.values[key] for key in _IMAGES if key in entry.values), None)
    image = blocks[0] if isinstance(blocks, list) and blocks else None
    agent = of_agent(entry.values.get("node_agent_sku_id"))
    identity = _identity(entry.values.get("identity"))
    return Host(kind, identity, of_image(image), agent, f"{entry.type}.{entry.name}")


def _azapi(entry: _Entry) -> Resource:
    kind = str(entry.values.get("type", ""))
    body, in_text = entry.values.get("body"), False
    if isinstance(body, str):
        body, in_text = _object(body), True
    shown = kind_of(kind) or kind_extended(kind) or HostKind.UNKNOWN
    identity = _identity(entry.values.get("identity"))
    arm = _arm_identity(identity) if entry.values.get("identity") else None
    return Resource(
        pointer(entry.at, "body"),
        kind.partition("@")[0],
        entry.values,
        Host(shown),
        body if isinstance(body, Mapping) else {},
        in_text,
        arm,
    )


def _arm_identity(identity: HostIdentity | None) -> Mapping[str, Any] | None:
    if identity is None:
        return None
    words = ["SystemAssigned"] * identity.system + ["UserAssigned"] * identity.user
    named: Any = NOT_SHOWN if identity.assigned is None else dict(identity.assigned)
    return {"type": ", ".join(words) or "None", "userAssignedIdentities": named}


def _object(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


@dataclass(frozen=True, slots=True)
class _Use:
    """What a resource's configuration refers to."""

    type: str
    name: str
    references: tuple[str, ...]


def _references(value: Any, depth: int) -> Iterator[_Use]:
    if depth > _DEPTH:
        return
    if isinstance(value, Mapping) and "expressions" in value and "type" in value:
        found = tuple(_strings(value["expressions"], 0))
        yield _Use(str(value["type"]), str(value.get("name", "")), found)
        return
    entries = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    for entry in entries:
        yield from _references(entry, depth + 1)


def _strings(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    entries = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    for entry in entries if depth < _DEPTH else ():
        yield from _strings(entry, depth + 1)


def _extended(entry: _Entry, machines: Mapping[str, Host], uses: tuple[_Use, ...]) -> Host:
    """The machine that an extension's configuration names; the only one of its kind, where it names none."""
    kind = _EXTENSIONS.get(entry.type)
    if kind is None:
        return UNSHOWN
    own = [use for use in uses if (use.type, use.name) == (entry.type, entry.name)]
    named = {re.sub(r"\[.*?\]", "", text) for use in own for text in use.references}
    fitting = {host.name: host for host in machines.values() if host.kind is kind}
    chosen = [
        host for name, host in fitting.items() if any(f"{text}.".startswith(f"{name}.") for text in named)
    ]
    if not own:
        chosen = list(fitting.values())
    return chosen[0] if len(chosen) == 1 else Host(kind)


def _gives_rights(entry: _Entry, uses: tuple[_Use, ...]) -> bool:
    principal = re.compile(
        rf"{re.escape(entry.type)}\.{re.escape(entry.name)}(\[.*?\])?\.identity.*principal_id"
    )
    return any(use.type in _GRANTS and any(map(principal.match, use.references)) for use in uses)
