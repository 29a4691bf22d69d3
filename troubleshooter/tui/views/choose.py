"""Which view shows a step now. The only place that knows views by the actions of a playbook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from troubleshooter.forms import change_of
from troubleshooter.model.playbook import Step
from troubleshooter.model.progress import Collecting, Waiting
from troubleshooter.model.run import RunState
from troubleshooter.model.step import StepRecord, StepState
from troubleshooter.report.summary import is_proven
from troubleshooter.tui.views.acting import ActingView
from troubleshooter.tui.views.collect import CollectView
from troubleshooter.tui.views.end import EndView
from troubleshooter.tui.views.files import FilesView
from troubleshooter.tui.views.findings import FindingsView
from troubleshooter.tui.views.gate import GateView
from troubleshooter.tui.views.outcome import OutcomeView
from troubleshooter.tui.views.report import ReportView
from troubleshooter.tui.views.wait import WaitView
from troubleshooter.tui.widgets.forms_view import FormsView
from troubleshooter.tui.widgets.moment import above, answer

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from textual.widget import Widget


DIAGNOSE = "findings.diagnose"
_COLLECT = "logs.collect"
_APPLY = "fixes.apply"
_REPORT = "report.write"


@dataclass(frozen=True, slots=True)
class Looked:
    """Everything that decides what the run screen's pane shows."""

    state: RunState
    record: StepRecord
    step: Step | None
    waiting: Waiting | None
    collecting: Collecting | None
    presets: Mapping[str, str]
    chosen: bool = False
    """Whether the operator went to this step; else the screen follows the run."""


def choose(now: Looked) -> tuple[Hashable, Callable[[], Widget]]:
    """A key that stays the same while the same view serves, and how to make that view."""
    record, state, question = now.record, now.state, now.state.question
    if record.state is StepState.ASKING and question is not None and question.step == record.id:
        preset = now.presets.get(question.gate, "")
        return ("gate", question.gate, question.plan_hash), lambda: GateView(
            question, preset, state.target, above=above(state)
        )
    if record.state is StepState.RUNNING:
        return _running(now)
    if state.current is None and not now.chosen:
        return ("end", state.updated), lambda: EndView(state)
    if record.state is StepState.DONE and (ended := _done(now)) is not None:
        return ended
    if record.state is StepState.PENDING and _is_diagnosis(now):
        return _known(now)  # of the round before, or by what Azure says alone: it is all that is known
    return ("outcome", record), lambda: OutcomeView(state, now.step, record)


def _done(now: Looked) -> tuple[Hashable, Callable[[], Widget]] | None:
    """What shows the outcome of a step better than its facts do."""
    record, state, action = now.record, now.state, now.step.action if now.step else ""
    if _is_diagnosis(now):
        return _known(now)
    if action == _COLLECT and state.files:
        return ("files", len(state.files)), lambda: FilesView(state.files, record)
    if action == _APPLY and (change := change_of(state, record.id)) is not None:
        return ("change", record.id, record.started), lambda: FormsView(change, record.why)
    if action == _REPORT:
        return ("report", state.updated), lambda: ReportView(state)
    return None


def _is_diagnosis(now: Looked) -> bool:
    return now.step is not None and now.step.action == DIAGNOSE and anything_known(now.state)


def _known(now: Looked) -> tuple[Hashable, Callable[[], Widget]]:
    state = now.state
    return ("findings", now.record.id, state.verified, state.diagnosed), lambda: _findings(state)


def anything_known(state: RunState) -> bool:
    """Whether there are findings to look at: concluded, or likely before any log was read."""
    return state.diagnosed or bool(state.likely.findings)


def _findings(state: RunState) -> FindingsView:
    known = state.diagnosis if state.diagnosed else state.likely
    proven = next((each.id for each in known.findings if is_proven(state, each)), "")
    return FindingsView(known, read(state), answer(state, more=False), proven, of_run=True)


def _running(now: Looked) -> tuple[Hashable, Callable[[], Widget]]:
    record, step = now.record, now.step
    waits = now.waiting is not None and now.waiting.step == record.id
    collects = now.collecting is not None and now.collecting.step == record.id
    if step is not None and step.mutates and not collects:
        shown = now.waiting if waits else None
        return ("acting", record.id, waits), lambda: ActingView(now.state, step, shown)
    if waits:
        return ("wait", record.id), lambda: WaitView(now.waiting)
    if collects:
        return ("collect", record.id), lambda: CollectView(now.collecting)
    return ("outcome", record.id, record.state), lambda: OutcomeView(now.state, step, record)


def read(state: RunState) -> str:
    """What a diagnosis rests on: 3 nodes, 5 files."""
    nodes = {kept.node for kept in state.files if kept.node}
    if not state.files:
        return ""
    return (
        f"{len(nodes)} node{'s' * (len(nodes) != 1)}, {len(state.files)} file{'s' * (len(state.files) != 1)}"
    )
