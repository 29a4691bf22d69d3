"""An Azure that misbehaves over the wire, and the program as another process meets it."""

from __future__ import annotations

import json
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.contract.client import Client
from tests.flows.outside import PROGRAM, World, served

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

POOL = "render-pool"
JOB = "nightly-frames"
ARM_POOL = r"/batchAccounts/[^/]+/pools/render-pool$"
"""The original, as ARM reads and writes it."""
BATCH_POOL = "^/pools/render-pool$"
"""The original, as the data plane reads and deletes it."""
ALWAYS = 100_000
"""Times that a fault is met."""
AT_ONCE = {"retry_after": 0}
"""A try after a failed one does not wait."""
IN_PLACE = ("--mode", "in-place", "--confirm", POOL, "--answer", "jobs=requeue")
JSON = ("--output", "json")
SOON = 200.0
"""Seconds within which all that ends has ended, on a machine that has much to do."""


@dataclass(frozen=True, slots=True)
class Ended:
    code: int
    out: str
    """All that a terminal would show, where the program was asked for text."""
    err: str = ""

    @property
    def document(self) -> Any:
        return json.loads(self.out)


class Wire(World):
    """One account and what is done to it, judged by what stands there."""

    def __init__(self, connection: dict[str, Any], home: Path) -> None:
        super().__init__(connection, home)
        self.home = home
        self.environ["PYTHONUNBUFFERED"] = "1"  # standard output and error in the order of a terminal
        self.others = Client(connection)
        """Somebody else with the same rights, and other tools."""

    # The experimenter's side

    def plant(self, match: str, **fault: Any) -> None:
        self.control("POST", "fault", {"match": match, **fault})

    def clear(self) -> None:
        self.control("DELETE", "fault")

    def release(self) -> list[int]:
        """Let what was held arrive: the answers' states."""
        return [each["status"] for each in self.control("POST", "release")["released"]]

    def state(self) -> Any:
        return self.control("GET", "state")

    def calls(self, method: str, path: str = "") -> list[Any]:
        """Those calls that a method and a part of a path have in common."""
        calls = self.control("GET", "calls")["calls"]
        return [call for call in calls if call["method"] == method and path in call["path"]]

    def pools(self) -> dict[str, Any]:
        return {pool["name"]: pool for pool in self.state()["pools"]}

    def jobs(self) -> dict[str, str]:
        return {job["id"]: job["state"] for job in self.state()["jobs"]}

    def definition(self) -> Any:
        """The original as its owner gave it, with secrets. None where it is away."""
        pool = self.pools().get(POOL)
        return pool["written"] if pool is not None and pool["state"] == "active" else None

    # The program

    def start(self, *arguments: str, **environ: str) -> subprocess.Popen[str]:
        """On a terminal; with --output json, both outputs apart."""
        apart = "--output" in arguments
        return subprocess.Popen(
            [*PROGRAM, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if apart else subprocess.STDOUT,
            text=True,
            env=self.environ | environ,
        )

    def told(self, *arguments: str, **environ: str) -> Ended:
        """Asked for text, on a terminal."""
        return finished(self.start(*arguments, **environ))

    def asked(self, *arguments: str, **environ: str) -> Ended:
        """Asked for JSON."""
        return finished(self.start(*arguments, *JSON, **environ))

    def running(self, *arguments: str) -> tuple[str, ...]:
        """The command that runs the playbook."""
        whole = (
            "run",
            self.connection["pool_id"],
            "--allow-from",
            "127.0.0.1/32",
            "--yes",
            "--answer",
            "next=look",
        )
        return (*whole, "--poll-interval", "0.1", *arguments)

    def in_place(self, *arguments: str) -> tuple[str, ...]:
        return self.running(*IN_PLACE, *arguments)

    def latest(self) -> str:
        run: str = self.asked("runs", "list").document["runs"][0]["id"]
        return run


def finished(running: subprocess.Popen[str], seconds: float = SOON) -> Ended:
    """Wait for the end; one that does not come is a failure, not a mistake of the test."""
    with running:
        try:
            out, err = running.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            running.kill()
            raise AssertionError(f"it has not ended after {seconds:g} s") from None
    return Ended(running.returncode, out, err or "")


def until(look: Callable[[], object], what: str, seconds: float = 60) -> None:
    """Wait for something to be seen in the world."""
    end = time.monotonic() + seconds
    while not look():
        if time.monotonic() > end:
            raise TimeoutError(f"never seen: {what}")
        time.sleep(0.05)


@contextmanager
def azure(home: Path, scenario: str = "wrong-client-id", *options: str) -> Iterator[Wire]:
    with served(home, scenario, *options) as world:
        yield Wire(world.connection, home)
