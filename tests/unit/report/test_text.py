"""What a run's result says on a terminal, and in which order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from troubleshooter.model.change import Change, ChangeState
from troubleshooter.model.handover import Surveyed
from troubleshooter.model.run import NOTHING_TO_REPAIR
from troubleshooter.model.step import StepRecord, StepState
from troubleshooter.report.text import run_text

if TYPE_CHECKING:
    from troubleshooter.model.run import RunState


def test_the_verdict_comes_first_then_what_to_do_then_the_proof_the_steps_and_the_changes(
    state: RunState,
) -> None:
    text = run_text(state)
    places = [
        text.index(said)
        for said in (
            "▲ Cause found (likely)",
            "What you must do now",
            "Findings",
            "proof ",
            "Steps",
            "Changed in",
        )
    ]

    assert places == sorted(places)
    assert places[0] == 0


def test_that_the_original_is_away_comes_before_the_verdict(state: RunState) -> None:
    away = Change("original-pool", "p", ChangeState.INTENDED, {"deleting": True, "deleted": True})

    assert run_text(replace(state, changes=(away,))).startswith("✖ Pool p is away")


def test_who_saw_the_steps_go_by_is_not_told_them_again(state: RunState) -> None:
    assert "\nSteps\n" in run_text(state)
    assert "\nSteps\n" not in run_text(state, steps=False)


def test_no_line_of_prose_is_wider_than_the_terminal(state: RunState) -> None:
    lines = run_text(state, width=60).splitlines()

    assert [line for line in lines if len(line) > 60 and len(line.split()) > 1] == []


def test_a_command_stays_one_line(state: RunState) -> None:
    finding = state.diagnosis.findings[0]
    command = "az role assignment create " + "--scope x " * 30
    long = replace(finding, fixes=(replace(finding.fixes[0], commands={"az": command}),))
    told = run_text(replace(state, diagnosis=replace(state.diagnosis, findings=(long,))), width=60)

    assert command.strip() in told


def test_steps_left_out_for_one_reason_are_one_line_and_a_healthy_pool_says_so(state: RunState) -> None:
    skipped = tuple(StepRecord(name, StepState.SKIPPED, why="all well") for name in ("a", "b", "c", "d"))
    steps = (
        StepRecord("survey", StepState.DONE, output=Surveyed("https://a.example", counts={"idle": 2})),
        *skipped,
    )
    well = replace(state, steps=steps, diagnosed=False, not_verified_because=NOTHING_TO_REPAIR, changes=())
    lines = run_text(well).splitlines()

    assert lines[0].startswith("✔ Healthy: 2 nodes (2 idle)")
    assert "There is nothing you must do now." in lines
    assert sum("all well" in line for line in lines) == 1
    assert any(
        line.split() == ["↷", "a", "to", "d", "4", "steps", "left", "out:", "all", "well"] for line in lines
    )


def test_a_step_that_wants_a_look_has_no_tick(state: RunState) -> None:
    lines = [line.strip() for line in run_text(state).splitlines()]

    assert any(line.startswith("▲ collect") for line in lines)
