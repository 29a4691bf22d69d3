"""The right that a refusal asks for: the action that Azure names, where it is needed, the least role with it.

Source of the roles' actions: MicrosoftDocs/azure-docs, articles/batch/batch-role-based-access-control.md
(2025-04-02), and the reference of built-in roles. No role is named for an action it does not have.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_BATCH = "Microsoft.Batch/batchAccounts"
ROLES: dict[str, tuple[str, ...]] = {
    "Azure Batch Account Reader": ("Microsoft.Batch/*/read",),
    "Azure Batch Job Submitter": (f"{_BATCH}/pools/read", f"{_BATCH}/jobs/*", f"{_BATCH}/jobSchedules/*"),
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
    "Network Contributor": ("Microsoft.Network/*",),
    "Compute Gallery Image Reader": (
        "Microsoft.Compute/galleries/images/read",
        "Microsoft.Compute/galleries/images/versions/read",
    ),
}
"""Built-in roles and what they may do as far as it is asked for here, of each service the least first."""
_PAGE = "https://learn.microsoft.com/azure/role-based-access-control/built-in-roles"
_CHAPTERS = {"Managed Identity Operator": "identity", "Network Contributor": "networking"}
_LACKS = re.compile(
    r"not have (?:authorization|permission) to perform action(?:\(s\))? '(?P<action>[^']+)'"
    r"(?: (?:over|on the(?: '\d+')? linked) scope(?:\(s\))? '(?P<scope>[^']*)')?"
)
"""The two forms that were seen: of AuthorizationFailed, and of LinkedAuthorizationFailed."""
_NO_PRIVILEGE = re.compile(r"not have the required privel[ei]ge (?P<action>[\w./]+) on the specified")
"""In Batch's own words, which spell it so."""
_DENIED = re.compile(
    r"blocked by deny assignments on the '\d+' linked scope\(s\) '(?P<scope>[^']*)'"
    r"|because of the deny assignment with name '[^']*' and Id '[^']*' at scope '(?P<at>[^']*)'"
)
"""Of a linked scope, and of the request's own (DenyAssignmentAuthorizationFailed)."""
_ELSEWHERE = re.compile(r"tenant '[^']*' is not authorized to access linked subscription '(?P<scope>[^']*)'")
_KINDS = {
    "/userassignedidentities/": "the identity",
    "/subnets/": "the subnet",
    "/virtualnetworks/": "the network",
    "/publicipaddresses/": "the public address",
    "/batchaccounts/": "the Batch account",
    "/galleries/": "the image",
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
    if found := _LACKS.search(message):
        return Missing(found["action"], found["scope"] or "")
    batchs = _NO_PRIVILEGE.search(message)
    return Missing(batchs["action"]) if batchs else None


def least_role(*actions: str) -> str | None:
    """The least that has all of them."""
    return next((name for name, may in ROLES.items() if all(_given(may, one) for one in actions)), None)


def source_of(role: str) -> str:
    """The page that says what a role of `ROLES` may do."""
    return f"{_PAGE}/{_CHAPTERS.get(role, 'compute')}#{role.lower().replace(' ', '-')}"


def _given(patterns: tuple[str, ...], action: str) -> bool:
    return any(_covers(pattern, action) for pattern in patterns)


def advice(message: str, action: str) -> str:
    """What to ask for: by the refusal's own message, else for the action of the call that was refused."""
    if denied := _DENIED.search(message):
        place = _place(denied["scope"] or denied["at"])
        return f"A deny assignment on {place} forbids it, which no role lifts: ask who set it."
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
    own = missing.action.startswith("Microsoft.Batch/")
    where = _place(missing.scope) or (ACCOUNT if own else _elsewhere(missing.action))
    return f"Ask for {asked} on {where}; it may take minutes to act."


def _elsewhere(action: str) -> str:
    """On what outside of Batch: of subscriptions themselves whoever lists pools knows no more."""
    of_all = action.lower().startswith("microsoft.resources/subscriptions/")
    return "the subscription" if of_all else "what the pool names there"


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
