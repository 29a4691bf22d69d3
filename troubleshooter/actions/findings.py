"""Finding the cause: kept files and Azure's answers through the rules, settings through the linter."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, BinaryIO

from troubleshooter.actions.bodies import BARE
from troubleshooter.actions.recheck import unkept
from troubleshooter.engine.context import StepOutcome
from troubleshooter.errors import ExitCode
from troubleshooter.model.evidence import SourceFile
from troubleshooter.model.run import NO_WAY_IN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from troubleshooter.actions.tools import Tools
    from troubleshooter.engine.context import StepContext
    from troubleshooter.model.finding import Diagnosis
    from troubleshooter.model.run import KeptFile


def concluded(tools: Tools, ctx: StepContext) -> Diagnosis:
    """What everything that was read so far says, with the settings."""
    from troubleshooter.analyse import analyse, merge  # noqa: PLC0415 - compiling rules is for few steps
    from troubleshooter.lint import findings_of, lint_pool  # noqa: PLC0415 - the same

    definition = tools.definition()
    rules = tools.rules()
    from_files = analyse(_sources(ctx), rules, definition)
    remade = unkept(ctx.output("recreate"))
    return merge(from_files, (*findings_of(lint_pool(definition, rules.known)), *remade))


def diagnose(tools: Tools, ctx: StepContext) -> StepOutcome:
    diagnosis = concluded(tools, ctx)
    ctx.diagnosed(diagnosis)
    if cause := diagnosis.cause:
        sure = f"{cause.title} ({cause.confidence})"
        return StepOutcome(sure, output={"root_cause": cause.id, "findings": len(diagnosis.findings)})
    if barred := ctx.output("survey").get(NO_WAY_IN):
        told = f"neither Azure's answers nor the settings show the cause. {barred['do']}"
        return StepOutcome(told, attention=True, exit_code=ExitCode.REFUSED)
    unreached = ctx.state.step("collect").state.value == "skipped"
    if unreached and ctx.output("plan")["variant"] != BARE:
        return StepOutcome(
            "undecided: no node could be reached, and neither report nor settings show the cause",
            outcome="undecided",
        )
    return StepOutcome("no cause was found", attention=True, exit_code=ExitCode.INCOMPLETE)


def _sources(ctx: StepContext) -> Iterator[SourceFile]:
    for kept in ctx.state.files:
        yield SourceFile(kept.name, _opener(ctx, kept), kept.node or None)


def _opener(ctx: StepContext, kept: KeptFile) -> Callable[[], BinaryIO]:
    return lambda: io.BytesIO(ctx.store.read(kept))
