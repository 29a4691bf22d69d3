"""The keys of the run screen, the most important first, and which of them do something now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.binding import Binding

from troubleshooter.forms import change_of
from troubleshooter.tui.views.choose import anything_known

if TYPE_CHECKING:
    from troubleshooter.model.run import RunState
    from troubleshooter.tui.threads.bridge import Bridge

RUN_KEYS = (
    Binding("c", "cancel", "cancel", tooltip="Stop this step; nothing is lost", id="run.cancel"),
    Binding("R", "retry", "try again", tooltip="Run the step that stopped again", id="run.retry"),
    Binding("x", "clean_up", "clean up", tooltip="Remove now what this run left in Azure", id="run.clean-up"),
    Binding("escape", "now", "back to now", tooltip="Back to the step that is under way", id="run.now"),
    Binding(
        "e", "explain", "explain", tooltip="Why this step, what it changes, how to undo it", id="run.explain"
    ),
    Binding("f", "findings", "findings", tooltip="What was found, with its proof", id="run.findings"),
    Binding("m", "matrix", "matrix", tooltip="Which node has which finding", id="run.matrix"),
    Binding(
        "t", "moments", "timeline", tooltip="What happened when, all files on one clock", id="run.moments"
    ),
    Binding("v", "change", "the change", tooltip="The change to make for the original", id="run.change"),
    Binding("r", "report", "report", tooltip="Read the report as it stands", id="run.report"),
    Binding(
        "left_square_bracket",
        "look(-1)",
        "step before",
        show=False,
        key_display="[",
        tooltip="Look at the step before",
        id="run.before",
    ),
    Binding(
        "right_square_bracket",
        "look(1)",
        "step after",
        show=False,
        key_display="]",
        tooltip="Look at the step after",
        id="run.after",
    ),
    Binding("q", "leave", "leave", tooltip="Leave; what the run has found is kept", id="run.leave"),
)


def possible(
    action: str, state: RunState | None, bridge: Bridge | None, *, leaving: bool, chosen: bool
) -> bool:
    """Whether it does something now; `chosen` is whether a step is looked at by choice."""
    answers = {
        "cancel": bool(bridge and bridge.busy) and not leaving,
        "retry": _can_retry(state, bridge) and not leaving,
        "findings": bool(state and anything_known(state)),
        "matrix": bool(state and state.diagnosed),
        "moments": bool(state and state.files),
        "now": chosen,
        "change": bool(state and change_of(state)),
        "clean_up": bool(state and state.current is None and state.open_changes)
        and not leaving
        and not (bridge and bridge.busy),
    }
    always = action not in {"report", "explain", "look"} or state is not None
    return answers.get(action, always)


def _can_retry(state: RunState | None, bridge: Bridge | None) -> bool:
    if bridge is None or bridge.busy:
        return False
    if state is None or not bridge.opened:
        return True
    return state.current is not None and state.question is None


def left(run: RunState) -> str:
    """What is said where a run is left before its end."""
    if run.rehearsal:
        read = f"troubleshooter runs show {run.id}"
        return f"A demo ends when it is left. To read its run: {read}. Anew: {run.anew}"
    return f"Run {run.id} is kept: r resumes it."
