"""What an operator can look at where this program reads no log: the usual causes, each with its command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troubleshooter.model.extension import Extension

_DOORS = (
    "properties.{rbac:enableRbacAuthorization,policies:accessPolicies,public:publicNetworkAccess,"
    "network:networkAcls,endpoints:privateEndpointConnections[].privateLinkServiceConnectionState.status}"
)
_ROLES = (
    "az role assignment list --assignee ${principal} --scope ${vault_id} --include-inherited --output table"
)
_LOOKS = {
    "a cause where no approved endpoint leads from the nodes there: public Disabled, or a default action Deny"
    " without their addresses or their subnet. Another: rbac false and no policy that lets the identity get"
    " secrets. Run all three before anything is changed": (
        f"az keyvault show --name ${{vault}} --query '{_DOORS}'"
    ),
    "a cause where rbac is true: no row of a role that reads secrets, Key Vault Secrets User or more. One"
    " held by a group shows no row. Mended by az role assignment create, and minutes until it counts": _ROLES,
    "a cause: not found, or not enabled. It asks as you and from where you are, so a refusal tells of you": (
        "az keyvault secret show --vault-name ${vault} --name ${secret} --query attributes"
    ),
}
"""What tells a cause, over the command that shows it. Some shells read on after #, so it holds no signs."""


def looks(definition: Mapping[str, Any], extension: Extension) -> str:
    """Commands that only read, each below what to look for: roles, the vault's doors, the certificate."""
    from troubleshooter.analyse.facts import pool_values  # noqa: PLC0415 - the package compiles rules
    from troubleshooter.analyse.steps import step  # noqa: PLC0415 - the same

    values = pool_values(definition, (extension,)).with_log({})
    return "\n".join(f"# {tells}\n{step(command, values)}" for tells, command in _LOOKS.items())
