"""The command line in this process, and a simulated Azure beside it: quick as the engine, real as a call."""

from __future__ import annotations

import io
import json
import os
import signal
import tempfile
import threading
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.flows.faults.bench import Control, hurried
from troubleshooter.cli import entry
from troubleshooter.printer import Form, Printer
from troubleshooter.simulator.server import Simulator

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from types import FrameType

LIMIT = 60
"""Seconds that one command may take; it takes one or two."""


class Hung(BaseException):
    """A command went on and on. Nothing on its way up takes it for an error of its own."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one command told the operator."""

    arguments: tuple[str, ...]
    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one document that it printed; None where it printed none."""
        try:
            return json.loads(self.out)
        except ValueError:
            return None

    @property
    def json(self) -> bool:
        return "json" in self.arguments

    def __str__(self) -> str:
        return f"$ {' '.join(self.arguments)}\n{self.out}{self.err}→ {self.code}"


class Desk:
    """Where one operator sits: a data directory and a way to Azure."""

    def __init__(self, connection: Mapping[str, Any], home: Path) -> None:
        self.connection = connection
        self.home = home
        self.control = Control(connection)
        self.said: list[Said] = []
        """All that was told, in order."""
        self._busy = threading.Lock()

    def __call__(self, *arguments: str) -> Said:
        """Give a command and wait for its end."""
        out, err = io.StringIO(), io.StringIO()
        form = Form.JSON if "json" in arguments else Form.TEXT
        with _limited(), self._listening(), _descriptor_two() as raw:
            code = entry.run(arguments, Printer(form, out, err, os.environ))
        said = Said(arguments, code, out.getvalue(), raw.getvalue() + err.getvalue())
        self.said.append(said)
        return said

    def json(self, *arguments: str) -> Any:
        return self(*arguments, "--output", "json").document

    def interrupt(self) -> bool:
        """Press Ctrl-C while a command is at work; whether one was."""
        with self._busy:
            if signal.getsignal(signal.SIGINT) in {signal.SIG_IGN, signal.default_int_handler}:
                return False
            os.kill(os.getpid(), signal.SIGINT)
            return True

    @contextmanager
    def _listening(self) -> Iterator[None]:
        """Hear Ctrl-C for as long as a command runs, as a process of its own would."""
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            yield
        finally:
            with self._busy:
                signal.signal(signal.SIGINT, before)


@contextmanager
def desk(scenario: str, **account: Any) -> Iterator[Desk]:
    """A simulated Azure and an empty data directory; waits between tries are cut short, nothing else is.

    `account` is in what its Batch account differs from the usual one.
    """
    with Simulator(scenario) as world, tempfile.TemporaryDirectory(prefix="lost-") as folder, hurried():
        connection = world.connection
        service = world._scene.world
        service.account = replace(service.account, **account)
        settings = {
            "TROUBLESHOOTER_HOME": folder,
            "TROUBLESHOOTER_ARM_ENDPOINT": connection["arm_endpoint"],
            "TROUBLESHOOTER_AUTHORITY": connection["authority"],
            "TROUBLESHOOTER_CA_FILE": connection["ca_file"],
            "AZURE_AUTHORITY_HOST": connection["authority"],
            "AZURE_TENANT_ID": connection["tenant_id"],
            "AZURE_CLIENT_ID": connection["client_id"],
            "AZURE_CLIENT_SECRET": connection["client_secret"],
        }
        before = {name: os.environ.get(name) for name in settings}
        os.environ.update(settings)
        try:
            yield Desk(connection, Path(folder))
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value


@contextmanager
def _limited() -> Iterator[None]:
    def stop(_number: int, _frame: FrameType | None) -> None:
        raise Hung

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(LIMIT)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


class _Raw:
    """What was written past the printer, by a handler that may not wait for it."""

    def __init__(self) -> None:
        self._text = ""

    def take(self, text: str) -> None:
        self._text = text

    def getvalue(self) -> str:
        return self._text


@contextmanager
def _descriptor_two() -> Iterator[_Raw]:
    raw = _Raw()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as file:
        os.dup2(file.fileno(), 2)
        try:
            yield raw
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            file.seek(0)
            raw.take(file.read().decode(errors="replace"))
