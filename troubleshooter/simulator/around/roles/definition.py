"""A role definition, and what its permissions come to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class Permission:
    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    data_actions: tuple[str, ...] = ()
    not_data_actions: tuple[str, ...] = ()

    def gives(self, action: str, *, data: bool = False) -> bool:
        given, taken = (
            (self.data_actions, self.not_data_actions) if data else (self.actions, self.not_actions)
        )
        return _among(given, action) and not _among(taken, action)


@dataclass(frozen=True, slots=True)
class RoleDefinition:
    id: str
    name: str
    permissions: tuple[Permission, ...]
    scopes: tuple[str, ...] = ("/",)
    """assignableScopes; of a custom role its subscriptions or groups."""
    description: str = ""

    @property
    def custom(self) -> bool:
        return self.scopes != ("/",)


def _among(patterns: tuple[str, ...], action: str) -> bool:
    return any(_pattern(each).fullmatch(action) for each in patterns)


@cache
def _pattern(text: str) -> re.Pattern[str]:
    """An action as roles write it: `*` stands for any text, also over slashes.

    Between two slashes also for none: Managed Identity Operator, whose action is `…/*/assign/action`, assigns
    by `…/assign/action` (the action that recorded refusals name).
    """
    between = re.escape(text).replace(r"/\*/", "/(?:.*/)?")
    return re.compile(between.replace(r"\*", ".*"), re.IGNORECASE)
