"""Az PowerShell. Values stand in single quotes, in which only the quote itself is special."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def quoted(value: str) -> str:
    # PowerShell takes the typographic quotes for the plain one
    return "'" + "".join(c * 2 if c in "'\u2018\u2019\u201a\u201b" else c for c in value) + "'"


def command(kind: str, values: Mapping[str, str]) -> str:
    def value(name: str) -> str:
        return quoted(values[name]) if values.get(name) else f"${name}"

    vault, principal = value("vault"), value("principal")
    match kind:
        case "assign-role":
            scope = f"(Get-AzKeyVault -VaultName {vault}).ResourceId"
            return (
                f"New-AzRoleAssignment -RoleDefinitionId {value('role')} -ObjectId {principal} -Scope {scope}"
            )
        case "set-access-policy":
            who = f"-VaultName {vault} -ObjectId {principal}"
            return f"Set-AzKeyVaultAccessPolicy {who} -PermissionsToSecrets get,list"
        case "allow-network":
            return f"Add-AzKeyVaultNetworkRule -VaultName {vault} -VirtualNetworkResourceId {value('subnet')}"
        case _:
            return ""
