"""Time as a policy: at once, after so many reads, or after so many seconds. Nothing here runs by itself."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto


class Pace(Enum):
    AT_ONCE = auto()
    READS = auto()
    SECONDS = auto()


@dataclass(frozen=True, slots=True)
class Delay:
    """How long something takes, under either pace."""

    reads: int
    seconds: float


class Timer:
    """Measures one thing's age, in reads of it or in seconds since it began."""

    __slots__ = ("_began", "_pace", "_reads", "_seconds_now")

    def __init__(self, pace: Pace, seconds_now: Callable[[], float] = time.monotonic) -> None:
        self._pace = pace
        self._seconds_now = seconds_now
        self._began = seconds_now()
        self._reads = 0

    def read(self) -> None:
        """Somebody looked: under `Pace.READS` this is what makes time go by."""
        self._reads += 1

    def passed(self, delay: Delay) -> bool:
        match self._pace:
            case Pace.AT_ONCE:
                return True
            case Pace.READS:
                return self._reads >= delay.reads
            case Pace.SECONDS:
                return self._seconds_now() - self._began >= delay.seconds


@dataclass(frozen=True, slots=True)
class Clock:
    pace: Pace = Pace.READS
    seconds_now: Callable[[], float] = time.monotonic
    hint: int = 0
    """Seconds after which the service says to ask about a deletion again."""
    hurries: bool = False
    """Whether reads say when too, as Azure's never do: where time goes by looks, the next may be at once."""

    def timer(self) -> Timer:
        return Timer(self.pace, self.seconds_now)

    @staticmethod
    def settled() -> Timer:
        """For what came to rest long before the first look."""
        return Timer(Pace.AT_ONCE)


FAST = Clock(Pace.READS, hint=0, hurries=True)
REAL = Clock(Pace.SECONDS, hint=2)
