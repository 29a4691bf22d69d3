"""A run: what has happened so far. It is a fold over the journal's events (engine/fold.py)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from troubleshooter.model.change import Act, Change, away_by
from troubleshooter.model.finding import Diagnosis
from troubleshooter.model.step import StepRecord
from troubleshooter.model.target import Target

if TYPE_CHECKING:
    from troubleshooter.model.change import Away

NOT_THAT_FAR = "the run has not come that far"
"""Why nothing is verified before anything else could be a reason."""
BY_NAME = "found_by_name"
"""The option of a run whose pool was found by its name."""
NOTHING_TO_REPAIR = "nothing needed repair"
"""Why nothing was verified where the survey found the pool well."""

Given = TypeVar("Given")


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    detail: str = ""
    destructive: bool = False
    own: bool = False
    """What it destroys the run itself has made, to be removed in the end."""


ASIDE = "aside"
"""Key of a plan for what is shown with it and is no part of what consent is given to: it may change."""


@dataclass(frozen=True, slots=True)
class Question:
    """A gate that is open: what is asked, and the plan that the answer is bound to."""

    gate: str
    """plan, route, allow-from, identity, fix, outside-fix, apply, clean-up, waive, jobs, …"""
    step: str
    text: str
    choices: tuple[Choice, ...] = ()
    """Empty when the answer is free text."""
    hint: str = ""
    """For free text: what is expected, in words."""
    form: str = ""
    """For free text: how it is checked, a row of engine/gates.FORMS; empty for any text."""
    plan: Mapping[str, Any] = field(default_factory=dict)
    """What consent is given to; JSON. Keys that screens know: before, after (JSON documents), called (what
    those two are), notes (list of lines), removes (list of what will be gone), commands (form to text), aside
    (list of lines that are shown with it and are no part of it)."""
    plan_hash: str = ""
    """SHA-256 of the plan; an answer holds only for this plan."""
    confirm: str = ""
    """The name that the operator must type before a destructive choice; empty when none is needed."""
    about: str = ""
    """What of several things a gate is about, e.g. a field of the pool; each is answered for itself."""
    gave_up: bool = False
    """Whether waiting was given up before: --yes does not answer it, and unanswered it ends with exit 7."""
    kept_as: str = ""
    """Under which name a secret answer is kept, in memory only; empty for one that may be written down."""

    @property
    def key(self) -> str:
        """Under which its answer is found again."""
        return answer_key(self.gate, self.about)


def answer_key(gate: str, about: str) -> str:
    return f"{gate} {about}" if about else gate


@dataclass(frozen=True, slots=True)
class Answer:
    gate: str
    choice: str
    plan_hash: str
    by: str = "operator"
    """operator (asked), option (given beforehand) or yes (the default of --yes)."""
    about: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    at: str
    step: str
    text: str


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file of evidence in the run's folder, by its hash."""

    node: str
    name: str
    """Its path on the node."""
    sha256: str
    """Of what is kept, i.e. after redaction."""
    sha256_read: str
    """Of what was read from the node."""
    size: int
    """Bytes kept."""
    cut: str = ""
    """What was left out, in words; empty when the file is whole."""
    step: str = ""
    """In which it was kept; runs of earlier versions do not say it."""


@dataclass(frozen=True, slots=True)
class RunState:
    id: str
    target: Target
    playbook: str
    created: str
    updated: str
    steps: tuple[StepRecord, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    """What the run was started with: debug_nodes, limit_seconds, poll_interval, mode; JSON."""
    question: Question | None = None
    answers: Mapping[str, Answer] = field(default_factory=dict)
    changes: tuple[Change, ...] = ()
    acts: tuple[Act, ...] = ()
    """What was done in Azure, in order."""
    notes: tuple[Note, ...] = ()
    files: tuple[KeptFile, ...] = ()
    host_keys: Mapping[str, str] = field(default_factory=dict)
    """By POOL/NODE, the first that it showed: whatever shows another is not signed in to.

    Of one that Azure took away, the first that is shown in its place.
    """
    taken: tuple[str, ...] = ()
    """POOL/NODE of each Spot node that Azure took away from this run, as often as it did."""
    diagnosis: Diagnosis = field(default_factory=Diagnosis)
    diagnosed: bool = False
    likely: Diagnosis = field(default_factory=Diagnosis)
    """What Azure's answers and the settings alone say, before any log was read."""
    verified: bool = False
    not_verified_because: str = NOT_THAT_FAR

    def step(self, step_id: str) -> StepRecord:
        return next(record for record in self.steps if record.id == step_id)

    def of(self, kind: type[Given]) -> Given | None:
        """What was handed over in this form, by the last step that did."""
        found = (record.output for record in reversed(self.steps))
        return next((output for output in found if isinstance(output, kind)), None)

    @property
    def rehearsal(self) -> bool:
        """Whether its Azure ended with the process that began it: it is read, never resumed."""
        return bool(self.options.get("rehearsal"))

    @property
    def anew(self) -> str:
        """The command that begins a rehearsal again; runs of earlier versions do not say which it was."""
        said = self.options.get("rehearsal")
        return said if isinstance(said, str) and said else "troubleshooter demo"

    @property
    def open_changes(self) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.open)

    @property
    def healthy(self) -> bool:
        """Whether the survey found nothing to repair."""
        return not self.verified and self.not_verified_because == NOTHING_TO_REPAIR

    @property
    def away(self) -> Away | None:
        """The original, where by what the journal tells it is away."""
        return away_by(self.id, self.changes, rehearsal=self.rehearsal)

    @property
    def current(self) -> StepRecord | None:
        """The first step that is not over."""
        return next((record for record in self.steps if not record.state.over), None)
