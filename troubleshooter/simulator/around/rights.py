"""Who may do what where: role definitions, role assignments and deny assignments, as Azure weighs them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from troubleshooter.simulator.around.scopes import covers

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

READ_VALUE = "Microsoft.KeyVault/vaults/secrets/getSecret/action"
READ_METADATA = "Microsoft.KeyVault/vaults/secrets/readMetadata/action"
SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6"
"""Role definition of Key Vault Secrets User."""
SECRETS_OFFICER = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7"
ADMINISTRATOR = "00482a5a-887f-4fb3-b363-3b7fe8e74483"
VAULT_READER = "21090545-7ca7-4776-b22c-e363652d74d2"
CERTIFICATE_USER = "db79e9a7-68ee-4b58-9aeb-b90e7c24fcba"
CERTIFICATES_OFFICER = "a4417e6f-fecd-4de8-b567-7b0420556985"
CRYPTO_USER = "12338af0-0e69-4776-bea7-57ae8d297424"
VAULT_CONTRIBUTOR = "f25e0fa2-a7c8-4377-a976-54943a77a395"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"
OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
EVERYONE = "00000000-0000-0000-0000-000000000000"
"""The principal of a deny assignment that is for all."""


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


def _among(patterns: tuple[str, ...], action: str) -> bool:
    return any(_pattern(each).fullmatch(action) for each in patterns)


@cache
def _pattern(text: str) -> re.Pattern[str]:
    """An action as roles write it: `*` stands for any text, also over slashes."""
    return re.compile(".*".join(map(re.escape, text.split("*"))), re.IGNORECASE)


_AROUND = (
    "Microsoft.Authorization/*/read",
    "Microsoft.Insights/alertRules/*",
    "Microsoft.Resources/deployments/*",
    "Microsoft.Resources/subscriptions/resourceGroups/read",
    "Microsoft.Support/*",
    "Microsoft.KeyVault/checkNameAvailability/read",
    "Microsoft.KeyVault/deletedVaults/read",
    "Microsoft.KeyVault/locations/*/read",
    "Microsoft.KeyVault/vaults/*/read",
    "Microsoft.KeyVault/operations/read",
)
"""Actions that the vault's officers have beside their data actions, as documented."""
_NOT_CONTRIBUTORS = (
    "Microsoft.Authorization/*/Delete",
    "Microsoft.Authorization/*/Write",
    "Microsoft.Authorization/elevateAccess/Action",
    "Microsoft.Blueprint/blueprintAssignments/write",
    "Microsoft.Blueprint/blueprintAssignments/delete",
    "Microsoft.Compute/galleries/share/action",
    "Microsoft.Purview/consents/write",
    "Microsoft.Purview/consents/delete",
    "Microsoft.Resources/deploymentStacks/manageDenySetting/action",
    "Microsoft.Subscription/cancel/action",
    "Microsoft.Subscription/enable/action",
)
_RBAC_ONLY = " Only works for key vaults that use the 'Azure role-based access control' permission model."


def _role(definition: str, name: str, permission: Permission, description: str) -> RoleDefinition:
    return RoleDefinition(definition, name, (permission,), description=description)


def _data(*actions: str) -> Permission:
    return Permission(data_actions=actions)


BUILT_IN = (
    _role(
        SECRETS_USER,
        "Key Vault Secrets User",
        _data(READ_VALUE, READ_METADATA),
        f"Read secret contents.{_RBAC_ONLY}",
    ),
    _role(
        SECRETS_OFFICER,
        "Key Vault Secrets Officer",
        Permission(_AROUND, data_actions=("Microsoft.KeyVault/vaults/secrets/*",)),
        f"Perform any action on the secrets of a key vault, except manage permissions.{_RBAC_ONLY}",
    ),
    _role(
        ADMINISTRATOR,
        "Key Vault Administrator",
        Permission(_AROUND, data_actions=("Microsoft.KeyVault/vaults/*",)),
        f"Perform all data plane operations on a key vault and all objects in it.{_RBAC_ONLY}",
    ),
    _role(
        VAULT_READER,
        "Key Vault Reader",
        Permission(_AROUND, data_actions=("Microsoft.KeyVault/vaults/*/read", READ_METADATA)),
        "Read metadata of key vaults and its certificates, keys, and secrets. Cannot read sensitive values"
        f" such as secret contents or key material.{_RBAC_ONLY}",
    ),
    _role(
        CERTIFICATE_USER,
        "Key Vault Certificate User",
        _data(
            "Microsoft.KeyVault/vaults/certificates/read",
            READ_VALUE,
            READ_METADATA,
            "Microsoft.KeyVault/vaults/keys/read",
        ),
        f"Read certificate contents.{_RBAC_ONLY}",
    ),
    _role(
        CERTIFICATES_OFFICER,
        "Key Vault Certificates Officer",
        Permission(
            _AROUND,
            data_actions=(
                "Microsoft.KeyVault/vaults/certificatecas/*",
                "Microsoft.KeyVault/vaults/certificates/*",
                "Microsoft.KeyVault/vaults/certificatecontacts/write",
            ),
        ),
        f"Perform any action on the certificates of a key vault, except manage permissions.{_RBAC_ONLY}",
    ),
    _role(
        CRYPTO_USER,
        "Key Vault Crypto User",
        _data(
            "Microsoft.KeyVault/vaults/keys/read",
            "Microsoft.KeyVault/vaults/keys/update/action",
            "Microsoft.KeyVault/vaults/keys/backup/action",
            "Microsoft.KeyVault/vaults/keys/encrypt/action",
            "Microsoft.KeyVault/vaults/keys/decrypt/action",
            "Microsoft.KeyVault/vaults/keys/wrap/action",
            "Microsoft.KeyVault/vaults/keys/unwrap/action",
            "Microsoft.KeyVault/vaults/keys/sign/action",
            "Microsoft.KeyVault/vaults/keys/verify/action",
        ),
        f"Perform cryptographic operations using keys.{_RBAC_ONLY}",
    ),
    _role(
        VAULT_CONTRIBUTOR,
        "Key Vault Contributor",
        Permission(
            (
                "Microsoft.Authorization/*/read",
                "Microsoft.Insights/alertRules/*",
                "Microsoft.KeyVault/*",
                "Microsoft.Resources/deployments/*",
                "Microsoft.Resources/subscriptions/resourceGroups/read",
                "Microsoft.Support/*",
            ),
            ("Microsoft.KeyVault/locations/deletedVaults/purge/action", "Microsoft.KeyVault/hsmPools/*"),
        ),
        "Manage key vaults, but does not allow you to assign roles in Azure RBAC, and does not allow you to"
        " access secrets, keys, or certificates.",
    ),
    _role(
        READER,
        "Reader",
        Permission(("*/read",)),
        "View all resources, but does not allow you to make any changes.",
    ),
    _role(
        CONTRIBUTOR,
        "Contributor",
        Permission(("*",), _NOT_CONTRIBUTORS),
        "Grants full access to manage all resources, but does not allow you to assign roles in Azure RBAC.",
    ),
    _role(
        OWNER,
        "Owner",
        Permission(("*",)),
        "Grants full access to manage all resources, including the ability to assign roles in Azure RBAC.",
    ),
)
"""Roles of Azure's own, with their real permissions as far as these decide anything here."""
