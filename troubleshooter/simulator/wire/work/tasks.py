"""Handlers of the Batch data plane for tasks and the files that they leave on their nodes."""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from troubleshooter.simulator.around.clock import Pace
from troubleshooter.simulator.around.refusal import Refusal, invalid, not_found
from troubleshooter.simulator.around.timestamp import http, now
from troubleshooter.simulator.node.process import Process
from troubleshooter.simulator.node.windows_task import WindowsShell
from troubleshooter.simulator.wire.batch_api import listed, one
from troubleshooter.simulator.wire.exchange import Answer, Later
from troubleshooter.simulator.wire.work import words
from troubleshooter.simulator.world import story, tasks

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from troubleshooter.simulator.wire.exchange import Call
    from troubleshooter.simulator.wire.site import Site
    from troubleshooter.simulator.world.cohort import Cohort
    from troubleshooter.simulator.world.job import Job, Task
    from troubleshooter.simulator.world.machine import Machine
    from troubleshooter.simulator.world.pool import Pool

_LOOK = 0.5
"""Seconds that a look takes at most where time goes by looks, so that what runs gets on."""
_RANGE = re.compile(r"bytes=(\d+)-(\d+)?")
_BYTES = "application/octet-stream"


def move(site: Site) -> None:
    """Somebody looks at what the account's nodes do."""
    tasks.move(site.world, lambda *found: _start(site, *found))


def _start(site: Site, pool: Pool, cohort: Cohort, machine: Machine, job: Job, task: Task) -> Process:
    around = pool.conditions(site.world.conditions)
    told = story.tell(cohort, machine, around, noise=site.world.noise)
    root = machine.disk(site.node_host, site.disks, told)
    base = root / "mnt/batch/tasks"
    folder = base / "workitems" / job.id.replace(":", "$") / "job-1" / task.id
    shutil.rmtree(folder, ignore_errors=True)
    user = (task.body.get("userIdentity") or {}).get("autoUser") or {}
    elevated = str(user.get("elevationLevel", "")).lower() == "admin"
    given = [
        *(job.body.get("commonEnvironmentSettings") or ()),
        *(task.body.get("environmentSettings") or ()),
    ]
    environment = {
        **{setting["name"]: setting.get("value", "") for setting in given},
        "PATH": site.node_host.tools.search(root, is_admin=elevated),
        "HOME": str(folder / "wd"),
        "USER": "_azbatch",
        "TROUBLESHOOTER_NODE_ROOT": str(root),
        "AZ_BATCH_ACCOUNT_NAME": site.world.account.name,
        "AZ_BATCH_POOL_ID": pool.name,
        "AZ_BATCH_JOB_ID": job.id,
        "AZ_BATCH_TASK_ID": task.id,
        "AZ_BATCH_NODE_ID": machine.id,
        "AZ_BATCH_NODE_ROOT_DIR": str(base),
        "AZ_BATCH_TASK_DIR": str(folder),
        "AZ_BATCH_TASK_WORKING_DIR": str(folder / "wd"),
    }
    limit = tasks.seconds((task.body.get("constraints") or {}).get("maxWallClockTime"))
    instead = WindowsShell(root, told, elevated=elevated) if told.windows else None
    process = Process(task.body["commandLine"], folder, environment, limit, instead=instead)
    site.node_host.processes.append(process)
    return process


def list_tasks(site: Site, call: Call) -> Answer | Later:
    job = site.world.job(call.parts["job"])

    def answer() -> Answer:
        return listed(call, [words.task(job, each, call.base) for each in job.tasks.values()])

    return _look(site, job, answer)


def get_task(site: Site, call: Call) -> Answer | Later:
    job, task = _found(site, call)

    def answer() -> Answer:
        return one(call, words.task(job, task, call.base), _stamp(task))

    return _look(site, job, answer)


def _look(site: Site, job: Job, answer: Callable[[], Answer]) -> Answer | Later:
    """Where time goes by looks, what ran before this one gets on meanwhile."""
    ran = [each.process for each in job.tasks.values() if each.process and each.process.running]
    move(site)
    if site.world.clock.pace is not Pace.READS or not ran:
        return answer()

    def later() -> Answer:
        for process in ran:
            process.wait(_LOOK / len(ran))
        return answer()

    return Later(later)


def create_task(site: Site, call: Call) -> Answer:
    job = site.world.job(call.parts["job"])
    body = call.json()
    if not isinstance(body, dict):
        raise Refusal(400, "InvalidRequestBody", "The specified Request Body is not syntactically valid.")
    task = tasks.add(site.world, job, body)
    move(site)
    made = f"{call.base}{call.path}/{task.id}"
    return Answer(201, headers={**_stamp(task), "DataServiceId": made, "Location": made})


def delete_task(site: Site, call: Call) -> Answer:
    job, task = _found(site, call)
    task.end(tasks.ENDED)
    if task.process is not None:
        shutil.rmtree(task.process.folder, ignore_errors=True)
    del job.tasks[task.id]
    return Answer(200)


def terminate_task(site: Site, call: Call) -> Answer:
    _, task = _found(site, call)
    if task.state == "completed":
        raise Refusal(409, "TaskCompleted", "The specified task is already in a completed state.")
    task.end(tasks.ENDED)
    return Answer(204, headers={**_stamp(task), "DataServiceId": f"{call.base}{call.path}"})


def list_files(site: Site, call: Call) -> Answer:
    job, task = _found(site, call)
    folder = _folder(site, job, task)
    below = folder.rglob("*") if call.query.get("recursive", "").lower() == "true" else folder.iterdir()
    bodies = [
        words.file(job, task, call.base, path.relative_to(folder).as_posix(), path)
        for path in sorted(below)
        if not path.is_symlink()
    ]
    return listed(call, bodies)


def get_file(site: Site, call: Call) -> Answer:
    path, headers = _file(site, call)
    size = path.stat().st_size
    first, last = _range(call.headers.get("ocp-range"), size)
    with path.open("rb") as file:
        file.seek(first)
        data = file.read(max(0, last - first + 1))
    return Answer(site.world.habits.part_of_file if len(data) < size else 200, headers=headers, data=data)


def head_file(site: Site, call: Call) -> Answer:
    path, headers = _file(site, call)
    return Answer(headers={**headers, "Content-Length": str(path.stat().st_size)})


def _range(asked: str | None, size: int) -> tuple[int, int]:
    """The first byte and the last."""
    found = _RANGE.fullmatch(asked or "bytes=0-")
    if found is None:
        raise invalid("ocp-range", "The value is not a range", asked)
    first, last = int(found.group(1)), int(found.group(2) or max(size - 1, 0))
    if size and first >= size:
        text = "The range specified is invalid for the current size of the resource."
        raise Refusal(416, "InvalidRange", text)  # the code is assumed
    return first, min(last, size - 1)


def _file(site: Site, call: Call) -> tuple[Path, dict[str, str]]:
    job, task = _found(site, call)
    folder = _folder(site, job, task).resolve()
    path = (folder / call.parts["file"]).resolve()
    if not path.is_relative_to(folder) or not path.is_file():
        raise not_found("FileNotFound", "The specified file does not exist.")
    changed = http(datetime.fromtimestamp(path.stat().st_mtime, UTC).replace(microsecond=0))
    return path, {
        "Content-Type": _BYTES,
        "Last-Modified": changed,
        "ocp-creation-time": changed,
        "ocp-batch-file-isdirectory": "False",
        "ocp-batch-file-url": f"{call.base}{call.path}",
        "ocp-batch-file-mode": f"0o{path.stat().st_mode:o}",
    }


def _folder(site: Site, job: Job, task: Task) -> Path:
    """Where it left its files: they go with its node, and once the time is over for which they are kept."""
    move(site)
    if task.process is None:
        raise Refusal(409, "TaskFilesUnavailable", "The files of the specified task are unavailable.")
    pool = site.world.pools.get(job.pool)
    entry = pool.machines.get(task.node) if pool is not None else None
    if entry is None or entry[1].lives != task.life:
        raise not_found("NodeNotFound", "The specified node does not exist.")
    kept = tasks.seconds((task.body.get("constraints") or {}).get("retentionTime"))
    ended = task.process.ended
    if ended is not None and kept is not None and (now() - ended).total_seconds() > kept:
        shutil.rmtree(task.process.folder, ignore_errors=True)
        raise not_found("TaskFilesCleanedup", "The files of the specified task have been cleaned up.")
    return task.process.folder


def _found(site: Site, call: Call) -> tuple[Job, Task]:
    job = site.world.job(call.parts["job"])
    return job, tasks.task(job, call.parts["task"])


def _stamp(thing: Any) -> dict[str, str]:
    return {"ETag": thing.etag, "Last-Modified": http(thing.created)}
