"""Role and deny assignments, role definitions and the caller's permissions, after Microsoft.Authorization."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from troubleshooter.simulator.around.operator import OBJECT_ID
from troubleshooter.simulator.around.refusal import Refusal, not_found
from troubleshooter.simulator.around.rights import EVERYONE
from troubleshooter.simulator.around.scopes import covers, subscription_of
from troubleshooter.simulator.wire.exchange import Answer, route
from troubleshooter.simulator.wire.resources.answers import check_group, listed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from troubleshooter.simulator.around.rights import DenyAssignment, Rights, RoleAssignment
    from troubleshooter.simulator.around.roles.definition import Permission, RoleDefinition
    from troubleshooter.simulator.wire.exchange import Call
    from troubleshooter.simulator.wire.site import Site

_PROVIDER = "Microsoft.Authorization"
_FILTER = re.compile(
    r"\s*(?:(atScope)\(\)|(assignedTo)\('([^']*)'\)|(principalId)\s+eq\s+'([^']*)')\s*", re.IGNORECASE
)
_MADE = "2025-05-12T08:04:11.2417671Z"


class Asked:
    """What a `$filter` lets through; Refusal for one that is none of the documented ones."""

    def __init__(self, call: Call) -> None:
        self.scope = _scope(call)
        self.at_scope, self.assigned_to, self.principal = False, "", ""
        text = call.query.get("$filter", "")
        for part in re.split(r"\s+and\s+", text, flags=re.IGNORECASE) if text else ():
            found = _FILTER.fullmatch(part)
            if found is None:
                # Its code is recorded nowhere.
                raise Refusal(400, "BadRequest", f"The filter '{text}' is not supported.")
            at_scope, assigned, who, _, principal = found.groups()
            self.at_scope = self.at_scope or bool(at_scope)
            if assigned:
                self.assigned_to = who
            self.principal = principal or self.principal

    def reaches(self, scope: str) -> bool:
        """At the scope that was asked about and above it; below too unless it says atScope."""
        return covers(scope, self.scope) or (not self.at_scope and covers(self.scope, scope))

    def means(self, rights: Rights, principal: str, *, groups: bool) -> bool:
        if self.principal and principal.lower() != self.principal.lower():
            return False
        if not self.assigned_to:
            return True
        who = rights.everybody(self.assigned_to) if groups else {self.assigned_to.lower()}
        return principal.lower() in who


def list_assignments(site: Site, call: Call) -> Answer:
    asked, rights = Asked(call), site.world.conditions.rights
    groups = site.world.habits.assigned_to_groups
    check_group(site.world, asked.scope)
    found = [
        one
        for one in rights.assignments
        if asked.reaches(one.scope) and asked.means(rights, one.principal_id, groups=groups)
    ]
    return listed(call, [_assignment(one, asked.scope) for one in found])


def list_denials(site: Site, call: Call) -> Answer:
    asked, rights = Asked(call), site.world.conditions.rights
    check_group(site.world, asked.scope)
    found = [one for one in rights.denials if asked.reaches(one.scope) and _denied(one, asked, rights)]
    return listed(call, [_denial(one, rights) for one in found])


def _denied(one: DenyAssignment, asked: Asked, rights: Rights) -> bool:
    if not asked.assigned_to:
        return True
    return EVERYONE in one.principals or any(
        asked.means(rights, each, groups=True) for each in one.principals
    )


def get_role(site: Site, call: Call) -> Answer:
    check_group(site.world, _scope(call))
    role = site.world.conditions.rights.role(call.parts["name"])
    if role is None:
        text = f"The specified role definition with ID '{call.parts['name']}' does not exist."
        raise not_found("RoleDefinitionDoesNotExist", text)
    return Answer(body=_role(role, _scope(call)))


def list_permissions(site: Site, call: Call) -> Answer:
    """What whoever is signed in holds there, by groups too; whether denials are told is recorded nowhere."""
    scope, conditions = _scope(call), site.world.conditions
    check_group(site.world, scope)
    held: Iterable[Permission] = conditions.held(scope)
    if site.world.habits.permissions_without_denied:
        who = conditions.rights.everybody(OBJECT_ID)
        denied = [each for one in conditions.denials if one.holds(who, scope) for each in one.permissions]
        held = [_without(one, denied) for one in held]
    return listed(call, [_permission(one) for one in held])


def _without(held: Permission, denied: Iterable[Permission]) -> Permission:
    """A permission with what is denied among its notActions; what a denial excepts is none of it."""
    told = list(denied)
    return replace(
        held,
        not_actions=(*held.not_actions, *(one for each in told for one in each.actions)),
        not_data_actions=(*held.not_data_actions, *(one for each in told for one in each.data_actions)),
    )


def _scope(call: Call) -> str:
    return call.parts["scope"] or "/"


def _assignment(one: RoleAssignment, asked: str) -> dict[str, Any]:
    subscription = subscription_of(one.scope) or subscription_of(asked)
    at = "" if one.scope == "/" else one.scope
    return {
        "properties": {
            "roleDefinitionId": _definition_id(subscription, one.role_id),
            "principalId": one.principal_id,
            "principalType": one.kind,
            "scope": one.scope,
            "condition": one.condition,
            "conditionVersion": "2.0" if one.condition else None,
            "createdOn": _MADE,
            "updatedOn": _MADE,
            "createdBy": "2d6b8f41-7c0a-4e93-9b5d-a1f4c3e8d702",
            "updatedBy": "2d6b8f41-7c0a-4e93-9b5d-a1f4c3e8d702",
            "delegatedManagedIdentityResourceId": None,
            "description": None,
        },
        "id": f"{at}/providers/{_PROVIDER}/roleAssignments/{one.name}",
        "type": f"{_PROVIDER}/roleAssignments",
        "name": one.name,
    }


def _definition_id(subscription: str, role: str) -> str:
    at = f"/subscriptions/{subscription}" if subscription else ""
    return f"{at}/providers/{_PROVIDER}/roleDefinitions/{role}"


def _denial(one: DenyAssignment, rights: Rights) -> dict[str, Any]:
    at = "" if one.scope == "/" else one.scope
    return {
        "properties": {
            "denyAssignmentName": one.name,
            "description": "",
            "permissions": [_permission(each) for each in one.permissions],
            "scope": one.scope,
            "doNotApplyToChildScopes": not one.children,
            "principals": _principals(one.principals, rights),
            "excludePrincipals": _principals(one.excluded, rights),
            "isSystemProtected": True,
        },
        "id": f"{at}/providers/{_PROVIDER}/denyAssignments/{one.id}",
        "type": f"{_PROVIDER}/denyAssignments",
        "name": one.id,
    }


def _principals(ids: Iterable[str], rights: Rights) -> list[dict[str, str]]:
    kinds = {EVERYONE: "SystemDefined", **dict.fromkeys(rights.groups, "Group")}
    return [{"id": one, "type": kinds.get(one, "ServicePrincipal")} for one in ids]


def _permission(one: Permission) -> dict[str, list[str]]:
    return {
        "actions": list(one.actions),
        "notActions": list(one.not_actions),
        "dataActions": list(one.data_actions),
        "notDataActions": list(one.not_data_actions),
    }


def _role(role: RoleDefinition, scope: str) -> dict[str, Any]:
    return {
        "properties": {
            "roleName": role.name,
            "type": "CustomRole" if role.custom else "BuiltInRole",
            "description": role.description,
            "assignableScopes": list(role.scopes),
            "permissions": [_permission(one) for one in role.permissions],
            "createdOn": "2020-05-19T17:52:46.2349235Z",
            "updatedOn": "2021-11-11T20:14:30.2542755Z",
            "createdBy": None,
            "updatedBy": None,
        },
        "id": _definition_id(subscription_of(scope), role.id),
        "type": f"{_PROVIDER}/roleDefinitions",
        "name": role.id,
    }


_ANY = "{scope:any}/providers/" + _PROVIDER
ROUTES = (
    route("GET", _ANY + "/roleAssignments", list_assignments),
    route("GET", _ANY + "/denyAssignments", list_denials),
    route("GET", _ANY + "/roleDefinitions/{name}", get_role),
    route("GET", _ANY + "/permissions", list_permissions),
)
