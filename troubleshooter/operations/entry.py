"""The way into an account's data plane, by the account's own word: who it lets in, and from where."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from troubleshooter.errors import NotPermitted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.model.facts import AccountFacts

ENTRA = "AAD"
"""How Azure calls sign-in with Microsoft Entra among an account's ways to sign in."""


@contextmanager
def entering(account: AccountFacts) -> Iterator[None]:
    """What is asked of the data plane meanwhile: a refusal is told with what the account itself says of it.

    ARM has answered, so whoever asks is signed in. Raises NotPermitted at once where the account does not
    take that.
    """
    if account.sign_ins and ENTRA not in account.sign_ins:
        raise NotPermitted(
            f"Account {account.name} takes no sign-in with Microsoft Entra.",
            f"It allows {', '.join(account.sign_ins)} alone, and this program has no key of it. "
            "Nothing was created.",
            f"Have {ENTRA} added to the account's allowedAuthenticationModes.",
        )
    try:
        yield
    except NotPermitted as refused:
        raise _told(account, refused) from refused


def _told(account: AccountFacts, refused: NotPermitted) -> NotPermitted:
    closed, do = _closed(account)
    why = closed or f"No network rule of account {account.name} forbids it: a right on its data is missing."
    return NotPermitted(
        refused.what,
        f"{refused.why} ARM answers, so it is the account's data plane that refuses. {why}"
        " Nothing was created.",
        do or refused.do,
    )


def _closed(account: AccountFacts) -> tuple[str, str]:
    """Which of its network rules keeps callers out, and what helps; empty where none does."""
    if account.public_access.lower() not in {"", "enabled"}:
        return (
            f"Public network access of account {account.name} is {account.public_access}.",
            "Run this where the account's private endpoint is reached, or have public access enabled.",
        )
    if account.let_in is not None:
        ranges = ", ".join(account.let_in) or "nobody"
        return (
            f"The network rule of account {account.name} (accountAccess) lets in {ranges} alone.",
            "Run this from such an address, or have this machine's added to the account's network rule.",
        )
    return "", ""
