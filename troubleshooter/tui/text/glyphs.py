"""Symbols. Words always stand beside them; an ASCII set serves terminals that cannot draw the others."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from troubleshooter.model.finding import Confidence, Severity
from troubleshooter.model.run import StepState

if TYPE_CHECKING:
    from textual.widget import Widget

    from troubleshooter.model.run import StepRecord


@dataclass(frozen=True, slots=True)
class Glyphs:
    pending: str
    running: str
    asking: str
    done: str
    attention: str
    failed: str
    skipped: str
    nodes: Mapping[str, str]
    """Node state to symbol; a state that is not here is unknown."""
    unknown_node: str
    full: str
    hollow: str
    """Dots of certainty."""
    bar: str
    track: str
    """Progress."""
    chosen: str
    unchosen: str
    path: str
    dot: str
    """Separators: between the parts of a place, and between remarks."""
    cut: str
    """Stands for what does not fit."""
    fold: str
    """Stands for lines left out."""
    pointer: str
    rule: str
    """A vertical line between two columns."""

    def step(self, record: StepRecord) -> str:
        if record.state is StepState.DONE:
            return self.attention if record.attention else self.done
        symbols = {
            StepState.PENDING: self.pending,
            StepState.RUNNING: self.running,
            StepState.ASKING: self.asking,
            StepState.SKIPPED: self.skipped,
        }
        return symbols.get(record.state, self.failed)

    def node(self, state: str) -> str:
        return self.nodes.get(state, self.unknown_node)

    def certainty(self, confidence: Confidence) -> str:
        sure = {Confidence.CONFIRMED: 3, Confidence.LIKELY: 2, Confidence.POSSIBLE: 1}[confidence]
        return self.full * sure + self.hollow * (3 - sure)

    def severity(self, severity: Severity) -> str:
        return {Severity.ERROR: self.failed, Severity.WARNING: self.attention}.get(severity, self.dot)


UNICODE = Glyphs(
    pending="○",
    running="◐",
    asking="?",
    done="✔",
    attention="▲",
    failed="✖",
    skipped="↷",
    nodes={
        "idle": "■",
        "running": "▶",
        "starting": "◔",
        "waitingforstarttask": "◔",
        "creating": "·",
        "rebooting": "↻",
        "reimaging": "↻",
        "upgradingos": "↻",
        "unusable": "✖",
        "starttaskfailed": "▽",
    },
    unknown_node="?",
    full="●",
    hollow="○",
    bar="━",
    track="─",
    chosen="●",
    unchosen="○",
    path="›",  # noqa: RUF001 - meant
    dot="·",
    cut="…",
    fold="⋯",
    pointer="▸",
    rule="│",
)

ASCII = Glyphs(
    pending=" ",
    running="~",
    asking="?",
    done="x",
    attention="!",
    failed="F",
    skipped=">",
    nodes={
        "idle": "I",
        "running": "R",
        "starting": "S",
        "waitingforstarttask": "S",
        "creating": ".",
        "rebooting": "B",
        "reimaging": "B",
        "upgradingos": "B",
        "unusable": "U",
        "starttaskfailed": "T",
    },
    unknown_node="?",
    full="*",
    hollow=".",
    bar="#",
    track="-",
    chosen="(x)",
    unchosen="( )",
    path=">",
    dot="-",
    cut="~",
    fold="...",
    pointer=">",
    rule="|",
)


def choose(environ: Mapping[str, str], encoding: str | None) -> Glyphs:
    """ASCII when the operator asks for it, or when the terminal's locale cannot say anything else."""
    asked = environ.get("TROUBLESHOOTER_ASCII", "").lower() not in {"", "0", "no", "false"}
    narrow = (encoding or "utf-8").lower().replace("-", "").replace("_", "") not in {"utf8", "utf8sig"}
    return ASCII if asked or narrow else UNICODE


def of_terminal() -> Glyphs:
    return choose(os.environ, sys.__stdout__.encoding if sys.__stdout__ else None)


def of(widget: Widget) -> Glyphs:
    """The set its application chose at the start."""
    return cast("Glyphs", getattr(widget.app, "glyphs", UNICODE))
