"""Terraform (azurerm), for the changes that it can hold."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def quoted(value: str) -> str:
    return json.dumps(value).replace("${", "$${").replace("%{", "%%{")


def text(kind: str, values: Mapping[str, str]) -> str:
    if kind != "assign-role":
        return ""
    vault = values.get("vault")
    principal = values.get("principal")
    named = (
        f"  name                = {quoted(vault)}\n" if vault else "  name                = var.vault_name\n"
    )
    who = quoted(principal) if principal else "azurerm_user_assigned_identity.pool.principal_id"
    return f"""\
data "azurerm_key_vault" "vault" {{
{named}  resource_group_name = var.vault_resource_group
}}
resource "azurerm_role_assignment" "pool_reads_secrets" {{
  scope                = data.azurerm_key_vault.vault.id
  role_definition_name = "Key Vault Secrets User"
  principal_id         = {who}
}}"""
