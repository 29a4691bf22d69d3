"""Playbook files to playbooks, with errors that name file and line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from troubleshooter import datafiles, settings
from troubleshooter.engine.chain import check_chain
from troubleshooter.errors import NotFound, UsageProblem
from troubleshooter.model.playbook import END, Playbook, Step

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from troubleshooter.engine.action import Action


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


def load_playbook(path: Path, actions: Mapping[str, Action[...]] | None) -> Playbook:
    """Read and check one playbook. `actions` are what a step may name; None checks nothing of them."""
    shape = datafiles.read(path, PlaybookShape)
    ids = [step.id for step in shape.steps]
    if len(set(ids)) != len(ids) or not ids:
        raise UsageProblem(
            f"{path}: the steps' ids are not usable.",
            "Each step needs an id of its own, and there must be at least one step.",
            "Give every step a different id.",
        )
    for number, step in enumerate(shape.steps):
        _check_jumps(path, number, step, ids)
    steps = tuple(Step(**msgspec.structs.asdict(step)) for step in shape.steps)
    if actions is not None:
        for number, step in enumerate(shape.steps):
            _check_action(path, number, step, actions)
        check_chain(path, steps, actions)
    return Playbook(shape.id, shape.title, shape.summary, steps)


def _check_action(path: Path, number: int, step: StepShape, actions: Collection[str]) -> None:
    if step.action not in actions:
        datafiles.refuse(
            path,
            ("steps", number, "action"),
            f"Step {step.id} has no such action: {step.action}.",
            f"The actions are {', '.join(sorted(actions))}.",
            "Name one of them.",
        )


def _check_jumps(path: Path, number: int, step: StepShape, ids: list[str]) -> None:
    for outcome, to in step.on.items():
        if to != END and to not in ids:
            datafiles.refuse(
                path,
                ("steps", number, "on", outcome),
                f"Step {step.id} leads to {to} on {outcome}, and there is no such step.",
                f"The steps are {', '.join(ids)}, and {END}.",
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
