"""What an operator can look at where this program reads no log: the usual causes, each with its command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troubleshooter.model.extension import Extension

_DOORS = "properties.{rbac:enableRbacAuthorization,policies:accessPolicies,network:networkAcls}"
_LOOKS = (
    "az role assignment list --assignee ${principal} --scope ${vault_id} --include-inherited --output table",
    f"az keyvault show --name ${{vault}} --query '{_DOORS}'",
    "az keyvault secret show --vault-name ${vault} --name ${secret} --query attributes",
)


def looks(definition: Mapping[str, Any], extension: Extension) -> str:
    """Commands that only read, one a line: the identity's roles, the vault's doors, the certificate."""
    from troubleshooter.analyse.facts import pool_values  # noqa: PLC0415 - the package compiles rules
    from troubleshooter.analyse.steps import step  # noqa: PLC0415 - the same

    values = pool_values(definition, (extension,)).with_log({})
    return "\n".join(step(each, values) for each in _LOOKS)
