"""Why the sign-in service refuses, by its own codes, and what helps."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from troubleshooter.errors import NotPermitted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from azure.core.exceptions import ClientAuthenticationError

TABLE = Path(__file__).with_name("aadsts.yaml")
_REFERENCE = "https://learn.microsoft.com/entra/identity-platform/reference-error-codes"
_CODE = re.compile(r"\bAADSTS[0-9]{5,8}\b")
_TENANT = re.compile(
    r"must match (?:one of )?the tenants? '?https://sts\.[a-z.]{1,60}/([0-9a-fA-F-]{36})", re.IGNORECASE
)
_AUTHORITY = re.compile(
    r"authorization(?:_uri)?=\"https://[a-z0-9.:-]{1,200}/([0-9a-fA-F-]{36})", re.IGNORECASE
)


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What codes mean that say the same."""

    codes: tuple[str, ...]
    why: str
    """Within a sentence: what the code means."""
    do: str
    sources: tuple[str, ...] = (_REFERENCE,)


@cache
def rows() -> Mapping[str, Row]:
    """By code. Raises ValueError where one stands twice, or is none."""
    from troubleshooter.datafiles import read_many  # noqa: PLC0415 - YAML, for the first refusal

    found: dict[str, Row] = {}
    for row in read_many(TABLE, Row):
        for code in row.codes:
            if code in found or not _CODE.fullmatch(code):
                raise ValueError(f"{code} stands twice, or is no code")
            found[code] = row
    return found


def sign_in_failed(error: ClientAuthenticationError, otherwise: str) -> NotPermitted:
    """The credential's own failure. A chain tells a page of text; each thing it tried is worth one line.

    `otherwise` is what helps where the sign-in service gave no code, or one that is not known here.
    """
    lines = error.message.splitlines()
    tried = [_once(line.strip()) for line in lines if line.startswith("\t") and ": " in line]
    told = "; ".join(_cut(line.rstrip("."), 160) for line in tried)
    first = next((line.strip() for line in error.message.splitlines() if line.strip()), "")
    why = f"Tried {told}." if tried else f"{_cut(first.rstrip('.'), 600)}."
    codes = list(dict.fromkeys(_CODE.findall(error.message)))
    known = next(((code, rows()[code]) for code in codes if code in rows()), None)
    if known is not None:
        code, row = known
        return NotPermitted("Could not sign in to Azure.", f"{why} {code} means that {row.why}.", row.do)
    if codes:
        number = codes[0].removeprefix("AADSTS")
        where = f"https://login.microsoftonline.com/error?code={number}"
        otherwise = f"{codes[0]} is not known here: {where} tells what it is. {otherwise}"
    return NotPermitted("Could not sign in to Azure.", why, otherwise)


def _once(line: str) -> str:
    """Who was tried, named once: most say their own name after it."""
    name, _, said = line.partition(": ")
    return said if said.startswith(name) else line


def right_tenant(message: str, challenge: str) -> str:
    """The tenant of the subscription, where Azure's refusal of a token names it; empty where it does not.

    ARM names it in the message of InvalidAuthenticationTokenTenant and in its WWW-Authenticate header.
    """
    found = _TENANT.search(message) or _AUTHORITY.search(challenge)
    return found[1].lower() if found else ""


def _cut(text: str, longest: int) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
