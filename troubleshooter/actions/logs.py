"""Collecting the extension's logs from the debug pool's nodes over SSH."""

from __future__ import annotations

from functools import partial
from ipaddress import ip_network
from typing import TYPE_CHECKING

from troubleshooter.engine.step_outcome import StepOutcome
from troubleshooter.errors import ExitCode, TroubleshooterError
from troubleshooter.model.handover import Collected, Made, Planned, Ready
from troubleshooter.model.progress import Collecting
from troubleshooter.operations.node_watch import given_up_on_spot, spot_nodes_taken, taken_of
from troubleshooter.operations.tools import endpoint
from troubleshooter.operations.users import in_a_line, make_users, remove_users
from troubleshooter.report.counted import counted
from troubleshooter.report.gaps import gaps

if TYPE_CHECKING:
    from troubleshooter.collect.key import SessionKey, SessionKeys
    from troubleshooter.collect.nodes import NodeCollection, NodeLogin
    from troubleshooter.engine.context import StepContext
    from troubleshooter.model.step import ErrorText
    from troubleshooter.operations.tools import Tools


def collect(tools: Tools, ctx: StepContext) -> StepOutcome:
    # paramiko takes 160 ms to import and only this step needs it
    from troubleshooter.collect.fanout import collect_nodes  # noqa: PLC0415
    from troubleshooter.collect.key import SessionKeys  # noqa: PLC0415
    from troubleshooter.collect.node import MOST_SECRETS  # noqa: PLC0415
    from troubleshooter.collect.roads.ssh import SignIn, Ssh  # noqa: PLC0415
    from troubleshooter.collect.wanted import wanted  # noqa: PLC0415

    pool = ctx.need(Made).pool
    nodes = ctx.need(Ready).ready
    keys = SessionKeys()
    try:
        made, logins, failed = _sign_in(tools, ctx, pool, nodes, keys)
        sign_in = SignIn(made, logins, lambda node, shown: ctx.pin(pool, node, shown))
        found = collect_nodes(
            Ssh(ctx.need(Planned).allow_from, sign_in),
            tuple(logins),
            partial(ctx.keep, most=MOST_SECRETS),
            ctx.cancel,
            lambda done, bad, total, latest: ctx.show(Collecting(ctx.step.id, done, bad, total, latest)),
            wanted(tools.extension),
        )
    finally:
        remove_users(tools, ctx, pool)
    failed |= {each.node: _in_full(each.problem) for each in found if each.problem}
    taken = taken_of(tools, ctx, pool, failed)
    too_often = given_up_on_spot(ctx.state)
    leads_to = "taken-too-often" if too_often else "taken-away"
    ends = too_often and bool(ctx.need(Planned).route)  # there is no other kind to ask for
    if taken and len(taken) == len(nodes) and leads_to in ctx.step.on and not ends:
        return StepOutcome(f"Azure took {spot_nodes_taken(ctx.state)}", outcome=leads_to, attention=True)
    return _ended(ctx, found, failed | dict.fromkeys(taken, "It was taken away by Azure: it is a Spot node."))


def _sign_in(
    tools: Tools, ctx: StepContext, pool: str, nodes: tuple[str, ...], keys: SessionKeys
) -> tuple[dict[str, SessionKey], dict[str, NodeLogin], dict[str, str]]:
    """A temporary administrator on each node, its key, and where to reach it. One bad node is one failure."""
    from troubleshooter.collect.nodes import NodeLogin  # noqa: PLC0415 - as above

    user = f"kvts{ctx.state.id}"
    made, failed = make_users(tools, ctx, {node: f"{pool}/{node}/{user}" for node in nodes}, keys)
    version = ip_network(ctx.need(Planned).allow_from).version
    logins: dict[str, NodeLogin] = {}
    for node in made:
        try:
            batch, at = tools.azure.batch, endpoint(tools, ctx)
            login = batch.ssh_endpoint(at, pool, node, version) or batch.login(at, pool, node)
        except TroubleshooterError as error:
            failed[node] = in_a_line(error)
        else:
            logins[node] = NodeLogin(node, login.host, login.port, user)
    return made, logins, failed


def _in_full(problem: ErrorText) -> str:
    """All three parts, since nowhere else the operator gets to see them."""
    return f"{problem.what} {problem.why} {problem.do}"


def _ended(ctx: StepContext, found: tuple[NodeCollection, ...], failed: dict[str, str]) -> StepOutcome:
    good = [each for each in found if each.problem is None]
    partial = [f"{each.node}: {told}" for each in good for told in each.partial]
    left_out = [f"{each.node}: {told}" for each in good for told in each.left_out]
    for told in [*(f"{node}: {why}" for node, why in failed.items()), *partial, *gaps(left_out)]:
        ctx.note(told)
    files = sum(len(each.files) for each in good)
    total = len(good) + len(failed)
    collected = Collected(failed=failed, partial=tuple(partial), left_out=tuple(left_out), files=files)
    incomplete = bool(failed or partial)
    return StepOutcome(
        f"{counted(files, 'file')} from {len(good)} of {counted(total, 'node')}",
        output=collected,
        attention=incomplete,
        exit_code=ExitCode.INCOMPLETE if incomplete else ExitCode.DONE,
    )
