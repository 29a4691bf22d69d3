"""A run's exit code, from its state alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.errors import ExitCode, first_of
from troubleshooter.model.finding import Severity

if TYPE_CHECKING:
    from troubleshooter.model.run import RunState


def exit_code(state: RunState) -> ExitCode:
    """The first that holds, by precedence; a run that ended verified is done whatever it met on the way."""
    unknown = any(change.unknown for change in state.changes)
    if state.verified and state.current is None:  # a step that failed is not over
        return ExitCode.INCOMPLETE if unknown else ExitCode.DONE
    codes = {ExitCode(record.exit_code) for record in state.steps}
    if unknown:
        codes.add(ExitCode.INCOMPLETE)
    if state.question is not None:
        codes.add(ExitCode.GAVE_UP if state.question.gave_up else ExitCode.REFUSED)
    severities = {finding.severity for finding in state.diagnosis.findings}
    if Severity.ERROR in severities:
        codes.add(ExitCode.ERRORS_FOUND)
    if Severity.WARNING in severities or state.diagnosis.unexplained:
        codes.add(ExitCode.WARNINGS_FOUND)
    return first_of(codes)
