"""Cleaning up without a journal: only pools that carry a run's mark, each agreed to by its own name.

Anyone can write metadata, so the mark alone proves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from troubleshooter.cloud.wait import poll
from troubleshooter.errors import Interrupted, NotPermitted, TroubleshooterError
from troubleshooter.pooldef.pool_body import marked_by

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from troubleshooter.cloud.azure import Azure
    from troubleshooter.model.target import Target

_LIMIT = 1800.0


@dataclass(frozen=True, slots=True)
class Cleared:
    """What was found by the mark."""

    removed: tuple[str, ...]
    left: Mapping[str, str]
    """Pool to why it is left."""


def clear_marked(
    azure: Azure,
    account: Target,
    run: str,
    agreed: Callable[[str], bool],
    clock: Callable[[], float],
    cancel: threading.Event,
) -> Cleared:
    """Remove the account's pools that carry the run's mark and whose name the operator gave."""
    found = [str(body["name"]) for body in azure.arm.pools(account) if marked_by(body) == run]
    removed, left = [], {}
    for name in found:
        if not agreed(name):
            left[name] = f"its name was not confirmed: --confirm {name}"
            continue
        try:
            _remove(azure, account, name, clock, cancel)
        except (Interrupted, NotPermitted):
            raise
        except TroubleshooterError as error:
            left[name] = f"{error.what} {error.why}"
        else:
            removed.append(name)
    return Cleared(tuple(removed), left)


def _remove(
    azure: Azure, account: Target, name: str, clock: Callable[[], float], cancel: threading.Event
) -> None:
    azure.arm.delete_pool(account, name)
    poll(
        lambda: azure.arm.pool_gone(account, name) or None,
        subject=f"pool {name} to be deleted",
        cancel=cancel,
        clock=clock,
        limit=_LIMIT,
        hint=lambda: azure.hint,
    )
