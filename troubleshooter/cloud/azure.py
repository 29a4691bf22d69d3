"""Everything this program asks of Azure, and everything it changes there.

Importing this module imports the Azure SDKs, a third of a second: `wiring` does so when first needed.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self

from troubleshooter.cloud.arm import Arm
from troubleshooter.cloud.batch import Batch
from troubleshooter.cloud.caller import Caller
from troubleshooter.cloud.explain import SIGN_IN, Asked
from troubleshooter.cloud.inventory import Inventory
from troubleshooter.cloud.refusals.call import Call
from troubleshooter.cloud.resources import Resources
from troubleshooter.cloud.session import Session
from troubleshooter.cloud.sign_in import claims_of, signed_in
from troubleshooter.cloud.vaults.contents import Contents
from troubleshooter.cloud.work.jobs import Work

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from troubleshooter.cloud.sign_in import SignedIn
    from troubleshooter.settings import CloudSettings


class Azure:
    """One run's reads and changes, by plane. Every call retries, hears cancel, and fails with our errors."""

    def __init__(
        self,
        settings: CloudSettings,
        cancel: threading.Event,
        on_trouble: Callable[[str], None],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        on_prompt: Callable[[str], None] | None = None,
    ) -> None:
        """`on_prompt` shows whoever signs in what to do, as a code to type; else `on_trouble` does."""
        self._session = Session(settings, now, cancel, on_prompt or on_trouble)
        self._caller = Caller(self._session, cancel, on_trouble, now)
        self.arm = Arm(self._caller)
        self.batch = Batch(self._caller)
        self.work = Work(self._caller)
        self.inventory = Inventory(self._caller)

    def resources(self, subscription: str) -> Resources:
        """What of other services is read."""
        return Resources(self._caller, subscription)

    def contents(self, address: str, *, roles: bool) -> Contents:
        """What lies in a vault, by the address that ARM gives for it."""
        return Contents(self._caller, address, roles=roles)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._session.close()

    def changing(self) -> AbstractContextManager[None]:
        """Where a change is declared. Outside, whatever would change something is refused unsent."""
        return self._session.changing()

    @property
    def hint(self) -> float | None:
        """The service's newest Retry-After, in seconds; None where it gave none lately."""
        return self._session.hints.newest

    def now(self) -> datetime:
        """By the service's own clock, to the second."""
        return self._session.clock.now()

    def who(self) -> str:
        """Who is signed in, as the token says it."""
        return self.signed_in().name

    def signed_in(self) -> SignedIn:
        """The same with what a role is given to: the object id, and what it is of."""
        asked = Asked("signing in", "such sign-in", SIGN_IN, Call.SIGN_IN)
        return signed_in(claims_of(self._caller.call(self._session.claims_token, asked)))
