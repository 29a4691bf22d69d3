"""Finding the cause: kept files and Azure's answers through the rules, settings through the linter."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, BinaryIO

from troubleshooter.engine.context import StepOutcome
from troubleshooter.errors import ExitCode
from troubleshooter.model.evidence import SourceFile
from troubleshooter.model.handover import Diagnosed, Made, Planned, Ready, Surveyed
from troubleshooter.pooldef.bodies import BARE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from troubleshooter.engine.context import StepContext
    from troubleshooter.model.finding import Diagnosis
    from troubleshooter.model.run import KeptFile
    from troubleshooter.operations.tools import Tools


def concluded(tools: Tools, ctx: StepContext) -> Diagnosis:
    """What everything that was read so far says, with the settings."""
    from troubleshooter.analyse import analyse, merge  # noqa: PLC0415 - compiling rules is for few steps
    from troubleshooter.lint import findings_of, lint_pool  # noqa: PLC0415 - the same

    definition = tools.definition()
    rules = tools.rules()
    from_files = analyse(_sources(ctx), rules, definition)
    made = ctx.of(Made)
    remade = made.differences if made else ()
    return merge(from_files, (*findings_of(lint_pool(definition, rules.known)), *remade))


def diagnose(tools: Tools, ctx: StepContext) -> StepOutcome:
    diagnosis = concluded(tools, ctx)
    ctx.diagnosed(diagnosis)
    if cause := diagnosis.cause:
        sure = f"{cause.title} ({cause.confidence})"
        return StepOutcome(sure, output=Diagnosed(cause.id, len(diagnosis.findings)))
    if barred := ctx.need(Surveyed).no_way_in:
        told = f"neither Azure's answers nor the settings show the cause. {barred.do}"
        return StepOutcome(told, attention=True, exit_code=ExitCode.REFUSED)
    planned = ctx.of(Planned)
    if planned and ctx.of(Ready) is None and planned.variant != BARE:
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
