"""What the worker thread tells the screen: frozen snapshots, of which the newest replaces those that wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from troubleshooter.model.change import Away
    from troubleshooter.model.playbook import Playbook
    from troubleshooter.model.progress import Collecting, Waiting
    from troubleshooter.model.run import RunState
    from troubleshooter.model.step import ErrorText


class OriginalsAway(Message):
    """The originals that are away, read from the journal of all runs."""

    def __init__(self, away: tuple[Away, ...]) -> None:
        super().__init__()
        self.away = away


class RunOpened(Message):
    """A run was started or taken up again; this is where it stands."""

    def __init__(self, state: RunState, playbook: Playbook) -> None:
        super().__init__()
        self.state = state
        self.playbook = playbook


class RunMoved(Message):
    """The journal has one event more; this is the state after it."""

    def __init__(self, state: RunState) -> None:
        super().__init__()
        self.state = state

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, RunMoved)


class RunWaiting(Message):
    """One look at a wait."""

    def __init__(self, waiting: Waiting) -> None:
        super().__init__()
        self.waiting = waiting

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, RunWaiting)


class RunSignsIn(Message):
    """Somebody has to do something so that the run can sign in."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class RunCollecting(Message):
    """One look at a collection."""

    def __init__(self, collecting: Collecting) -> None:
        super().__init__()
        self.collecting = collecting

    def can_replace(self, message: Message) -> bool:
        return isinstance(message, RunCollecting)


class RunHelped(Message):
    """Something was done outside the pool, on whose account an answer is given."""

    def __init__(self, done: str) -> None:
        super().__init__()
        self.done = done


class RunRefused(Message):
    """What was asked could not be done; the run stands where it stood."""

    def __init__(self, error: ErrorText) -> None:
        super().__init__()
        self.error = error


class RunCrashed(Message):
    """A bug of ours; the traceback is in the log."""

    def __init__(self, error: ErrorText) -> None:
        super().__init__()
        self.error = error


class RunRested(Message):
    """The worker has stopped: the run asks, failed, ended, or was cancelled."""
