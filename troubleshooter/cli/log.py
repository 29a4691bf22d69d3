"""The log of what was not foreseen: one redacted file for each time, in the data directory."""

from __future__ import annotations

import logging
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from troubleshooter.text import visible

if TYPE_CHECKING:
    from pathlib import Path

    from troubleshooter.fence import LeftOut
    from troubleshooter.redact import Redactor


def write_log(text: str) -> Path:
    """Add an already redacted text; its owner alone reads it, and that on a terminal."""
    from troubleshooter.settings import home

    folder = home() / "logs"
    home().mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    log = folder / f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.getpid()}.log"
    made = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(made, "w", encoding="utf-8") as file:
        file.write(visible(text, keep_newlines=True))
    return log


def noted(left: LeftOut, redactor: Redactor) -> str:
    """What was left out, as a line; of what nobody foresaw with the place of the log that tells more."""
    if not left.traceback:
        return str(left)
    try:
        return f"{left}; report it with the traceback in {write_log(redactor.text(left.traceback))}"
    except OSError as error:
        return f"{left}; no log of it could be written: {error.strerror}"


class LogFile(logging.Handler):
    """Takes what the screens log about bugs; a terminal that draws cannot show it."""

    written: Path | None = None
    """Where the latest lies."""

    def emit(self, record: logging.LogRecord) -> None:
        from troubleshooter.tui.threads.redacted import redactor

        try:
            self.written = write_log(redactor().text(self.format(record)) + "\n")
        except OSError:
            self.handleError(record)


def log_screens() -> LogFile:
    """Keep what the screens log, from now on."""
    logger = logging.getLogger("troubleshooter.tui")
    for handler in logger.handlers:
        if isinstance(handler, LogFile):
            return handler
    handler = LogFile(logging.WARNING)
    logger.addHandler(handler)
    return handler
