"""What this playbook cannot help with, or only by what Azure tells: told before any change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.errors import Refused
from troubleshooter.model.extension import System
from troubleshooter.pooldef.pool_body import meant, ours, recognised

if TYPE_CHECKING:
    from pathlib import Path

    from troubleshooter.model.extension import Extension


def check(definition: Any, extension: Extension) -> None:
    """Raise Refused for a pool that nothing can be said about here."""
    _check_state(definition.get("properties") or {})
    _check_extension(definition, extension)


def no_way_in(definition: Any, extension: Extension, saved: Path) -> Refused | None:
    """Why no node of this pool can be signed in to, or no fix proven: then Azure's answers must do.

    `saved` is the file that holds the definition.
    """
    found = ours(definition, extension)
    if not found:
        return _without(extension)
    return _of_kind(found[0], extension, saved) or _of_addresses(
        definition.get("properties") or {}, extension, saved
    )


def of_another(extension: Extension) -> Refused:
    """It is well, and something else is not: a pool in which it does not block would show nothing new."""
    return Refused(
        f"What keeps the nodes is not the {extension.title} extension.",
        "It reports success on every node that was asked, so a pool made without waiting for it would show"
        " nothing new.",
        "Cure what the finding names, and look whether new nodes become idle.",
    )


def _without(extension: Extension) -> Refused:
    return Refused(
        f"The pool has no {extension.title} extension.",
        "Nothing waits for certificates, so what Azure says of its nodes, their start task and its other"
        " extensions is read, and no other pool would show more.",
        "Read the files of a node: az batch node file list, and startup/stderr.txt of a start task with"
        " az batch node file download. Its network is what nodes without any error are kept by.",
    )


def _check_state(properties: Any) -> None:
    if str(properties.get("provisioningState", "")).lower() == "deleting":
        raise Refused(
            "The pool is being deleted.",
            "Its provisioning state is Deleting, so its nodes cannot be looked at any more.",
            "Wait until it is gone, and look at the pool that takes its place.",
        )


def _check_extension(definition: Any, extension: Extension) -> None:
    found = ours(definition, extension)
    if not found and (misnamed := meant(definition, extension)):
        raise Refused(
            f"The pool's {extension.title} extension is not named as Azure knows it.",
            f"{'. '.join(f'In {name} {why}' for name, why in misnamed.items())}. What is not surely that"
            " extension is never changed.",
            "Correct it in the template, and create the pool again. All that is wrong in it is told by:"
            " troubleshooter lint FILE",
        )
    if len(found) > 1:
        names = ", ".join(str(entry.get("name")) for entry in found)
        raise Refused(
            f"The pool has more than one {extension.title} extension.",
            f"They are {names}; a node takes one extension of a type, and which one counts is not known.",
            "Keep one of them in the pool's definition, with all certificates in it.",
        )


def _of_kind(entry: Any, extension: Extension, saved: Path) -> Refused | None:
    version, blocking = str(entry.get("typeHandlerVersion", "")), extension.settings.blocks
    major = version.partition(".")[0]
    blocks = not (blocking and blocking.gone_from and major.isdecimal() and int(major) >= blocking.gone_from)
    idle = _idle(extension, saved) if blocks else _ANY_IDLE
    if recognised(entry, extension).system is System.WINDOWS:
        return Refused(
            "This is a Windows pool.",
            "Logs are read over SSH, which Windows nodes do not offer.",
            f"{idle} There, {_windows(extension)}",
        )
    if blocks or blocking is None:
        return None
    return Refused(
        f"The pool uses version {version} of the extension.",
        f"Version {major} has no {blocking.setting} (documented), so it cannot be switched off to reach a"
        " node.",
        f"{idle} There, {_linux(extension)}",
    )


def _of_addresses(properties: Any, extension: Extension, saved: Path) -> Refused | None:
    network = properties.get("networkConfiguration") or {}
    addresses = network.get("publicIPAddressConfiguration") or {}
    if str(addresses.get("provision", "")).lower() == "nopublicipaddresses":
        return Refused(
            "The pool's nodes have no public addresses.",
            "An inbound way in over SSH is not allowed on such a pool (documented).",
            f"{_idle(extension, saved)} There, {_linux(extension)}",
        )
    return None


_ANY_IDLE = "The logs need a node that is idle, of any pool with this extension."
"""Where no setting lets a node become idle without its certificates."""


def _idle(extension: Extension, saved: Path) -> str:
    blocking = extension.settings.blocks
    how = f" with {blocking.setting} false in the extension's settings" if blocking else ""
    return (
        f"The logs need a node that is idle. Where none is, create a pool like this one beside it{how}: its"
        " nodes become idle without their certificates. One node will do; remove that pool afterwards. The"
        f" definition of this one is saved in {saved}."
    )


def _linux(extension: Extension) -> str:
    return (
        "sign in from where its own address can be reached, or let a task with administrator rights copy them"
        f" for az batch task file download: {' and '.join(extension.linux.logs)} and /var/log/waagent.log."
        " Analyse them with: troubleshooter analyze PATH"
    )


def _windows(extension: Extension) -> str:
    return (
        "sign in over Remote Desktop, or let a task with administrator rights copy them for az batch task"
        f" file download: {' and '.join(extension.windows.logs)} and C:\\WindowsAzure\\Logs\\WaAppAgent.log."
        " Analyse them with: troubleshooter analyze PATH. Batch's own upload (az batch node service-logs"
        " upload) brings Batch's logs only."
    )
