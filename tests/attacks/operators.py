"""One account, its operators, and what each of their processes does; judged by the account."""

from __future__ import annotations

import json
import re
import subprocess
import time
from typing import TYPE_CHECKING, Any

from tests.flows.crash.cases import still
from tests.flows.outside import PROGRAM, World

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

POOL, JOB = "render-pool", "nightly-frames"
IN_PLACE = ("--mode", "in-place", "--confirm", POOL, "--answer", "jobs=requeue")
QUICK = ("--poll-interval", "0.1")
FAULT = re.compile(r"Traceback \(most recent call last\)|^This is a bug", re.MULTILINE)
COUNTED = re.compile("llocat|urrent|resizeOperation")
"""What the service counts in a pool, beside its definition."""
SETTINGS = re.compile("msiClientId|requireInitialSync")
"""What a proven fix changes."""


class Account(World):
    def __init__(self, world: World, home: Path) -> None:
        super().__init__(world.connection, home)
        self.home = home

    def started(self, *arguments: str, **environ: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*PROGRAM, *arguments, "--output", "json"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=self.environ | environ,
        )  # fmt: skip

    def in_place(self, *arguments: str) -> tuple[str, ...]:
        return (*self.run[:-2], *QUICK, *IN_PLACE, *arguments)

    def latest(self, **environ: str) -> str:
        run: str = self.call("runs", "list", **environ)[1]["runs"][0]["id"]
        return run

    def hold(self, match: str, seconds: float = 4) -> None:
        """Let the next such call wait for its answer."""
        self.control("POST", "fault", {"match": match, "delay": seconds})

    def pools(self) -> dict[str, Any]:
        return {pool["name"]: pool for pool in self.control("GET", "state")["pools"]}

    def job(self) -> str:
        jobs = self.control("GET", "state")["jobs"]
        return str(next(job["state"] for job in jobs if job["id"] == JOB))

    def original(self) -> Any:
        """The production pool's definition as it is, without times; None where it is away."""
        pool = self.pools().get(POOL)
        return still(pool["definition"]) if pool and pool["state"] == "active" else None

    def users(self) -> list[str]:
        return [
            user["name"] for pool in self.pools().values() for node in pool["nodes"] for user in node["users"]
        ]


def differing(before: Any, after: Any, at: str = "") -> list[str]:
    """Paths at which two JSON values differ."""
    if isinstance(before, dict) and isinstance(after, dict):
        keys = sorted(before.keys() | after.keys())
        return [path for key in keys for path in differing(before.get(key), after.get(key), f"{at}/{key}")]
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        pairs = enumerate(zip(before, after, strict=True))
        return [path for number, (one, two) in pairs for path in differing(one, two, f"{at}/{number}")]
    return [] if before == after else [at]


def as_it_was(account: Account, before: Any, *, fixed: bool = False) -> None:
    """The production pool stands, and at most the fix was made; its job is on; nobody may sign in."""
    after = account.original()
    assert after is not None, "the production pool is away"
    changed = [path for path in differing(before, after) if not COUNTED.search(path)]
    assert [path for path in changed if not (fixed and SETTINGS.search(path))] == []
    assert account.job() == "active"
    assert account.users() == []
    assert set(account.pools()) == {POOL}


def until(look: Callable[[], object], what: str, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < end, f"never seen: {what}"
        time.sleep(0.05)


def ended(process: subprocess.Popen[str], seconds: float = 120) -> tuple[int, Any, str]:
    """Exit code, document and standard error; a process that hangs is killed and fails the test."""
    try:
        out, err = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        raise AssertionError(f"it has not ended after {seconds:g} s") from None
    return process.returncode, json.loads(out) if out.strip() else None, err
