"""What this playbook cannot help with, or only by what Azure tells: told before any change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.errors import Refused
from troubleshooter.pooldef.pool_body import meant, ours

if TYPE_CHECKING:
    from troubleshooter.model.extension import Extension


def check(definition: Any, extension: Extension) -> None:
    """Raise Refused for a pool that nothing can be said about here."""
    _check_state(definition.get("properties") or {})
    _check_extension(definition, extension)


def no_way_in(definition: Any, extension: Extension) -> Refused | None:
    """Why no node of this pool would show more, and no fix be proven: then Azure's answers must do."""
    return None if ours(definition, extension) else _without(extension)


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
