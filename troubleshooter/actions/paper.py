"""The last step: the report, written where the run is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.engine.evidence import write_private
from troubleshooter.engine.step_outcome import StepOutcome
from troubleshooter.model.handover import Reported
from troubleshooter.report.markdown import run_markdown

if TYPE_CHECKING:
    from troubleshooter.engine.context import StepContext
    from troubleshooter.operations.tools import Tools


def write(tools: Tools, ctx: StepContext) -> StepOutcome:
    path = tools.folder / "report.md"
    write_private(path, run_markdown(ctx.state).encode())
    return StepOutcome(f"written to {path}", output=Reported(str(path)))
