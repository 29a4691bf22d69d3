"""A change of a pool's definition in the languages that pools are written in: pure functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.forms import arm, bicep, scripts, terraform
from troubleshooter.forms.change import DefinitionChange, change_of
from troubleshooter.forms.form import NAMES, Form, comment, shown_json

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["NAMES", "DefinitionChange", "Form", "before_and_after", "change_of", "forms"]

_WRITERS: tuple[Callable[[DefinitionChange], Form], ...] = (
    arm.block,
    bicep.block,
    terraform.block,
    scripts.az,
    scripts.powershell,
    arm.patch,
    arm.body,
)
_SCRIPTS = (scripts.az, scripts.powershell)


def forms(change: DefinitionChange) -> tuple[Form, ...]:
    """Every form, in the order of NAMES. Where the change does not fit what is known, the patch alone.

    What a pool has already is not made by a script once more.
    """
    if change.after is None:
        return (arm.patch(change),)
    return tuple(write(change) for write in _WRITERS if not (change.made and write in _SCRIPTS))


def before_and_after(change: DefinitionChange) -> tuple[str, ...]:
    """The patch as lines: where, then what stands there now (-), and what is to stand there (+)."""
    lines: list[str] = []
    for step in change.steps():
        source = f" from {step.source}" if step.source else ""
        lines.append(comment(f"{step.op} {step.path}{source}"))
        lines += [f"- {line}" for line in _value(step.before)]
        lines += [f"+ {line}" for line in _value(step.after)]
    return tuple(lines)


def _value(value: object) -> list[str]:
    return [] if value is None else shown_json(value).splitlines()
