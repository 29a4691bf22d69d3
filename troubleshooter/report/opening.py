"""The first lines of a result: pool, cause, fix, nodes before and after, each a label and a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.report.decided import decision_of, decision_rows
from troubleshooter.report.needed import run_needs
from troubleshooter.report.spread import read_by
from troubleshooter.report.starting import starting_rows
from troubleshooter.report.summary import Stage, failure
from troubleshooter.report.way_free import way_free

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.model.run import RunState
    from troubleshooter.report.summary import End, Found, Proven


def opening(state: RunState, ending: End) -> Iterator[tuple[str, str]]:
    """What stands right below the verdict; only what is known."""
    yield "pool", f"{state.target.account}/{state.target.pool}"
    yield "run", state.id + ", a demo" * state.rehearsal
    answer = ending.found
    if error := failure(state):
        yield "because", error.why
    yield from _answer(answer)
    yield from decision_rows(decision_of(state), asked=way_free(state) is not None)
    yield from starting_rows(state)
    yield from run_needs(state)
    if answer.on:
        yield "on", answer.on
    if answer.known:
        yield "known", answer.known
    if answer.read:
        yield "read", answer.read
    if by := read_by(state):
        yield "read by", by
    if answer.explains:
        yield "explains", "; ".join(answer.explains)
    if ending.proven is not None:
        yield from _proof(ending.proven)
    for sentence in ending.changed:
        yield "changed", sentence


def _answer(answer: Found) -> Iterator[tuple[str, str]]:
    """The cause, or what was seen in its place."""
    if answer.finding is not None:
        sure = (
            f"{answer.sure.lower()}, before any log was read"
            if answer.stage is Stage.LIKELY
            else answer.sure.lower()
        )
        yield "stopped by" if answer.stage is Stage.BLOCKED else "cause", f"{answer.what} ({sure})"
        if answer.why_not_surer:
            yield "not certain", answer.why_not_surer
    if answer.stage is Stage.FREE:
        yield "seen", answer.what


def _proof(proof: Proven) -> Iterator[tuple[str, str]]:
    if proof.fix:
        yield "fix", f"{proof.fix} ({'proven' if proof.holds else 'not proven'})"
    yield "proof", f"{proof.why}; {proof.on}"
    yield "before", f"{proof.before.pool}: {proof.before.told}"
    if proof.after is not None:
        yield "after", f"{proof.after.pool}: {proof.after.told}"
