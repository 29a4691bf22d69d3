"""Every failure this program foresees, with its exit code. Imports nothing of ours.

TroubleshooterError
├── UsageProblem     2  wrong usage, unreadable or invalid input
├── NotFound         5  account, pool, run or file
├── NotPermitted     6  sign-in or permission
├── GaveUp           7  a limit was reached, or the service could not be reached
├── ServiceRefusal   7  Azure refused a request for a reason of its own (conflict, quota, bad request)
├── Incomplete       8  something was got, something is missing
├── Refused          9  a safety rule, or a gate that nobody answered
└── Interrupted    130  the operator cancelled
"""

from __future__ import annotations

from enum import IntEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


class ExitCode(IntEnum):
    """What a process ends with; the numbers are a contract with scripts."""

    DONE = 0
    BUG = 1
    USAGE = 2
    ERRORS_FOUND = 3
    WARNINGS_FOUND = 4
    NOT_FOUND = 5
    NOT_PERMITTED = 6
    GAVE_UP = 7
    INCOMPLETE = 8
    REFUSED = 9
    INTERRUPTED = 130

    @property
    def meaning(self) -> str:
        """In a line, as the help and `explain` have it."""
        return _MEANINGS[self]


_MEANINGS = {
    ExitCode.DONE: "done, nothing wrong found; run and demo: verified, or the pool is healthy",
    ExitCode.BUG: "unexpected error: a bug; the message names the log with the traceback",
    ExitCode.USAGE: "wrong usage, unreadable or invalid input file",
    ExitCode.ERRORS_FOUND: "findings of severity error",
    ExitCode.WARNINGS_FOUND: "findings of severity warning only, or error lines that no rule explains",
    ExitCode.NOT_FOUND: "not found: account, pool, run, file",
    ExitCode.NOT_PERMITTED: "sign-in or permission",
    ExitCode.GAVE_UP: "gave up waiting",
    ExitCode.INCOMPLETE: "partial: some nodes or files are missing, or nothing recognisable was found",
    ExitCode.REFUSED: "refused: a safety rule, or a gate that nobody answered",
    ExitCode.INTERRUPTED: "interrupted; the message says how to resume",
}

PRECEDENCE = (
    ExitCode.INTERRUPTED,
    ExitCode.BUG,
    ExitCode.USAGE,
    ExitCode.NOT_PERMITTED,
    ExitCode.NOT_FOUND,
    ExitCode.REFUSED,
    ExitCode.GAVE_UP,
    ExitCode.INCOMPLETE,
    ExitCode.ERRORS_FOUND,
    ExitCode.WARNINGS_FOUND,
    ExitCode.DONE,
)
"""Which code a process ends with when several hold: the first of these."""


def first_of(codes: set[ExitCode]) -> ExitCode:
    return next((code for code in PRECEDENCE if code in codes), ExitCode.DONE)


class TroubleshooterError(Exception):
    """A failure told in three parts: what happened, why, and what to do about it."""

    exit_code = ExitCode.BUG
    document: Mapping[str, Any] = MappingProxyType({})
    """What a script wants to know beside the three parts; JSON."""
    left: object | None = None
    """What the step that fails by it leaves all the same: one of the forms in model/handover.py."""
    unsure = False
    """Of a changing request some try got no readable answer: it may have been carried out, or may still be.
    Whoever asked looks at what is there before anything is said or written down."""

    def __init__(self, what: str, why: str, do: str) -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.do = do

    def __str__(self) -> str:
        return f"{self.what} {self.why} {self.do}"


class UsageProblem(TroubleshooterError):
    exit_code = ExitCode.USAGE


class NotFound(TroubleshooterError):
    exit_code = ExitCode.NOT_FOUND


class NotPermitted(TroubleshooterError):
    exit_code = ExitCode.NOT_PERMITTED


class GaveUp(TroubleshooterError):
    exit_code = ExitCode.GAVE_UP


class ServiceRefusal(TroubleshooterError):
    exit_code = ExitCode.GAVE_UP

    def __init__(self, what: str, why: str, do: str, *, status: int, code: str = "") -> None:
        super().__init__(what, why, do)
        self.status = status
        self.code = code


class Incomplete(TroubleshooterError):
    exit_code = ExitCode.INCOMPLETE


class Refused(TroubleshooterError):
    exit_code = ExitCode.REFUSED


class Undeclared(Refused):
    """What was about to change something declares that it changes nothing; no way around that is tried."""


class Interrupted(TroubleshooterError):
    exit_code = ExitCode.INTERRUPTED
