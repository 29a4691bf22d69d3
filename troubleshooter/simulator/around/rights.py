"""Who may do what where: role definitions, role assignments and deny assignments, as Azure weighs them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from troubleshooter.simulator.around.roles.built_in import BUILT_IN
from troubleshooter.simulator.around.roles.definition import Permission, RoleDefinition
from troubleshooter.simulator.around.scopes import covers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

EVERYONE = "00000000-0000-0000-0000-000000000000"
"""The principal of a deny assignment that is for all."""


@dataclass(frozen=True, slots=True)
class RoleAssignment:
    principal_id: str
    role_id: str
    scope: str
    kind: str = "ServicePrincipal"
    """principalType; an assignment to a Group counts for its members."""
    condition: str | None = None
    """Whoever has one here has a role whose condition does not let secrets be read."""

    @property
    def name(self) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.principal_id} {self.role_id} {self.scope}"))


@dataclass(frozen=True, slots=True)
class DenyAssignment:
    name: str
    scope: str
    permissions: tuple[Permission, ...]
    principals: tuple[str, ...] = (EVERYONE,)
    excluded: tuple[str, ...] = ()
    children: bool = True
    """Whether it counts below its scope too."""

    @property
    def id(self) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{self.name} {self.scope}"))

    def holds(self, principals: Iterable[str], place: str) -> bool:
        """Whether it is for somebody who is all of these principals, at that place."""
        told = {one.lower() for one in principals}
        at = covers(self.scope, place) if self.children else self.scope.lower() == place.lower()
        meant = {one.lower() for one in self.principals}
        return (
            at and (EVERYONE in meant or bool(told & meant)) and not told & {*map(str.lower, self.excluded)}
        )


@dataclass(frozen=True, slots=True)
class Rights:
    """All of them in one world."""

    assignments: tuple[RoleAssignment, ...] = ()
    denials: tuple[DenyAssignment, ...] = ()
    roles: tuple[RoleDefinition, ...] = ()
    """Custom ones."""
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Groups of the directory, each with the principals in it, groups among them."""

    def everybody(self, principal: str) -> frozenset[str]:
        """The principal and all groups it is in, in lower case."""
        found = {principal.lower()}
        while True:
            more = {
                group.lower()
                for group, members in self.groups.items()
                if found & {member.lower() for member in members}
            }
            if more <= found:
                return frozenset(found)
            found |= more

    def role(self, definition: str) -> RoleDefinition | None:
        wanted = definition.rpartition("/")[2].lower()
        return next((one for one in (*self.roles, *BUILT_IN) if one.id == wanted), None)

    def permissions(self, principal: str, place: str) -> Iterator[Permission]:
        """What the principal's roles hold there; those under a condition are left out."""
        who = self.everybody(principal)
        for one in self.assignments:
            if one.principal_id.lower() in who and covers(one.scope, place) and one.condition is None:
                role = self.role(one.role_id)
                yield from role.permissions if role else ()

    def denial(self, principal: str, action: str, place: str, *, data: bool = False) -> DenyAssignment | None:
        who = self.everybody(principal)
        return next(
            (
                one
                for one in self.denials
                if one.holds(who, place) and any(each.gives(action, data=data) for each in one.permissions)
            ),
            None,
        )

    def gives(self, principal: str, action: str, place: str, *, data: bool = False) -> bool:
        return self.denial(principal, action, place, data=data) is None and any(
            each.gives(action, data=data) for each in self.permissions(principal, place)
        )
