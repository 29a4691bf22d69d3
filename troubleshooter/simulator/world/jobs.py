"""How jobs and job schedules are made, disabled, ended and deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.simulator.around.clock import Delay
from troubleshooter.simulator.around.refusal import Refusal, invalid, not_found
from troubleshooter.simulator.around.timestamp import now
from troubleshooter.simulator.world import tasks
from troubleshooter.simulator.world.job import Job, JobSchedule

if TYPE_CHECKING:
    from troubleshooter.simulator.world.world import World

MOVED = Delay(reads=2, seconds=3)
"""Until a job that is being disabled or enabled has got there."""
_DISABLE = frozenset({"requeue", "terminate", "wait"})
_CHANGEABLE = frozenset({"active", "disabling", "disabled", "enabling"})


def look(world: World, job: Job) -> None:
    """Somebody reads it."""
    if job.moving is not None:
        job.moving.read()
        if job.moving.passed(MOVED):
            job.state, job.moving = job.becomes, None
            if job.state == "gone":
                del world.jobs[job.id]
            elif job.state == "completed":
                job.ended = now()
            world.evaluate(job.pool)


def schedule(world: World, name: str) -> JobSchedule:
    if name not in world.schedules:
        raise not_found("JobScheduleNotFound", "The specified job schedule does not exist.")
    return world.schedules[name]


def add(world: World, name: str, pool: str, body: dict[str, Any] | None = None) -> Job:
    if any(known.lower() == name.lower() for known in world.jobs):
        raise Refusal(409, "JobExists", "The specified job already exists.")
    active = [job for job in world.jobs.values() if job.state != "completed"]
    if len(active) + len(world.schedules) >= world.account.job_quota:
        text = "The account has reached its quota of active jobs and job schedules."
        raise Refusal(409, "ActiveJobAndScheduleQuotaReached", text)
    asked = {key: value for key, value in (body or {}).items() if key not in {"id", "poolInfo"}}
    tasks.seconds((asked.get("constraints") or {}).get("maxWallClockTime"))
    began = world.clock.seconds_now()
    world.jobs[name] = Job(name, pool, "active", now(), world.new_etag(), body=asked, began=began)
    return world.jobs[name]


def update(world: World, name: str, body: dict[str, Any], match: str | None) -> Job:
    """Change what is named, and nothing else."""
    job = world.job(name)
    _refuse_deleted(job)
    if job.state == "completed":
        raise _completed("JobCompleted", "job")
    _refuse_another(world, job, match)
    job.body |= {key: value for key, value in body.items() if key != "poolInfo"}
    job.etag = world.new_etag()
    return job


def delete(world: World, name: str, match: str | None) -> None:
    """Its tasks go with it, and what they left on their nodes."""
    job = world.job(name)
    _refuse_deleted(job)
    _refuse_another(world, job, match)
    tasks.stop(job, tasks.ENDED)
    job.state, job.becomes, job.moving = "deleting", "gone", world.clock.timer()
    job.etag = world.new_etag()


def _refuse_deleted(job: Job) -> None:
    if job.state == "deleting":
        raise Refusal(409, "JobBeingDeleted", "The specified job has been marked for deletion.")


def add_schedule(world: World, name: str, pool: str) -> JobSchedule:
    """A schedule makes its first job at once."""
    if name in world.schedules:
        raise Refusal(409, "JobScheduleExists", "The specified job schedule already exists.")
    job = add(world, f"{name}:job-1", pool)
    world.schedules[name] = JobSchedule(name, pool, "active", now(), world.new_etag(), job.id)
    return world.schedules[name]


def disable(world: World, name: str, running: object, match: str | None) -> None:
    """Where `match` is given, only the job that has this ETag: what is documented as If-Match."""
    if running not in _DISABLE:
        raise invalid("disableTasks", "The value is none of requeue, terminate, wait", running)
    job = _changeable(world, name)
    _refuse_another(world, job, match)
    job.disabled_with = str(running)
    if running != "wait":
        tasks.stop(job, None if running == "requeue" else tasks.ENDED)
    _go(world, job, "disabling", "disabled")


def enable(world: World, name: str) -> None:
    _go(world, _changeable(world, name), "enabling", "active")


def terminate(world: World, name: str) -> None:
    job = _changeable(world, name)
    tasks.stop(job, tasks.ENDED)
    _go(world, job, "terminating", "completed")


def set_schedule(world: World, name: str, state: str, match: str | None = None) -> None:
    found = schedule(world, name)
    if found.state not in {"active", "disabled"}:
        raise _completed("JobScheduleCompleted", "job schedule")
    _refuse_another(world, found, match)
    if found.state != state:
        found.state, found.etag = state, world.new_etag()


def _refuse_another(world: World, found: Job | JobSchedule, match: str | None) -> None:
    """As is documented for If-Match; that an ETag moves with the state is inferred from what it is for."""
    if not world.habits.met(match, found.etag):
        raise Refusal(412, "ConditionNotMet", "The condition specified in the request is not met.")


def _go(world: World, job: Job, through: str, to: str) -> None:
    if to not in {job.state, job.becomes if job.moving else ""}:
        job.state, job.becomes, job.moving = through, to, world.clock.timer()
        job.etag = world.new_etag()
        world.evaluate(job.pool)


def _changeable(world: World, name: str) -> Job:
    job = world.job(name)
    _refuse_deleted(job)
    if job.state not in _CHANGEABLE:
        raise _completed("JobCompleted", "job")
    return job


def _completed(code: str, what: str) -> Refusal:
    return Refusal(409, code, f"The specified {what} is already in a completed state.")
