"""Builds the object graph of a run: playbook, actions, tools, redactor. No logic of its own."""

from __future__ import annotations

import os
import secrets
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from troubleshooter import extensions
from troubleshooter.diagnosis import rule_book
from troubleshooter.settings import Endpoints

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from troubleshooter.cloud.azure import Azure
    from troubleshooter.engine.action import Action
    from troubleshooter.engine.context import StepContext
    from troubleshooter.engine.journal import Journal
    from troubleshooter.engine.ownership import Ownership
    from troubleshooter.engine.replay import Replay
    from troubleshooter.engine.runner import Run
    from troubleshooter.model.playbook import Playbook
    from troubleshooter.model.run import RunState
    from troubleshooter.operations.tools import Tools
    from troubleshooter.redact import Redactor

SUBJECT = "key-vault"
"""The extension that the playbook is about."""


def shipped_playbook(playbook_id: str) -> Playbook:
    from troubleshooter.actions import ACTIONS  # noqa: PLC0415 - only running needs what actions import
    from troubleshooter.engine.loader import load_playbook, playbook_file  # noqa: PLC0415 - as above

    return load_playbook(playbook_file(playbook_id), ACTIONS)


def shipped_actions(tools: Callable[[], Tools]) -> Mapping[str, Action[[StepContext]]]:
    from troubleshooter.actions import ACTIONS, bound  # noqa: PLC0415 - as above

    return {name: bound(action, tools) for name, action in ACTIONS.items()}


class Work(NamedTuple):
    """What runs are made of: a playbook by its id, and what the actions that its steps name do."""

    playbook: Callable[[str], Playbook]
    actions: Callable[[Callable[[], Tools]], Mapping[str, Action[[StepContext]]]]
    """Given the way to a run's tools; who does not ask for them opens no connection."""


SHIPPED = Work(shipped_playbook, shipped_actions)


class LazyTools:
    """A run's tools, made when first asked for: connecting costs time, and reading a run needs no Azure."""

    def __init__(
        self,
        state: RunState,
        folder: Path,
        cancel: threading.Event,
        opened: list[Azure],
        journal: Journal,
    ) -> None:
        self._journal = journal
        self.note: Callable[[str], None] = lambda _: None
        self.prompt: Callable[[str], None] = lambda _: None
        self._state = state
        self._folder = folder
        self._cancel = cancel
        self._opened = opened
        self._tools: Tools | None = None

    def get(self) -> Tools:
        if self._tools is None:
            self._tools = self._make()
        return self._tools

    def _make(self) -> Tools:
        from troubleshooter.cloud.azure import Azure  # noqa: PLC0415 - the SDKs take a third of a second
        from troubleshooter.engine.earlier import waits  # noqa: PLC0415 - as above
        from troubleshooter.operations.tools import Tools  # noqa: PLC0415 - as above

        endpoints = Endpoints(**self._state.options.get("endpoints", {}))
        settings = endpoints.settings(self._state.target.subscription)
        azure = Azure(settings, self._cancel, self._tell, on_prompt=self._prompt)
        self._opened.append(azure)
        about = extensions.named(SUBJECT, extensions.shipped())
        return Tools(
            azure,
            rule_book,
            self._folder,
            time.monotonic,
            lambda: datetime.now(UTC),
            about,
            lambda: waits(self._journal, self._state.id),
        )

    def _tell(self, trouble: str) -> None:
        self.note(trouble)

    def _prompt(self, text: str) -> None:
        self.prompt(text)


def opened(
    work: Work,
    state: RunState,
    home: Path,
    replay: Replay,
    ownership: Ownership,
    cancel: threading.Event,
    azures: list[Azure],
) -> tuple[Run, LazyTools]:
    """A run that may be moved, and its tools; what it opens of Azure is put among `azures`, to be closed."""
    from troubleshooter.engine.evidence import EvidenceStore  # noqa: PLC0415 - as above
    from troubleshooter.engine.runner import Run, RunParts  # noqa: PLC0415 - as above
    from troubleshooter.engine.secrets import Secrets  # noqa: PLC0415 - as above

    folder, hides = home / "runs" / state.id, redactor(home)
    tools = LazyTools(state, folder, cancel, azures, replay.journal)
    parts = RunParts(
        replay,
        work.playbook(state.playbook),
        work.actions(tools.get),
        EvidenceStore(folder, hides),
        hides,
        ownership,
        Secrets(os.environ, hides.learn),
    )
    run = Run(state.id, parts)
    tools.note, tools.prompt = run.note, run.sign_in
    return run, tools


def redactor(home: Path) -> Redactor:
    """One for everything that a data directory keeps: equal secrets get equal stand-ins."""
    from troubleshooter.engine.evidence import write_private  # noqa: PLC0415 - as above
    from troubleshooter.redact import Redactor, environment_secrets  # noqa: PLC0415 - as above

    path = home / "salt"
    if not path.exists():
        write_private(path, secrets.token_bytes(16))
    return Redactor(environment_secrets(os.environ), path.read_bytes())
