"""What this playbook cannot help with, or only by what Azure tells: told before any change."""

from __future__ import annotations

from typing import Any

from troubleshooter.actions.pool_body import extensions, is_key_vault
from troubleshooter.errors import Refused

_IDLE = (
    "The logs need a node that is idle. Where none is, create a pool like this one beside it with"
    " requireInitialSync false in the extension's settings: its nodes become idle without their certificates."
)
_LINUX = (
    "sign in from where its own address can be reached, or let a task with administrator rights copy them for"
    " az batch task file download: /var/log/azure/Microsoft.Azure.KeyVault.KeyVaultForLinux and"
    " /var/log/waagent.log. Analyse them with: troubleshooter analyze PATH"
)
_PRIVATE = f"{_IDLE} There, {_LINUX}"
_VERSION_4 = f"The logs need a node that is idle, of any pool with this extension. There, {_LINUX}"
_WINDOWS = (
    f"{_IDLE} There, sign in over Remote Desktop, or let a task with administrator rights copy them for az"
    r" batch task file download: C:\WindowsAzure\Logs\Plugins\Microsoft.Azure.KeyVault.KeyVaultForWindows and"
    r" C:\WindowsAzure\Logs\WaAppAgent.log. Analyse them with: troubleshooter analyze PATH. Batch's own"
    " upload (az batch node service-logs upload) brings Batch's logs only."
)


def check(definition: Any) -> None:
    """Raise Refused for a pool that nothing can be said about here."""
    _check_state(definition.get("properties") or {})
    _check_extension(definition)


def no_way_in(definition: Any) -> Refused | None:
    """Why no node of this pool can be signed in to, or no fix proven: then Azure's answers must do."""
    (extension,) = (each for each in extensions(definition) if is_key_vault(each))
    return _of_kind(extension) or _of_addresses(definition.get("properties") or {})


def _check_state(properties: Any) -> None:
    if str(properties.get("provisioningState", "")).lower() == "deleting":
        raise Refused(
            "The pool is being deleted.",
            "Its provisioning state is Deleting, so its nodes cannot be looked at any more.",
            "Wait until it is gone, and look at the pool that takes its place.",
        )


def _check_extension(definition: Any) -> None:
    found = [extension for extension in extensions(definition) if is_key_vault(extension)]
    if not found:
        raise Refused(
            "The pool has no Key Vault extension.",
            "None of its extensions is published by Microsoft.Azure.KeyVault, so nothing can be done here.",
            "Check the pool's name; for other failures see the pool's node errors and resize errors.",
        )
    if len(found) > 1:
        names = ", ".join(str(extension.get("name")) for extension in found)
        raise Refused(
            "The pool has more than one Key Vault extension.",
            f"They are {names}; a node takes one extension of a type, and which one counts is not known.",
            "Keep one of them in the pool's definition, with all certificates in it.",
        )


def _of_kind(extension: Any) -> Refused | None:
    if "windows" in str(extension.get("type", "")).lower():
        return Refused(
            "This is a Windows pool.",
            "Logs are read over SSH, which Windows nodes do not offer.",
            _WINDOWS,
        )
    version = str(extension.get("typeHandlerVersion", ""))
    if version.startswith("4"):
        return Refused(
            f"The pool uses version {version} of the extension.",
            "Version 4 has no requireInitialSync (documented), so it cannot be switched off to reach a node.",
            _VERSION_4,
        )
    return None


def _of_addresses(properties: Any) -> Refused | None:
    network = properties.get("networkConfiguration") or {}
    addresses = network.get("publicIPAddressConfiguration") or {}
    if str(addresses.get("provision", "")).lower() == "nopublicipaddresses":
        return Refused(
            "The pool's nodes have no public addresses.",
            "An inbound way in over SSH is not allowed on such a pool (documented).",
            _PRIVATE,
        )
    return None
