"""Jobs of a run's own, with the tasks that read nodes: made for a step, removed with it, over by themselves.

The intent is journaled before the call, the outcome after it. A job that has the name and not this run's mark
is somebody else's, and never touched.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.errors import Interrupted, Refused, ServiceRefusal, TroubleshooterError
from troubleshooter.model.change import ENDPOINT, NODES, OUTSTANDING, OWN_JOB
from troubleshooter.model.event import EventKind
from troubleshooter.operations.tools import endpoint, wait
from troubleshooter.pooldef.mark import RUN

if TYPE_CHECKING:
    from troubleshooter.cloud.work.new import NewJob
    from troubleshooter.engine.context import StepContext
    from troubleshooter.model.change import Change
    from troubleshooter.model.facts import WorkFacts
    from troubleshooter.operations.tools import Tools


def next_name(ctx: StepContext) -> str:
    """One that this run has given to no job yet, or to one of which nobody knows whether it was made.

    Made under the same name it is known again: of two that were asked for only one can be.
    """
    own = [change for change in ctx.state.changes if change.kind == OWN_JOB]
    unknown = next((change.id for change in own if change.unknown), "")
    return unknown or f"kvts-{ctx.state.id}-{len(own) + 1}"


def make_job(tools: Tools, ctx: StepContext, job: NewJob, nodes: int) -> None:
    """Create it. Raises Refused where somebody else's has the name."""
    at, known = endpoint(tools, ctx), ctx.change(OWN_JOB, job.id)
    before = known.outstanding if known is not None and known.open else 0
    ctx.write_change(EventKind.CHANGE_INTENDED, OWN_JOB, job.id, {ENDPOINT: at, NODES: nodes})
    unanswered: list[None] = []
    try:
        tools.azure.work.create_job(at, job, lambda: unanswered.append(None))
    except TroubleshooterError as error:
        left = before + len(unanswered)
        if not _there(tools, ctx, job.id, error, left):
            raise
        left -= 1  # one of those without an answer made it
    else:
        left = before + len(unanswered)
    less = {OUTSTANDING: left} if left > 0 or before else {}
    ctx.write_change(EventKind.CHANGE_MADE, OWN_JOB, job.id, less)


def _there(tools: Tools, ctx: StepContext, name: str, error: TroubleshooterError, unanswered: int) -> bool:
    """Whether it stands although creating it failed. What is not seen is written down as what it is."""
    unsure = error.unsure or unanswered > 0
    if unsure and isinstance(error, Interrupted):
        return False  # it stays intended: whoever goes on looks first
    met = isinstance(error, ServiceRefusal) and error.status == 409
    try:
        there = (unsure or met) and ours(tools, ctx, name) is not None
    except TroubleshooterError as unseen:
        stranger = isinstance(unseen, Refused)  # it has the name: ours met it
        if stranger or not unsure:
            ctx.write_change(EventKind.CHANGE_NEVER_MADE, OWN_JOB, name)
        raise
    if not there and unsure:
        ctx.write_change(EventKind.CHANGE_UNKNOWN, OWN_JOB, name, {OUTSTANDING: max(unanswered, 1)})
    elif not there:
        ctx.write_change(EventKind.CHANGE_NEVER_MADE, OWN_JOB, name)
    return there


def remove_jobs(tools: Tools, ctx: StepContext) -> None:
    """Take back all that are left; one that cannot be now ends by itself, and is looked for at clean-up."""
    for change in left_jobs(ctx):
        try:
            remove_job(tools, ctx, change.id)
        except TroubleshooterError as error:
            ctx.note(f"job {change.id} could not be removed yet: {error.what}")
            if isinstance(error, Interrupted):
                break


def left_jobs(ctx: StepContext) -> tuple[Change, ...]:
    """Those of this run that may still be there, or may come yet."""
    own = (change for change in ctx.state.changes if change.kind == OWN_JOB)
    return tuple(change for change in own if change.open or change.may_come_again)


def remove_job(tools: Tools, ctx: StepContext, name: str) -> None:
    """Delete it with its tasks and what they left, and wait until it is gone. Its mark must agree."""
    there, known = ours(tools, ctx, name), ctx.change(OWN_JOB, name)
    if there is None and known is not None and known.unknown:
        ctx.write_change(EventKind.CHANGE_UNKNOWN, OWN_JOB, name)
        ctx.note(f"job {name} is not seen; whether it was made, or still will be, is not known")
        return
    if there is None and known is not None and known.may_come_again:
        ctx.note(f"job {name} was looked for once more, and has not come")
        return
    if there is not None and known is not None and (known.may_come_again or not known.seen):
        less = {OUTSTANDING: max(known.outstanding - 1, 0)} if OUTSTANDING in known.detail else {}
        ctx.write_change(EventKind.CHANGE_MADE, OWN_JOB, name, less)
    ctx.write_change(EventKind.CHANGE_REMOVING, OWN_JOB, name)
    if there is not None:
        if there.state != "deleting":
            tools.azure.work.delete_job(endpoint(tools, ctx), name)
        wait(tools, ctx, f"job {name} to be deleted", lambda: ours(tools, ctx, name) is None or None)
    ctx.write_change(EventKind.CHANGE_REMOVED, OWN_JOB, name)


def ours(tools: Tools, ctx: StepContext, name: str) -> WorkFacts | None:
    """The job, if there is one. Raises Refused where it has not this run's mark."""
    found = tools.azure.work.job(endpoint(tools, ctx), name)
    if found is not None and found.metadata.get(RUN) != ctx.state.id:
        raise Refused(
            f"Job {name} was not created by this run.",
            f"Its metadata do not carry the mark of run {ctx.state.id}, whatever its name says.",
            "It was left alone. Look at the job in the portal, and remove it there if it is yours.",
        )
    return found
