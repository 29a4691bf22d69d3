"""What is said about an original that is away, and what brings it back."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from tests.attacks.wire import JOB, POOL

if TYPE_CHECKING:
    from tests.attacks.wire import Ended, Wire

_STEP = re.compile(
    r"^(?:\S (?:survey|cross-check|plan|recreate|wait-for-idle|collect|diagnose|choose-fix|verify"
    r"|verify-all|apply|apply-all|clean-up|report)\b|    |Run |Stopping after )"
)
"""Lines that are written while a run is under way."""
_COMMAND = r"troubleshooter runs (?:restore|cleanup|resume) {run}\b"
_AWAY = re.compile(r"\b(?:away|gone|deleted)\b", re.IGNORECASE)
WAYS_BACK = ("cleanup", "restore", "resume")


def assert_said(ended: Ended, run: str) -> None:
    """The first line of the ending says it, with the command that puts the pool back at hand."""
    lines = [line for line in ended.out.splitlines() if line.strip()]
    told = max((at for at, line in enumerate(lines) if _STEP.match(line) and at < _result(lines)), default=-1)
    ending = lines[told + 1 :]
    assert ending, "it ended without a word"
    assert POOL in ending[0], ending[0]
    assert _AWAY.search(ending[0]), ending[0]
    assert re.search(_COMMAND.format(run=run), "\n".join(ending[:3])), ending[:3]


def _result(lines: list[str]) -> int:
    """Where the facts below the verdict begin; the steps are named again after them."""
    return next((at for at, line in enumerate(lines) if re.match(r"  pool +\S+/\S+", line)), len(lines))


def assert_said_in_json(ended: Ended, run: str) -> None:
    text = json.dumps(ended.document)
    assert re.search(_COMMAND.format(run=run), text), text
    assert _AWAY.search(text), text


def assert_away(wire: Wire) -> None:
    """The attack has come as far as it should: there is something to say."""
    if wire.definition() is not None:
        raise RuntimeError("the original stands: nothing was attacked")


def bring_back(wire: Wire, run: str, way: str) -> Ended:
    arguments = {
        "cleanup": ("--yes",),
        "restore": ("--confirm", POOL),
        "resume": ("--yes", "--confirm", POOL, "--answer", "jobs=requeue"),
    }[way]
    return wire.asked("runs", way, run, *arguments)


def assert_whole(wire: Wire, before: Any, *, fixed: bool = False) -> None:
    """The pool stands as before (or with the fix), nobody's mark on it, and its jobs work."""
    now = wire.definition()
    assert now is not None, "the original is away"
    assert not [item for item in now["properties"].get("metadata") or [] if "troubleshooter" in item["name"]]
    assert now["properties"]["scaleSettings"] == before["properties"]["scaleSettings"]
    if not fixed:
        assert now == before
    assert wire.jobs()[JOB] == "active"
    assert list(wire.pools()) == [POOL]
