"""Batch tasks: each runs the script as an administrator of its node and leaves what that sends as a file.

Nothing has to reach the node: its agent fetches the task, and hands out the file.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from troubleshooter.collect.nodes import NodeProblem
from troubleshooter.collect.roads.task_script import COMPLAINTS, ENDED, FOLDER, SAID
from troubleshooter.errors import Interrupted, TroubleshooterError
from troubleshooter.model.excerpt import cut
from troubleshooter.model.step import ErrorText
from troubleshooter.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.collect.order import Order  # noqa: TC004 - used only in annotations
    from troubleshooter.collect.patience import Patience  # noqa: TC004 - used only in annotations

T = TypeVar("T")

MINUTES = 5
"""That one task may take."""
KEPT_MINUTES = 60
"""For how long its files stay, where nobody removes them."""
USER = "a task"
_PIECE = 1 << 20
"""Bytes that are fetched at once."""
_MOST_SAID = 4096
"""Bytes that are read of what it said, and of what it complained of."""


@dataclass(frozen=True, slots=True)
class Left:
    """Where the answer of a node lies."""

    job: str
    task: str


@dataclass(frozen=True, slots=True)
class Fetch:
    """How files of tasks are read."""

    size: Callable[[Left, str], int]
    """Of a file by its name, in bytes."""
    part: Callable[[Left, str, int, int], bytes]
    """From the first to the last byte named, and no more."""

    def text(self, left: Left, name: str, *, end: bool = False) -> str:
        """What it begins with, or how it ends."""
        size = self.size(left, name)
        first = max(0, size - _MOST_SAID) if end else 0
        last = min(size, first + _MOST_SAID) - 1
        return self.part(left, name, first, last).decode("utf-8", "replace") if size else ""


@dataclass(frozen=True, slots=True)
class Task:
    answers: Mapping[str, Left] = field(default_factory=dict)
    """By the node that gave it."""
    fetch: Fetch | None = None
    """None while only a plan is made."""
    orders: tuple[Order, ...] = ()
    """What each of the tasks ran."""
    alone: bool = False
    """Whether no other road is walked before."""

    def prepare(self, body: dict[str, Any], nodes: int) -> list[str]:  # noqa: ARG002 - a road may change the body; for this one nothing of the pool is other
        when = "" if self.alone else ", where SSH does not lead to the node"
        whose = "each" if nodes > 1 else "its"
        what = f"one task with administrator rights on {whose} node reads the logs{when}"
        return [
            f"{what}: it takes one task slot for up to {MINUTES} min",
            "such tasks are in a job of this run's own, which ends by itself and is removed with the step",
        ]

    @contextmanager
    def open(self, node: str, patience: Patience) -> Iterator[TaskReading]:
        if self.fetch is None or node not in self.answers:
            raise LookupError(f"no task answered for {node}")
        yield TaskReading(self.answers[node], self.fetch, self.orders, patience)


@dataclass(frozen=True, slots=True)
class TaskReading:
    left: Left
    fetch: Fetch
    orders: tuple[Order, ...]
    patience: Patience
    user: str = USER
    host_key: str = ""
    elevated: bool = True

    def run(self, line: str, feed: bytes) -> Sent:
        """What came of the order that was for this text: it ran when the task did."""
        name = next((order.name for order in self.orders if (order.line, order.feed) == (line, feed)), "")
        if not name:
            raise LookupError("the task was not asked for that")
        return Sent(name, self.left, self.fetch, self.patience)


class Sent:
    """What a script sent, read off the file that its task left."""

    def __init__(self, name: str, left: Left, fetch: Fetch, patience: Patience) -> None:
        self._name, self._left, self._fetch, self._patience = name, left, fetch, patience
        self._place = f"{FOLDER}/{name}"
        self._buffer = bytearray()
        self._at = 0
        self._size = self._asked(partial(fetch.size, left, self._place), "being looked up")

    def read(self, size: int) -> bytes:
        while len(self._buffer) < size and self._at < self._size:
            last = min(self._size, self._at + _PIECE) - 1
            piece = self._asked(
                partial(self._fetch.part, self._left, self._place, self._at, last), "being fetched"
            )
            if not piece:
                self._size = self._at  # it is shorter than it was: what came is what there is
                break
            self._buffer += piece
            self._at += len(piece)
        data = bytes(memoryview(self._buffer)[:size])
        del self._buffer[:size]
        return data

    def status(self) -> int:
        said = self._asked(lambda: self._fetch.text(self._left, SAID), "being read")
        begins = f"{ENDED}{self._name} "
        ended = next((line[len(begins) :] for line in said.splitlines() if line.startswith(begins)), "")
        return int(ended) if ended.isascii() and ended.isdigit() else -1

    def complaint(self) -> str:
        place = f"{self._place}{COMPLAINTS}"
        said = self._asked(lambda: self._fetch.text(self._left, place, end=True), "being read")
        lines = said.strip().splitlines()
        return cut(visible(lines[-1]), 300) if lines else ""

    def close(self) -> None:
        """Nothing is open between two requests."""

    def _asked(self, ask: Callable[[], T], doing: str) -> T:
        """One node's failure is no other's."""
        self._patience.check(f"its files were {doing}")
        try:
            return ask()
        except Interrupted:
            raise
        except TroubleshooterError as error:
            told = ErrorText(error.what, error.why, error.do, int(error.exit_code))
            raise NodeProblem(told) from error
