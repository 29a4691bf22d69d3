"""What roles and denials come to: by the data actions that they hold, never by their names.

Source: https://learn.microsoft.com/azure/role-based-access-control/overview#how-azure-rbac-determines-if-a-user-has-access-to-a-resource
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from troubleshooter.checks.reading import objects, properties, text
from troubleshooter.model.reply import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from troubleshooter.model.reply import Facts, Reply  # noqa: TC004 - annotations only: nothing reads them at run time

READ_SECRET = "Microsoft.KeyVault/vaults/secrets/getSecret/action"  # noqa: S105 - an action, not a password


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
    denied = _denied(denials, scope, action)
    if denied is not None:
        return denied
    given = _given(facts, assignments, scope, action)
    if given.standing is Standing.GIVEN and not denials.known:
        return Right(Standing.CANNOT_TELL, denials, given.said)
    return given


def vault_of(scope: str) -> str:
    """The id of the vault of something in it."""
    return re.split("/secrets/", scope, maxsplit=1, flags=re.IGNORECASE)[0]


def covers(scope: str, resource: str) -> bool:
    """Whether what holds at a scope holds for a resource: it is the same, or above it."""
    outer, inner = scope.rstrip("/").lower(), resource.rstrip("/").lower()
    return inner == outer or inner.startswith(f"{outer}/")


def holds(definition: Mapping[str, Any], action: str, *, data: bool = True) -> bool:
    """Whether one of its permissions has the action and does not take it out again."""
    has, lacks = ("dataActions", "notDataActions") if data else ("actions", "notActions")
    return any(
        _named(one.get(has), action) and not _named(one.get(lacks), action)
        for one in objects(properties(definition).get("permissions"))
    )


def _given(facts: Facts, assignments: Reply, scope: str, action: str) -> Right:
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
    return _by_groups(facts, scope, action) or Right(
        Standing.NOT_GIVEN, assignments, weak=tuple(dict.fromkeys(weak))
    )


def _by_groups(facts: Facts, scope: str, action: str) -> Right | None:
    """Whether a group has it: who is in a group is not asked here, and may be the principal.

    That assignedTo shows what a principal has by its groups is documented of users alone.
    """
    everybody = facts.of(Kind.ALL_ASSIGNMENTS, vault_of(scope))
    if not everybody.known:
        return Right(Standing.CANNOT_TELL, everybody)
    groups = [
        str(one.get("principalId", ""))
        for one in _at(everybody.body, scope)
        if str(one.get("principalType", "")).lower() == "group"
        and (role := facts.of(Kind.ROLE, str(one.get("roleDefinitionId", "")))).known
        and holds(role.body, action)
    ]
    if not groups:
        return None
    named = ", ".join(dict.fromkeys(groups))
    said = f"{len(groups)} assignments that give it belong to groups: {named}; who is in one is told by"
    return Right(
        Standing.CANNOT_TELL, everybody, f"{said} az ad group member check --group ID --member-id ID"
    )


def _denied(denials: Reply, scope: str, action: str) -> Right | None:
    for denial in _at(denials.body if denials.known else None, scope):
        if denial.get("doNotApplyToChildScopes") and str(denial.get("scope", "")).lower() != scope.lower():
            continue
        if holds({"properties": denial}, action):
            name = str(denial.get("denyAssignmentName", ""))
            return Right(Standing.DENIED, denials, f"the deny assignment {name} at {denial.get('scope')}")
    return None


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
    """An action of a role: a star stands for any letters, slashes too; capitals do not matter."""
    return re.compile(".*".join(map(re.escape, action.split("*"))), re.IGNORECASE)
