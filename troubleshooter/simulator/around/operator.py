"""Whoever is signed in: the application whose client id and secret the simulator hands out."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from troubleshooter.simulator.around.roles.definition import Permission
from troubleshooter.simulator.around.scopes import covers

CLIENT_ID = "5b0c9a7e-4d21-4f6b-8e3a-d17f2c6a9054"
OBJECT_ID = str(uuid.uuid5(uuid.NAMESPACE_OID, CLIENT_ID))
ADDRESS = "198.51.100.24"
"""From where its machine comes, as vaults see it: an address that no node has."""
_OWNER = Permission(("*",))


@dataclass(frozen=True, slots=True)
class Grant:
    permission: Permission
    scope: str = "/"


@dataclass(frozen=True, slots=True)
class Operator:
    """What it holds. As an Owner it may do all that ARM offers, and nothing inside a vault."""

    grants: tuple[Grant, ...] = (Grant(_OWNER),)
    address: str = ADDRESS

    def permissions(self, place: str) -> tuple[Permission, ...]:
        return tuple(one.permission for one in self.grants if covers(one.scope, place))

    def may(self, action: str, place: str, *, data: bool = False) -> bool:
        return any(one.gives(action, data=data) for one in self.permissions(place))

    def sees(self, place: str) -> bool:
        """Whether it holds anything there, or in something that lies there, however deep."""
        return any(covers(one.scope, place) or covers(place, one.scope) for one in self.grants)


def lacking(*actions: str) -> Operator:
    """Who may do all but that."""
    return Operator((Grant(Permission(("*",), actions)),))
