"""How long nodes take here until they are ready, and when waiting for one is pointless: slow, or broken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Origin(StrEnum):
    """Where it was seen how long a start takes."""

    POOL = "pool"
    """Nodes of the pool itself."""
    OTHERS = "other-pools"
    """Nodes of other pools of the account with the same image and size."""
    WAITS = "own-waits"
    """What runs of this data directory waited for pools of their own with the same image and size."""


@dataclass(frozen=True, slots=True)
class Started:
    """One that came through."""

    seconds: float
    """From its allocation, or from when its pool was made, until it was ready."""
    origin: Origin
    of: str
    """Id of a node, or of a run."""
    pool: str
    field: str
    """By which its end is told, as Azure or the journal names it."""


@dataclass(frozen=True, slots=True)
class Starts:
    """All that was seen of starts here, and what of it tells nothing."""

    started: tuple[Started, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)
    """Why nodes that are ready tell nothing, to how many they are."""
    pools: tuple[str, ...] = ()
    """Other pools whose nodes were read."""
    not_read: int = 0
    """Other pools with the same image and size whose nodes were not read."""
    unknown: str = ""
    """Why other pools are not known; empty where they are."""


class Label(StrEnum):
    """How a figure is known."""

    DOCUMENTED = "documented"
    REPORTED = "reported"
    """Somebody told of it in public."""
    SEEN = "seen"
    """Azure says it of this pool."""
    INFERRED = "inferred"


@dataclass(frozen=True, slots=True)
class Figure:
    """How long something may take, or after what waiting is pointless."""

    seconds: float | None
    """None where no time is known; 0 where it is so already."""
    says: str
    label: Label
    source: str
    """A public page, or the field of Azure's answer."""


class Pace(StrEnum):
    USUAL = "usual"
    """It has not taken longer than starts here take."""
    SLOW = "slow"
    """It has, and nothing says that waiting is pointless."""
    POINTLESS = "pointless"
    UNKNOWN = "unknown"
    """Nothing is known of starts here, or of when these began."""


@dataclass(frozen=True, slots=True)
class Usual:
    """Of those that came through, without the shortest and the longest tenth."""

    shortest: float
    """Seconds, as the others."""
    longest: float
    ever: float
    """The longest of all."""
    counts: Mapping[Origin, int]
    says: str
    """In words, without a full stop."""


@dataclass(frozen=True, slots=True)
class Starting:
    """Slow or broken: what is said of the nodes that are not ready."""

    pace: Pace
    says: tuple[str, ...]
    """Sentences, the verdict first."""
    under_way: int = 0
    """Nodes."""
    down: int = 0
    """Nodes that Batch has given up on."""
    waited: float | None = None
    """Seconds that the node has been under way which is so for longest; None where that is not known."""
    usual: Usual | None = None
    no_history: str = ""
    """Why nothing is usual here."""
    figures: tuple[Figure, ...] = ()
    """What is known of it elsewhere, where nothing is usual here."""
    limits: tuple[Figure, ...] = ()
    """After what waiting is pointless, the first that counts first."""
