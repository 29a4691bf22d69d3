"""What roles and denials come to: by the data actions that they hold, never by their names.

Source: https://learn.microsoft.com/azure/role-based-access-control/overview#how-azure-rbac-determines-if-a-user-has-access-to-a-resource
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from troubleshooter.checks.reading import before, objects, properties, same, text
from troubleshooter.model.reply import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from troubleshooter.model.reply import Facts, Reply  # noqa: TC004 - annotations only: nothing reads them at run time

READ_SECRET = "Microsoft.KeyVault/vaults/secrets/getSecret/action"  # noqa: S105 - an action, not a password


_MANAGEMENT_GROUPS = "/providers/microsoft.management/managementgroups/"


class Standing(Enum):
    GIVEN = auto()
    DENIED = auto()
    """By a deny assignment."""
    NOT_GIVEN = auto()
    CANNOT_TELL = auto()


@dataclass(frozen=True, slots=True)
class Right:
    """How a principal stands to a data action, and which answer says so."""

    standing: Standing
    reply: Reply
    said: str = ""
    """What in the answer decides it, in words."""
    weak: tuple[str, ...] = ()
    """Where it is not given: names of roles that the principal has there, and that do not hold the action."""


def right(facts: Facts, scope: str, principal: str, action: str = READ_SECRET) -> Right:
    """Of a principal, at what is acted on: a vault's id, with /secrets/NAME behind it."""
    key = f"{vault_of(scope)}|{principal}"
    assignments, denials = facts.of(Kind.ASSIGNMENTS, key), facts.of(Kind.DENIALS, key)
    if not assignments.known:
        return Right(Standing.CANNOT_TELL, assignments)
    denied = _denied(denials, scope, principal, action)
    if denied is not None and denied.standing is Standing.DENIED:
        return denied
    given = _given(facts, assignments, scope, principal, action)
    if given.standing is Standing.GIVEN and not denials.known:
        return Right(Standing.CANNOT_TELL, denials, given.said)
    return denied if denied is not None and given.standing is Standing.GIVEN else given


def vault_of(scope: str) -> str:
    """The id of the vault of something in it."""
    return before(scope, "/secrets/")


def covers(scope: str, resource: str) -> bool:
    """Whether what holds at a scope holds for a resource: it is the same, or above it.

    Of management groups Azure lists at a resource those alone that it lies in (documented).
    """
    outer, inner = scope.rstrip("/").lower(), resource.rstrip("/").lower()
    return outer.startswith(_MANAGEMENT_GROUPS) or inner == outer or inner.startswith(f"{outer}/")


def holds(definition: Mapping[str, Any], action: str, *, data: bool = True) -> bool:
    """Whether one of its permissions has the action and does not take it out again."""
    has, lacks = ("dataActions", "notDataActions") if data else ("actions", "notActions")
    return any(
        _named(one.get(has), action) and not _named(one.get(lacks), action)
        for one in objects(properties(definition).get("permissions"))
    )


def _given(facts: Facts, assignments: Reply, scope: str, principal: str, action: str) -> Right:
    unknown: Reply | None = None
    conditional = ""
    weak = []
    for assignment in _at(assignments.body, scope):
        definition = facts.of(Kind.ROLE, str(assignment.get("roleDefinitionId", "")))
        if not definition.known:
            unknown = unknown or definition
            continue
        name = _role_name(definition.body)
        if not holds(definition.body, action):
            weak.append(name)
        elif assignment.get("condition"):
            conditional = f"the role {name} is given under a condition, which is not evaluated here"
        else:
            return Right(Standing.GIVEN, assignments, f"the role {name} at {assignment.get('scope')}")
    if conditional:
        return Right(Standing.CANNOT_TELL, assignments, conditional)
    if unknown is not None:
        return Right(Standing.CANNOT_TELL, unknown)
    return _by_groups(facts, scope, principal, action) or Right(
        Standing.NOT_GIVEN, assignments, weak=tuple(dict.fromkeys(weak))
    )


def _by_groups(facts: Facts, scope: str, principal: str, action: str) -> Right | None:
    """Whether a group has it: who is in a group is not asked here, and may be the principal.

    That assignedTo shows what a principal has by its groups is documented of users alone.
    """
    everybody = facts.of(Kind.ALL_ASSIGNMENTS, vault_of(scope))
    if not everybody.known:
        return Right(Standing.CANNOT_TELL, everybody)
    listed = [
        (one, facts.of(Kind.ROLE, str(one.get("roleDefinitionId", ""))))
        for one in _at(everybody.body, scope)
        if may_be_group(one.get("principalType")) and not same(one.get("principalId"), principal)
    ]
    groups = [one for one, role in listed if role.known and holds(role.body, action)]
    if not groups:
        unread = next((role for _, role in listed if not role.known), None)
        return Right(Standing.CANNOT_TELL, unread) if unread is not None else None
    named = ", ".join(dict.fromkeys(str(one.get("principalId", "")) for one in groups))
    some = "1 assignment that gives it belongs" if len(groups) == 1 else f"{len(groups)} that give it belong"
    sure = all(same(one.get("principalType"), "group") for one in groups)
    whom = "to groups" if sure else "to what may be groups"
    said = f"{some} {whom}: {named}; who is in one is told by"
    return Right(
        Standing.CANNOT_TELL, everybody, f"{said} az ad group member check --group ID --member-id ID"
    )


def _denied(denials: Reply, scope: str, principal: str, action: str) -> Right | None:
    """By the first that is for it; where one may be, by groups or a condition, that cannot be told."""
    maybe: Right | None = None
    for denial in _at(denials.body if denials.known else None, scope):
        reaches, meant = _reaches(denial, scope), _is_for(denial, principal)
        if reaches is False or meant is False or not holds({"properties": denial}, action):
            continue
        name = str(denial.get("denyAssignmentName", ""))
        said = f"the deny assignment {name} at {denial.get('scope')}"
        if doubt := _doubt(denial, action, reaches=reaches, meant=meant):
            maybe = maybe or Right(Standing.CANNOT_TELL, denials, f"{said} {doubt}")
        else:
            return Right(Standing.DENIED, denials, said)
    return maybe


def _reaches(denial: Mapping[str, Any], scope: str) -> bool | None:
    """None for one of the vault alone: whether a secret is a child of it in this is not documented."""
    if not denial.get("doNotApplyToChildScopes"):
        return True
    own = str(denial.get("scope", "")).rstrip("/")
    return None if same(own, vault_of(scope)) else same(own, scope)


def _doubt(denial: Mapping[str, Any], action: str, *, reaches: bool | None, meant: bool | None) -> str:
    """Why one that may forbid it is not known to; empty where it does."""
    if meant is None:
        return "may be for it, or leave it out by a group: who is in one is told by az ad group member check"
    if reaches is None:
        return "does not apply to child scopes: whether it holds for what lies in the vault is not told"
    firm = (one for one in objects(denial.get("permissions")) if not one.get("condition"))
    if denial.get("condition") or not holds({"properties": {"permissions": [*firm]}}, action):
        return "is under a condition, which is not evaluated here"
    return ""


EVERYONE = "00000000-0000-0000-0000-000000000000"
"""In a deny assignment: all principals (documented)."""


def _is_for(denial: Mapping[str, Any], principal: str) -> bool | None:
    """None where groups decide, or whom it leaves out is not shown. Only whom it names, or everyone."""
    meant, left_out = ([*objects(denial.get(key))] for key in ("principals", "excludePrincipals"))
    if any(same(one.get("id"), principal) for one in left_out):
        return False
    if any(same(one.get("id"), principal) or one.get("id") == EVERYONE for one in meant):
        shown = isinstance(denial.get("excludePrincipals"), list)
        return True if shown and not any(may_be_group(one.get("type")) for one in left_out) else None
    return None if not meant or any(may_be_group(one.get("type")) for one in meant) else False


_NO_GROUPS = frozenset({"user", "serviceprincipal", "device"})


def may_be_group(kind: Any) -> bool:
    """Of a principal's type: one that is not shown, or not known here, may be a group as well."""
    return not isinstance(kind, str) or kind.lower() not in _NO_GROUPS


def _at(body: Any, scope: str) -> Iterator[Mapping[str, Any]]:
    """The properties of those assignments that reach the resource."""
    for entry in objects(body):
        told = properties(entry)
        if told and covers(str(told.get("scope", "")), scope):
            yield told


def _role_name(definition: Mapping[str, Any]) -> str:
    return text(definition, "roleName") or str(definition.get("name") or "without a name")


def _named(patterns: Any, action: str) -> bool:
    listed = patterns if isinstance(patterns, list) else ()
    return any(isinstance(one, str) and _pattern(one).fullmatch(action) for one in listed)


@lru_cache(maxsize=1024)
def _pattern(action: str) -> re.Pattern[str]:
    """An action of a role: a star stands for any letters, slashes too; between two slashes also for nothing.

    A role assigns an identity by `userAssignedIdentities/*/assign/action`: the action has no such part.
    """
    between = re.escape(action).replace(r"/\*/", "/(?:.*/)?")
    return re.compile(between.replace(r"\*", ".*"), re.IGNORECASE)
