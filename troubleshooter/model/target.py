"""What we point at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

from troubleshooter.errors import UsageProblem
from troubleshooter.model.excerpt import cut

API_VERSION = "2025-06-01"
"""Of both planes. A pool must be read and written with the same one: others drop or demand other fields."""

_POOL_ID = re.compile(
    r"/subscriptions/(?P<subscription>[0-9a-f-]{36})/resourceGroups/(?P<group>[^/]+)"
    r"/providers/Microsoft\.Batch/batchAccounts/(?P<account>[a-z0-9]{3,24})/pools/(?P<pool>[\w-]{1,64})(?!\.?[\w-])",
    re.IGNORECASE,
)
_NAME = re.compile(r"[\w-]{1,64}")
_ACCOUNTS = "az batch account list"
_TWO_NAMES = re.compile(r"[^/\s?#:]+/[^/\s?#:]+")
_SHOWN = 100
"""Letters of what is no pool that are repeated."""
_SHORT = re.compile(r"(?P<account>[a-z0-9]{3,24})/(?P<pool>[\w-]{1,64})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Target:
    """One Batch pool."""

    subscription: str
    resource_group: str
    account: str
    pool: str

    @property
    def account_id(self) -> str:
        """ARM resource id of the Batch account."""
        return (
            f"/subscriptions/{self.subscription}/resourceGroups/{self.resource_group}"
            f"/providers/Microsoft.Batch/batchAccounts/{self.account}"
        )

    @property
    def resource_id(self) -> str:
        """ARM resource id of the pool."""
        return f"{self.account_id}/pools/{self.pool}"

    @classmethod
    def parse(cls, text: str, subscription: str | None = None, resource_group: str | None = None) -> Target:
        """Read a resource id, a portal URL that contains one, or ACCOUNT/POOL with the two options."""
        if found := _POOL_ID.search(unquote(text)):
            return cls(found["subscription"], found["group"], found["account"], found["pool"])
        short = _SHORT.fullmatch(text)
        if short and subscription and resource_group:
            return cls(subscription, resource_group, short["account"], short["pool"])
        if short:
            raise UsageProblem(
                f"{text} does not say where the pool is.",
                "ACCOUNT/POOL alone names neither a subscription nor a resource group.",
                "Add --subscription and --resource-group, or give the pool's whole id, which is /pools/"
                f"{short['pool']} after what this prints: "
                f"{_ACCOUNTS} --query \"[?name=='{short['account']}'].id\" --output tsv",
            )
        shown = repr(cut(text, _SHOWN))
        if _TWO_NAMES.fullmatch(text):
            raise UsageProblem(
                f"{shown} is not a pool.",
                "It looks like ACCOUNT/POOL, but an account's name is 3 to 24 letters and digits, and a"
                " pool's at most 64 letters, digits, hyphens and underscores.",
                "Copy the resource id from the pool's Properties page in the portal.",
            )
        if _NAME.fullmatch(text):
            raise UsageProblem(
                f"{text} is only a pool's name.",
                "It says neither the account nor the subscription, and many accounts may have such a pool.",
                f"Give the pool's whole id: ACCOUNT_ID/pools/{text}, where ACCOUNT_ID is one of what this"
                f" prints: {_ACCOUNTS} --query [].id --output tsv",
            )
        raise UsageProblem(
            f"{shown} is not a pool.",
            "It is no ARM resource id of a Batch pool, no URL that contains one, and not ACCOUNT/POOL.",
            "Copy the resource id from the pool's Properties page in the portal.",
        )
