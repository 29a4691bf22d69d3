"""How many nodes a pool gets, and the resize error that says why it gets no more.

Codes are documented, as is `Provider Error Json`, in which Batch passes on what the compute service answered.
That it passes on an extension's version that does not exist in this way is assumed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from troubleshooter.simulator.extension import akvvm
from troubleshooter.simulator.world.pool import ResizeError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troubleshooter.simulator.around.conditions import Conditions
    from troubleshooter.simulator.world.pool import Pool

_NOT_ALLOCATED = "Desired number of dedicated nodes could not be allocated"
_LOCKED = (
    "The scope 'virtualMachineScaleSets' cannot perform write operation because following scope(s) are"
    " locked. Please remove the lock and try again."
)


@dataclass(frozen=True, slots=True)
class Cores:
    """Quotas of the account, and what is in use of them."""

    quota: int
    spot_quota: int
    used: int
    spot_used: int


def grant(
    pool: Pool, dedicated: int, spot: int, cores: Cores, conditions: Conditions
) -> tuple[int, int, tuple[ResizeError, ...]]:
    """How many dedicated and Spot nodes it gets of those it wants, and why no more."""
    if refused := _refused(pool, conditions):
        return 0, 0, (refused,)
    free = max(cores.quota - cores.used, 0) // pool.cores_each
    if dedicated > free:
        reason = {"Reason": f"Dedicated core quota: {cores.quota}. Cores in use: {cores.used}."}
        error = ResizeError(
            "AccountCoreQuotaReached", "The specified account has reached its core quota", reason
        )
        return free, 0, (error,)
    free = max(cores.spot_quota - cores.spot_used, 0) // pool.cores_each
    if spot > free:
        reason = {"Reason": f"Low priority core quota: {cores.spot_quota}. Cores in use: {cores.spot_used}."}
        message = "The specified account has reached its low priority core quota"
        return dedicated, free, (ResizeError("AccountLowPriorityCoreQuotaReached", message, reason),)
    return dedicated, spot, ()


def _refused(pool: Pool, conditions: Conditions) -> ResizeError | None:
    if any(isinstance(extension.get("settings"), str) for extension in pool.extensions):
        # Reported for settings sent as a JSON string; nothing in the answer hints at the extension.
        return ResizeError("AllocationFailed", "The server encountered an internal error.")
    for extension in pool.extensions:
        if akvvm.is_key_vault(extension) and not _is_published(extension):
            return _provider_error("ArtifactVersionNotFound", _missing(extension))
    if conditions.compute.locked:
        return _provider_error("ScopeLocked", _LOCKED)
    if conditions.compute.slow:
        text = f"{_NOT_ALLOCATED} as the resize timeout was reached"
        return ResizeError("AllocationTimedout", text)
    return None


def _is_published(extension: Mapping[str, Any]) -> bool:
    """Whether there is such a version. Minor versions up to the newest known are assumed to exist."""
    major, _, minor = str(extension.get("typeHandlerVersion", "")).partition(".")
    newest = akvvm.FULL_VERSIONS[akvvm.TYPES[akvvm.is_windows(extension)]].get(major)
    return newest is not None and int(minor.split(".")[0] or 0) <= int(newest.split(".")[1])


def _missing(extension: Mapping[str, Any]) -> str:
    return (
        "No version found in the artifact repository that satisfies the requested version"
        f" '{extension.get('typeHandlerVersion')}' for VM extension with publisher '{extension['publisher']}'"
        f" and type '{extension['type']}'."
    )


def _provider_error(code: str, message: str) -> ResizeError:
    relayed = json.dumps({"error": {"code": code, "message": message}})
    return ResizeError("AllocationFailed", _NOT_ALLOCATED, {"Provider Error Json": relayed})
