"""What a terminal is told so that somebody comes back to it: a bell, a notification, its window's title."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.model.step import StepState
from troubleshooter.text import Control, one_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troubleshooter.model.progress import Waiting
    from troubleshooter.model.run import RunState

NAME = "troubleshooter"
KEEP_TITLE, GIVE_TITLE_BACK = Control("\x1b[22;2t"), Control("\x1b[23;2t")
"""The terminal keeps its title on a stack of its own; those that have none ignore both."""
_BELL, _OSC, _END = "\x07", "\x1b]", "\x1b\\"
_BARE = frozenset({"", "dumb", "linux"})
"""Kinds of terminal that would print such a sequence instead of obeying it."""
_LONGEST = 120


def standing(state: RunState, waiting: Waiting | None = None) -> str:
    """Where a run stands, in as few words as a title has room for."""
    pool = one_line(state.target.pool)
    current = state.current
    if current is None:
        told = _ended(state, pool)
    elif state.question is not None:
        told = f"? {pool} needs you"
    elif current.state is StepState.FAILED:
        told = f"✖ {pool} stopped"
    elif waiting is not None and waiting.step == current.id:
        told = f"◐ {pool} waiting {waiting.ready} of {waiting.wanted}"
    else:
        told = f"◐ {pool} {current.id.replace('-', ' ')}"
    return told + " (demo)" * state.rehearsal


def _ended(state: RunState, pool: str) -> str:
    from troubleshooter.report.way_free import way_free  # noqa: PLC0415 - it reads forms, and --help needs none

    if state.verified:
        return f"✔ {pool} proven"
    if way_free(state):
        return f"▲ {pool} the way is free"
    return f"▲ {pool} ended without a proof" if state.diagnosis.cause else f"✔ {pool} ended"


def occasion(state: RunState) -> tuple[str, ...]:
    """For what somebody is called back: a gate, a failure, the end. Empty while it works on."""
    current = state.current
    if current is None:
        return ("end",)
    if state.question is not None:
        return ("gate", state.question.key, state.question.plan_hash)
    return ("failure", current.id) if current.state is StepState.FAILED else ()


def title(text: str, environ: Mapping[str, str]) -> Control:
    """Give the window this title."""
    return Control("" if _bare(environ) else f"{_OSC}2;{_safe(text)}{_END}")


def call(text: str, environ: Mapping[str, str]) -> Control:
    """Ring, and ask the desktop to show this, in both ways that terminals know.

    tmux rings, too; a notification it hands on to the terminal outside where its allow-passthrough is on.
    """
    if _bare(environ):
        return Control(_BELL)
    notes = [f"{_OSC}9;{_safe(text)}{_END}", f"{_OSC}777;notify;{NAME};{_safe(text)}{_END}"]
    if environ.get("TMUX"):
        notes = [f"\x1bPtmux;{note.replace(chr(27), chr(27) * 2)}{_END}" for note in notes]
    return Control(_BELL + "".join(notes))


def _safe(text: str) -> str:
    """Foreign names are in it: nothing of them may end the sequence, or be a field of it."""
    return one_line(text)[:_LONGEST].replace(";", ",")


def _bare(environ: Mapping[str, str]) -> bool:
    return environ.get("TERM", "") in _BARE
