"""Short work in a thread of its own: reading a file, a journal, an archive. Runs go through bridge.py."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from troubleshooter.errors import TroubleshooterError
from troubleshooter.model.step import ErrorText
from troubleshooter.tui.threads.redacted import redactor

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import App
    from textual.message import Message
    from textual.screen import Screen

_log = logging.getLogger(__name__)


def in_background(
    screen: Screen[Any] | App[Any], work: Callable[[], Message], told: Callable[[ErrorText], Message]
) -> None:
    """Do the work in a thread and post its message to the screen; a failure becomes that of `told`."""

    def guarded() -> None:
        try:
            message = work()
        except TroubleshooterError as error:
            message = told(error_text(error))
        except Exception:  # noqa: BLE001 - a thread's last door: a bug must reach the screen
            _log.exception("A thread of the screen crashed")
            message = told(bug())
        screen.post_message(message)

    screen.run_worker(guarded, thread=True, group="background", exit_on_error=False)


def error_text(error: TroubleshooterError) -> ErrorText:
    what, why, do = (redactor().text(part) for part in (error.what, error.why, error.do))
    return ErrorText(what, why, do, int(error.exit_code))


def bug() -> ErrorText:
    return ErrorText(
        "Something went wrong inside this program.",
        "This is a bug of ours. Nothing is lost: every change was written down before it was made.",
        "Try again. The log in the data directory has the details for a report.",
    )
