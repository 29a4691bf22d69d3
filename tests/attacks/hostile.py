"""A run whose nodes are served by the test: one way in, whatever waits there, and what it cost."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from tests.flows.outside import PROGRAM, served
from tests.peak import peak

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.flows.outside import World

MIB = 1 << 20
LOGIN = "GET /remoteloginsettings$"
NODE = "GET /nodes/[^/]+$"
"""It would say by itself where its port 22 is reached."""


class Node(Protocol):
    port: int

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Limits:
    """What ends the program when it goes beyond: the attack has then got through."""

    memory: int = 600 * MIB
    processor: float = 120.0
    seconds: float = 400.0


@dataclass(frozen=True, slots=True)
class Visit:
    code: int
    document: Any
    """None where it was killed."""
    told: str
    """Standard error."""
    memory: int
    """Bytes that it held at most."""
    processor: float
    """Seconds."""
    home: Path
    nodes: tuple[str, ...] = ()
    """Their names, in the order of the servers that they were led to."""

    @property
    def collected(self) -> str:
        """What the step of collecting says about itself."""
        return next(str(step["why"]) for step in self.document["steps"] if step["id"] == "collect")

    def said_of(self, node: str) -> str:
        """The remarks on one node."""
        return "\n".join(line for line in self.told.splitlines() if f"{node}:" in line or f"{node} " in line)

    @property
    def kept(self) -> list[bytes]:
        return [path.read_bytes() for path in self.home.glob("runs/*/files/*")]


@contextmanager
def at(nodes: Sequence[Node], home: Path) -> Iterator[World]:
    """A simulated Azure that names these as the places where its nodes let people in."""
    with served(home) as world:
        world.control("POST", "fault", {"match": NODE, "drop": ["endpointConfiguration"], "times": 10_000})
        for node in nodes:
            login = {"remoteLoginIPAddress": "127.0.0.1", "remoteLoginPort": node.port}
            times = 1 if len(nodes) > 1 else 1000
            world.control("POST", "fault", {"match": LOGIN, "times": times, "body": json.dumps(login)})
        try:
            yield world
        finally:
            for node in nodes:
                node.close()


def visited(
    nodes: Sequence[Node], home: Path, *arguments: str, limits: Limits | None = None, until: str = "collect"
) -> Visit:
    """Run the playbook until the nodes were collected from."""
    with at(nodes, home) as world:
        asked = ("--poll-interval", "0.1", "--until", until, "--debug-nodes", str(len(nodes)))
        visit = watched(world, home, *world.run, *asked, *arguments, limits=limits)
        calls = world.control("GET", "calls")["calls"]
        logins = [
            call["path"].split("/")[-2] for call in calls if call["path"].endswith("/remoteloginsettings")
        ]
        return replace(visit, nodes=tuple(dict.fromkeys(logins)))


def watched(world: World, home: Path, *arguments: str, limits: Limits | None = None) -> Visit:
    """The program to its end, or to a limit."""
    limits = limits or Limits()
    out, err = home.with_suffix(".out"), home.with_suffix(".err")
    with out.open("wb") as stdout, err.open("wb") as stderr:
        process = subprocess.Popen(
            [*PROGRAM, *arguments], stdout=stdout, stderr=stderr, env=world.environ, start_new_session=True
        )
        begun, memory, processor = time.monotonic(), 0, 0.0
        while os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
            memory = peak(process.pid) or memory
            processor = _processor(process.pid)
            over = memory > limits.memory or processor > limits.processor
            if over or time.monotonic() - begun > limits.seconds:
                os.killpg(process.pid, signal.SIGKILL)
            time.sleep(0.05)
        code = process.wait()
    with contextlib.suppress(ValueError):
        return Visit(code, json.loads(out.read_bytes()), _text(err), memory, processor, home)
    return Visit(code, None, _text(err), memory, processor, home)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")


def _processor(pid: int) -> float:
    if sys.platform != "linux":
        return 0.0
    with contextlib.suppress(OSError, IndexError):
        fields = (
            Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
        )
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0
