"""What there is: subscriptions and Batch accounts, by plain lists of Azure Resource Manager.

azure-mgmt-resource-subscriptions would be one more package for one GET. Resource Graph answers for all
subscriptions at once, but by POST, and late.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from azure.core.rest import HttpRequest

from troubleshooter.cloud import translate
from troubleshooter.cloud.explain import Asked
from troubleshooter.cloud.names import check
from troubleshooter.cloud.refusals.call import Call
from troubleshooter.errors import TroubleshooterError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from troubleshooter.cloud.caller import Caller
    from troubleshooter.cloud.translate import Json
    from troubleshooter.model.inventory import BatchAccount, Subscription

    T = TypeVar("T")

SUBSCRIPTIONS_VERSION = "2022-12-01"
NO_SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"
"""Whose client asks for what lies in none."""


class Inventory:
    def __init__(self, caller: Caller) -> None:
        self._ask = caller

    def subscriptions(self) -> tuple[Subscription, ...]:
        """Those in which whoever is signed in may see anything, of the tenant that they are signed in to."""
        asked = Asked("listing the subscriptions", "list of them", "ARM", Call.SUBSCRIPTION_READ)
        first = HttpRequest("GET", "/subscriptions", params={"api-version": SUBSCRIPTIONS_VERSION})
        client = self._ask.session.arm(NO_SUBSCRIPTION)
        return self._understood(self._ask.entries(first, client.send_request, asked), translate.subscription)

    def subscription(self, subscription: str) -> Subscription:
        """One of them, by its id."""
        place = f"/subscriptions/{check('subscription', subscription)}"
        asked = Asked(f"reading {place}", f"subscription {subscription}", "ARM", Call.SUBSCRIPTION_READ)

        def read() -> Json:
            request = HttpRequest("GET", place, params={"api-version": SUBSCRIPTIONS_VERSION})
            answer = self._ask.session.arm(subscription).send_request(request)
            answer.raise_for_status()
            body: Json = answer.json()
            return body

        return translate.subscription({"subscriptionId": subscription, **self._ask.call(read, asked)})

    def accounts(self, subscription: str) -> tuple[BatchAccount, ...]:
        """The Batch accounts of a subscription."""
        where = f"subscription {subscription}"
        asked = Asked(f"listing the Batch accounts of {where}", where, "ARM", Call.ACCOUNT_READ)
        accounts = self._ask.session.arm(subscription).batch_account
        found = self._ask.all_of(lambda hook: accounts.list(raw_response_hook=hook), asked)
        return self._understood(found, translate.batch_account)

    def _understood(self, entries: list[Json], read: Callable[[Json], T]) -> tuple[T, ...]:
        """What can be read of a list; the rest is told, and hides none of it."""
        found = []
        for each in entries:
            try:
                found.append(read(each))
            except TroubleshooterError as error:
                self._ask.left_out(f"{error.what} {error.why}")
        return tuple(found)
