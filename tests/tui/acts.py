"""What a step of a test's run does: actions as the engine calls them, which touch no Azure."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING

from tests.tui.walker import LIMIT
from tests.tui.worlds import DEBUG_POOL, DIAGNOSIS, LOG, LOG_TEXT, NODES, TARGET
from troubleshooter.actions import GATES
from troubleshooter.engine.context import StepContext
from troubleshooter.engine.step_outcome import StepOutcome
from troubleshooter.errors import Interrupted
from troubleshooter.model.change import DELETED, DELETING, ORIGINAL
from troubleshooter.model.event import EventKind
from troubleshooter.model.handover import Surveyed

if TYPE_CHECKING:
    from troubleshooter.errors import TroubleshooterError
    from troubleshooter.model.progress import Waiting
    from troubleshooter.model.run import Question

Act = Callable[[StepContext], StepOutcome]


def done(ctx: StepContext) -> StepOutcome:
    return StepOutcome(f"{ctx.step.id} went well")


def surveys(_: StepContext) -> StepOutcome:
    return StepOutcome("surveyed", output=Surveyed("https://acct.example", "westus2", "ada@contoso.com"))


def makes_the_pool(ctx: StepContext) -> StepOutcome:
    """Something is left in Azure from here on, as far as the journal knows."""
    ctx.write_change(EventKind.CHANGE_INTENDED, "pool", DEBUG_POOL)
    ctx.write_change(EventKind.CHANGE_MADE, "pool", DEBUG_POOL)
    return StepOutcome(f"{DEBUG_POOL} created")


def takes_the_original_away(ctx: StepContext) -> StepOutcome:
    """It was deleted, and nothing stands in its place yet."""
    away = {"stage": "debug", DELETING: True, DELETED: True}
    ctx.write_change(EventKind.CHANGE_INTENDED, ORIGINAL, TARGET.pool, away)
    return StepOutcome(f"{TARGET.pool} deleted")


def changes_the_original(ctx: StepContext) -> StepOutcome:
    """It stands, but not as it was."""
    takes_the_original_away(ctx)
    ctx.write_change(EventKind.CHANGE_MADE, ORIGINAL, TARGET.pool, {"stage": "debug"})
    return StepOutcome(f"{TARGET.pool} created again")


def puts_the_original_back(ctx: StepContext) -> StepOutcome:
    with ctx.taking_back():
        ctx.write_change(EventKind.CHANGE_REMOVED, ORIGINAL, TARGET.pool)
    return StepOutcome(f"{TARGET.pool} stands as it was")


def keeps_a_log(ctx: StepContext) -> StepOutcome:
    ctx.keep(NODES[0], LOG, LOG_TEXT, hashlib.sha256(LOG_TEXT).hexdigest())
    return StepOutcome("1 file")


def diagnoses(ctx: StepContext) -> StepOutcome:
    ctx.diagnosed(DIAGNOSIS)
    return StepOutcome("2 findings")


def verifies(ctx: StepContext) -> StepOutcome:
    ctx.verified(verified=True, because="")
    return StepOutcome("proven")


def asks(question: Question) -> Act:
    """Opens a gate, and is done when it was answered."""

    def act(ctx: StepContext) -> StepOutcome:
        q = question
        if q.kept_as:
            ctx.ask_secret(GATES[q.gate], q.kept_as, q.text, q.about, q.hint, q.form)
            return StepOutcome(f"{q.about} is known")
        return StepOutcome(
            ctx.ask(GATES[q.gate], q.text, q.plan, q.choices, q.hint, q.confirm, q.form, q.about)
        )

    return act


def fails_once(error: TroubleshooterError) -> Act:
    tried: list[str] = []

    def act(ctx: StepContext) -> StepOutcome:
        tried.append(ctx.step.id)
        if len(tried) == 1:
            raise error
        return done(ctx)

    return act


def waits(*looks: Waiting) -> Act:
    """Shows these looks, then waits to be cancelled, as an action does whose nodes never come."""

    def act(ctx: StepContext) -> StepOutcome:
        for look in looks:
            ctx.show(look)
        assert ctx.cancel.wait(LIMIT), "nobody cancelled"
        raise Interrupted("Cancelled.", "You asked for it.", "Press R to go on.")

    return act
