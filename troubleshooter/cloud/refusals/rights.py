"""The right that a refusal asks for: the action that Azure names, where it is needed, the least role with it.

Source of the roles' actions: MicrosoftDocs/azure-docs, articles/batch/batch-role-based-access-control.md
(2024-12-11), for the last the built-in roles of identity. No role is named for an action it does not have.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_BATCH = "Microsoft.Batch/batchAccounts"
ROLES: dict[str, tuple[str, ...]] = {
    "Azure Batch Account Reader": (f"{_BATCH}/read", f"{_BATCH}/*/read"),
    "Azure Batch Data Contributor": (
        f"{_BATCH}/read",
        f"{_BATCH}/applications/*",
        f"{_BATCH}/pools/*",
        f"{_BATCH}/poolOperationResults/*",
        f"{_BATCH}/jobs/*",
        f"{_BATCH}/jobSchedules/*",
        "Microsoft.Batch/locations/*/read",
    ),
    "Managed Identity Operator": (
        "Microsoft.ManagedIdentity/userAssignedIdentities/*/read",
        "Microsoft.ManagedIdentity/userAssignedIdentities/*/assign/action",
    ),
}
"""Built-in roles and what they may do, the one that may least first."""
_LACKS = re.compile(
    r"not have (?:authorization|permission) to perform action(?:\(s\))? '(?P<action>[^']+)'"
    r"(?: (?:over|on the(?: '\d+')? linked) scope(?:\(s\))? '(?P<scope>[^']*)')?"
)
"""The two forms that were seen: of AuthorizationFailed, and of LinkedAuthorizationFailed."""
_DENIED = re.compile(r"blocked by deny assignments on the '\d+' linked scope\(s\) '(?P<scope>[^']*)'")
_ELSEWHERE = re.compile(r"tenant '[^']*' is not authorized to access linked subscription '(?P<scope>[^']*)'")
_KINDS = {
    "/userassignedidentities/": "the identity",
    "/subnets/": "the subnet",
    "/virtualnetworks/": "the network",
    "/publicipaddresses/": "the public address",
    "/batchaccounts/": "the Batch account",
}
ACCOUNT = "the Batch account"


@dataclass(frozen=True, slots=True)
class Missing:
    """What a refusal says that the caller may not do."""

    action: str
    scope: str = ""
    """Resource id, or several with commas between; empty where it is not told."""


def missing_in(message: str) -> Missing | None:
    """What is missing by the whole message of a refusal; None where it does not say it."""
    found = _LACKS.search(message)
    return Missing(found["action"], found["scope"] or "") if found else None


def least_role(action: str) -> str | None:
    return next(
        (name for name, may in ROLES.items() if any(_covers(pattern, action) for pattern in may)), None
    )


def advice(message: str, action: str) -> str:
    """What to ask for: by the refusal's own message, else for the action of the call that was refused."""
    if denied := _DENIED.search(message):
        return (
            f"A deny assignment on {_place(denied['scope'])} forbids it, which no role lifts: ask who set it."
        )
    if elsewhere := _ELSEWHERE.search(message):
        where = f"subscription {elsewhere['scope']}"
        return (
            f"What the pool uses lies in {where}, of another tenant: use an identity and network of its own."
        )
    missing = missing_in(message) or Missing(action)
    if not missing.action:
        return "Ask whoever gives rights in this tenant."
    role = least_role(missing.action)
    asked = f"the role {role}" if role else f"a role that may {missing.action}"
    return f"Ask for {asked} on {_place(missing.scope) or ACCOUNT}; it may take minutes to act."


def _covers(pattern: str, action: str) -> bool:
    """As Azure reads it: a star is whatever, and between two slashes also nothing."""
    parts = re.escape(pattern).replace(r"/\*/", "/(?:.*/)?").replace(r"\*", ".*")
    return re.fullmatch(parts, action, re.IGNORECASE) is not None


def _place(scope: str) -> str:
    """The kind of a resource and its id."""
    if not scope:
        return ""
    kind = next((kind for part, kind in _KINDS.items() if part in scope.lower()), "")
    if kind == ACCOUNT:
        return kind
    return f"{kind} {scope}".strip()
