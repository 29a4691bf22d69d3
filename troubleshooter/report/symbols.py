"""Symbols, one set for every output. Words stand beside them; an ASCII set is for what cannot draw them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from troubleshooter.model.finding import Confidence, Severity
from troubleshooter.model.step import StepState

if TYPE_CHECKING:
    from troubleshooter.model.step import StepRecord


@dataclass(frozen=True, slots=True, eq=False, repr=False)
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

SEVERITY_SYMBOLS = {each: UNICODE.severity(each) for each in Severity}


def step_symbol(record: StepRecord) -> str:
    """A step that is done and wants a look is no green tick."""
    return UNICODE.step(record)


def in_ascii() -> dict[str, str]:
    """Each symbol as a word of ASCII that stands out of a line of text."""
    boxed = ("done", "failed", "attention", "pending", "running", "skipped")
    steps = {getattr(UNICODE, name): f"[{getattr(ASCII, name)}]" for name in boxed}
    return {**steps, UNICODE.dot: ASCII.dot, "→": "->", UNICODE.cut: "...", "»": ">>", "«": "<<"}
