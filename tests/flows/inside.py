"""A run in this process, on a simulated Azure whose pools and jobs a test makes as it needs them."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.contract.client import Client
from troubleshooter.actions import GATES
from troubleshooter.cli import worlds
from troubleshooter.engine.driver import AnswerPolicy, drive
from troubleshooter.model.target import Target
from troubleshooter.settings import Endpoints
from troubleshooter.wiring import SHIPPED, Work
from troubleshooter.workbench import RunOptions, Workbench

if TYPE_CHECKING:
    from collections.abc import Callable

    from troubleshooter.engine.runner import Run
    from troubleshooter.model.run import Question, RunState

DOCUMENTED = {"allow-from": "127.0.0.1/32", "next": "look"}
"""The whole of the documented way: a node is looked at although the cause may be known before."""


@dataclass
class Inside:
    connection: Mapping[str, Any]
    home: Path
    administrator: bool = True
    """Whether somebody cures the world when asked to."""
    work: Work = SHIPPED
    client: Client = field(init=False)

    def __post_init__(self) -> None:
        worlds.sign_in_as(self.connection)
        self.client = Client(self.connection)
        self.target = Target.parse(self.connection["pool_id"])
        self.bench = self.opened()

    def opened(self) -> Workbench:
        """The data directory as another process would open it."""
        places = (self.connection[name] for name in ("arm_endpoint", "authority", "ca_file"))
        return Workbench(self.home, Endpoints(*places), self.work)

    def make_pool(self, name: str, change: Callable[[dict[str, Any]], None]) -> Target:
        """A pool like the broken one, changed."""
        read = self.client.arm("GET", self.connection["pool_id"]).body
        body = {key: read[key] for key in ("properties", "identity", "tags") if key in read}
        change(body["properties"])
        made = self.client.arm("PUT", f"{self.client.account_path}/pools/{name}", body)
        assert made.status == 200, made.body
        return replace(self.target, pool=name)

    def definition(self, pool: str) -> Any:
        """As GET shows it, without what only the service sets; None where there is no such pool."""
        answered = self.client.arm("GET", f"{self.client.account_path}/pools/{pool}")
        return answered.body if answered.status == 200 else None

    def state(self) -> Any:
        return self.client.control("GET", "/state")

    def pools(self) -> list[str]:
        return [pool["name"] for pool in self.state()["pools"]]

    def jobs(self) -> dict[str, str]:
        return {job["id"]: job["state"] for job in self.state()["jobs"]}

    def start(self, target: Target | None = None, **options: Any) -> Run:
        return self.bench.start(target or self.target, RunOptions(**options), threading.Event())

    def drive(
        self, run: Run, answers: Mapping[str, str], *, yes: bool = True, confirm: str = "", until: str = ""
    ) -> RunState:
        """Run to where it stops, and let go of the run."""
        policy = AnswerPolicy.for_run(GATES, run.state, {**DOCUMENTED, **answers}, yes=yes, confirm=confirm)
        try:
            return drive(run, policy, lambda _: None, threading.Event(), until or None, self._administer)
        finally:
            run.close()

    def resumed(self, run: Run, answers: Mapping[str, str] | None = None, *, confirm: str = "") -> RunState:
        """Go on with a run as a new process would."""
        bench = self.opened()
        try:
            return self.drive(bench.resume(run.id, threading.Event()), answers or {}, confirm=confirm)
        finally:
            bench.close()

    def _administer(self, question: Question, choice: str) -> None:
        if self.administrator and (question.gate, choice) == ("outside-fix", "done"):
            worlds.cure(self.connection)
