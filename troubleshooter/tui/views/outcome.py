"""A step with nothing of its own to draw: what it will do, what it does, what came out, why it failed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from textual.content import Content
from textual.widgets import Static

from troubleshooter.model.handover import Collected, ExtensionInShort, PoolInShort, Surveyed
from troubleshooter.model.step import StepState
from troubleshooter.report.counted import counted
from troubleshooter.report.roads import roads_told
from troubleshooter.tui.text import plain
from troubleshooter.tui.text.steps import plan
from troubleshooter.tui.widgets.act_list import ActList
from troubleshooter.tui.widgets.failure import Failure
from troubleshooter.tui.widgets.moment import answer
from troubleshooter.tui.widgets.remarks import Remark, Remarks
from troubleshooter.tui.widgets.scroll_pane import ScrollPane

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.app import ComposeResult

    from troubleshooter.model.playbook import Step
    from troubleshooter.model.run import RunState
    from troubleshooter.model.step import StepRecord

_TITLES = {
    StepState.DONE: "what came of it",
    StepState.SKIPPED: "why it was skipped",
    StepState.FAILED: "why it stopped",
}


class OutcomeView(ScrollPane):
    DEFAULT_CSS = """
    OutcomeView > Static, OutcomeView > ActList, OutcomeView > Remarks { height: auto; margin-bottom: 1; }
    """

    def __init__(self, state: RunState, step: Step | None, record: StepRecord) -> None:
        super().__init__(_TITLES.get(record.state, "what it does"))
        self._state = state
        self._step = step
        self._record = record

    def compose(self) -> ComposeResult:
        record = self._record
        if record.error is not None and record.state is StepState.FAILED:
            yield Failure(record.error)
            yield Static(
                Content.styled("R tries this step again; what is done already stays done.", "$quiet")
            )
            yield from self._acts()
            if (known := answer(self._state)) is not None:
                yield known
            return
        yield Static(_said(record))
        if record.output is not None and record.state is StepState.DONE:
            told = Remarks()
            told.set_reactive(Remarks.remarks, facts(record))
            yield told
        if self._step is not None and record.state in {StepState.PENDING, StepState.RUNNING}:
            yield Remarks(plan(self._step, self._state))
        if record.state is StepState.DONE:
            yield from self._acts()

    def _acts(self) -> Iterator[ActList]:
        """What this step did in Azure; nothing where it only reads."""
        if self._step is not None and self._step.mutates and self._record.started:
            yield ActList(self._state, after=self._record.started)


def _said(record: StepRecord) -> Content:
    match record.state:
        case StepState.PENDING:
            return Content.styled("Not yet.", "$quiet")
        case StepState.RUNNING:
            return Content.styled("Under way.", "$accent")
        case StepState.SKIPPED:
            return Content.assemble(("Skipped: ", "$quiet"), plain.one_line(record.why))
        case _:
            return Content.styled(plain.one_line(record.why), "$warning" if record.attention else "")


def facts(record: StepRecord) -> tuple[Remark, ...]:
    """What a step left that says something to a reader, one a line; all of it is for the report."""
    output = record.output
    values = [(label, text) for label, key in _LABELS for text in _told(getattr(output, key, None))]
    if isinstance(output, Surveyed):
        values += output.statuses.items()
    if isinstance(output, Collected):
        values += (("read", line) for line in roads_told(output.rungs))
    width = max((len(name) for name, _ in values), default=0)
    return tuple(Remark(f"{plain.one_line(name):<{width}}  ", text) for name, text in values)


_LABELS = (
    ("region", "location"),
    ("signed in as", "who"),
    ("pool", "pool"),
    ("extension", "extension"),
    ("nodes", "counts"),
    ("debug pool", "debug_pool"),
    ("SSH from", "allow_from"),
    ("identity", "identity"),
)
"""Of the outputs of all steps; what is not here is for later steps alone."""


def _told(value: Any) -> Iterator[str]:
    match value:
        case PoolInShort(size, nodes, sync, always=always):
            waits = "always on" if always else "on" if sync else "off"
            yield f"{counted(nodes, 'node')} of {size}, requireInitialSync {waits}"
        case ExtensionInShort(name, kind, version):
            yield f"{name} ({kind} {version})"
        case Mapping():
            yield ", ".join(f"{number} {state}" for state, number in value.items()) or "none"
        case str() if value:
            yield value
