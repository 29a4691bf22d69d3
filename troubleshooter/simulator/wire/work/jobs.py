"""Handlers of the Batch data plane for jobs and job schedules."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

from troubleshooter.simulator.around.refusal import Refusal, missing
from troubleshooter.simulator.around.timestamp import http
from troubleshooter.simulator.wire.batch_api import hint, listed, one
from troubleshooter.simulator.wire.exchange import Answer
from troubleshooter.simulator.wire.work import words
from troubleshooter.simulator.wire.work.tasks import move
from troubleshooter.simulator.world import jobs, tasks

if TYPE_CHECKING:
    from troubleshooter.simulator.wire.exchange import Call
    from troubleshooter.simulator.wire.site import Site
    from troubleshooter.simulator.world.job import Job, JobSchedule


def list_jobs(site: Site, call: Call) -> Answer:
    move(site)
    for job in list(site.world.jobs.values()):
        jobs.look(site.world, job)
    found = list(site.world.jobs.values())
    headers = hint(site.world, any(job.moving for job in found))
    return listed(call, [words.job(job, call.base) for job in found], headers)


def get_job(site: Site, call: Call) -> Answer:
    move(site)
    jobs.look(site.world, site.world.job(call.parts["job"]))
    job = site.world.job(call.parts["job"])
    headers = {**_stamp(job), **hint(site.world, job.moving is not None)}
    return one(call, words.job(job, call.base), headers)


def create_job(site: Site, call: Call) -> Answer:
    body = call.json()
    name, pool = _text(body, "id"), _pool(body)
    tasks.check_id(body)
    job = jobs.add(site.world, name, pool, body)
    return Answer(201, headers=_stamp(job))


def update_job(site: Site, call: Call) -> Answer:
    body = call.json()
    if not isinstance(body, dict):
        raise Refusal(400, "InvalidRequestBody", "The specified Request Body is not syntactically valid.")
    job = jobs.update(site.world, call.parts["job"], body, call.headers.get("If-Match"))
    return Answer(200, headers={**_stamp(job), "DataServiceId": f"{call.base}{call.path}"})


def delete_job(site: Site, call: Call) -> Answer:
    job = site.world.job(call.parts["job"])
    jobs.delete(site.world, job.id, call.headers.get("If-Match"))
    for task in job.tasks.values():
        if task.process is not None:
            shutil.rmtree(task.process.folder, ignore_errors=True)
    return Answer(202)


def disable_job(site: Site, call: Call) -> Answer:
    body = call.json()
    if not isinstance(body, dict) or "disableTasks" not in body:
        raise missing("disableTasks")
    jobs.disable(site.world, call.parts["job"], body["disableTasks"], call.headers.get("If-Match"))
    return _moving(site, call)


def enable_job(site: Site, call: Call) -> Answer:
    jobs.enable(site.world, call.parts["job"])
    return _moving(site, call)


def terminate_job(site: Site, call: Call) -> Answer:
    jobs.terminate(site.world, call.parts["job"])
    return _moving(site, call)


def _moving(site: Site, call: Call) -> Answer:
    stamp = _stamp(site.world.job(call.parts["job"]))
    return Answer(202, headers={**stamp, "DataServiceId": f"{call.base}{call.path}"})


def list_schedules(site: Site, call: Call) -> Answer:
    schedules = site.world.schedules.values()
    return listed(call, [words.schedule(schedule, call.base) for schedule in schedules])


def get_schedule(site: Site, call: Call) -> Answer:
    schedule = jobs.schedule(site.world, call.parts["schedule"])
    return one(call, words.schedule(schedule, call.base), _stamp(schedule))


def create_schedule(site: Site, call: Call) -> Answer:
    body = call.json()
    specification = body.get("jobSpecification") if isinstance(body, dict) else None
    schedule = jobs.add_schedule(site.world, _text(body, "id"), _pool(specification))
    return Answer(201, headers=_stamp(schedule))


def disable_schedule(site: Site, call: Call) -> Answer:
    jobs.set_schedule(site.world, call.parts["schedule"], "disabled", call.headers.get("If-Match"))
    return Answer(204)


def enable_schedule(site: Site, call: Call) -> Answer:
    jobs.set_schedule(site.world, call.parts["schedule"], "active")
    return Answer(204)


def _stamp(thing: Job | JobSchedule) -> dict[str, str]:
    return {"ETag": thing.etag, "Last-Modified": http(thing.created)}


def _pool(specification: Any) -> str:
    info = specification.get("poolInfo") if isinstance(specification, dict) else None
    return _text(info, "poolId")


def _text(body: Any, name: str) -> str:
    value = body.get(name) if isinstance(body, dict) else None
    if not isinstance(value, str) or not value:
        raise missing(name)
    return value
