"""Jobs on the original pool: disabled while it is gone, and afterwards exactly as they were."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from troubleshooter.engine.gates import Gate
from troubleshooter.errors import GaveUp, Interrupted, NotFound, ServiceRefusal, TroubleshooterError
from troubleshooter.model.change import ENDPOINT, JOB, JOB_SCHEDULE, Change, ChangeState
from troubleshooter.model.event import EventKind
from troubleshooter.model.facts import JobFacts
from troubleshooter.model.run import Choice
from troubleshooter.operations.tools import endpoint, wait
from troubleshooter.operations.undo import each_of, saying_why
from troubleshooter.report.counted import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troubleshooter.engine.context import StepContext
    from troubleshooter.operations.tools import Tools

GATE = Gate(
    "jobs",
    "What running tasks do while the original pool is deleted and created again.",
    (
        ("requeue", "they stop and run again later"),
        ("terminate", "they stop and do not run again"),
        ("wait", "they are waited for, up to the limit"),
        ("stop", "none of it; the pool is left alone"),
    ),
)
_OVER = frozenset({"completed", "terminating", "deleting"})
TRIES = 3
"""Of disabling a job that moves on between its reading and the change."""
_ON = {"enabling": "active", "disabling": "disabled"}
_CHOICES = (
    Choice("requeue", "requeue", "running tasks stop and run again later"),
    Choice("terminate", "terminate", "running tasks stop and do not run again"),
    Choice("wait", "wait", "running tasks are waited for, up to the limit"),
)


def found(tools: Tools, ctx: StepContext) -> tuple[JobFacts, ...]:
    """Jobs and schedules on the pool that are not over, in the states they had before this run."""
    where, pool = endpoint(tools, ctx), ctx.state.target.pool
    seen = (*tools.azure.batch.schedules(where, pool), *tools.azure.batch.jobs(where, pool))
    return tuple(replace(job, state=_before(ctx, job)) for job in seen if job.state not in _OVER)


STOP = "stop"


def ask(
    ctx: StepContext, jobs: tuple[JobFacts, ...], plan: Mapping[str, Any], *, underway: bool, else_: str = ""
) -> str:
    """What running tasks are to do, below the plan it is asked for; empty where no job has to be disabled.

    Nothing is asked again once that plan is under way; until then it may be stopped, and `else_` says what
    comes of that.
    """
    active = [job.id for job in jobs if job.state == "active"]
    if not active:
        return ""
    if underway and (given := ctx.state.answers.get("jobs")):
        return given.choice
    return ctx.ask(
        GATE,
        f"{counted(len(active), 'job')} {'runs' if len(active) == 1 else 'run'} on {ctx.state.target.pool}. "
        "What shall their running tasks do?",
        {**plan, "notes": [*told(jobs), *plan.get("notes", ())]},
        (*_CHOICES, *(() if underway else (Choice(STOP, "none of it: stop here", else_),))),
    )


def told(jobs: tuple[JobFacts, ...], tasks: str = "") -> list[str]:
    """What becomes of each, and of the running tasks once that was chosen."""
    until = "disabled, and enabled again at the end" + (f"; running tasks: {tasks}" if tasks else "")
    return [
        f"{_kind(job).replace('-', ' ')} {job.id} is {job.state}: "
        + (until if job.state == "active" else "left as it is")
        for job in jobs
    ]


def disable(tools: Tools, ctx: StepContext, tasks: str) -> None:
    """Disable what is active, and wait until it is. Schedules first, so that no new job appears."""
    for job in found(tools, ctx):
        if job.schedule and job.state == "active" and _disable(tools, ctx, job, tasks):
            ctx.write_change(EventKind.CHANGE_MADE, JOB_SCHEDULE, job.id)
    waited = [
        job.id
        for job in found(tools, ctx)
        if not job.schedule and job.state == "active" and _disable(tools, ctx, job, tasks)
    ]
    for name in waited:
        _until(tools, ctx, name, "disabled")
        ctx.write_change(EventKind.CHANGE_MADE, JOB, name)
    if waited:
        ctx.note(f"disabled with {tasks}: {', '.join(waited)}")


def enable(tools: Tools, ctx: StepContext) -> None:
    """Enable what this run disabled, and nothing else; one that fails keeps none of the others."""
    jobs = [
        change for kind in (JOB, JOB_SCHEDULE) for change in ctx.state.open_changes if change.kind == kind
    ]
    acts = {
        f"{job.kind} {job.id}": partial(
            saying_why, ctx, job.kind, job.id, partial(_put_back, tools, ctx, job)
        )
        for job in jobs
    }
    each_of(ctx, acts)


def _put_back(tools: Tools, ctx: StepContext, change: Change) -> None:
    """What is active although nobody knows whether it was disabled may still be: then it stays open."""
    state = _state(tools, ctx, change)
    if state in {"active", "enabling"} and change.unknown:
        ctx.write_change(EventKind.CHANGE_UNKNOWN, change.kind, change.id)
        ctx.note(f"{change.kind} {change.id} is {state}; that it was to be disabled got no answer")
        return
    if state is not None and change.unknown:
        ctx.write_change(EventKind.CHANGE_MADE, change.kind, change.id)
    told = "over meanwhile" if state is None else "enabled as before"
    if state is not None:
        ctx.write_change(EventKind.CHANGE_REMOVING, change.kind, change.id)
        try:
            _enable(tools, ctx, change, state)
        except (NotFound, ServiceRefusal) as refusal:
            if not _over_meanwhile(tools, ctx, change, refusal):
                raise
            told = "over meanwhile"
    ctx.write_change(EventKind.CHANGE_REMOVED, change.kind, change.id)
    ctx.note(f"{change.kind} {change.id} is {told}")


def _state(tools: Tools, ctx: StepContext, change: Change) -> str | None:
    """As it is now; None for one that is over."""
    now = _now(tools, ctx, _job(change))
    return now.state if now else None


def _job(change: Change) -> JobFacts:
    """Of which nothing but its name is known."""
    return JobFacts(change.id, "", schedule=change.kind == JOB_SCHEDULE)


def _now(tools: Tools, ctx: StepContext, job: JobFacts) -> JobFacts | None:
    """Read again; None for one that is over."""
    where, pool = endpoint(tools, ctx), ctx.state.target.pool
    if job.schedule:
        seen = tools.azure.batch.schedules(where, pool)
        return next((now for now in seen if now.id == job.id and now.state not in _OVER), None)
    try:
        now = tools.azure.batch.job(where, job.id)
    except NotFound:
        return None
    return None if now.state in _OVER else now


def _over_meanwhile(
    tools: Tools, ctx: StepContext, change: Change, refusal: NotFound | ServiceRefusal
) -> bool:
    """Whether a job refused because it ended. A conflict alone says too little: the job itself is asked."""
    if isinstance(refusal, ServiceRefusal) and refusal.status != 409:
        return False
    return _state(tools, ctx, change) is None


def _enable(tools: Tools, ctx: StepContext, change: Change, state: str) -> None:
    """Until it is active. After a lost answer, or a conflict with an own try, its state tells."""
    job = _job(change)
    if state not in {"active", "enabling"}:
        try:
            tools.azure.batch.enable_job(endpoint(tools, ctx), job)
        except (NotFound, ServiceRefusal, GaveUp) as error:
            if not error.unsure or _state(tools, ctx, change) not in {"active", "enabling"}:
                raise
    if not job.schedule:
        _until(tools, ctx, job.id, "active")


def _disable(tools: Tools, ctx: StepContext, job: JobFacts, tasks: str) -> bool:
    """Whether it will be disabled; a job may end meanwhile. What nobody answered stays intended."""
    kind = _kind(job)
    before = ctx.change(kind, job.id)
    may_come = before is not None and before.unknown
    _intend(tools, ctx, job, tasks)
    change = Change(kind, job.id, ChangeState.INTENDED)
    try:
        _turn_off(tools, ctx, job, tasks)
    except Interrupted:
        raise
    except TroubleshooterError as error:
        refused = not error.unsure and not may_come
        try:
            state = _state(tools, ctx, change) if _asks_itself(error) else "active"
        except TroubleshooterError:  # what was answered stands, whatever becomes of the look
            if refused:
                ctx.write_change(EventKind.CHANGE_NEVER_MADE, kind, job.id)
            raise
        if state in {"disabling", "disabled"}:
            return True
        if refused:
            ctx.write_change(EventKind.CHANGE_NEVER_MADE, kind, job.id)
        if state is not None:
            raise
        return False
    return True


def _turn_off(tools: Tools, ctx: StepContext, job: JobFacts, tasks: str) -> None:
    """Bound to what was read, so that a try that arrives late meets another ETag and changes nothing.

    One that moved on meanwhile is read and tried again: no earlier try of ours can come to it any more.
    """
    for left in reversed(range(TRIES)):
        try:
            tools.azure.batch.disable_job(endpoint(tools, ctx), job, tasks)
        except ServiceRefusal as refusal:
            now = _now(tools, ctx, job) if refusal.status == 412 and left else None
            if now is None or now.etag == job.etag or now.state != "active":
                raise
            job = now
        else:
            return


def _asks_itself(error: TroubleshooterError) -> bool:
    """Whether the job itself tells more than this error: an answer was lost, or it met something else."""
    met = isinstance(error, ServiceRefusal) and error.status in {409, 412}
    return error.unsure or met or isinstance(error, NotFound)


def _until(tools: Tools, ctx: StepContext, name: str, wanted: str) -> None:
    def look() -> bool | None:
        state = tools.azure.batch.job(endpoint(tools, ctx), name).state
        return state == wanted or state in _OVER or None

    wait(tools, ctx, f"job {name} to be {wanted}", look)


def _intend(tools: Tools, ctx: StepContext, job: JobFacts, tasks: str) -> None:
    known = ctx.change(_kind(job), job.id)
    before = known.detail["before"] if known is not None and known.open else job.state
    detail = {"before": before, "tasks": tasks, ENDPOINT: endpoint(tools, ctx)}
    ctx.write_change(EventKind.CHANGE_INTENDED, _kind(job), job.id, detail)


def _before(ctx: StepContext, job: JobFacts) -> str:
    known = ctx.change(_kind(job), job.id)
    if known is not None and known.open:
        return str(known.detail["before"])
    return _ON.get(job.state, job.state)


def _kind(job: JobFacts) -> str:
    return JOB_SCHEDULE if job.schedule else JOB
