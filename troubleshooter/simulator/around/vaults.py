"""Key vaults of the world, and what lies in them."""

from __future__ import annotations

from dataclasses import dataclass

CREATED = 1_747_036_800
"""When what nobody dated was made: 2025-05-12T08:00:00Z, in seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a secret that is not the current one."""

    id: str
    enabled: bool = True
    created: int = CREATED - 31_536_000
    not_before: int | None = None
    expires: int | None = None


@dataclass(frozen=True, slots=True)
class Secret:
    name: str
    version: str
    """The current one: what a URL without a version gets."""
    enabled: bool = True
    exportable: bool = True
    """Whether the private key is part of it."""
    content_type: str = "application/x-pkcs12"
    certificate: bool = True
    """Whether it belongs to a certificate of that name; a plain secret does not."""
    created: int = CREATED
    not_before: int | None = None
    expires: int | None = None
    """Both in seconds since 1970; the vault gives its value all the same (documented)."""
    older: tuple[Version, ...] = ()

    @property
    def installable(self) -> bool:
        return self.exportable and self.content_type in {"application/x-pkcs12", "application/x-pem-file"}

    @property
    def versions(self) -> tuple[Version, ...]:
        """All of them, the current one first."""
        current = Version(self.version, self.enabled, self.created, self.not_before, self.expires)
        return (current, *self.older)


@dataclass(frozen=True, slots=True)
class AccessPolicy:
    object_id: str
    application_id: str = ""
    """One that has to act on its behalf."""
    secrets: tuple[str, ...] = ("get", "list")
    certificates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Connection:
    """A private endpoint's connection, as the vault has it."""

    endpoint_id: str
    status: str = "Approved"


@dataclass(frozen=True, slots=True)
class Vault:
    name: str
    id: str
    tenant: str
    location: str
    secrets: tuple[Secret, ...] = ()
    rbac: bool = True
    policies: tuple[AccessPolicy, ...] = ()
    """Looked at where `rbac` is off."""
    public: bool = True
    """publicNetworkAccess."""
    default_deny: bool = False
    """networkAcls.defaultAction is Deny."""
    allowed: tuple[str, ...] = ()
    """Addresses and ranges of networkAcls.ipRules."""
    subnets: tuple[str, ...] = ()
    """Ids of networkAcls.virtualNetworkRules; only with a service endpoint there do they count."""
    connections: tuple[Connection, ...] = ()
    """Of private endpoints that are in the world as resources of their own."""
    throttled: bool = False
    deleted_secrets: tuple[Secret, ...] = ()
    """Deleted and recoverable."""

    @property
    def host(self) -> str:
        return f"{self.name}.vault.azure.net"

    def secret(self, name: str) -> Secret | None:
        return next((secret for secret in self.secrets if secret.name == name.lower()), None)

    def deleted_secret(self, name: str) -> Secret | None:
        return next((secret for secret in self.deleted_secrets if secret.name == name.lower()), None)


@dataclass(frozen=True, slots=True)
class DeletedVault:
    """A vault that was deleted and can be recovered; its host answers no more."""

    vault: Vault
    deleted: str = "2025-11-12T08:30:00Z"
    purged: str = "2026-02-10T08:30:00Z"
    protected: bool = False
    """purgeProtectionEnabled."""
