"""Playbook files to playbooks, with errors that name file and line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from troubleshooter import datafiles, settings
from troubleshooter.errors import NotFound, UsageProblem
from troubleshooter.model.playbook import Playbook, Step

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path


class StepShape(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One step as the file spells it."""

    id: str
    title: str
    why: str
    action: str
    changes: str
    undo: str
    source: str
    explain: str = ""
    options: Mapping[str, Any] = msgspec.field(name="with", default_factory=dict)
    on: Mapping[str, str] = msgspec.field(default_factory=dict)


class PlaybookShape(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A playbook file."""

    id: str
    title: str
    summary: str
    steps: list[StepShape]


def load_playbook(path: Path, actions: Collection[str]) -> Playbook:
    """Read and check one playbook. `actions` are the names a step may use."""
    shape = datafiles.read(path, PlaybookShape)
    ids = [step.id for step in shape.steps]
    for step in shape.steps:
        _check(path, step, ids, actions)
    if len(set(ids)) != len(ids) or not ids:
        raise UsageProblem(
            f"{path}: the steps' ids are not usable.",
            "Each step needs an id of its own, and there must be at least one step.",
            "Give every step a different id.",
        )
    steps = tuple(Step(**msgspec.structs.asdict(step)) for step in shape.steps)
    return Playbook(shape.id, shape.title, shape.summary, steps)


def _check(path: Path, step: StepShape, ids: list[str], actions: Collection[str]) -> None:
    if step.action not in actions:
        raise UsageProblem(
            f"{path}: step {step.id} has no such action: {step.action}.",
            f"The actions are {', '.join(sorted(actions))}.",
            "Name one of them.",
        )
    for outcome, to in step.on.items():
        if to != "end" and to not in ids:
            raise UsageProblem(
                f"{path}: step {step.id} leads to {to} on {outcome}, and there is no such step.",
                f"The steps are {', '.join(ids)}, and end.",
                "Name one of them.",
            )


def playbook_files() -> dict[str, Path]:
    """Id to file of the playbooks that are shipped; the id is the file's name."""
    return {path.stem: path for path in sorted(settings.playbooks_folder().glob("*.yaml"))}


def playbook_file(playbook_id: str) -> Path:
    files = playbook_files()
    if playbook_id not in files:
        raise NotFound(
            f"There is no playbook {playbook_id}.",
            f"The playbooks are {', '.join(files)}.",
            "Name one of them, or see: troubleshooter playbooks list",
        )
    return files[playbook_id]
