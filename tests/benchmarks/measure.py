"""Prints how fast the program starts and how much it needs: python tests/benchmarks/measure.py [PART...]

Parts: start, frame, demo, nodes. Numbers are of this machine and this moment; compare before and after.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import logging
import os
import pty
import re
import select
import statistics
import struct
import subprocess
import sys
import tempfile
import termios
import threading
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.model.run import Question

PROGRAM = [sys.executable, "-m", "troubleshooter"]
MINIMAL = str(Path(__file__).with_name("minimal_app.py"))
ROUNDS = 7
NODES = 200


def start() -> None:
    """The offline commands from nothing to their answer, best of several."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Path(folder, "kv.settings")
        settings.write_text('{"secretsManagementSettings": {"pollingIntervalInS": 3600}}')
        log = Path(folder, "akvvm_service.log")
        log.write_text("2026-11-22 20:01:02: <info> [CertificateManager] Started\n" * 1000)
        for name, command in (
            ("python -c pass", [sys.executable, "-c", "pass"]),
            ("--help", [*PROGRAM, "--help"]),
            ("lint", [*PROGRAM, "lint", str(settings)]),
            ("analyze", [*PROGRAM, "analyze", str(log)]),
        ):
            times = [_seconds(command) for _ in range(ROUNDS)]
            print(f"start  {name:<16}{min(times) * 1000:6.0f} ms")


def frame() -> None:
    """The first painted frame of the home screen, against minimal applications with the same widgets."""
    commands = {
        "home": PROGRAM,
        "minimal, plain": [sys.executable, MINIMAL],
        "minimal, own": [sys.executable, MINIMAL, "own"],
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, command in commands.items():
            times[name].append(_first_frame(command))
    home = statistics.median(times["home"])
    for name, taken in times.items():
        middle = statistics.median(taken)
        print(f"frame  {name:<16}{middle * 1000:6.0f} ms   home is {home / middle:.2f} of it")


def demo() -> None:
    """Whole demos, each a process: wall time and peak memory."""
    from tests.peak import reaped
    from troubleshooter.simulator.scenarios import SCENARIOS

    for scenario in SCENARIOS:
        with tempfile.TemporaryDirectory() as home:
            began = time.perf_counter()
            process = subprocess.Popen(
                [*PROGRAM, "demo", scenario, "--headless", "--output", "json"],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "TROUBLESHOOTER_HOME": home},
            )  # fmt: skip
            status, held = reaped(process.pid)
            process.returncode = os.waitstatus_to_exitcode(status)
            wall = time.perf_counter() - began
        print(f"demo   {scenario:<26}{wall:5.1f} s  {held >> 20:4} MB  exit {process.returncode}")


def nodes() -> None:
    """A debug pool of many nodes: calls by kind without a screen, the event loop's longest gap with one."""
    with tempfile.TemporaryDirectory() as home, _simulated() as connection:
        calls, wall = _headless(connection, Path(home))
        print(f"nodes  {NODES} debug nodes, no screen: {wall:.1f} s, {calls.total()} calls")
        for kind, number in calls.most_common():
            print(f"nodes  {number:7}  {kind}")
    with tempfile.TemporaryDirectory() as home, _simulated() as connection:
        gap, wall = asyncio.run(_on_screen(connection, Path(home)))
        told = f"{wall:.1f} s, longest gap of the event loop {gap * 1000:.0f} ms"
        print(f"nodes  {NODES} debug nodes, on screen: {told}, load average {os.getloadavg()[0]:.1f}")


@contextmanager
def _simulated() -> Iterator[dict[str, Any]]:
    from troubleshooter.cli.worlds import sign_in_as

    with subprocess.Popen([*PROGRAM, "simulate"], stdout=subprocess.PIPE, text=True) as serving:
        assert serving.stdout is not None
        connection = json.loads(serving.stdout.readline())
        sign_in_as(connection)
        yield connection
        serving.terminate()


def _bench(connection: dict[str, Any], home: Path) -> Any:
    from troubleshooter.settings import Endpoints
    from troubleshooter.workbench import Workbench

    return Workbench(
        home, Endpoints(*(connection[name] for name in ("arm_endpoint", "authority", "ca_file")))
    )


def _headless(connection: dict[str, Any], home: Path) -> tuple[Counter[str], float]:
    from troubleshooter.actions import GATES
    from troubleshooter.engine.driver import AnswerPolicy, drive
    from troubleshooter.model.target import Target
    from troubleshooter.workbench import RunOptions

    counting = _Counting()
    logger = logging.getLogger("urllib3.connectionpool")
    logger.addHandler(counting)
    logger.setLevel(logging.DEBUG)
    bench, cancel = _bench(connection, home), threading.Event()
    began = time.perf_counter()
    run = bench.start(Target.parse(connection["pool_id"]), RunOptions(debug_nodes=NODES), cancel)
    drive(run, AnswerPolicy(GATES, {"allow-from": "127.0.0.1/32"}, yes=True), lambda _: None, cancel)
    wall = time.perf_counter() - began
    bench.close()
    logger.setLevel(logging.WARNING)
    logger.removeHandler(counting)
    return counting.calls, wall


class _Counting(logging.Handler):
    """Counts requests as urllib3 logs them, with what differs between nodes left out."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        found = re.search(r'"(\w+) (\S+) HTTP/1\.1" (\d+)', record.getMessage())
        if found:
            path = found[2].partition("?")[0]
            path = re.sub(r"/subscriptions/.*/batchAccounts/[^/]+", "ARM", path)
            path = re.sub(r"/(pools|nodes|users|extensions|poolOperationResults)/[^/]+", r"/\1/*", path)
            self.calls[f"{found[1]:<6} {found[3]} {path}"] += 1


async def _on_screen(connection: dict[str, Any], home: Path) -> tuple[float, float]:
    from tests.tui import walker
    from troubleshooter.cli.worlds import cure
    from troubleshooter.model.target import Target
    from troubleshooter.tui.app import TroubleshooterApp
    from troubleshooter.tui.world import World
    from troubleshooter.workbench import RunOptions

    def administrator(question: Question, _choice: str) -> None:
        if question.gate == "outside-fix":
            cure(connection)

    bench = _bench(connection, home)
    options = RunOptions(debug_nodes=NODES)
    app = TroubleshooterApp(
        World(bench, options, {"allow-from": "127.0.0.1/32"}, administrator),
        open_target=Target.parse(connection["pool_id"]),
    )
    longest = 0.0
    over = asyncio.Event()

    async def watch() -> None:
        nonlocal longest
        before = time.perf_counter()
        while not over.is_set():
            await asyncio.sleep(0.001)
            now = time.perf_counter()
            longest, before = max(longest, now - before), now

    began = time.perf_counter()
    async with app.run_test(size=(120, 34)) as pilot:
        await walker.until(pilot, lambda: walker.run_state(pilot) is not None, "the run")
        watching = asyncio.create_task(watch())
        await walker.walk(pilot)
        over.set()
        await watching
    wall = time.perf_counter() - began
    bench.close()
    return longest, wall


def _seconds(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - began


def _first_frame(command: list[str]) -> float:
    """Seconds until a pseudo-terminal has been sent the last line of the screen."""
    with tempfile.TemporaryDirectory() as home:
        environ = {**os.environ, "TERM": "xterm-256color", "TROUBLESHOOTER_HOME": home}
        ours, theirs = pty.openpty()
        fcntl.ioctl(ours, termios.TIOCSWINSZ, struct.pack("HHHH", 34, 120, 0, 0))
        began = time.perf_counter()
        process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, env=environ, cwd=ROOT)
        os.close(theirs)
        seen = b""
        while b"quit" not in re.sub(rb"\x1b\[[0-9;?]*[a-zA-Z]", b"", seen):
            if not select.select([ours], [], [], 20)[0] or not (more := _read(ours)):
                raise RuntimeError(f"{command} painted nothing; it wrote {seen[-1000:]!r}")
            seen += more
        taken = time.perf_counter() - began
        os.write(ours, b"q")
        while select.select([ours], [], [], 5)[0] and _read(ours):
            pass
        process.wait(20)
        os.close(ours)
    return taken


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux reports the far end's closing so
        return b""


PARTS = {"start": start, "frame": frame, "demo": demo, "nodes": nodes}

if __name__ == "__main__":
    for part in sys.argv[1:] or PARTS:
        PARTS[part]()
