"""What an idle node of a pool of one's own answers to the questions about Azure that are open."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from ipaddress import ip_network
from typing import TYPE_CHECKING, Any

from troubleshooter.errors import ServiceRefusal, TroubleshooterError
from troubleshooter.model.change import ENDPOINT, NODE_USER
from troubleshooter.model.event import EventKind
from troubleshooter.model.handover import OpenAnswer, Planned
from troubleshooter.operations.asking.open_questions import answered, told_of
from troubleshooter.operations.pools import remove_pool
from troubleshooter.operations.tools import endpoint
from troubleshooter.operations.users import remove_users

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from troubleshooter.collect.key import SessionKey
    from troubleshooter.engine.context import StepContext
    from troubleshooter.operations.tools import Tools

_LONG, _SHORT = timedelta(days=2), timedelta(hours=1)
_LEAST = timedelta(minutes=5)
"""That has to be left of a day (UTC) for a user that expires on it to tell anything."""


def ask_idle_node(
    tools: Tools, ctx: StepContext, pool: str, node: str, body: dict[str, Any]
) -> Iterator[OpenAnswer]:
    """One after the other, on one node; each leaves it as it was."""
    from troubleshooter.collect.key import make_key, make_other_key  # noqa: PLC0415 - paramiko is slow to load

    now = tools.now()
    yield answered("both-ports", lambda: _both_ports(tools, ctx, pool, node))
    yield answered("if-none-match", lambda: _made_again(tools, ctx, pool, body))
    yield answered("rsa", lambda: _let_in(tools, ctx, pool, node, make_key(), now + _LONG))
    yield answered("ed25519", lambda: _let_in(tools, ctx, pool, node, make_other_key(), now + _LONG))
    left = now.replace(hour=23, minute=59, second=0, microsecond=0) - now
    if left < _LEAST:
        yield OpenAnswer("expiry", "the day (UTC) is about to end: ask again in some minutes", settled=False)
        return
    expiry = now + min(_SHORT, left)
    yield answered("expiry", lambda: _let_in(tools, ctx, pool, node, make_key(), expiry))


def delete_in_forms(tools: Tools, ctx: StepContext, pool: str) -> OpenAnswer:
    """Delete the pool by a DELETE in one form of If-Match, and in the other where that is refused."""
    told: list[str] = []

    def delete() -> None:
        etag = tools.azure.batch.etag(endpoint(tools, ctx), pool)
        bare = (etag or "").removeprefix("W/").strip('"')
        for form, match in (("quoted", f'"{bare}"'), ("bare", bare)):
            try:
                tools.azure.batch.delete_pool_bound(endpoint(tools, ctx), pool, match)
            except ServiceRefusal as refusal:
                told.append(f"{form}: {told_of(refusal)}")
            else:
                told.append(f"{form}: taken")
                return
        tools.azure.arm.delete_pool(ctx.state.target, pool)

    def removed() -> str:
        with ctx.taking_back():  # it is waited for whatever is left of the run's own time
            remove_pool(tools, ctx, pool, delete)
        return "; ".join(told)

    return answered("if-match", removed)


def _both_ports(tools: Tools, ctx: StepContext, pool: str, node: str) -> str:
    at = endpoint(tools, ctx)
    told = tools.azure.batch.login(at, pool, node)
    own = tools.azure.batch.ssh_endpoint(at, pool, node, _version(ctx))
    if own is None:
        return "the node names no port for SSH"
    return "that of 22" if told.port == own.port else "another than that of 22"


def _made_again(tools: Tools, ctx: StepContext, pool: str, body: dict[str, Any]) -> str:
    """It is this run's own pool, with the same body: were the request taken, nothing would change."""
    try:
        tools.azure.arm.create_pool(ctx.state.target, pool, body)
    except ServiceRefusal as refusal:
        return told_of(refusal)
    return "it is not refused"


def _let_in(tools: Tools, ctx: StepContext, pool: str, node: str, key: SessionKey, expiry: datetime) -> str:
    """Whether the user is made, and then whether the node lets it in; where it is not made, why."""
    try:
        with _user(tools, ctx, f"{pool}/{node}/kvts{ctx.state.id}", key, expiry) as user:
            return f"made, and {_sign_in(tools, ctx, pool, node, user, key)}"
    except ServiceRefusal as refusal:
        if refusal.unsure:
            raise
        return f"not made: {told_of(refusal)}"


@contextmanager
def _user(tools: Tools, ctx: StepContext, user_id: str, key: SessionKey, expiry: datetime) -> Iterator[str]:
    pool, node, user = user_id.split("/")
    at = endpoint(tools, ctx)
    ctx.write_change(EventKind.CHANGE_INTENDED, NODE_USER, user_id, {ENDPOINT: at})
    try:
        tools.azure.batch.create_user(at, pool, node, user, key.public_line, expiry)
    except TroubleshooterError as error:
        if not error.unsure:
            ctx.write_change(EventKind.CHANGE_NEVER_MADE, NODE_USER, user_id)
        raise
    ctx.write_change(EventKind.CHANGE_MADE, NODE_USER, user_id)
    try:
        yield user
    finally:
        remove_users(tools, ctx, pool)


def _sign_in(tools: Tools, ctx: StepContext, pool: str, node: str, user: str, key: SessionKey) -> str:
    from troubleshooter.collect.nodes import NodeLogin, NodeProblem  # noqa: PLC0415 - as above
    from troubleshooter.collect.patience import Patience  # noqa: PLC0415 - as above
    from troubleshooter.collect.roads.ssh_connection import connected  # noqa: PLC0415 - as above

    at, batch = endpoint(tools, ctx), tools.azure.batch
    told = batch.ssh_endpoint(at, pool, node, _version(ctx)) or batch.login(at, pool, node)
    login = NodeLogin(node, told.host, told.port, user)
    try:
        with connected(login, key, lambda of, shown: ctx.pin(pool, of, shown), Patience(node, ctx.cancel)):
            return "let in"
    except NodeProblem as problem:
        return "not let in" if "did not let" in problem.text.what else "not reached"


def _version(ctx: StepContext) -> int:
    return ip_network(ctx.need(Planned).allow_from).version
