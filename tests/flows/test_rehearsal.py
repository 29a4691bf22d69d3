"""What a run of the demo says where it stops: nothing is advised that its ended Azure could not do."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from troubleshooter.actions import GATES
from troubleshooter.cli import worlds
from troubleshooter.engine.driver import AnswerPolicy, drive
from troubleshooter.model.progress import Waiting
from troubleshooter.model.target import Target
from troubleshooter.report.away import alarm
from troubleshooter.report.text import run_text
from troubleshooter.workbench import RunOptions

if TYPE_CHECKING:
    from troubleshooter.model.progress import Collecting, Moved, SigningIn
    from troubleshooter.model.run import RunState

IN_PLACE = {"allow-from": "127.0.0.1/32", "jobs": "requeue", "route": "in-place"}
REFUSED = ("runs resume", "runs cleanup", "runs restore", "troubleshooter run ")


def test_a_rehearsal_that_stops_advises_nothing_that_is_refused() -> None:
    """In place, at every state on the way to its nodes: also while the original is away."""
    states: list[RunState] = []
    waits: list[Waiting] = []

    def hear(event: Moved | Waiting | Collecting | SigningIn) -> None:
        if isinstance(event, Waiting):
            waits.append(event)
        elif state := getattr(event, "state", None):
            states.append(state)

    with worlds.started("wrong-client-id", speed="fast") as connection, worlds.signed_in(connection):
        bench = worlds.workbench(connection)
        cancel = threading.Event()
        options = RunOptions(mode="in-place", limit_seconds=77.0, rehearsal="troubleshooter demo mixed")
        run = bench.start(Target.parse(connection["pool_id"]), options, cancel)
        try:
            policy = AnswerPolicy(GATES, IN_PLACE, yes=True, confirm="render-pool")
            drive(run, policy, hear, cancel, "wait-for-idle")
        finally:
            run.close()
            bench.close()

    away = [state.away for state in states if state.away]
    assert away
    told = [*map(run_text, states), *map(alarm, away)]
    assert [refused for refused in REFUSED if any(refused in text for text in told)] == []
    assert any("this Azure ends with the demo" in text for text in told)

    assert (waits[0].elapsed, waits[0].counts, waits[0].limit) == (0.0, {}, 77.0)
    assert waits[0].at_limit


def test_a_wait_says_what_its_own_limit_leads_to() -> None:
    """Nodes that are not ready are gone without in one wait, and prove nothing in the other."""
    ends: dict[str, str] = {}

    def hear(event: Moved | Waiting | Collecting | SigningIn) -> None:
        if isinstance(event, Waiting):
            ends[event.step] = event.at_limit

    with worlds.started("wrong-client-id", speed="fast") as connection, worlds.signed_in(connection):
        bench = worlds.workbench(connection)
        cancel = threading.Event()
        options = RunOptions(rehearsal="troubleshooter demo wrong-client-id")
        run = bench.start(Target.parse(connection["pool_id"]), options, cancel)
        try:
            drive(
                run,
                AnswerPolicy(GATES, {**worlds.answers(connection), "next": "look"}, yes=True),
                hear,
                cancel,
                "verify",
            )
        finally:
            run.close()
            bench.close()

    assert "can be read" in ends["wait-for-idle"]
    assert "not proven" in ends["verify"]
