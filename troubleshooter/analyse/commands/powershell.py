"""Az PowerShell. Values stand in single quotes, in which only the quote itself is special."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.analyse.steps import placeholder

if TYPE_CHECKING:
    from collections.abc import Mapping


def quoted(value: str) -> str:
    # PowerShell takes the typographic quotes for the plain one
    return "'" + "".join(c * 2 if c in "'\u2018\u2019\u201a\u201b" else c for c in value) + "'"


def command(kind: str, values: Mapping[str, str]) -> str:
    wanted = (
        ("vault", "address") if kind == "allow-network" and values.get("no_subnet") else _WANTED.get(kind, ())
    )
    named = [name for name in wanted if not values.get(name)]
    notes = [f"# ${name}: {placeholder(name)}" for name in named]
    made = _command(kind, values)
    return "\n".join([*notes, made]) if made else ""


_WANTED = {
    "assign-role": ("role", "principal", "vault"),
    "set-access-policy": ("vault", "principal"),
    "allow-network": ("vault", "subnet"),
}
"""What each kind of change names, in the order of its command."""


def _command(kind: str, values: Mapping[str, str]) -> str:
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
        case "allow-network" if values.get("no_subnet"):
            return f"Add-AzKeyVaultNetworkRule -VaultName {vault} -IpAddressRange {value('address')}"
        case "allow-network":
            return f"Add-AzKeyVaultNetworkRule -VaultName {vault} -VirtualNetworkResourceId {value('subnet')}"
        case _:
            return ""
