"""A run that cannot be read whole: what is known of it, and why nothing is done with it."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from troubleshooter.errors import Refused, UsageProblem
from troubleshooter.model.change import (
    ENDPOINT,
    JOB,
    JOB_SCHEDULE,
    ORIGINAL,
    POOL,
    RESOURCE_ID,
    Change,
    away_by,
)
from troubleshooter.model.target import Target

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troubleshooter.model.change import Away


@dataclass(frozen=True, slots=True)
class Unread:
    """One event that cannot be read."""

    seq: int
    kind: str
    """As it stands there; empty where nothing does."""
    problem: str
    """A clause: what is wrong with it."""
    at: str = ""
    """ISO 8601, UTC; empty where nothing tells it."""
    written: bytes = field(default=b"", repr=False)
    """As the journal has it; empty where it is missing."""

    @property
    def told(self) -> str:
        named = f"Event {self.seq} ({self.kind})" if self.kind else f"Event {self.seq}"
        return f"{named} cannot be read: {self.problem}."


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A run of which at least one event cannot be read. The others tell what they tell, and no more."""

    id: str
    unread: tuple[Unread, ...]
    """In order; at least one."""
    journal: str
    """The file it lies in."""
    saved: str
    """Where the original's definition is kept, if the run came as far as saving it."""
    target: Target | None = None
    playbook: str = ""
    version: str = ""
    """Of the program that began it."""
    created: str = ""
    updated: str = ""
    """ISO 8601, UTC; empty where no event tells it."""
    left: tuple[Change, ...] = ()
    """What is open by the events that can be read. Its end may stand among the others, and so may more."""
    places: tuple[str, ...] = ()
    """Options that say where its Azure is, beside the public cloud."""
    rehearsal: bool = False
    """Its Azure ended with the process that began it: nothing is left anywhere."""

    @property
    def why(self) -> str:
        more = len(self.unread) - 1
        others = f" {more} more {'is' if more == 1 else 'are'} like it." if more else ""
        return f"{self.unread[0].told}{others}"

    @property
    def away(self) -> Away | None:
        """The original, where by the events that can be read it is away."""
        return away_by(self.id, self.left, rehearsal=self.rehearsal, unreadable=True)

    @property
    def account_id(self) -> str:
        """ARM id of the Batch account, by the target or a pool it made; empty where neither tells."""
        made = (_pool(change) for change in self.left)
        place = self.target or next((pool for pool in made if pool is not None), None)
        return place.account_id if place is not None else ""

    @property
    def account(self) -> str:
        """Its name; empty where nothing tells."""
        endpoints = (str(change.detail.get(ENDPOINT, "")) for change in self.left)
        by_address = next((_host(endpoint) for endpoint in endpoints if endpoint), "")
        return self.account_id.rpartition("/")[2] or by_address.partition(".")[0]

    @property
    def remove_with(self) -> str:
        """The command that removes by its mark what is known to be left; empty where it removes nothing.

        It names the pools that the run made and no other: an original being worked on bears the mark, too.
        """
        pools = [change.id for change in self.left if change.kind == POOL]
        if not pools or self.rehearsal:
            return ""
        named = [word for pool in pools for word in ("--confirm", pool)]
        account = self.account_id or "ACCOUNT_ID"
        words = ["troubleshooter", "runs", "cleanup", self.id, "--in", account, *named, *self.places]
        return shlex.join(words)

    @property
    def left_told(self) -> str:
        """One sentence; what is not known is not said to be all."""
        if self.rehearsal:
            return "Its simulated Azure ended with the demo: nothing is left anywhere."
        if not self.left:
            return "Nothing is known to be left in Azure, as far as it can be read; there may be something."
        things = ", ".join(self.named(change) for change in self.left)
        return f"Left in Azure, as far as it can be read: {things}; there may be more, and some may be gone."

    def named(self, change: Change) -> str:
        return f"{change.kind} {change.id} in account {self.account or 'not known'}"

    @property
    def ways(self) -> tuple[tuple[str, str], ...]:
        """What an operator can do: a sentence, and the command where it is one."""
        began = f" ({self.version} began it)" if self.version else ""
        ways = [(f"Use the version that wrote it{began}, or restore {self.journal} from a backup.", "")]
        if self.remove_with:
            ways.append(("Remove by its mark what is known to be left:", self.remove_with))
        if not self.rehearsal:
            ways += [(text, "") for change in self.left if (text := self._by_hand(change))]
        return tuple(ways)

    def _by_hand(self, change: Change) -> str:
        """Of what was there before: no command of ours puts it back while the run cannot be read."""
        if change.kind == ORIGINAL:
            return f"Put pool {change.id} back as it was, if it is not: it was saved in {self.saved}."
        if change.kind in {JOB, JOB_SCHEDULE}:
            return f"Enable {change.kind} {change.id} again, if it is disabled."
        return ""

    @property
    def do(self) -> str:
        return " ".join(f"{text} {command}".rstrip() for text, command in self.ways)


def _pool(change: Change) -> Target | None:
    try:
        return Target.parse(str(change.detail.get(RESOURCE_ID, "")))
    except UsageProblem:
        return None


def _host(url: str) -> str:
    return url.partition("://")[2] or url


class CannotBeRead(Refused):
    """What was asked needs the whole run."""

    def __init__(self, run: Unreadable, document: Mapping[str, Any] = MappingProxyType({})) -> None:
        super().__init__(
            f"Run {run.id} cannot be read, so nothing is done with it and nothing is written into it.",
            f"{run.why} {run.left_told}",
            run.do,
        )
        self.run = run
        self.document = document
