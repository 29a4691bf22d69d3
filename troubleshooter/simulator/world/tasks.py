"""Which task runs where: into free slots of idle and running nodes, near where it would like to be.

Documented are the slots, that affinity is a wish, and what each policy of filling nodes means; that jobs are
served in the order of their priority and age, and tasks in that of their age.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from troubleshooter.simulator.around.refusal import Refusal, invalid, missing, not_found
from troubleshooter.simulator.around.timestamp import now
from troubleshooter.simulator.node.process import Failure
from troubleshooter.simulator.world.job import Task

if TYPE_CHECKING:
    from collections.abc import Callable

    from troubleshooter.simulator.node.process import Process
    from troubleshooter.simulator.world.cohort import Cohort
    from troubleshooter.simulator.world.job import Job
    from troubleshooter.simulator.world.machine import Machine
    from troubleshooter.simulator.world.pool import Pool
    from troubleshooter.simulator.world.world import World

    Start = Callable[[Pool, Cohort, Machine, Job, Task], Process]

ENDED = Failure("usererror", "TaskEnded", "Task Was Ended by User Request")
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")


def task(job: Job, name: str) -> Task:
    found = next((one for id_, one in job.tasks.items() if id_.lower() == name.lower()), None)
    if found is None:
        raise not_found("TaskNotFound", "The specified task does not exist.")
    return found


def add(world: World, job: Job, body: dict[str, Any]) -> Task:
    check_id(body)
    if not isinstance(body.get("commandLine"), str) or not body["commandLine"]:
        raise missing("commandLine")
    if job.state in {"completed", "terminating"}:
        raise Refusal(409, "JobCompleted", "The specified job is in a completed state.")
    if job.state == "deleting":
        raise Refusal(409, "JobBeingDeleted", "The specified job has been marked for deletion.")
    if any(known.lower() == body["id"].lower() for known in job.tasks):
        raise Refusal(409, "TaskExists", "The specified task already exists.")
    seconds((body.get("constraints") or {}).get("maxWallClockTime"))
    job.tasks[body["id"]] = Task(body["id"], body, now(), world.new_etag())
    return job.tasks[body["id"]]


def check_id(body: dict[str, Any]) -> None:
    name = body.get("id")
    if not isinstance(name, str) or not name:
        raise missing("id")
    if not _ID.fullmatch(name):
        raise invalid("id", "Letters, digits, hyphens and underscores are allowed, 64 at most", name)


def seconds(duration: object) -> float | None:
    """Of an ISO 8601 duration; None where there is none, or one without end."""
    if duration is None:
        return None
    found = _DURATION.fullmatch(duration) if isinstance(duration, str) else None
    if found is None or not any(found.groups()):
        raise invalid("maxWallClockTime", "The value is not a duration", duration)
    days, hours, minutes, rest = (float(part or 0) for part in found.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + rest


def move(world: World, start: Start) -> None:
    """Schedule what can be, and end what is over; somebody looks."""
    for job in sorted(world.jobs.values(), key=lambda one: -int(one.body.get("priority") or 0)):
        for lost in [each for each in job.tasks.values() if each.state == "running"]:
            if _gone(world, job, lost):
                lost.end(None)
        limit = seconds((job.body.get("constraints") or {}).get("maxWallClockTime"))
        if job.state == "active" and limit is not None and world.clock.seconds_now() - job.began >= limit:
            finish(world, job, "MaxWallClockTimeExpiry")
        if job.state == "active":
            _schedule(world, job, start)
        over = all(each.state == "completed" for each in job.tasks.values())  # without tasks too (documented)
        if job.state == "active" and over and job.body.get("onAllTasksComplete") == "terminatejob":
            finish(world, job, "AllTasksComplete")


def finish(world: World, job: Job, reason: str) -> None:
    """The service ends it: what runs is stopped, what waits stays as it is."""
    stop(job, ENDED)
    job.state, job.moving, job.reason, job.ended = "completed", None, reason, now()
    job.etag = world.new_etag()


def stop(job: Job, why: Failure | None) -> None:
    for each in job.tasks.values():
        if each.state == "running":
            each.end(why)


def _gone(world: World, job: Job, lost: Task) -> bool:
    """Whether the machine it ran on is there no more."""
    pool = world.pools.get(job.pool)
    entry = pool.machines.get(lost.node) if pool is not None else None
    return entry is None or entry[1].lives != lost.life or entry[1].leaving is not None


def _schedule(world: World, job: Job, start: Start) -> None:
    pool = next((one for one in world.all_pools() if one.name == job.pool and one.deleting is None), None)
    if pool is None:
        return  # it waits until a pool of that name exists (documented)
    for waiting in [each for each in job.tasks.values() if each.state == "active"]:
        place = _place(world, pool, waiting)
        if place is not None:
            cohort, machine = place
            waiting.node, waiting.life = machine.id, machine.lives
            waiting.process = start(pool, cohort, machine, job, waiting)


def _place(world: World, pool: Pool, waiting: Task) -> tuple[Cohort, Machine] | None:
    slots = int(pool.properties.get("taskSlotsPerNode", 1))
    free = [
        (cohort, machine, load)
        for cohort, machine in pool.visible()
        if world.node_state(pool, cohort, machine) in {"idle", "running"}
        and not machine.offline
        and (load := world.load(pool.name, machine)) + waiting.slots <= slots
    ]
    wanted = next(((cohort, machine) for cohort, machine, _ in free if machine.id == waiting.affinity), None)
    if wanted is not None or not free:
        return wanted
    packs = str((pool.properties.get("taskSchedulingPolicy") or {}).get("nodeFillType")).lower() == "pack"
    cohort, machine, _ = (max if packs else min)(free, key=lambda one: one[2])
    return cohort, machine
