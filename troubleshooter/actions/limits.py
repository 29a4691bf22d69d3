"""What this playbook cannot help with, told before any change, with what can still be done."""

from __future__ import annotations

from typing import Any

from troubleshooter.actions.pool_body import extensions, is_key_vault
from troubleshooter.errors import Refused

_STILL = (
    "Check the settings with: troubleshooter lint POOL.json. Read the node's extension view. "
    "Analyse logs you already have with: troubleshooter analyze PATH"
)


def check(definition: Any) -> None:
    """Raise Refused for a pool that the playbook cannot take through to the end."""
    properties = definition.get("properties") or {}
    _check_state(properties)
    _check_extension(definition)
    _check_addresses(properties)


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
    _check_kind(found[0])


def _check_kind(extension: Any) -> None:
    if "windows" in str(extension.get("type", "")).lower():
        raise Refused(
            "This is a Windows pool.",
            "The playbook signs in over SSH, which Windows nodes do not offer.",
            f"Nothing was changed. {_STILL}",
        )
    version = str(extension.get("typeHandlerVersion", ""))
    if version.startswith("4"):
        raise Refused(
            f"The pool uses version {version} of the extension.",
            "Version 4 has no requireInitialSync (documented), so it cannot be switched off to reach a node.",
            f"Nothing was changed. {_STILL}",
        )


def _check_addresses(properties: Any) -> None:
    network = properties.get("networkConfiguration") or {}
    addresses = network.get("publicIPAddressConfiguration") or {}
    if str(addresses.get("provision", "")).lower() == "nopublicipaddresses":
        raise Refused(
            "The pool's nodes have no public addresses.",
            "An inbound way in over SSH is not allowed on such a pool (documented).",
            f"Nothing was changed. {_STILL}",
        )
