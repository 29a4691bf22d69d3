"""The one fence around an input: what cannot be read is left out and named, never the end of the rest."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from troubleshooter.errors import TroubleshooterError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SWITCH = "TROUBLESHOOTER_FENCE"
"""Set to `raise`, what nobody foresaw goes on its way instead: for whoever feeds the program what is broken,
to find the places where it falls over."""
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT}


class Unreadable(Exception):
    """One input cannot be read; says why as the end of a sentence."""


class Spent(Exception):
    """A limit that holds for all inputs of a call is reached; says which as the end of a sentence."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An input, or the rest of one, that was not read."""

    name: str
    why: str
    traceback: str = ""
    """Of what nobody foresaw; empty where somebody did."""

    def __str__(self) -> str:
        return f"{self.name}: {self.why}"


@contextmanager
def fence(name: str, leave_out: Callable[[LeftOut], object]) -> Iterator[None]:
    """Keep the failure of one input to that input.

    No memory, no room, being asked to stop and a limit of the whole call are no failures of an input.
    """
    try:
        yield
    except (MemoryError, TroubleshooterError, Spent):
        raise
    except Unreadable as known:
        leave_out(LeftOut(name, str(known)))
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise
        leave_out(LeftOut(name, f"it cannot be read: {error.strerror or error}"))
    except Exception as bug:  # the one place that keeps a bug to the input that shows it
        if os.environ.get(SWITCH) == "raise":
            raise
        leave_out(_bug(name, bug))


def _bug(name: str, bug: Exception) -> LeftOut:
    import traceback  # noqa: PLC0415 - nobody waits for it who has no bug to tell of

    place = traceback.extract_tb(bug.__traceback__)[-1]
    at = f"{os.path.basename(place.filename)}, line {place.lineno}"  # noqa: PTH119 - of a name alone
    why = f"a bug of ours: {type(bug).__name__} was not foreseen ({at})"
    return LeftOut(name, why, "".join(traceback.format_exception(bug)))
