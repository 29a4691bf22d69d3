"""Collecting the extension's logs from the debug pool's nodes, down the ladder of the roads to them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from troubleshooter.engine.step_outcome import StepOutcome
from troubleshooter.errors import ExitCode, TroubleshooterError
from troubleshooter.model.handover import Collected, Made, Planned, Ready
from troubleshooter.model.progress import Collecting
from troubleshooter.model.road import NAMES, SSH, TASK, VIEW
from troubleshooter.operations.node_watch import given_up_on_spot, spot_nodes_taken, taken_of
from troubleshooter.operations.reading.ladder import Climbed, closed, walk
from troubleshooter.operations.users import remove_users
from troubleshooter.pooldef.pool_body import system, task_slots
from troubleshooter.report.counted import counted
from troubleshooter.report.gaps import gaps

if TYPE_CHECKING:
    from collections.abc import Callable

    from troubleshooter.collect.nodes import NodeCollection
    from troubleshooter.collect.roads.road import Road
    from troubleshooter.engine.context import StepContext
    from troubleshooter.operations.reading.ladder import Read
    from troubleshooter.operations.tools import Tools


def collect(tools: Tools, ctx: StepContext) -> StepOutcome:
    pool, nodes, planned = ctx.need(Made).pool, ctx.need(Ready).ready, ctx.need(Planned)
    roads: dict[str, Callable[[tuple[str, ...]], Climbed]] = {}
    if planned.allow_from:
        roads[SSH] = partial(_over_ssh, tools, ctx, pool, planned.allow_from)
    if planned.tasks:
        roads[TASK] = partial(_by_tasks, tools, ctx, pool)
    read = walk(roads, nodes, partial(taken_of, tools, ctx, pool))
    _note_lower_roads(ctx, read)
    failed, taken = dict(read.failed), read.gone
    too_often = given_up_on_spot(ctx.state)
    leads_to = "taken-too-often" if too_often else "taken-away"
    # there is no other kind to ask for, and no other node than those that were named
    ends = bool(planned.chosen) or (too_often and bool(planned.route))
    if taken and len(taken) == len(nodes) and leads_to in ctx.step.on and not ends:
        return StepOutcome(f"Azure took {spot_nodes_taken(ctx.state)}", outcome=leads_to, attention=True)
    failed |= dict.fromkeys(taken, "It was taken away by Azure: it is a Spot node.")
    return _ended(ctx, read, failed)


def _asked(tools: Tools) -> tuple[tuple[str, str], ...]:
    """What a node is asked for whose settings name nothing, as that of a pool without the extension."""
    from troubleshooter.pooldef import wanted  # noqa: PLC0415 - as above

    found = wanted.wanted(tools.definition(), tools.extension)
    return tuple((one.url, one.client_id) for one in found)


def _over_ssh(tools: Tools, ctx: StepContext, pool: str, allow_from: str, nodes: tuple[str, ...]) -> Climbed:
    # paramiko takes 160 ms to import and only this step needs it
    from troubleshooter.collect.key import SessionKeys  # noqa: PLC0415
    from troubleshooter.collect.roads.ssh import SignIn, Ssh  # noqa: PLC0415
    from troubleshooter.operations.reading.by_ssh import sign_in  # noqa: PLC0415

    try:
        try:
            made, logins, failed = sign_in(tools, ctx, pool, nodes, SessionKeys(), allow_from)
        except TroubleshooterError as error:
            return closed(nodes, error)
        signed_in = SignIn(made, logins, lambda node, shown: ctx.pin(pool, node, shown))
        return Climbed(_read(tools, ctx, Ssh(allow_from, signed_in), tuple(logins)), failed)
    finally:
        remove_users(tools, ctx, pool)


def _by_tasks(tools: Tools, ctx: StepContext, pool: str, nodes: tuple[str, ...]) -> Climbed:
    from troubleshooter.collect.node import orders  # noqa: PLC0415 - only this step needs them
    from troubleshooter.collect.roads.task import Task  # noqa: PLC0415
    from troubleshooter.collect.roads.task_script import for_system  # noqa: PLC0415
    from troubleshooter.collect.wanted import wanted  # noqa: PLC0415
    from troubleshooter.operations.reading.by_task import Asking  # noqa: PLC0415
    from troubleshooter.operations.reading.own_jobs import remove_jobs  # noqa: PLC0415

    on = system(tools.definition())
    runs = orders(wanted(tools.extension, on, _asked(tools)))
    try:
        try:
            script = for_system(on, runs, ctx.need(Planned).chosen)
            asking = Asking(tools, ctx, pool, task_slots(tools.definition()), script)
            asking.ask(nodes)
        except TroubleshooterError as error:
            return closed(nodes, error)
        road = Task(asking.answers, asking.fetch, runs)
        return Climbed(_read(tools, ctx, road, tuple(asking.answers)), asking.failed)
    finally:
        remove_jobs(tools, ctx)


def _read(tools: Tools, ctx: StepContext, road: Road, nodes: tuple[str, ...]) -> tuple[NodeCollection, ...]:
    from troubleshooter.collect.fanout import collect_nodes  # noqa: PLC0415 - as above
    from troubleshooter.collect.node import MOST_SECRETS  # noqa: PLC0415
    from troubleshooter.collect.wanted import wanted  # noqa: PLC0415

    return collect_nodes(
        road,
        nodes,
        partial(ctx.keep, most=MOST_SECRETS),
        ctx.cancel,
        lambda done, bad, total, latest: ctx.show(Collecting(ctx.step.id, done, bad, total, latest)),
        wanted(tools.extension, system(tools.definition()), _asked(tools)),
    )


def _ended(ctx: StepContext, read: Read, failed: dict[str, str]) -> StepOutcome:
    failed |= {each.node: _in_full(each) for each in read.found if each.problem}
    good = [each for each in read.found if each.problem is None]
    partial = [f"{each.node}: {told}" for each in good for told in each.partial]
    left_out = [f"{each.node}: {told}" for each in good for told in each.left_out]
    for told in [*(f"{node}: {why}" for node, why in failed.items()), *partial, *gaps(left_out)]:
        ctx.note(told)
    files = sum(len(each.files) for each in good)
    total = len(good) + len(failed)
    collected = Collected(
        failed=failed, partial=tuple(partial), left_out=tuple(left_out), files=files, rungs=read.rungs
    )
    incomplete = bool(failed or partial)
    unread = ExitCode.NOT_PERMITTED if read.refused and failed else ExitCode.INCOMPLETE
    return StepOutcome(
        f"{counted(files, 'file')} from {len(good)} of {counted(total, 'node')}{_by_which(read)}",
        output=collected,
        attention=incomplete,
        exit_code=unread if incomplete else ExitCode.DONE,
    )


def _note_lower_roads(ctx: StepContext, read: Read) -> None:
    """Why a node that was read after all was not read by an earlier road."""
    for rung in read.rungs:
        for node, why in rung.why_not.items():
            if node not in read.failed and node not in rung.answered:
                ctx.note(f"{node} was not read {NAMES[rung.road]}: {why}")


def _by_which(read: Read) -> str:
    """Which roads led to them, where another than the first did."""
    led = [
        (len(rung.answered), NAMES[rung.road]) for rung in read.rungs if rung.road != VIEW and rung.answered
    ]
    first = read.rungs[0].road if read.rungs else SSH
    if not led or (len(led) == 1 and led[0][1] == NAMES[SSH] and first == SSH):
        return ""
    return f", {' and '.join(f'{number} {how}' for number, how in led)}" if len(led) > 1 else f", {led[0][1]}"


def _in_full(one: NodeCollection) -> str:
    problem = one.problem
    return f"{problem.what} {problem.why} {problem.do}" if problem else ""
