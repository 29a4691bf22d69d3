"""Bicep, for the changes that a template can hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace("'", "\\'").replace("${", "\\${")
    return "'" + escaped.replace("\r", "\\r").replace("\n", "\\n") + "'"


def text(kind: str, values: Mapping[str, str]) -> str:
    if kind != "assign-role":
        return ""
    vault = quoted(values["vault"]) if values.get("vault") else "vaultName"
    principal = (
        quoted(values["principal"]) if values.get("principal") else "poolIdentity.properties.principalId"
    )
    role = quoted(values["role"]) if values.get("role") else "roleId"
    return f"""\
resource vault 'Microsoft.KeyVault/vaults@2023-07-01' existing = {{ name: {vault} }}
resource poolReadsSecrets 'Microsoft.Authorization/roleAssignments@2022-04-01' = {{
  scope: vault
  name: guid(vault.id, {principal}, {role})
  properties: {{
    principalId: {principal}
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', {role})
  }}
}}"""
