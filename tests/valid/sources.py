"""The same extension in source: Terraform, Bicep, PowerShell, a shell line, Ansible, a fenced block."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import yaml

from tests.valid.machine import machine

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.valid.chance import Chance


def _extension(chance: Chance) -> dict[str, Any]:
    """Mostly with the identity that it reads by, as the pages advise; the machine is not shown."""
    return machine(chance, batch=not chance.one_in(8), alone=True).extension


def terraform(chance: Chance) -> str:
    extension = _extension(chance)
    return f"""\
resource "azurerm_virtual_machine_extension" "{chance.word()}" {{
  name                       = {json.dumps(extension["name"])}
  virtual_machine_id         = azurerm_linux_virtual_machine.main.id
  publisher                  = {json.dumps(extension["publisher"])}
  type                       = {json.dumps(extension["type"])}
  type_handler_version       = {json.dumps(extension["typeHandlerVersion"])}
  auto_upgrade_minor_version = true
  settings = jsonencode({_hcl(extension["settings"])})
}}
"""


def bicep(chance: Chance) -> str:
    extension = dict(_extension(chance))
    name = extension.pop("name")
    return f"""\
param location string = resourceGroup().location

resource kv 'Microsoft.Compute/virtualMachines/extensions@2024-07-01' = {{
  parent: vm // made above
  name: {_bicep(name)}
  location: location
  properties: {_bicep(extension)}
}}
"""


def powershell(chance: Chance) -> str:
    extension = _extension(chance)
    settings = _powershell(extension["settings"])
    return f"""\
$settings = {settings}
Set-AzVMExtension -ResourceGroupName $rg -VMName $vm -Name {_powershell(extension["name"])} `
  -Publisher {_powershell(extension["publisher"])} -ExtensionType {_powershell(extension["type"])} `
  -TypeHandlerVersion {_powershell(extension["typeHandlerVersion"])} -Settings $settings
"""


def shell(chance: Chance) -> str:
    """Here --name is the type; what the extension is called is --extension-instance-name."""
    extension = _extension(chance)
    return f"""\
#!/bin/bash
set -euo pipefail
az vm extension set --name "{extension["type"]}" --publisher {extension["publisher"]} \\
  --extension-instance-name {extension["name"]} --version {extension["typeHandlerVersion"]} \\
  --resource-group "$RG" --vm-name "$VM" \\
  --settings '{json.dumps(extension["settings"], indent=chance.pick((None, 2)))}'
"""


def ansible(chance: Chance) -> str:
    extension = _extension(chance)
    task = {
        "name": chance.spoken(),
        "azure.azcollection.azure_rm_virtualmachineextension": {
            "name": extension["name"],
            "resource_group": "{{ rg }}",
            "virtual_machine_name": "{{ vm }}",
            "publisher": extension["publisher"],
            "virtual_machine_extension_type": extension["type"],
            "type_handler_version": extension["typeHandlerVersion"],
            "settings": extension["settings"],
        },
    }
    return "---\n" + yaml.safe_dump([task], sort_keys=False, allow_unicode=chance.one_in(2))


def page(chance: Chance) -> str:
    extension = _extension(chance)
    block = f"```json\n{json.dumps(extension, indent=2)}\n```"
    return f"# {chance.spoken()}\n\nThis works:\n\n{block}\n\nNothing else.\n"


def _block(opened: str, lines: Iterable[str], closed: str) -> str:
    """The members of an object or the items of a list, a line each."""
    inside = "\n".join(lines).replace("\n", "\n  ")
    return f"{opened}\n  {inside}\n{closed}"


def _hcl(value: Any) -> str:
    if isinstance(value, dict):
        return _block("{", (f"{key} = {_hcl(held)}" for key, held in value.items()), "}")
    if isinstance(value, list):
        return "[" + ", ".join(map(_hcl, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _bicep(value: Any) -> str:
    if isinstance(value, dict):
        return _block("{", (f"{key}: {_bicep(held)}" for key, held in value.items()), "}")
    if isinstance(value, list):
        return _block("[", map(_bicep, value), "]")
    if isinstance(value, str):
        return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
    return json.dumps(value)


def _powershell(value: Any) -> str:
    if isinstance(value, dict):
        return _block("@{", (f"{key} = {_powershell(held)}" for key, held in value.items()), "}")
    if isinstance(value, list):
        return "@(" + ", ".join(map(_powershell, value)) + ")"
    if isinstance(value, bool):
        return f"${str(value).lower()}"
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"
