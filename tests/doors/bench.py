"""One run on a pool of the account, with its journal and its tools: whatever acts is called with these."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import msgspec

from tests.doors.patience import Patience
from tests.known import KEY_VAULT
from troubleshooter.cloud.azure import Azure
from troubleshooter.diagnosis import rule_book
from troubleshooter.engine.gates import GateOpen
from troubleshooter.model import handover
from troubleshooter.model.change import JOB, NODE_USER
from troubleshooter.model.event import Changed, EventKind, Noted
from troubleshooter.model.step import StepState
from troubleshooter.model.target import Target
from troubleshooter.operations.tools import Tools
from troubleshooter.pooldef.mark import Mark, put_mark
from troubleshooter.settings import Endpoints
from troubleshooter.workbench import RunOptions, Workbench

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.doors.account import Account
    from troubleshooter.engine.context import StepContext
    from troubleshooter.engine.runner import Run
    from troubleshooter.model.change import Change
    from troubleshooter.model.run import Question

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class Bench:
    """Begins a run and owns it. Its waits take no time, and its clock begins at noon."""

    def __init__(self, account: Account, home: Path, pool: str, **options: Any) -> None:
        self.account = account
        self.pool = pool
        """The original."""
        self.patience = Patience()
        self._open = ExitStack()
        connection = account.client.connection
        endpoints = Endpoints(*(connection[name] for name in ("arm_endpoint", "authority", "ca_file")))
        self.target = replace(Target.parse(connection["pool_id"]), pool=pool)
        self.workbench = Workbench(home, endpoints)
        self._open.callback(self.workbench.close)
        self.run: Run = self.workbench.start(self.target, RunOptions(**options), self.patience)
        self._open.callback(self.run.close)
        self.troubles: list[str] = []
        """What was said of calls that were tried again."""
        azure = Azure(
            endpoints.settings(self.target.subscription), self.patience, self.troubles.append, self.now
        )
        self._open.callback(azure.close)
        self._open.enter_context(azure.changing())
        self.tools = Tools(
            azure, rule_book, self.workbench.folder(self.run.id), self.patience.clock, self.now, KEY_VAULT
        )

    @property
    def id(self) -> str:
        """The run's."""
        return self.run.id

    @property
    def endpoint(self) -> str:
        """Of the account's data plane."""
        return str(self.account.client.connection["batch_endpoint"])

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self.patience.clock())

    def ctx(self, step: str = "recreate") -> StepContext:
        """For a step that changes something; "clean-up" is on the way back."""
        return self.run._context(self.run.playbook.step(step), self.patience)

    @contextmanager
    def undeclared(self) -> Iterator[None]:
        """Nobody has declared meanwhile that something is going to be changed in Azure."""
        session = self.tools.azure._session
        session._changing = False
        yield
        session._changing = True

    def begin(self, **options: Any) -> Bench:
        """Another run on the same pool, from the same data directory."""
        return Bench(self.account, self.workbench.home, self.pool, **options)

    def close(self) -> None:
        self._open.close()

    # What went before

    def save(self) -> Any:
        """Keep the original's definition, as the survey does; return it."""
        body = self.tools.azure.arm.pool(self.target).body
        self.tools.save_definition(body)
        return body

    def surveyed(self) -> None:
        """The survey is over: the data plane's address is known, and need not be asked for."""
        self.over("survey", handover.Surveyed(self.endpoint))

    def own_body(self, kind: str = "debug", nodes: int = 1) -> dict[str, Any]:
        """Of a pool that this run may make: it carries its mark."""
        body = self.account.of_size(nodes)
        put_mark(body, Mark(self.id, kind))
        return body

    def make_user(self, pool: str, node: int = 0) -> str:
        """A user of this run, on a node of a pool whose nodes are idle; its id."""
        of, name = self.account.nodes(pool)[node], f"kvts{self.id}"
        self.account.make_user(pool, of, name)
        self.wrote(EventKind.CHANGE_MADE, NODE_USER, f"{pool}/{of}/{name}")
        return f"{pool}/{of}/{name}"

    def disable_job(self, pool: str = "") -> str:
        """A job that was active before this run disabled it."""
        job = self.account.make_job(pool or self.pool, "disabled")
        self.wrote(EventKind.CHANGE_MADE, JOB, job, before="active", tasks="requeue")
        return job

    def over(
        self,
        step: str,
        output: object = None,
        seconds: float = 0.0,
        state: StepState = StepState.DONE,
        why: str = "",
    ) -> None:
        """That step has ended so, and left this."""
        given = {} if output is None else {"gives": type(output).__name__, "output": handover.written(output)}
        done = {"step": step, "state": state.value, "why": why, "seconds": seconds, **given}
        self.run._write([(EventKind.STEP_FINISHED, done)])

    def wrote(self, event: EventKind, kind: str, change: str, **detail: Any) -> None:
        """It stands in the journal already."""
        self.run._write([(event, {"kind": kind, "id": change, "detail": detail})])

    def answer(self, question: Question, choice: str, typed: str | None = None) -> None:
        """The operator answers what was asked, and types the name that it wants, or this one."""
        self.run._write([(EventKind.ASKED, {"question": msgspec.to_builtins(question), "seconds": 0.0})])
        self.run.answer(question.gate, choice, _unheard, typed=question.confirm if typed is None else typed)

    @contextmanager
    def lost(self, match: str, **again: Any) -> Iterator[None]:
        """The next call of that kind is carried out, and nobody gets its answer, however often it is sent."""
        self.account.fault(match, after_effect=True, reset=True)
        self.account.fault(match, **(again or {"reset": True, "times": 30}))
        yield
        self.account.unmet()

    # What came of it

    def change(self, kind: str, name: str) -> Change | None:
        return self.ctx().change(kind, name)

    def journal(self, after: int = 0) -> list[tuple[str, str, str]]:
        """Event, kind and id of every change that was written."""
        events = [each for each in self.workbench.events(self.id) if each.seq > after]
        return [
            (event.kind.value.removeprefix("change-"), event.body.kind, event.body.id)
            for event in events
            if isinstance(event.body, Changed)
        ]

    def details(self) -> list[dict[str, Any]]:
        """What each of these said besides."""
        bodies = (event.body for event in self.workbench.events(self.id))
        return [dict(body.detail) for body in bodies if isinstance(body, Changed)]

    def notes(self) -> list[str]:
        bodies = (event.body for event in self.workbench.events(self.id))
        return [body.text for body in bodies if isinstance(body, Noted)]


def asked(act: Callable[[], object]) -> Question:
    """The question at which it stops."""
    try:
        act()
    except GateOpen as gate:
        return gate.question
    raise AssertionError("nothing was asked")


def _unheard(_: object) -> None:
    """Nobody looks on."""
