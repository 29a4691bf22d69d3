"""One cross-check asked of Azure once more, in a thread of its own; what it comes to is a passing message."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from textual.notifications import Notification, Notify

from troubleshooter.model.finding import Verdict
from troubleshooter.tui.text.plain import one_line
from troubleshooter.tui.threads.background import in_background

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.notifications import SeverityLevel
    from textual.screen import Screen

    from troubleshooter.model.finding import Check
    from troubleshooter.workbench import Workbench

_SHOWN = 20.0
"""Seconds: it is a sentence or two, and nobody may have been looking."""
_TOLD: Mapping[Verdict, tuple[str, SeverityLevel]] = {
    Verdict.PASS: ("passes now", "information"),
    Verdict.FAIL: ("fails still", "warning"),
    Verdict.NOT_APPLICABLE: ("does not apply", "information"),
    Verdict.UNKNOWN: ("cannot be told", "warning"),
}


def ask_again(screen: Screen[Any], workbench: Workbench, run_id: str, check: str) -> None:
    """Returns at once. What the run has concluded stays as it is."""
    screen.notify(f"Azure is asked about {check} once more.", markup=False)
    in_background(
        screen.app,
        lambda: _answered(workbench.ask_again(run_id, check, threading.Event())),
        lambda error: _message(error.what, f"{error.why} {error.do}", "error"),
    )


def _answered(check: Check) -> Notify:
    told, severity = _TOLD[check.verdict]
    why = check.because if check.verdict is not Verdict.UNKNOWN else f"For want of {check.missing}"
    return _message(f"{check.id} {told}", one_line(why), severity)


def _message(title: str, text: str, severity: SeverityLevel) -> Notify:
    return Notify(Notification(text, title, severity, _SHOWN, markup=False))
