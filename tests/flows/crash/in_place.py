"""Runs in place, and the way back from them, ended at any moment: what is said next, and what is left."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tests.flows.crash.victim import CLOSE, HANG_UP, KILL, Death, Moment, killed
from tests.flows.lost.front import Said
from tests.flows.lost.judge import Account, Judge
from tests.flows.outside import PROGRAM, World, served

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

POOL = "render-pool"
SCENARIOS = ("wrong-client-id", "vault-rbac-denied")
"""The fix is in the pool, and stays; it is outside, and the original is put back."""
RUN = ("--mode", "in-place", "--confirm", POOL, "--answer", "jobs=requeue", "--poll-interval", "0.1")
WAYS = {"resume": ("--yes", "--confirm", POOL), "cleanup": ("--yes",), "restore": ("--confirm", POOL)}
HANG_UPS = (HANG_UP, CLOSE)
LOOKS = (("runs", "list"), ("runs", "show"), ("doctor",))
_ABOUT = '%"original-pool"%'
_ENDS = frozenset({0, 3})
"""How a run may end that nothing happened to: with its proof, or with what is to be done outside."""
_NEVER = Moment(event=100_000)
_SETTLE = 0.1
"""Seconds until Azure has heard of a request that was sent just before the end."""
_FEW = 12
"""Events that a way back writes, or a few more."""


@dataclass(frozen=True, slots=True)
class Known:
    """A run that nothing happened to."""

    scenario: str
    judge: Judge
    events: tuple[str, ...]
    original: tuple[int, ...]
    """Which of them are about the original: it goes and comes right after one of these."""


@dataclass(frozen=True, slots=True)
class Blow:
    """One command that is ended before its time."""

    command: str
    moment: Moment
    how: str

    def __str__(self) -> str:
        return f"{self.command}, {self.how} {self.moment}"


@dataclass(frozen=True, slots=True)
class Plan:
    blows: tuple[Blow, ...]
    look: tuple[str, ...]
    """The next command after each."""
    end: str

    def __str__(self) -> str:
        return f"{'; '.join(map(str, self.blows))}; {' '.join(self.look)}; {self.end}"


@dataclass(frozen=True, slots=True)
class Outcome:
    plan: Plan
    deaths: tuple[Death, ...]
    away: int
    """After how many of them the original was away."""
    wrong: tuple[str, ...]

    def number(self, *how: str) -> int:
        pairs = zip(self.plan.blows, self.deaths, strict=False)
        return sum(death.killed and blow.how in how for blow, death in pairs)


def known(scenario: str) -> Known:
    with served(Path("unused"), scenario) as lent, tempfile.TemporaryDirectory() as folder:
        world = World(lent.connection, Path(folder))
        before = Account.of(world.control("GET", "state"))
        death = killed((*world.run, *RUN), world.environ, Path(folder), _NEVER)
        with closing(sqlite3.connect(Path(folder) / "journal.sqlite3")) as db:
            rows = db.execute("SELECT seq FROM events WHERE kind LIKE 'change-%' AND data LIKE ?", (_ABOUT,))
            original = tuple(seq for (seq,) in rows)
        after = Account.of(world.control("GET", "state"))
    assert death.code in _ENDS, death
    assert original
    return Known(scenario, Judge(before, after, POOL), death.events, original)


def plan(base: Known, hows: Sequence[str], chance: random.Random) -> Plan:
    """One or two commands that are ended, the first mostly where something is changed."""
    blows = [Blow("run", _moment(base, chance), chance.choice(hows))]
    if chance.random() < 0.7:
        command = chance.choice(("resume", "cleanup", "restore", "cleanup", "restore"))
        number = len(base.events) if command == "resume" else _FEW
        moment = Moment(chance.randint(1, number), before_next=chance.random() < 0.5)
        blows.append(Blow(command, moment, chance.choice(hows)))
    return Plan(tuple(blows), chance.choice(LOOKS), chance.choice(tuple(WAYS)))


def _moment(base: Known, chance: random.Random) -> Moment:
    kinds = enumerate(base.events, start=1)
    changes = [number for number, kind in kinds if kind.startswith("change-")]
    if (where := chance.random()) < 0.8:
        return Moment(
            chance.choice(base.original if where < 0.4 else changes), before_next=chance.random() < 0.7
        )
    return Moment(chance.randint(1, len(base.events)), before_next=chance.random() < 0.5)


def tried(base: Known, plan: Plan) -> Outcome:
    home = Path(tempfile.mkdtemp(prefix="killed-"))
    try:
        with served(Path("unused"), base.scenario) as lent:
            return _tried(World(lent.connection, home), home, base, plan)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _tried(world: World, home: Path, base: Known, plan: Plan) -> Outcome:
    deaths: list[Death] = []
    wrong: list[str] = []
    away = 0
    for blow in plan.blows:
        run = deaths[-1].run if deaths else ""
        if deaths and not run:
            break
        arguments = ("runs", blow.command, run, *WAYS[blow.command]) if run else (*world.run, *RUN)
        seen = len(deaths[-1].events) if deaths else 0
        death = killed(arguments, world.environ, home, blow.moment, seen, blow.how)
        deaths.append(death)
        wrong += [f"{blow}: {text}" for text in _heard(blow, death)]
        time.sleep(_SETTLE)
        now = Account.of(world.control("GET", "state"))
        if now.away(POOL):
            away += 1
            said = _said(world, *_looked(plan.look, death.run))
            wrong += [
                f"{blow}, then {said.arguments}: {text}" for text in base.judge.next_call(said, death.run)
            ]
    if run := deaths[-1].run:
        said = _said(world, "runs", plan.end, run, *WAYS[plan.end], "--output", "json")
        shown = _said(world, "runs", "show", run, "--output", "json")
        now = Account.of(world.control("GET", "state"))
        wrong += [f"{plan.end}: {text}" for text in base.judge.recovered(said, shown, now, lost=True)]
    return Outcome(plan, tuple(deaths), away, tuple(wrong))


def _heard(blow: Blow, death: Death) -> list[str]:
    """What is wrong with how a process ended that was asked to stop."""
    if blow.how == KILL or not death.killed:
        return []
    if death.code is None:
        return ["goes on and on"]
    if death.code == 130:
        told = "troubleshooter runs" in death.told and death.run in death.told
        return [] if blow.how == CLOSE or told else [f"says not how to go on: {death.told[-300:]}"]
    return [] if death.code in {*_ENDS, 8} else [f"ended with {death.code}: {death.told[-300:]}"]


def _looked(look: tuple[str, ...], run: str) -> tuple[str, ...]:
    return (*look, run) if look[-1] == "show" else look


def _said(world: World, *arguments: str) -> Said:
    ended = subprocess.run(
        [*PROGRAM, *arguments], capture_output=True, text=True, check=False, env=world.environ, timeout=120
    )
    return Said(arguments, ended.returncode, ended.stdout, ended.stderr)
