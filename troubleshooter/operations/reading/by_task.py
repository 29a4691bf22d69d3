"""Asking nodes by tasks: one for each, in a job of the run's own, again where another node took it.

Where a task runs is a wish (documented): the answer is that of the node that gave it.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from troubleshooter.cloud.work.new import NewJob, NewTask
from troubleshooter.collect.roads.task import KEPT_MINUTES, MINUTES, Fetch, Left
from troubleshooter.collect.roads.task_script import NODE, SAID
from troubleshooter.errors import (
    GaveUp,
    Interrupted,
    NotFound,
    Refused,
    ServiceRefusal,
    TroubleshooterError,
    Undeclared,
)
from troubleshooter.operations.reading.own_jobs import make_job, next_name, ours, remove_jobs
from troubleshooter.operations.tools import endpoint, limit_seconds, wait
from troubleshooter.pooldef.mark import RUN
from troubleshooter.report.counted import counted
from troubleshooter.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    # the first three only annotate, and two of them are slow to import
    from troubleshooter.collect.roads.task_script import TaskScript  # noqa: TC004
    from troubleshooter.engine.context import StepContext  # noqa: TC004
    from troubleshooter.model.facts import NodeFacts, TaskFacts
    from troubleshooter.operations.tools import Tools  # noqa: TC004

ROUNDS = 3
"""In which a node without an answer is asked."""
_IS_THERE = "TaskExists"
_JOB_MINUTES = 2 * MINUTES + 5
"""After which the service ends a job, whatever became of whoever made it."""


@dataclass(slots=True)
class Asking:
    """What was asked of a pool's nodes by tasks, and what came of it so far."""

    tools: Tools
    ctx: StepContext
    pool: str
    slots: int
    """Of each node."""
    script: TaskScript
    answers: dict[str, Left] = field(default_factory=dict)
    """By the node that gave it."""
    failed: dict[str, str] = field(default_factory=dict)
    """Why a node has given none."""
    _at_it: set[str] = field(default_factory=set)
    """Nodes whose task is not over: another would only stand beside it."""

    def ask(self, nodes: Iterable[str]) -> None:
        """Raises what keeps every node from being asked. Its jobs are left until the answers are fetched."""
        wanted = tuple(nodes)
        remove_jobs(self.tools, self.ctx)  # of a try that was ended in the middle
        for _ in range(ROUNDS):
            able = self._able(
                [node for node in wanted if node not in self.answers and node not in self._at_it]
            )
            if not able:
                break
            try:
                self._round(able, wanted)
            except (Interrupted, Undeclared):
                raise
            except TroubleshooterError as error:
                if not self.answers:
                    raise
                self.failed |= dict.fromkeys(able, _in_a_line(error))  # who answered before has answered
                break
        for node in self.answers:
            self.failed.pop(node, None)
        if self.answers:
            asked = counted(len(self.answers), "node")
            self.ctx.note(f"{asked} of {self.pool} answered by a task as administrator")

    @property
    def fetch(self) -> Fetch:
        work, at = self.tools.azure.work, endpoint(self.tools, self.ctx)
        return Fetch(
            lambda left, name: work.file_size(at, left.job, left.task, name),
            lambda left, name, first, last: work.file_part(at, left.job, left.task, name, first, last),
        )

    def _able(self, wanted: list[str]) -> list[str]:
        """Those that run tasks now; why the others do not is kept."""
        there = {
            node.id: node for node in self.tools.azure.batch.nodes(endpoint(self.tools, self.ctx), self.pool)
        }
        able = []
        for node in wanted:
            if why := runs_no_task(there.get(node), self.slots):
                self.failed[node] = why
            else:
                able.append(node)
        return able

    def _round(self, able: list[str], wanted: tuple[str, ...]) -> None:
        name, work, at = next_name(self.ctx), self.tools.azure.work, endpoint(self.tools, self.ctx)
        mark = {RUN: self.ctx.state.id}
        make_job(
            self.tools,
            self.ctx,
            NewJob(name, self.pool, _JOB_MINUTES, self.script.environment, mark),
            len(able),
        )
        tasks = self._added(name, able)
        with suppress(NotFound, GaveUp, ServiceRefusal):  # it ends with its time as well
            work.end_with_tasks(at, name)
        found = {facts.id: facts for facts in self._until_over(name)}
        self.failed |= {node: _why_not(node, found.get(task)) for task, node in tasks.items()}
        for facts in found.values():
            self._take(name, facts, wanted)
        self._at_it |= {facts.node for facts in found.values() if facts.node and not facts.over}

    def _added(self, job: str, able: list[str]) -> dict[str, str]:
        """Nodes by the task for each. Raises what keeps the first from being added."""
        tasks: dict[str, str] = {}
        for number, node in enumerate(able, 1):
            task = NewTask(f"node-{number}", self.script.line, node, MINUTES, KEPT_MINUTES)
            try:
                self._add(job, task)
            except (Interrupted, Refused):
                raise
            except TroubleshooterError as error:
                if not tasks:
                    raise
                self.failed |= dict.fromkeys(able[number - 1 :], _in_a_line(error))
                break
            tasks[task.id] = node
        return tasks

    def _add(self, job: str, task: NewTask) -> None:
        """One that is there already was added by a try whose answer was lost, if the job is this run's.

        Raises Refused where the job is somebody else's, who has put it in the place of this run's.
        """
        work, at = self.tools.azure.work, endpoint(self.tools, self.ctx)
        try:
            work.add_task(at, job, task)
        except Interrupted:
            raise
        except TroubleshooterError as error:
            met = isinstance(error, ServiceRefusal) and error.code == _IS_THERE
            looked = (error.unsure or met) and ours(self.tools, self.ctx, job) is not None
            if not looked or all(one.id != task.id for one in work.tasks(at, job)):
                raise

    def _until_over(self, name: str) -> tuple[TaskFacts, ...]:
        at = endpoint(self.tools, self.ctx)
        latest: list[TaskFacts] = []

        def look() -> tuple[TaskFacts, ...] | None:
            latest[:] = self.tools.azure.work.tasks(at, name)
            return tuple(latest) if all(task.over for task in latest) else None

        limit = min(limit_seconds(self.ctx), MINUTES * 60.0 + 60)
        try:
            return wait(self.tools, self.ctx, f"the tasks of job {name}", look, limit)
        except GaveUp:
            return tuple(latest)

    def _take(self, job: str, task: TaskFacts, wanted: tuple[str, ...]) -> None:
        """An answer is taken where the service and the node agree on whose it is."""
        if not task.over or task.node not in wanted or task.node in self.answers:
            return
        left = Left(job, task.id)
        try:
            said = self.fetch.text(left, SAID).splitlines()
        except Interrupted:
            raise
        except TroubleshooterError as error:
            self.failed[task.node] = _in_a_line(error)
            return
        if said and said[0] == f"{NODE}{task.node}":
            self.answers[task.node] = left
        elif said and said[0].startswith(NODE):
            self.failed[task.node] = f"It says of itself that it is {visible(said[0][len(NODE) :])[:100]}."


def runs_no_task(node: NodeFacts | None, slots: int) -> str:
    """Why no task can run on a node now; empty where one can."""
    if node is None:
        return "It is no node of the pool any more, so no task runs there."
    if not node.state.usable:
        return f"It is {node.state.value}, and only idle and running nodes run tasks."
    if node.slots_taken >= slots:
        return f"It has no free task slot: all of its {slots} are taken."
    return ""


def _in_a_line(error: TroubleshooterError) -> str:
    return f"{error.what} {error.why}"


def _why_not(node: str, task: TaskFacts | None) -> str:
    if task is None or not task.node:
        return f"No node took the task for it within {MINUTES} min."
    if task.node != node:
        return f"It was busy: its task ran on {task.node} instead."
    if not task.over:
        return f"Its task was not over after {MINUTES} min."
    return f"Its task failed: {task.failure}." if task.failure else "Its task left no answer."
