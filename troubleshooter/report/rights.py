"""What a run did with the rights of whoever was signed in, and the least that would have done.

Source: Azure's built-in roles for Batch. Their actions are documented; that a role suffices for a call is
inferred from them, and for the calls on nodes no page says which right they need.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from troubleshooter.model.change import ORIGINAL, ChangeState
from troubleshooter.model.handover import Surveyed
from troubleshooter.report.counted import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.model.run import RunState

READER = "Azure Batch Account Reader"
CONTRIBUTOR = "Azure Batch Data Contributor"
OPERATOR = "Managed Identity Operator"
_BATCH = "Microsoft.Batch/batchAccounts"


@dataclass(frozen=True, slots=True)
class Right:
    did: str
    needs: str
    """The action in Azure's terms."""
    role: str
    """The least built-in role that should allow it."""
    label: str
    """How sure that is: documented, inferred or unknown."""


def signed_in_as(state: RunState) -> str:
    surveyed = state.of(Surveyed)
    return surveyed.who if surveyed else ""


def rights(state: RunState) -> Iterator[Right]:
    """What was done, as far as it went."""
    yield Right("read the account and the pool", f"{_BATCH}/read, {_BATCH}/pools/read", READER, "inferred")
    if state.of(Surveyed) is not None:
        nodes = "nodes and their extensions on the data plane"
        yield Right("read nodes and what their extension reports", f"reading {nodes}", READER, "unknown")
    made = {
        kind: sum(
            change.kind == kind for change in state.changes if change.state is not ChangeState.NEVER_MADE
        )
        for kind in ("pool", "node-user", "job", "own-job")
    }
    original = sum(change.kind == ORIGINAL for change in state.changes)
    for did in (
        f"created, and removed or left, {counted(made['pool'], 'pool')}" if made["pool"] else "",
        f"deleted {state.target.pool} and created it again" if original else "",
    ):
        if did:
            yield Right(did, f"{_BATCH}/pools/write, {_BATCH}/pools/delete", CONTRIBUTOR, "inferred")
    if made["pool"] or original:
        identity = "Microsoft.ManagedIdentity/userAssignedIdentities/*/assign/action"
        yield Right("gave them the identities that the pool has, if any", identity, OPERATOR, "inferred")
    if made["node-user"]:
        made_users = f"made {counted(made['node-user'], 'temporary node user')} and signed in over SSH"
        yield Right(made_users, "making node users on the data plane", CONTRIBUTOR, "unknown")
    jobs = f"{_BATCH}/jobs/* (data action)"
    if made["own-job"]:
        made_jobs = f"made {counted(made['own-job'], 'job')} whose tasks read nodes as administrator"
        yield Right(made_jobs, jobs, CONTRIBUTOR, "documented")
    if made["job"]:
        yield Right(f"disabled or enabled {counted(made['job'], 'job')}", jobs, CONTRIBUTOR, "documented")
