"""What lies around the pools and can be changed by an administrator: identities, vaults, role assignments."""

from __future__ import annotations

from dataclasses import dataclass, replace

SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6"
"""Role definition of Key Vault Secrets User."""
SECRETS_OFFICER = "b86a8fe4-44ce-4948-aee5-eccb2c155cd7"
ADMINISTRATOR = "00482a5a-887f-4fb3-b363-3b7fe8e74483"
READS_SECRETS = frozenset({SECRETS_USER, SECRETS_OFFICER, ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class Identity:
    """A user-assigned managed identity."""

    id: str
    client_id: str
    principal_id: str


@dataclass(frozen=True, slots=True)
class RoleAssignment:
    principal_id: str
    role_id: str
    scope: str


@dataclass(frozen=True, slots=True)
class Secret:
    name: str
    version: str
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Vault:
    name: str
    id: str
    tenant: str
    location: str
    secrets: tuple[Secret, ...] = ()
    rbac: bool = True
    readers: tuple[str, ...] = ()
    """Principals that an access policy lets get secrets; looked at where `rbac` is off."""
    public: bool = True
    """publicNetworkAccess."""
    default_deny: bool = False
    """networkAcls.defaultAction is Deny."""
    allowed: tuple[str, ...] = ()
    """Addresses of networkAcls.ipRules."""

    @property
    def host(self) -> str:
        return f"{self.name}.vault.azure.net"

    def secret(self, name: str) -> Secret | None:
        return next((secret for secret in self.secrets if secret.name == name.lower()), None)


@dataclass(frozen=True, slots=True)
class Conditions:
    identities: tuple[Identity, ...] = ()
    vaults: tuple[Vault, ...] = ()
    assignments: tuple[RoleAssignment, ...] = ()
    serial: int = 0
    """Grows with each change, so that what was worked out under older ones is known to be old."""

    def identity(self, resource_id: str) -> Identity | None:
        return next((one for one in self.identities if one.id.lower() == resource_id.lower()), None)

    def vault(self, host: str) -> Vault | None:
        return next((one for one in self.vaults if one.host == host.lower()), None)

    def reads_secrets(self, principal_id: str, vault: Vault) -> bool:
        if not vault.rbac:
            return principal_id in vault.readers
        return any(
            one.principal_id == principal_id
            and one.role_id in READS_SECRETS
            and vault.id.lower().startswith(one.scope.lower())
            for one in self.assignments
        )

    def with_vault(self, vault: Vault) -> Conditions:
        others = tuple(one for one in self.vaults if one.name != vault.name)
        return replace(self, vaults=(*others, vault), serial=self.serial + 1)

    def with_assignment(self, assignment: RoleAssignment) -> Conditions:
        return replace(self, assignments=(*self.assignments, assignment), serial=self.serial + 1)
