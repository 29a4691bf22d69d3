"""Temporary administrators on nodes: made for a collection, taken back after it, gone by themselves."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from troubleshooter.errors import ExitCode, Interrupted, ServiceRefusal, TroubleshooterError
from troubleshooter.model.change import ENDPOINT, NODE_USER
from troubleshooter.model.event import EventKind
from troubleshooter.operations.tools import endpoint
from troubleshooter.report.counted import counted

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from troubleshooter.collect.key import SessionKey, SessionKeys
    from troubleshooter.engine.context import StepContext
    from troubleshooter.operations.tools import Tools


_OF_WHAT_IT_HOLDS = frozenset({400})
"""Statuses with which Azure refuses a body for what stands in it."""
_EXPIRY = timedelta(days=2)
"""After this a forgotten user is gone by itself.

On Linux it holds to the day (documented), and which way it is rounded is not: cut to its date, anything
under a day may have expired on arrival.
"""
_THERE = "NodeUserExists"
"""Azure's code for a user of that name."""


def make_users(
    tools: Tools, ctx: StepContext, ids: dict[str, str], keys: SessionKeys
) -> tuple[dict[str, SessionKey], dict[str, str]]:
    """Nodes that have the user now, with its key, and why the others have not.

    What Azure refused was never made.
    """
    expiry = tools.now() + _EXPIRY
    perhaps = {change.id for change in ctx.state.changes if change.unknown}
    detail = {ENDPOINT: endpoint(tools, ctx)}
    ctx.write_changes(EventKind.CHANGE_INTENDED, NODE_USER, [(each, detail) for each in ids.values()])
    made: dict[str, SessionKey] = {}
    never: list[tuple[str, dict[str, str]]] = []
    failed: dict[str, str] = {}
    for node, user_id in ids.items():
        try:
            made[node] = _taken(keys, partial(_put_user, tools, ctx, user_id, expiry))
        except TroubleshooterError as error:
            failed[node] = in_a_line(error)
            if not error.unsure and user_id not in perhaps:
                never.append((user_id, {}))
    ctx.write_changes(EventKind.CHANGE_MADE, NODE_USER, [(ids[node], {}) for node in made])
    ctx.write_changes(EventKind.CHANGE_NEVER_MADE, NODE_USER, never)
    ctx.note(f"user kvts{ctx.state.id} made on {counted(len(made), 'node')}, until {expiry:%Y-%m-%d} UTC")
    return made, failed


def in_a_line(error: TroubleshooterError) -> str:
    """A node's failure in a line; what fails for all of them ends the step."""
    if error.exit_code in {ExitCode.INTERRUPTED, ExitCode.NOT_PERMITTED}:
        raise error
    return f"{error.what} {error.why}"


def _taken(keys: SessionKeys, put: Callable[[SessionKey], None]) -> SessionKey:
    """Put the user with a key of a type that is not refused; give that key."""
    try:
        put(keys.first)
    except ServiceRefusal as refusal:
        # What Azure says of a type that it does not take is not documented, but 400 is for what a body holds
        if refusal.status not in _OF_WHAT_IT_HOLDS:
            raise
        try:
            put(keys.second())
        except ServiceRefusal as again:
            if again.status not in _OF_WHAT_IT_HOLDS:
                raise
            raise refusal from again  # it was not the type
        keys.swap()
    return keys.first


def _put_user(tools: Tools, ctx: StepContext, user_id: str, expiry: datetime, key: SessionKey) -> None:
    """Make the user, or give the one of an earlier try the new key: the old key died with its process."""
    pool, node, user = user_id.split("/")
    public_line = key.public_line
    try:
        tools.azure.batch.create_user(endpoint(tools, ctx), pool, node, user, public_line, expiry)
    except ServiceRefusal as refusal:
        if refusal.code != _THERE:  # a node that is idle no more refuses with a conflict too
            raise
        tools.azure.batch.replace_user(endpoint(tools, ctx), pool, node, user, public_line, expiry)


def remove_users(tools: Tools, ctx: StepContext, pool: str = "") -> None:
    """Take the users back, of one pool or of all; what stays behind expires, and goes with the pool."""
    ours = [
        change
        for change in ctx.state.open_changes
        if change.kind == NODE_USER and change.id.startswith(f"{pool}/" if pool else "")
    ]
    if not ours:
        return
    ctx.write_changes(EventKind.CHANGE_REMOVING, NODE_USER, [(change.id, {}) for change in ours])
    gone: list[tuple[str, dict[str, str]]] = []
    unseen: list[tuple[str, dict[str, str]]] = []
    for change in ours:
        of, node, user = change.id.split("/")
        try:
            there = tools.azure.batch.delete_user(endpoint(tools, ctx), of, node, user)
        except TroubleshooterError as error:
            ctx.note(f"user {user} on {node} could not be removed yet: {error.what}")
            if isinstance(error, Interrupted):
                break
        else:
            (gone if there or change.seen else unseen).append((change.id, {}))
    ctx.write_changes(EventKind.CHANGE_REMOVED, NODE_USER, gone)
    ctx.write_changes(EventKind.CHANGE_UNKNOWN, NODE_USER, unseen)
    if gone:
        ctx.note(f"{counted(len(gone), 'node user')} removed")
