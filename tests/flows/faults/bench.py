"""The whole engine in this process, against a simulated Azure in this process, without waiting."""

from __future__ import annotations

import json
import os
import ssl
import tempfile
import threading
import urllib.request
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.flows.crash.cases import account, essence
from troubleshooter.actions import GATES
from troubleshooter.cloud import retry, session
from troubleshooter.engine.driver import AnswerPolicy, drive
from troubleshooter.engine.outcome import exit_code
from troubleshooter.model.step import StepState
from troubleshooter.model.target import Target
from troubleshooter.report.json_report import run_json
from troubleshooter.settings import Endpoints
from troubleshooter.simulator.server import Simulator
from troubleshooter.workbench import Workbench

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from troubleshooter.engine.runner import Run
    from troubleshooter.workbench import RunOptions

READ_SECONDS = 1
"""How long an answer may take here; 20 in earnest."""
_SHORT_PAUSES = (0.01,)
ANSWERS = {"allow-from": "127.0.0.1/32"}


@dataclass(frozen=True, slots=True)
class Result:
    code: int
    document: Any
    troubles: tuple[str, ...]
    """Notes about being tried again."""


class Control:
    """The experimenter's side."""

    def __init__(self, connection: Mapping[str, Any]) -> None:
        self._base = connection["control"]
        self._context = ssl.create_default_context(cafile=connection["ca_file"])

    def __call__(self, method: str, path: str, body: object = None) -> Any:
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"{self._base}/{path}", data, method=method)
        with urllib.request.urlopen(request, timeout=20, context=self._context) as response:
            return json.load(response)

    def account(self) -> Any:
        return account(self("GET", "state"))


class Bench:
    """One run after another in data directories of their own."""

    def __init__(
        self, connection: Mapping[str, Any], options: RunOptions, answers: Mapping[str, str], confirm: str
    ) -> None:
        self.control = Control(connection)
        self._target = Target.parse(connection["pool_id"])
        self._places = Endpoints(*(connection[name] for name in ("arm_endpoint", "authority", "ca_file")))
        self._options = options
        self._policy = AnswerPolicy(GATES, {**ANSWERS, **answers}, yes=True, confirm=confirm)

    @contextmanager
    def workbench(self) -> Iterator[Workbench]:
        with tempfile.TemporaryDirectory(prefix="faulty-") as folder, ExitStack() as stack:
            workbench = Workbench(Path(folder), self._places)
            stack.callback(workbench.close)
            yield workbench

    def run(self, workbench: Workbench) -> Result:
        cancel = threading.Event()
        return self._driven(workbench.start(self._target, self._options, cancel), cancel)

    def resume(self, workbench: Workbench, run_id: str) -> Result:
        cancel = threading.Event()
        run = workbench.resume(run_id, cancel)
        current = run.state.current
        if current is not None and current.state is StepState.FAILED:
            run.retry(current.id, _unheard)
        return self._driven(run, cancel)

    def _driven(self, run: Run, cancel: threading.Event) -> Result:
        try:
            state = drive(run, self._policy, _unheard, cancel)
        finally:
            run.close()
        code = exit_code(state)
        troubles = tuple(note.text for note in state.notes if "trying again" in note.text)
        return Result(code, run_json(state, code), troubles)


@contextmanager
def bench(
    scenario: str, options: RunOptions, answers: Mapping[str, str], confirm: str = ""
) -> Iterator[Bench]:
    with Simulator(scenario) as world, hurried():
        for name in ("tenant_id", "client_id", "client_secret"):
            os.environ[f"AZURE_{name.upper()}"] = world.connection[name]
        yield Bench(world.connection, options, answers, confirm)


@contextmanager
def hurried() -> Iterator[None]:
    """Waits between tries and the limit of a read are cut short; nothing else is changed."""
    before = (retry._PAUSES, retry._APART, session.READ_SECONDS)
    retry._PAUSES = _SHORT_PAUSES  # type: ignore[assignment]  # shorter
    retry._APART, session.READ_SECONDS = _SHORT_PAUSES[0], READ_SECONDS
    try:
        yield
    finally:
        retry._PAUSES, retry._APART, session.READ_SECONDS = before


def essential(document: Any) -> Any:
    """What a fault that was ridden out must not change."""
    return essence(document)


def _unheard(_: object) -> None:
    """Nobody looks at the run."""
