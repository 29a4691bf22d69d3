"""What an action is given, and what it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from troubleshooter.engine.gates import GateOpen, plan_hash, valid_answer
from troubleshooter.errors import Refused, Undeclared
from troubleshooter.model.event import EventKind
from troubleshooter.model.progress import Collecting, Moved, SigningIn, Waiting
from troubleshooter.model.run import Question

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterator, Sequence

    from troubleshooter.engine.action import Action
    from troubleshooter.engine.evidence import EvidenceStore
    from troubleshooter.engine.gates import Gate
    from troubleshooter.engine.secrets import Secrets
    from troubleshooter.model.change import Change
    from troubleshooter.model.finding import Diagnosis
    from troubleshooter.model.playbook import Playbook, Step
    from troubleshooter.model.run import Choice, KeptFile, RunState

Emit = Callable[[Moved | Waiting | Collecting | SigningIn], None]
Given = TypeVar("Given")
Write = Callable[[list[tuple[EventKind, Mapping[str, Any]]]], None]


class StepContext:
    """An action's only way to the run: it reads the state, writes events, asks, and shows where it is."""

    def __init__(  # noqa: PLR0913, PLR0917 - the runner alone makes one, and hands over what it has
        self,
        step: Step,
        action: Action[...],
        undo_step: Step,
        playbook: Playbook,
        read_state: Callable[[], RunState],
        write: Write,
        emit: Emit,
        store: EvidenceStore,
        cancel: threading.Event,
        secrets: Secrets,
    ) -> None:
        self.step = step
        self.action = action
        self.undo_step = undo_step
        """The step that takes back what the run made."""
        self.playbook = playbook
        self.cancel = cancel
        self.store = store
        self._read_state = read_state
        self._write = write
        self._emit = emit
        self.secrets = secrets
        self._back = False

    @property
    def state(self) -> RunState:
        return self._read_state()

    @property
    def undoing(self) -> bool:
        """Whether this takes back what the run made: the clean-up, in its turn or at any later time."""
        return self._back or self.action.takes_back

    @contextmanager
    def taking_back(self) -> Iterator[None]:
        """In whichever step it is found that something has to be taken back first."""
        before, self._back = self._back, True
        try:
            yield
        finally:
            self._back = before

    @property
    def may_change(self) -> bool:
        """Whether the playbook says of this step that it changes something."""
        return self._back or self.step.mutates

    def of(self, kind: type[Given]) -> Given | None:
        """What an earlier step handed over in this form, if one did."""
        return self.state.of(kind)

    def need(self, kind: type[Given]) -> Given:
        """The same, of a step that must have gone before."""
        if (found := self.state.of(kind)) is not None:
            return found
        raise Refused(
            f"{self.step.title} lacks what it works on ({kind.__name__}).",
            "No earlier step of this playbook handed it over.",
            "Check the playbook with: troubleshooter playbooks validate FILE",
        )

    def note(self, text: str) -> None:
        """One line for the list of events."""
        self._write([(EventKind.NOTED, {"step": self.step.id, "text": text})])

    def show(self, progress: Waiting | Collecting | SigningIn) -> None:
        """Where a wait or a collection stands; shown, not journaled."""
        self._emit(progress)

    def ask(  # noqa: PLR0913, PLR0917 - a question has this many sides, and most have a default
        self,
        gate: Gate,
        text: str,
        plan: Mapping[str, Any],
        choices: tuple[Choice, ...] = (),
        hint: str = "",
        confirm: str = "",
        form: str = "",
        about: str = "",
        *,
        gave_up: bool = False,
    ) -> str:
        """The answer given for exactly this plan; without one the step ends here and asks."""
        self._declared(gate, choices)
        bound_to = plan_hash(gate.name, plan)
        if answer := valid_answer(self.state, gate.name, bound_to, about):
            return answer.choice
        asked = Question(gate.name, self.step.id, text, choices, hint, form, plan, bound_to, confirm, about)
        raise GateOpen(replace(asked, gave_up=gave_up))

    def ask_secret(
        self, gate: Gate, name: str, text: str, about: str, hint: str, form: str = "", since: str = ""
    ) -> str:
        """A secret by its name, wherever it was supplied. The journal learns only that it was.

        With `since` it must have been typed for that occasion: what was supplied before may be old by then.
        """
        self._declared(gate, (), secret=True)
        plan = {"field": about} | ({"since": since} if since else {})
        bound_to = plan_hash(gate.name, plan)
        old = since and valid_answer(self.state, gate.name, bound_to, about) is None
        if not old and (found := self.secrets.get(name)):
            return found
        question = Question(gate.name, self.step.id, text, (), hint, form, plan, bound_to)
        raise GateOpen(replace(question, about=about, kept_as=name))

    def _declared(self, gate: Gate, choices: tuple[Choice, ...], *, secret: bool = False) -> None:
        """What no row of the actions table declares, nobody can answer beforehand."""
        if gate not in self.action.asks or gate.secret != secret:
            raise LookupError(f"the action {self.step.action} does not declare that it asks {gate.name}")
        if unknown := [choice.value for choice in choices if not gate.allows(choice.value)]:
            raise LookupError(f"the gate {gate.name} does not declare that it offers {unknown[0]}")

    def end_run(self, why: str) -> None:
        """Leave out every step that is not over: what they rest on is no more."""
        left = [record.id for record in self.state.steps if not record.state.over]
        if left:
            self._write([(EventKind.STEPS_SKIPPED, {"steps": left, "why": why})])

    def skip_to(self, step_id: str, why: str) -> bool:
        """Leave out the steps between this one and that one; whether that one is still to come."""
        ids = [each.id for each in self.playbook.steps]
        here, there = ids.index(self.step.id), ids.index(step_id)
        left = [each for each in ids[here + 1 : there] if not self.state.step(each).state.over]
        if left:
            self._write([(EventKind.STEPS_SKIPPED, {"steps": left, "why": why})])
        return there > here

    def pin(self, pool: str, node: str, fingerprint: str) -> str:
        """By which host key a node is known in this run: the first that it shows is written down."""
        known = self.state.host_keys.get(f"{pool}/{node}")
        if known is None:
            seen = {"pool": pool, "node": node, "fingerprint": fingerprint}
            self._write([(EventKind.HOST_KEY_SEEN, seen)])
        return known or fingerprint

    def taken_away(self, pool: str, node: str) -> None:
        """That Azure took a node, kept so that whoever goes on with this run knows how often."""
        self._write([(EventKind.NODE_TAKEN, {"pool": pool, "node": node})])

    def keep(
        self,
        node: str,
        name: str,
        data: bytes,
        sha256_read: str,
        cut: str = "",
        check: Callable[[], None] = lambda: None,
        most: int | None = None,
    ) -> KeptFile:
        """Keep a file of evidence, redacted; not one of more secrets than `most`. `check` may raise."""
        kept = replace(self.store.keep(node, name, data, sha256_read, cut, most), step=self.step.id)
        check()
        self._write([(EventKind.FILE_KEPT, msgspec.to_builtins(kept))])
        return kept

    def diagnosed(self, diagnosis: Diagnosis, *, likely: bool = False) -> None:
        """Write it down; `likely` is one from Azure's answers and the settings alone."""
        data = {"diagnosis": msgspec.to_builtins(diagnosis)}
        self._write([(EventKind.DIAGNOSED, data | ({"likely": True} if likely else {}))])

    def verified(self, *, verified: bool, because: str) -> None:
        self._write([(EventKind.VERIFIED, {"verified": verified, "because": because})])

    def change(self, kind: str, change_id: str) -> Change | None:
        """What the journal knows of one change of this run."""
        known = self.state.changes
        return next((change for change in known if (change.kind, change.id) == (kind, change_id)), None)

    def write_change(
        self, event: EventKind, kind: str, change_id: str, detail: Mapping[str, Any] | None = None
    ) -> None:
        """Journal one move of a change. An intent is written before the call that makes it."""
        self.write_changes(event, kind, [(change_id, detail or {})])

    def write_changes(
        self, event: EventKind, kind: str, changes: Sequence[tuple[str, Mapping[str, Any]]]
    ) -> None:
        """The same for many changes in one flush. Refused where the step declares that it changes nothing."""
        if not self.may_change:
            raise Undeclared(
                f"{self.step.title} may not change {kind} {changes[0][0] if changes else ''}".rstrip() + ".",
                "The playbook says that this step changes nothing, and its action was about to.",
                "Nothing was changed. This is a fault of the playbook or of its action: please report it.",
            )
        self._write(
            [(event, {"kind": kind, "id": change_id, "detail": detail}) for change_id, detail in changes]
        )
