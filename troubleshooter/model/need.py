"""What a route needs of Azure before its first change: rights, and how the caller stands to each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    HELD = "held"
    MISSING = "missing"
    UNKNOWN = "not known"
    """It could not be read, or what was read decides nothing: neither held nor missing."""


@dataclass(frozen=True, slots=True)
class Right:
    """One action that a route needs, and where."""

    action: str
    scope: str
    """Resource id."""
    use: str
    """What the run does with it, as a clause: it makes pools."""
    data: bool = False
    """Whether Azure lists it among data actions."""
    instead: tuple[str, ...] = ()
    """Actions of the same scope that let the same, as documented."""
    when: str = ""
    """In which case alone it is needed, as a clause: where SSH leads to no node. Empty where it always is."""


@dataclass(frozen=True, slots=True)
class Need:
    """A right, and how the caller stands to it."""

    right: Right
    standing: Standing
    because: str
    """What decided it: an answer of Azure's, and what stands there."""
    denied: bool = False
    """Whether a deny assignment forbids it, which no role lifts."""
    role: str = ""
    """Where it is missing: the least built-in role that has what is missing there; empty where none helps."""
    source: str = ""
    """The public page that says what that role may do."""


@dataclass(frozen=True, slots=True)
class Needs:
    """All that a route needs, as it was before the first change."""

    rights: tuple[Need, ...] = ()
    who: str = ""
    """The caller's object id in the directory; empty where the token does not say it."""
    kind: str = ""
    """User or ServicePrincipal, by the token; empty where it does not say it."""
    name: str = ""
    """Who is signed in, for people."""
    request: str = ""
    """Path of the file with the text for whoever gives rights; empty where nothing is missing."""

    def of(self, standing: Standing) -> tuple[Need, ...]:
        return tuple(one for one in self.rights if one.standing is standing)

    @property
    def always(self) -> tuple[Need, ...]:
        """Those without which the route does not come to its end."""
        return tuple(one for one in self.rights if not one.right.when)

    @property
    def lacking(self) -> tuple[Need, ...]:
        """What of these surely is missing."""
        return tuple(one for one in self.always if one.standing is Standing.MISSING)
