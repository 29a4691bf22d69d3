"""Every right that a route uses from its plan to its clean-up, by the calls that it makes.

What the data plane takes instead of an action is documented for custom roles: `batchAccounts/read` for any
read, `batchAccounts/listKeys/action` for any operation. Resource Manager takes nothing instead.
Source: https://learn.microsoft.com/azure/batch/batch-role-based-access-control#assign-a-custom-role
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.cloud.refusals.call import Call
from troubleshooter.model.need import Right
from troubleshooter.pooldef.pool_body import machine

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from troubleshooter.model.facts import JobFacts

_READ = "Microsoft.Batch/batchAccounts/read"
_KEYS = "Microsoft.Batch/batchAccounts/listKeys/action"
_SCHEDULES = "Microsoft.Batch/batchAccounts/jobSchedules"
_ASSIGN = "Microsoft.ManagedIdentity/userAssignedIdentities/assign/action"
_JOIN = "Microsoft.Network/virtualNetworks/subnets/join/action"
_ADDRESS = "Microsoft.Network/publicIPAddresses/join/action"
_IMAGE = "Microsoft.Compute/{}/read"


def beside(account: str, body: Mapping[str, Any]) -> tuple[Right, ...]:
    """Of a debug pool beside the original; `body` is what it is made of."""
    return (*_of_pools(account, ()), *_named(body))


def in_place(account: str, body: Mapping[str, Any]) -> tuple[Right, ...]:
    """Of work on the original itself, but for jobs that have to be disabled: those are known by then."""
    return (
        *_of_pools(account, (_KEYS,)),
        _read(Call.JOB_READ.action, account, "it looks which jobs are on the pool"),
        _read(f"{_SCHEDULES}/read", account, "it looks which job schedules are on the pool"),
        *_named(body),
    )


def of_tasks(account: str, *, alone: bool) -> tuple[Right, ...]:
    """Of reading nodes by tasks of a job of its own; not `alone` where SSH goes before."""
    when = "" if alone else "where SSH leads to no node"
    told = (
        (Call.JOB_CREATE, "it makes a job whose tasks read the nodes", (_KEYS,)),
        (Call.TASK_READ, "it reads what these tasks found", (_READ, _KEYS)),
        (Call.JOB_DELETE, "it removes that job", (_KEYS,)),
    )
    return tuple(Right(call.action, account, use, True, instead, when) for call, use, instead in told)


def of_jobs(account: str, jobs: Iterable[JobFacts]) -> tuple[Right, ...]:
    """Of disabling what is active while the original is away, and enabling it again."""
    active = [job for job in jobs if job.state == "active"]
    found = []
    if any(not job.schedule for job in active):
        use = "it disables jobs of the pool, and enables them again"
        found.append(Right(Call.JOB_CHANGE.action, account, use, data=True, instead=(_KEYS,)))
    if any(job.schedule for job in active):
        use = "it disables job schedules of the pool, and enables them again"
        found.append(Right(f"{_SCHEDULES}/write", account, use, data=True, instead=(_KEYS,)))
    return tuple(found)


def _read(action: str, account: str, use: str) -> Right:
    return Right(action, account, use, data=True, instead=(_READ, _KEYS))


def _of_pools(account: str, deletes: tuple[str, ...]) -> Iterator[Right]:
    """`deletes` is what lets delete instead: the original goes through the data plane, others by ARM."""
    yield Right(Call.ACCOUNT_READ.action, account, "it reads the account")
    yield Right(Call.POOL_READ.action, account, "it reads pools and their nodes")
    yield Right(Call.POOL_CREATE.action, account, "it makes pools, and users on their nodes")
    yield Right(Call.POOL_DELETE.action, account, "it removes the pools that it made", instead=deletes)


def _named(body: Mapping[str, Any]) -> Iterator[Right]:
    """Of others' resources that the pool names: whoever makes it needs rights there too."""
    identity = body.get("identity")
    for place in (identity.get("userAssignedIdentities") or ()) if isinstance(identity, dict) else ():
        yield Right(_ASSIGN, str(place), "it gives the pool its identity")
    network = body["properties"].get("networkConfiguration") or {}
    if subnet := network.get("subnetId"):
        yield Right(_JOIN, str(subnet), "it puts nodes into the subnet")
    for place in (network.get("publicIPAddressConfiguration") or {}).get("ipAddressIds") or ():
        yield Right(_ADDRESS, str(place), "it gives the pool its public address")
    reference = machine(body).get("imageReference")
    if isinstance(reference, dict) and (image := str(reference.get("id") or "")):
        yield Right(_IMAGE.format(_kind(image)), image, "its nodes are made from the image")


def _kind(image: str) -> str:
    """galleries/images/versions, of an image's resource id: the types below its provider."""
    _, _, below = image.lower().partition("/providers/microsoft.compute/")
    kinds = below.split("/")[::2]
    return "galleries/images/versions" if kinds[0] == "galleries" else "images"
