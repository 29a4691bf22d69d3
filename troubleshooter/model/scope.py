"""Which of the Batch accounts and pools that can be seen are meant."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from troubleshooter.errors import UsageProblem
from troubleshooter.model.excerpt import cut

if TYPE_CHECKING:
    from collections.abc import Iterable

    from troubleshooter.model.inventory import BatchAccount, Subscription

_GUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_ID = re.compile(
    rf"/subscriptions/(?P<subscription>{_GUID})"
    r"(?:/resourceGroups/(?P<group>[^/?#]+)"
    r"(?:/providers/Microsoft\.Batch/batchAccounts/(?P<account>[a-z0-9]{3,24}))?)?",
    re.IGNORECASE,
)
_NAMED = re.compile(r"(?:(?P<account>[a-z0-9]{3,24})/)?(?P<pool>[\w-]{1,64})", re.IGNORECASE | re.ASCII)
_LONGEST = 64
"""Letters of a subscription's name (documented); those of accounts are shorter."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What is not said restricts nothing."""

    subscription: str | None = None
    """Its id."""
    resource_group: str | None = None
    account: str | None = None
    pool: str | None = None
    name: str | None = None
    """Of a subscription or of an account, whichever bears it."""
    default: str | None = None
    """The subscription that az has chosen: looked at also where the list of them does not have it."""
    health: bool = True
    """Whether it is asked how the pools are, and not only which there are."""

    @classmethod
    def of(cls, text: str) -> Scope:
        """From a subscription's or an account's id or name, or a portal URL that contains an id."""
        text = text.strip()
        if found := _ID.search(unquote(text)):
            return cls(found["subscription"].lower(), found["group"], found["account"])
        if re.fullmatch(_GUID, text, re.IGNORECASE):
            return cls(text.lower())
        if not text or "/" in text or len(text) > _LONGEST:
            raise UsageProblem(
                f"{cut(text, _LONGEST)!r} is neither a subscription nor a Batch account.",
                "It is no id of one, no URL that contains one, and no name that one may have.",
                "Give a subscription's id or name, or an account's; troubleshooter pools alone lists all.",
            )
        return cls(name=text)

    @classmethod
    def of_pool(cls, text: str, subscription: str | None, resource_group: str | None) -> Scope | None:
        """Where to look for a pool of which only the name is given, or the account's and its own.

        None for whatever says itself where the pool is, or is no pool at all.
        """
        found = _NAMED.fullmatch(text)
        whole = found is not None and found["account"] and subscription and resource_group
        if found is None or whole:
            return None
        return cls(subscription, resource_group, found["account"], found["pool"], health=False)

    def lets_in(self, account: BatchAccount, subscriptions: Iterable[Subscription]) -> bool:
        if self.account is not None and not _same(self.account, account.name):
            return False
        if self.resource_group is not None and not _same(self.resource_group, account.resource_group):
            return False
        if self.name is None or _same(self.name, account.name):
            return True
        return any(_same(self.name, one.name) for one in subscriptions if one.id == account.subscription)

    def wants(self, pool: str) -> bool:
        """Azure tells two names of pools that differ in case alone for one."""
        return self.pool is None or _same(self.pool, pool)


def _same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()
