from __future__ import annotations

import errno
import re
from typing import TYPE_CHECKING

import pytest

from troubleshooter.errors import Interrupted
from troubleshooter.fence import SWITCH, Spent, Unreadable, fence

if TYPE_CHECKING:
    from troubleshooter.fence import LeftOut


def kept(error: BaseException) -> list[LeftOut]:
    left: list[LeftOut] = []
    with fence("a.log", left.append):
        meet(error)
    return left


def meet(error: BaseException) -> None:
    raise error


def test_what_was_foreseen_is_one_line() -> None:
    assert list(map(str, kept(Unreadable("it is damaged")))) == ["a.log: it is damaged"]
    assert list(map(str, kept(OSError(errno.EIO, "Input/output error")))) == [
        "a.log: it cannot be read: Input/output error"
    ]


def test_what_nobody_foresaw_is_called_a_bug_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SWITCH)
    (left,) = kept(ZeroDivisionError("by nothing"))
    assert re.fullmatch(
        r"a\.log: a bug of ours: ZeroDivisionError was not foreseen \(test_fence\.py, line \d+\)", str(left)
    )
    assert "by nothing" in left.traceback


def test_whoever_looks_for_bugs_gets_them() -> None:
    with pytest.raises(ZeroDivisionError):
        kept(ZeroDivisionError())


@pytest.mark.parametrize(
    "error",
    [
        MemoryError(),
        OSError(errno.ENOSPC, "No space left on device"),
        KeyboardInterrupt(),
        Interrupted("It was stopped.", "Somebody asked.", "Start it again."),
        Spent("there is no more"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_is_no_failure_of_an_input_passes(error: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SWITCH)
    with pytest.raises(type(error)):
        kept(error)
