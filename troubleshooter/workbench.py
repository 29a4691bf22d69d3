"""What a front end may ask of the runs of one data directory: read, start, resume, take back, forget."""

from __future__ import annotations

import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from troubleshooter import __version__, wiring
from troubleshooter.engine.journal import Journal
from troubleshooter.engine.ownership import Ownership
from troubleshooter.engine.replay import Replay
from troubleshooter.errors import GaveUp
from troubleshooter.extensions import shipped
from troubleshooter.model.change import ORIGINAL
from troubleshooter.model.event import SCHEMA, EventKind
from troubleshooter.model.unreadable import CannotBeRead, Unreadable
from troubleshooter.report.unreadable import unreadable_json
from troubleshooter.settings import Endpoints, rehearsals

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Collection
    from pathlib import Path

    from troubleshooter.cloud.azure import Azure
    from troubleshooter.engine.context import Emit
    from troubleshooter.engine.gates import Gate
    from troubleshooter.engine.runner import Run
    from troubleshooter.engine.step_outcome import StepOutcome
    from troubleshooter.model.change import Away
    from troubleshooter.model.event import Event
    from troubleshooter.model.finding import Check
    from troubleshooter.model.inventory import Inventory
    from troubleshooter.model.playbook import Playbook
    from troubleshooter.model.run import KeptFile, RunState
    from troubleshooter.model.scope import Scope
    from troubleshooter.model.target import Target
    from troubleshooter.operations.marked import Cleared, Found
    from troubleshooter.redact import Redactor

PLAYBOOK = "kv-extension"


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What a run is started with; journaled, so that a resumed run keeps it."""

    playbook: str = PLAYBOOK
    mode: str = "debug-pool"
    debug_nodes: int = 1
    limit_seconds: float = 1800.0
    """Of one wait."""
    poll_interval: float | None = None
    """Seconds between looks; None grows from 1 to 15."""
    answers: Mapping[str, str] = field(default_factory=dict)
    """Answers to gates given beforehand: gate to choice. They hold for the resumed run as well."""
    total_seconds: float = 4 * 3600.0
    """Of all work, without the time that gates wait for an answer. Cleaning up is never cut short by it."""
    found_by_name: bool = False
    """Whether the operator gave only the pool's name: which pool that is has to be confirmed."""
    only: str = ""
    """Id of the one cross-check that is made; empty for all."""
    price_per_hour: float | None = None
    """Of one node, as the operator gives it: no price is read anywhere."""
    rehearsal: str = ""
    """The command that begins it anew, where its Azure ends with this process: the run is then only read."""


class Workbench:
    """The runs of one data directory, and everything needed to move them. Close it when done."""

    def __init__(
        self, home: Path, endpoints: Endpoints | None = None, work: wiring.Work = wiring.SHIPPED
    ) -> None:
        self.home = home
        self._endpoints = endpoints or Endpoints()
        self._work = work
        self.journal = Journal(home, _utc_text)
        self._replay = Replay(self.journal)
        self._azures: list[Azure] = []
        self.owned: set[str] = set()
        """The runs that were moved by this workbench."""

    def runs(self) -> tuple[RunState | Unreadable, ...]:
        """All runs, the one touched last first. One that cannot be read hides no other."""
        return tuple(self._look(run) for run in self.journal.runs())

    def away(self) -> tuple[Away, ...]:
        """The originals that are away, by what the runs of this data directory wrote down.

        A run that cannot be read does not hide the others, and tells what it can.
        """
        found = (self._look(run).away for run in self.journal.changing(ORIGINAL))
        return tuple(away for away in found if away is not None)

    def look(self, run_id: str) -> RunState | Unreadable:
        """A run, or what is known of it where it cannot be read. `run_id` may be its beginning."""
        return self._look(self.journal.find(run_id))

    def _look(self, run: str) -> RunState | Unreadable:
        found = self._replay.look(run)
        if isinstance(found, Unreadable) and self.home == rehearsals():
            return replace(found, rehearsal=True)
        return found

    def read(self, run_id: str) -> RunState:
        """The state of a run, whoever owns it. Raises CannotBeRead. `run_id` may be its beginning."""
        found = self.look(run_id)
        if isinstance(found, Unreadable):
            raise CannotBeRead(found, unreadable_json(found))
        return found

    def events(self, run_id: str) -> tuple[Event, ...]:
        return self.journal.events(self.journal.find(run_id))

    def start(self, target: Target, options: RunOptions, cancel: threading.Event) -> Run:
        """Write a new run down and own it."""
        playbook = self.playbook(options.playbook)
        run_id = self.journal.new_run()
        data = {
            "target": msgspec.to_builtins(target),
            "playbook": playbook.id,
            "steps": [step.id for step in playbook.steps],
            "options": msgspec.to_builtins(options) | {"endpoints": msgspec.to_builtins(self._endpoints)},
            "version": __version__,
            "schema": SCHEMA,
        }
        self.journal.append(run_id, [(EventKind.RUN_CREATED, self.redactor().json(data))])
        return self._open(run_id, cancel)[0]

    def resume(self, run_id: str, cancel: threading.Event) -> Run:
        """Own a run of the journal. Raises Refused when another process does."""
        return self._open(self.journal.find(run_id), cancel)[0]

    def playbook(self, playbook_id: str) -> Playbook:
        return self._work.playbook(playbook_id)

    def ask_again(self, run_id: str, check: str, cancel: threading.Event) -> Check:
        """One cross-check of a run's pool, by what Azure says now. Reads alone; the run is left as it is."""
        from troubleshooter.actions.cross_check import asked_again  # noqa: PLC0415 - as above

        state, hides = self.read(run_id), self.redactor()
        tools = wiring.LazyTools(state, self.folder(state.id), cancel, self._azures, self.journal)
        told = asked_again(tools.get(), state.target, check, cancel)
        return replace(told, because=hides.text(told.because), missing=hides.text(told.missing))

    def evidence(self, run_id: str, kept: KeptFile) -> bytes:
        """The content of a kept file, as it was redacted."""
        from troubleshooter.engine.evidence import EvidenceStore  # noqa: PLC0415 - as above

        return EvidenceStore(self.folder(run_id), self.redactor()).read(kept)

    def folder(self, run_id: str) -> Path:
        """Where a run keeps its files."""
        return self.home / "runs" / run_id

    def cleanup(self, run_id: str, emit: Emit, cancel: threading.Event) -> RunState:
        """Remove everything the run created and has not taken back, at any time."""
        from troubleshooter.actions import acting  # noqa: PLC0415 - as above
        from troubleshooter.operations.removal import remove_all  # noqa: PLC0415 - as above

        run, tools = self._open(self.journal.find(run_id), cancel)
        try:
            run.clean_up(acting(remove_all, tools.get), emit, cancel)
        finally:
            run.close()
        return run.state

    def finish_way_back(self, run_id: str, emit: Emit, cancel: threading.Event) -> None:
        """Where a run is over, and a restore or clean-up of it was stopped after that: go that to its end."""
        from troubleshooter.actions import acting  # noqa: PLC0415 - as above
        from troubleshooter.operations.way_back import finish_way_back, way_back_left  # noqa: PLC0415 - as above

        if not way_back_left(self.read(run_id)):
            return
        run, tools = self._open(self.journal.find(run_id), cancel)
        try:
            run.clean_up(acting(finish_way_back, tools.get), emit, cancel)
        finally:
            run.close()

    def close_change(self, run_id: str, name: str, cancel: threading.Event) -> RunState:
        """Let a change be closed as it stands: the operator has seen how, and asks for it by its name."""
        from troubleshooter.operations.closing import close_change  # noqa: PLC0415 - as above

        run, _ = self._open(self.journal.find(run_id), cancel)
        try:
            run.clean_up(lambda ctx: close_change(ctx, name, datetime.now(UTC)), _unheard, cancel)
        finally:
            run.close()
        return run.state

    def restore(
        self, run_id: str, emit: Emit, cancel: threading.Event, waived: Collection[str] = ()
    ) -> StepOutcome:
        """Put the pool back as the run saved it, at any time; the caller has seen to the consent."""
        from troubleshooter.actions import acting  # noqa: PLC0415 - as above
        from troubleshooter.operations.original import restore  # noqa: PLC0415 - as above

        run, tools = self._open(self.journal.find(run_id), cancel)
        try:
            return run.clean_up(acting(partial(restore, waived=waived), tools.get), emit, cancel)
        finally:
            run.close()

    def delete(self, run_id: str) -> None:
        """Forget a run and its files. The caller has seen to what it left in Azure. Raises CannotBeRead."""
        found = self.read(run_id).id
        Ownership(self.folder(found), found).release()
        try:
            shutil.rmtree(self.folder(found))
        except OSError as error:  # the pool's definition is in there, unredacted: it may not stay unnoticed
            raise GaveUp(
                f"The files of run {found} could not all be deleted.",
                f"{self.folder(found)}: {error.strerror or error}.",
                "Repair the folder's permissions, then delete the run again.",
            ) from error
        self.journal.delete(found)
        self._replay.forget(found)

    def redactor(self) -> Redactor:
        """One for everything that this data directory keeps."""
        return wiring.redactor(self.home)

    def close(self) -> None:
        for azure in self._azures:
            azure.close()
        self.journal.close()

    def _open(self, run_id: str, cancel: threading.Event) -> tuple[Run, wiring.LazyTools]:
        self.read(run_id)  # before anything of it is touched
        ownership = Ownership(self.folder(run_id), run_id)
        state = self.read(run_id)  # what another process wrote until it let go
        self.owned.add(run_id)
        return wiring.opened(self._work, state, self.home, self._replay, ownership, cancel, self._azures)


def gates() -> Mapping[str, Gate]:
    """Every gate that a run may open, by name."""
    from troubleshooter.actions import GATES  # noqa: PLC0415 - as above

    return GATES


def cleanup_marked(
    endpoints: Endpoints,
    account: Target,
    run_id: str,
    agreed: Callable[[Found], bool],
    on_trouble: Callable[[str], None],
    cancel: threading.Event,
) -> Cleared:
    """Take back what a run's mark on an account's pools tells of. Opens no journal: it may be lost."""
    from troubleshooter.cloud.azure import Azure  # noqa: PLC0415 - as below
    from troubleshooter.operations.marked import Clearing  # noqa: PLC0415 - as above

    with Azure(endpoints.settings(account.subscription), cancel, on_trouble) as azure, azure.changing():
        return Clearing(azure, account, shipped()[0], agreed, time.monotonic, cancel).clear(run_id)


class Hears(NamedTuple):
    """Who is told what, while Azure is asked outside a run."""

    trouble: Callable[[str], None]
    """What is tried again."""
    prompt: Callable[[str], None]
    """What whoever signs in has to do."""


def list_pools(
    endpoints: Endpoints,
    scope: Scope,
    show: Callable[[Callable[[], Inventory]], None],
    hears: Hears,
    cancel: threading.Event,
) -> Inventory:
    """Which pools there are and how they are, by reads alone. `show` hears of each answer, in this thread."""
    from troubleshooter.cloud.azure import Azure  # noqa: PLC0415 - as below
    from troubleshooter.cloud.inventory import NO_SUBSCRIPTION  # noqa: PLC0415 - as below
    from troubleshooter.operations.inventory.listing import Listing  # noqa: PLC0415 - as above

    def hear(trouble: str) -> None:
        listing.note(trouble)
        hears.trouble(trouble)

    settings = endpoints.settings(scope.subscription or NO_SUBSCRIPTION)
    with Azure(settings, cancel, hear, on_prompt=hears.prompt) as azure:
        listing = Listing(azure, shipped()[0], scope, cancel, show)
        return listing.run()


def find_pools(endpoints: Endpoints, scope: Scope, hears: Hears, cancel: threading.Event) -> Inventory:
    """Which pools of a name there are, in all subscriptions that can be read and in the one that az chose."""
    from troubleshooter.cloud.known import default_subscription  # noqa: PLC0415 - as below

    default = None if scope.subscription else default_subscription()
    return list_pools(endpoints, replace(scope, default=default), _unheard, hears, cancel)


def _unheard(_: object) -> None:
    """Nobody looks on."""


def _utc_text() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
