"""Taking things back: a list of acts of which one that fails stops none of the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.engine.gates import GateOpen
from troubleshooter.errors import PRECEDENCE, Interrupted, TroubleshooterError
from troubleshooter.model.change import WHY_LEFT
from troubleshooter.model.event import EventKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from troubleshooter.engine.context import StepContext


def saying_why(ctx: StepContext, kind: str, change: str, act: Callable[[], None]) -> None:
    """Take one change back; where that fails, why it is left is written down beside it."""
    try:
        act()
    except Interrupted:
        raise
    except TroubleshooterError as error:
        ctx.write_change(EventKind.CHANGE_REMOVING, kind, change, {WHY_LEFT: f"{error.what} {error.why}"})
        raise


def each_of(ctx: StepContext, acts: Mapping[str, Callable[[], None]]) -> None:
    """Do all of it, each under what it is about; then raise the failure that weighs most, if there is one.

    A question that has to be answered first waits until the others are done. A cancel ends it at once: every
    call would only be refused by it.
    """
    failed: list[TroubleshooterError] = []
    asked: GateOpen | None = None
    for about, act in acts.items():
        try:
            act()
        except Interrupted:
            raise
        except GateOpen as gate:
            asked = asked or gate
        except TroubleshooterError as error:
            failed.append(error)
            ctx.note(f"{about} could not be taken back: {error.what} {error.why}")
    if asked is not None:
        raise asked
    if failed:
        raise min(failed, key=lambda error: PRECEDENCE.index(error.exit_code))
