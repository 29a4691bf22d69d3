"""What the terminal is told: where the run stands in a few words, and nothing that a foreign name adds."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from troubleshooter.model.progress import Waiting
from troubleshooter.model.run import Question
from troubleshooter.model.step import StepState
from troubleshooter.report.calling import call, occasion, standing, title

if TYPE_CHECKING:
    from troubleshooter.model.run import RunState

XTERM = {"TERM": "xterm-256color"}
EVIL = "pool\x1b]0;owned\x07\x9c;body\nnext"


def at(state: RunState, step: StepState, question: Question | None = None) -> RunState:
    """The run with its last step so, and the ones before it over."""
    over = [replace(record, state=StepState.DONE) for record in state.steps[:-1]]
    return replace(state, steps=(*over, replace(state.steps[-1], state=step)), question=question)


def test_it_says_where_the_run_stands(state: RunState) -> None:
    last = state.steps[-1].id
    asked = Question("plan", last, "Really?", plan_hash="1")
    wait = Waiting(last, "p", {}, (), 3, 8, 1.0, 60.0, "stops")

    assert standing(at(state, StepState.ASKING, asked)) == "? render-pool needs you"
    assert standing(at(state, StepState.FAILED)) == "✖ render-pool stopped"
    assert standing(at(state, StepState.RUNNING), wait) == "◐ render-pool waiting 3 of 8"
    assert standing(replace(at(state, StepState.DONE), verified=True)) == "✔ render-pool proven"
    assert "proven" not in standing(replace(at(state, StepState.DONE), verified=False))
    rehearsed = replace(at(state, StepState.FAILED), options={"rehearsal": True})
    assert standing(rehearsed) == "✖ render-pool stopped (demo)"


def test_somebody_is_called_for_a_gate_a_failure_and_the_end_alone(state: RunState) -> None:
    asked = Question("plan", state.steps[-1].id, "Really?", plan_hash="1")
    gate = occasion(at(state, StepState.ASKING, asked))

    assert gate
    assert gate != occasion(at(state, StepState.ASKING, replace(asked, plan_hash="2")))
    assert occasion(at(state, StepState.FAILED))
    assert occasion(at(state, StepState.DONE))
    assert not occasion(at(state, StepState.RUNNING))


@pytest.mark.parametrize("environ", [XTERM, {**XTERM, "TMUX": "/tmp/tmux-0/default,1,0"}])
def test_a_name_from_outside_ends_no_sequence_and_adds_none(environ: dict[str, str]) -> None:
    for sequence, plain in (
        (title(f"? {EVIL} needs you", environ), title("? pool needs you", environ)),
        (call(f"? {EVIL} needs you", environ), call("? pool needs you", environ)),
    ):
        for control in ("\x1b", "\x07", "\x9c", "\n", ";"):
            assert sequence.count(control) == plain.count(control), repr(control)
        assert "owned" in sequence


def test_the_sequences_are_those_that_terminals_know() -> None:
    assert title("◐ p", XTERM) == "\x1b]2;◐ p\x1b\\"
    assert call("? p", XTERM) == "\x07\x1b]9;? p\x1b\\\x1b]777;notify;troubleshooter;? p\x1b\\"


def test_tmux_hands_on_what_it_would_not_know() -> None:
    inside = call("? p", {**XTERM, "TMUX": "yes"})

    assert inside.startswith("\x07\x1bPtmux;\x1b\x1b]9;? p\x1b\x1b\\\x1b\\")


@pytest.mark.parametrize("term", ["dumb", "linux", ""])
def test_a_terminal_that_would_print_it_is_only_rung(term: str) -> None:
    assert title("p", {"TERM": term}) == ""
    assert call("p", {"TERM": term}) == "\x07"
