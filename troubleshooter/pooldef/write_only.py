"""Fields of a pool that can be written and never read: GET leaves them out, so a copy would lack them.

Source: the fields marked x-ms-secret or write-only in ARM 2025-06-01, and protectedSettings, which that
version does not mark and does not return either.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from troubleshooter.forms.change import KeyPath
from troubleshooter.pooldef.pool_body import recognised

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from troubleshooter.model.extension import Extension

"""Keys and positions below the pool's properties."""

DEALLOCATION = "scaleSettings.fixedScale.nodeDeallocationOption"
"""Write-only too, and no secret. It acts while nodes are removed; a resize under way shows it (recorded)."""

_MACHINE: KeyPath = ("deploymentConfiguration", "virtualMachineConfiguration")
_NAME = re.compile(r"[^A-Z0-9]+")


@dataclass(frozen=True, slots=True)
class WriteOnly:
    path: str
    """As the operator names it."""
    place: KeyPath
    without: KeyPath
    """What a pool has to do without when the field is waived: the field itself, or what needs it."""
    lost: str
    """The same in words."""
    json_object: bool = False

    @property
    def name(self) -> str:
        """For the environment variable."""
        return _NAME.sub("_", self.path.upper()).strip("_")


def write_only_fields(definition: Any, extension: Extension) -> tuple[WriteOnly, ...]:
    """Those that this pool has, or may have."""
    properties = definition.get("properties") or {}
    machine = (properties.get("deploymentConfiguration") or {}).get("virtualMachineConfiguration") or {}
    return (
        *_accounts(properties),
        *_registries(properties, machine),
        *_mounts(properties),
        *_extensions(machine, extension),
    )


def deallocation(definition: Any) -> str:
    """The option of the resize that goes on; empty where none does, or it does not say."""
    properties = definition.get("properties") or {}
    if str(properties.get("allocationState", "")).lower() != "resizing":
        return ""
    resize = properties.get("resizeOperationStatus")
    option = resize.get("nodeDeallocationOption") if isinstance(resize, dict) else None
    return option if isinstance(option, str) else ""


def _accounts(properties: Mapping[str, Any]) -> Iterator[WriteOnly]:
    for number, account in enumerate(properties.get("userAccounts") or []):
        here: KeyPath = ("userAccounts", number)
        path, called = f"userAccounts[{number}]", account.get("name")
        yield WriteOnly(f"{path}.password", (*here, "password"), here, f"user account {called}")
        if account.get("linuxUserConfiguration"):
            place = (*here, "linuxUserConfiguration", "sshPrivateKey")
            lost = f"SSH between nodes as {called}"
            yield WriteOnly(f"{path}.linuxUserConfiguration.sshPrivateKey", place, place, lost)


def _registries(properties: Mapping[str, Any], machine: Mapping[str, Any]) -> Iterator[WriteOnly]:
    for number, registry in enumerate(
        (machine.get("containerConfiguration") or {}).get("containerRegistries") or []
    ):
        if _by_password(registry):
            here = (*_MACHINE, "containerConfiguration", "containerRegistries", number)
            path = f"containerConfiguration.containerRegistries[{number}].password"
            yield WriteOnly(path, (*here, "password"), here, f"container registry {_server(registry)}")
    registry = ((properties.get("startTask") or {}).get("containerSettings") or {}).get("registry") or {}
    if _by_password(registry):
        here = ("startTask", "containerSettings", "registry")
        lost = f"the start task's registry {_server(registry)}"
        yield WriteOnly("startTask.containerSettings.registry.password", (*here, "password"), here, lost)


def _by_password(registry: Mapping[str, Any]) -> bool:
    return bool(registry.get("username")) and not registry.get("identityReference")


def _server(registry: Mapping[str, Any]) -> str:
    return str(registry.get("registryServer") or "docker.io")


def _mounts(properties: Mapping[str, Any]) -> Iterator[WriteOnly]:
    kinds = (
        ("azureBlobFileSystemConfiguration", "accountKey"),
        ("azureFileShareConfiguration", "accountKey"),
        ("cifsMountConfiguration", "password"),
    )
    for number, mount in enumerate(properties.get("mountConfiguration") or []):
        here: KeyPath = ("mountConfiguration", number)
        for kind, key in kinds:
            found = mount.get(kind)
            if found is None or found.get("identityReference"):
                continue
            shown = "accountKey/sasKey" if kind.startswith("azureBlob") else key
            lost = f"the mount at {found.get('relativeMountPath')}"
            yield WriteOnly(f"mountConfiguration[{number}].{kind}.{shown}", (*here, kind, key), here, lost)


def _extensions(machine: Mapping[str, Any], extension: Extension) -> Iterator[WriteOnly]:
    for number, entry in enumerate(machine.get("extensions") or []):
        if extension.secret_settings or not recognised(entry, extension).ours:
            called = entry.get("name")
            place = (*_MACHINE, "extensions", number, "protectedSettings")
            lost = f"protected settings of extension {called}"
            yield WriteOnly(f"extensions[{called}].protectedSettings", place, place, lost, json_object=True)
