"""The table of worlds of 4.x: which cause is found, on what kind of debug pool, and how the run ends."""

from __future__ import annotations

import json
import re
import threading
from typing import TYPE_CHECKING

import pytest

from tests.flows.inside import Inside
from tests.flows.without_switch.worlds import FREE_WORLD, IMAGE_WORLD, OLDER, RBAC, ROWS, Row
from troubleshooter.actions import GATES
from troubleshooter.cli import worlds
from troubleshooter.engine.driver import AnswerPolicy, drive
from troubleshooter.engine.outcome import exit_code
from troubleshooter.errors import UsageProblem
from troubleshooter.model.handover import Diagnosed, Planned, Surveyed
from troubleshooter.report.calling import standing
from troubleshooter.report.html import run_html
from troubleshooter.report.json_report import run_json
from troubleshooter.report.markdown import run_markdown
from troubleshooter.report.runs_table import runs_text
from troubleshooter.report.summary import found
from troubleshooter.report.text import run_text
from troubleshooter.report.ticket import run_ticket

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from troubleshooter.model.run import Question, RunState
    from troubleshooter.simulator.scenarios import Scenario
    from troubleshooter.simulator.server import Simulator

pytestmark = pytest.mark.slow(every_change=True)

PROVEN = re.compile(r"\b(?:proven|proves?|proved|verif\w*)\b", re.IGNORECASE)
"""Words that would claim, or deny, that something was proven."""
NO_CLAIMS = ("verify", "could be verified", "not_verified_because", '"verified": false')
"""Ids of steps, the good state of a rule, and keys of the contract."""


_UNTIL_NOTICED = 8
"""Looks after which nodes that were there have noticed what changed around them."""


class Meanwhile(Inside):
    """A world that comes right by itself while the run stands at a gate."""

    at = ""

    def _administer(self, question: Question, choice: str) -> None:
        super()._administer(question, choice)
        if question.gate == self.at:
            worlds.cure(self.connection)
            for _ in range(_UNTIL_NOTICED):
                self.client.batch("GET", f"/pools/{self.target.pool}/nodes")


def walked(row: Row, simulated: Simulator, home: Path) -> RunState:
    world = Meanwhile(simulated.connection, home)
    world.at = row.cured_at
    try:
        run = world.start(mode="in-place") if row.in_place else world.start()
        state = world.drive(run, row.answers, confirm=world.target.pool)
        assert world.pools() == [world.target.pool]
    finally:
        world.bench.close()
    return state


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_pool_without_the_switch_ends_as_it_should(
    row: Row, simulator: Callable[..., Simulator], tmp_path: Path
) -> None:
    state = walked(row, simulator((row.scene(),)), tmp_path)
    planned, told = state.of(Planned), state.of(Diagnosed)
    variant, code = planned.variant if planned else "-", int(exit_code(state))
    print(f"{row.name:<28} {variant:<18} exit {code}  {state.diagnosis.root_cause or '-'}")

    assert (state.diagnosis.root_cause, code, state.verified) == (row.cause, row.exit, row.verified)
    assert variant == row.variant
    assert bool(told and told.free) == row.free
    assert (told.well_by_now if told else 0) == row.well_by_now
    assert run_json(state, code)["verified"] is row.verified
    if told and told.free:
        surveyed = state.of(Surveyed)
        windows = surveyed is not None and surveyed.extension.type.endswith("Windows")
        assert ("live Windows" in run_text(state)) == windows
        assert ("resize the pool to 0" in run_text(state)) == (not row.in_place and not row.well_by_now)
        assert ("created again, so" in run_text(state)) == row.in_place
        assert "would decide" not in run_text(state), "that was just done"
    if row.verified:
        assert [each.id for each in state.changes if each.id.startswith("render-pool-fix-")] != []


def said(state: RunState) -> dict[str, str]:
    """Whatever says how the run ended."""
    steps = "\n".join(f"{step.id}  {step.why}" for step in state.steps)
    return {
        "text": run_text(state),
        "report": run_markdown(state),
        "page": run_html(state),
        "ticket": run_ticket(state),
        "json": json.dumps(run_json(state, 3)),
        "list": runs_text([state]),
        "title": standing(state),
        "steps": steps,
        "notes": "\n".join(note.text for note in state.notes),
    }


@pytest.mark.parametrize("answers", [{}, OLDER], ids=["without", "older"])
def test_where_the_way_is_free_nothing_speaks_of_a_proof(
    answers: dict[str, str], simulator: Callable[..., Simulator], tmp_path: Path
) -> None:
    row = Row("", FREE_WORLD, None, 3, answers=answers)
    state = walked(row, simulator((row.scene(),)), tmp_path)
    outputs = said(state)

    assert state.not_verified_because == (
        "probed beside version 3.x of the extension, the pool's own was not run"
        if answers
        else "probed, the extension itself was not run"
    )
    for output in outputs.values():
        for known in NO_CLAIMS:
            output = output.replace(known, "")  # noqa: PLW2901 - what is left is looked at
        assert PROVEN.findall(output) == []
    for name in ("text", "report", "ticket", "list", "title", "steps"):
        assert "the way is free" in outputs[name].lower(), name
    assert "was not run" in outputs["json"]


def test_an_older_version_is_not_to_be_had_where_the_image_does_not_take_it(
    simulator: Callable[..., Simulator], tmp_path: Path
) -> None:
    row = Row("", IMAGE_WORLD, None, 2, answers=OLDER)
    with pytest.raises(UsageProblem) as refused:
        walked(row, simulator((row.scene(),)), tmp_path)

    assert refused.value.what == "extension=older is not a choice."
    assert refused.value.why == "The gate offers without."


def unanswered(scenario: Scenario, simulator: Callable[..., Simulator], home: Path) -> RunState:
    """To the first gate, which nobody answers."""
    world = Inside(simulator((Row("", scenario, None, 9).scene(),)).connection, home)
    run = world.start()
    try:
        return drive(run, AnswerPolicy(GATES), lambda _: None, threading.Event())
    finally:
        run.close()
        world.bench.close()


def test_before_a_pool_is_made_nobody_is_promised_a_log(
    simulator: Callable[..., Simulator], tmp_path: Path
) -> None:
    confirmed = unanswered(RBAC, simulator, tmp_path / "confirmed").question
    state = unanswered(FREE_WORLD, simulator, tmp_path / "not")

    assert confirmed is not None
    assert (confirmed.gate, confirmed.choices[1].detail) == (
        "next",
        "a debug pool is planned, and its node is asked",
    )
    assert state.question is not None
    assert (state.question.gate, [each.value for each in state.question.choices]) == (
        "extension",
        ["without", "older"],
    )
    assert found(state).next.startswith("A debug pool beside the original lets a node be asked;")
