"""Jobs on the original pool: disabled while it is gone, and afterwards exactly as they were."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from troubleshooter.actions.tools import JOB, JOB_SCHEDULE, endpoint, pace, step_limit
from troubleshooter.cloud.wait import poll
from troubleshooter.errors import NotFound, ServiceRefusal
from troubleshooter.model.event import EventKind
from troubleshooter.model.run import Choice

if TYPE_CHECKING:
    from troubleshooter.actions.tools import Tools
    from troubleshooter.engine.context import StepContext
    from troubleshooter.model.facts import JobFacts
    from troubleshooter.model.run import Change

_OVER = frozenset({"completed", "terminating", "deleting"})
_ON = {"enabling": "active", "disabling": "disabled"}
_CHOICES = (
    Choice("requeue", "requeue", "running tasks stop and run again later"),
    Choice("terminate", "terminate", "running tasks stop and do not run again"),
    Choice("wait", "wait", "running tasks are waited for, up to the limit"),
)


def found(tools: Tools, ctx: StepContext) -> tuple[JobFacts, ...]:
    """Jobs and schedules on the pool that are not over, in the states they had before this run."""
    where, pool = endpoint(ctx), ctx.state.target.pool
    seen = (*tools.azure.schedules(where, pool), *tools.azure.jobs(where, pool))
    return tuple(replace(job, state=_before(ctx, job)) for job in seen if job.state not in _OVER)


def ask(ctx: StepContext, jobs: tuple[JobFacts, ...]) -> str:
    """What running tasks are to do; empty where no job has to be disabled."""
    active = [job.id for job in jobs if job.state == "active"]
    if not active:
        return ""
    return ctx.ask(
        "jobs",
        f"{len(active)} job(s) run on {ctx.state.target.pool}. What are their running tasks to do?",
        {"notes": told(jobs)},
        _CHOICES,
    )


def told(jobs: tuple[JobFacts, ...]) -> list[str]:
    return [
        f"{_kind(job)} {job.id} is {job.state}: "
        + ("disabled, and enabled again at the end" if job.state == "active" else "left as it is")
        for job in jobs
    ]


def disable(tools: Tools, ctx: StepContext, tasks: str) -> None:
    """Disable what is active, and wait until it is. Schedules first, so that no new job appears."""
    for job in found(tools, ctx):
        if job.schedule and job.state == "active":
            _intend(ctx, job, tasks)
            tools.azure.switch_schedule(endpoint(ctx), job.id, on=False)
            ctx.write_change(EventKind.CHANGE_MADE, JOB_SCHEDULE, job.id)
    waited = []
    for job in found(tools, ctx):
        if not job.schedule and job.state == "active":
            _intend(ctx, job, tasks)
            if _disable(tools, ctx, job.id, tasks):
                waited.append(job.id)
    for name in waited:
        _wait(tools, ctx, name, "disabled")
        ctx.write_change(EventKind.CHANGE_MADE, JOB, name)
    if waited:
        ctx.note(f"disabled with {tasks}: {', '.join(waited)}")


def enable(tools: Tools, ctx: StepContext) -> None:
    """Enable what this run disabled, and nothing else."""
    for change in (
        change for kind in (JOB, JOB_SCHEDULE) for change in ctx.state.open_changes if change.kind == kind
    ):
        ctx.write_change(EventKind.CHANGE_REMOVING, change.kind, change.id)
        told = "enabled as before"
        try:
            _enable(tools, ctx, change)
        except (NotFound, ServiceRefusal) as refusal:
            if not _over_meanwhile(tools, ctx, change.kind, change.id, refusal):
                raise
            told = "over meanwhile"
        ctx.write_change(EventKind.CHANGE_REMOVED, change.kind, change.id)
        ctx.note(f"{change.kind} {change.id} is {told}")


def _over_meanwhile(
    tools: Tools, ctx: StepContext, kind: str, name: str, refusal: NotFound | ServiceRefusal
) -> bool:
    """Whether a job refused because it ended. A conflict alone says too little: the job itself is asked."""
    if isinstance(refusal, ServiceRefusal) and refusal.status != 409:
        return False
    return all((_kind(job), job.id) != (kind, name) for job in found(tools, ctx))


def _enable(tools: Tools, ctx: StepContext, change: Change) -> None:
    if change.kind == JOB_SCHEDULE:
        tools.azure.switch_schedule(endpoint(ctx), change.id, on=True)
        return
    if tools.azure.job(endpoint(ctx), change.id).state not in {"active", "enabling"}:
        tools.azure.enable_job(endpoint(ctx), change.id)
    _wait(tools, ctx, change.id, "active")


def _disable(tools: Tools, ctx: StepContext, name: str, tasks: str) -> bool:
    """Whether it will be disabled; a job may end meanwhile."""
    try:
        tools.azure.disable_job(endpoint(ctx), name, tasks)
    except (NotFound, ServiceRefusal) as refusal:
        if not _over_meanwhile(tools, ctx, JOB, name, refusal):
            raise
        ctx.write_change(EventKind.CHANGE_NEVER_MADE, JOB, name)
        return False
    return True


def _wait(tools: Tools, ctx: StepContext, name: str, wanted: str) -> None:
    def look() -> bool | None:
        state = tools.azure.job(endpoint(ctx), name).state
        return True if state == wanted or state in _OVER else None

    poll(
        look,
        subject=f"job {name} to be {wanted}",
        cancel=ctx.cancel,
        clock=tools.clock,
        limit=step_limit(ctx),
        hint=lambda: tools.azure.hint,
        **pace(ctx),
    )


def _intend(ctx: StepContext, job: JobFacts, tasks: str) -> None:
    known = ctx.change(_kind(job), job.id)
    if known is None or not known.open:
        detail = {"before": job.state, "tasks": tasks}
        ctx.write_change(EventKind.CHANGE_INTENDED, _kind(job), job.id, detail)


def _before(ctx: StepContext, job: JobFacts) -> str:
    known = ctx.change(_kind(job), job.id)
    if known is not None and known.open:
        return str(known.detail["before"])
    return _ON.get(job.state, job.state)


def _kind(job: JobFacts) -> str:
    return JOB_SCHEDULE if job.schedule else JOB
