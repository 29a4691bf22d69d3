"""Collecting the extension's logs from the debug pool's nodes over SSH."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from troubleshooter.actions.tools import NODE_USER, endpoint
from troubleshooter.engine.context import StepOutcome
from troubleshooter.errors import ExitCode, TroubleshooterError
from troubleshooter.model.event import EventKind
from troubleshooter.model.run import Collecting

if TYPE_CHECKING:
    from troubleshooter.actions.tools import Tools
    from troubleshooter.collect.key import SessionKey
    from troubleshooter.collect.nodes import NodeCollection, NodeLogin
    from troubleshooter.engine.context import StepContext

_EXPIRY = timedelta(hours=4)
"""After this a forgotten user is gone by itself."""


def collect(tools: Tools, ctx: StepContext) -> StepOutcome:
    # paramiko takes 160 ms to import and only this step needs it
    from troubleshooter.collect.fanout import collect_nodes  # noqa: PLC0415
    from troubleshooter.collect.key import make_key  # noqa: PLC0415

    pool = str(ctx.output("recreate")["pool"])
    nodes = tuple(ctx.output("wait-for-idle")["ready"])
    key = make_key()
    try:
        logins, failed = _sign_in(tools, ctx, pool, nodes, key)
        known = dict(ctx.output("collect").get("host_keys", {}))
        found = collect_nodes(
            logins,
            key,
            ctx.keep,
            ctx.cancel,
            lambda done, bad, total, latest: ctx.show(Collecting(ctx.step.id, done, bad, total, latest)),
            known,
        )
    finally:
        _remove_users(tools, ctx, pool)
    return _ended(ctx, found, failed)


def _sign_in(
    tools: Tools, ctx: StepContext, pool: str, nodes: tuple[str, ...], key: SessionKey
) -> tuple[tuple[NodeLogin, ...], dict[str, str]]:
    """A temporary administrator on each node, and where to reach it. One bad node is one failure."""
    from troubleshooter.collect.nodes import NodeLogin  # noqa: PLC0415 - as above

    user = f"kvts{ctx.state.id}"
    expiry = tools.now() + _EXPIRY
    ids = {node: f"{pool}/{node}/{user}" for node in nodes}
    ctx.write_changes(EventKind.CHANGE_INTENDED, NODE_USER, [(each, {}) for each in ids.values()])
    logins, failed = [], {}
    for node in nodes:
        try:
            _put_user(tools, ctx, pool, node, user, key.public_line, expiry)
            login = tools.azure.login(endpoint(ctx), pool, node)
        except TroubleshooterError as error:
            if error.exit_code in {ExitCode.INTERRUPTED, ExitCode.NOT_PERMITTED}:
                raise
            failed[node] = f"{error.what} {error.why}"
        else:
            logins.append(NodeLogin(node, login.host, login.port, user))
    ctx.write_changes(EventKind.CHANGE_MADE, NODE_USER, [(ids[login.node], {}) for login in logins])
    ctx.note(f"user {user} made on {len(logins)} node(s), until {expiry:%H:%M} UTC")
    return tuple(logins), failed


def _put_user(
    tools: Tools, ctx: StepContext, pool: str, node: str, user: str, public_line: str, expiry: Any
) -> None:
    """Make the user, or give the one of an earlier try the new key: the old key died with its process."""
    from troubleshooter.errors import ServiceRefusal  # noqa: PLC0415 - keeps the name beside its only use

    try:
        tools.azure.create_user(endpoint(ctx), pool, node, user, public_line, expiry)
    except ServiceRefusal as refusal:
        # Azure's code for it is not documented; a conflict on an idle node is a user of that name
        if refusal.status != 409:
            raise
        tools.azure.replace_user(endpoint(ctx), pool, node, user, public_line, expiry)


def _remove_users(tools: Tools, ctx: StepContext, pool: str) -> None:
    """Take the users back, whatever happened; what stays behind expires, and goes with the pool."""
    ours = [
        change
        for change in ctx.state.open_changes
        if change.kind == NODE_USER and change.id.startswith(f"{pool}/")
    ]
    ctx.write_changes(EventKind.CHANGE_REMOVING, NODE_USER, [(change.id, {}) for change in ours])
    gone: list[tuple[str, dict[str, str]]] = []
    for change in ours:
        _, node, user = change.id.split("/")
        try:
            tools.azure.delete_user(endpoint(ctx), pool, node, user)
        except TroubleshooterError as error:
            ctx.note(f"user {user} on {node} could not be removed yet: {error.what}")
            if error.exit_code == ExitCode.INTERRUPTED:
                break
        else:
            gone.append((change.id, {}))
    ctx.write_changes(EventKind.CHANGE_REMOVED, NODE_USER, gone)
    if gone:
        ctx.note(f"{len(gone)} node user(s) removed")


def _ended(ctx: StepContext, found: tuple[NodeCollection, ...], failed: dict[str, str]) -> StepOutcome:
    good = [each for each in found if each.problem is None]
    failed = failed | {each.node: f"{each.problem.what} {each.problem.why}" for each in found if each.problem}
    partial = [f"{each.node}: {told}" for each in good for told in each.partial]
    left_out = [f"{each.node}: {told}" for each in good for told in each.left_out]
    for told in [*(f"{node}: {why}" for node, why in failed.items()), *partial, *left_out]:
        ctx.note(told)
    files = sum(len(each.files) for each in good)
    total = len(good) + len(failed)
    output = {
        "host_keys": {each.node: each.host_key for each in found if each.host_key},
        "failed": failed,
        "partial": partial,
        "left_out": left_out,
        "files": files,
    }
    incomplete = bool(failed or partial)
    return StepOutcome(
        f"{files} files from {len(good)} of {total} nodes",
        output=output,
        attention=incomplete,
        exit_code=ExitCode.INCOMPLETE if incomplete else ExitCode.DONE,
    )
