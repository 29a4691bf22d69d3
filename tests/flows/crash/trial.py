"""One kill: the program dies, is resumed or cleaned up after, and the account is looked at."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.flows.crash.cases import account, essence, still
from tests.flows.crash.victim import Death, Moment, killed
from tests.flows.outside import World

if TYPE_CHECKING:
    from tests.flows.crash.cases import Case


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """A run of the case that nobody killed, and what it left behind."""

    events: tuple[str, ...]
    seconds: float
    essence: Any
    before: Any
    after: Any
    definition: Any
    steps: tuple[str, ...]
    """In which step each event was written."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is done to one run."""

    moment: Moment
    end: str
    """resume, cleanup, or twice: the resumed run is killed too."""
    again: Moment
    """When the resumed run is killed."""
    unknown_is_right: bool = False
    """Whether a clean-up may end with what nobody knows: the process died before it asked for it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    kills: int
    deaths: tuple[Death, ...]
    wrong: tuple[str, ...]


def tried(connection: Any, case: Case, plan: Plan, undisturbed: Undisturbed) -> Outcome:
    """Kill once or twice, recover, and say what is not as it should be."""
    home = Path(tempfile.mkdtemp(prefix="killed-"))
    try:
        world = World(connection, home)
        command = (*world.run, *case.arguments)
        deaths = [killed(command, world.environ, home, plan.moment)]
        run = deaths[0].run
        if run and plan.end == "twice":
            seen = len(deaths[0].events)
            again = ("runs", "resume", run, "--yes")
            deaths.append(killed(again, world.environ, home, plan.again, seen))
        hidden = _hidden(world, run) if run and plan.unknown_is_right else []
        wrong = hidden + _recovered(world, run, plan, undisturbed) + _found(world, run, plan, undisturbed)
        return Outcome(sum(death.killed for death in deaths), tuple(deaths), tuple(wrong))
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _hidden(world: World, run: str) -> list[str]:
    """Jobs of the run that stand in the account while `runs list` shows nothing open."""
    jobs = [job["id"] for job in world.control("GET", "state")["jobs"] if run in job["id"]]
    _, listed = world.call("runs", "list")
    is_open = any(row["id"] == run and row["open_changes"] for row in listed["runs"])
    return [f"runs list hides {', '.join(jobs)}"] if jobs and not is_open else []


def _recovered(world: World, run: str, plan: Plan, undisturbed: Undisturbed) -> list[str]:
    if not run:
        return []
    if plan.end == "cleanup":
        code, receipt = world.call("runs", "cleanup", run, "--yes")
        unknown = code == 8 and receipt.get("unknown") and plan.unknown_is_right
        return (
            [f"cleanup ended with {code}: {receipt}"] if receipt.get("left") or (code and not unknown) else []
        )
    code, document = world.call("runs", "resume", run, "--yes")
    if code != undisturbed.essence["exit"] or "steps" not in document:
        return [f"resume ended with {code}: {document.get('error')}"]
    found = essence(document)
    return [f"{key}: {found[key]}" for key in found if found[key] != undisturbed.essence[key]]


def _found(world: World, run: str, plan: Plan, undisturbed: Undisturbed) -> list[str]:
    expected = undisturbed.before if plan.end == "cleanup" or not run else undisturbed.after
    found = account(world.control("GET", "state"))
    wrong = [f"the account holds {_told(found)}"] if found != expected else []
    saved = Path(world.environ["TROUBLESHOOTER_HOME"]) / "runs" / (run or "none") / "pool.json"
    if saved.exists() and still(json.loads(saved.read_bytes())) != undisturbed.definition:
        wrong.append("the saved definition is not the pool's")
    if run and plan.end != "cleanup" and not saved.exists():
        wrong.append("there is no saved definition")
    return wrong


def _told(found: Any) -> str:
    return ", ".join(f"{name} {facts[0]} {facts[2]}" for name, facts in found["pools"].items())
