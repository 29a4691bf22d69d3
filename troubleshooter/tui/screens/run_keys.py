"""The keys of the run screen, the most important first."""

from __future__ import annotations

from textual.binding import Binding

RUN_KEYS = (
    Binding("c", "cancel", "cancel", tooltip="Stop this step; nothing is lost", id="run.cancel"),
    Binding("R", "retry", "try again", tooltip="Run the step that stopped again", id="run.retry"),
    Binding("escape", "now", "back to now", tooltip="Back to the step that is under way", id="run.now"),
    Binding(
        "e", "explain", "explain", tooltip="Why this step, what it changes, how to undo it", id="run.explain"
    ),
    Binding("f", "findings", "findings", tooltip="What was found, with its proof", id="run.findings"),
    Binding("m", "matrix", "matrix", tooltip="Which node has which finding", id="run.matrix"),
    Binding(
        "t", "moments", "time line", tooltip="What happened when, all files on one clock", id="run.moments"
    ),
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
    Binding("q", "leave", "leave", tooltip="Leave; the run is kept and can be resumed", id="run.leave"),
)
