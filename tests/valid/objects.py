"""The extension itself and its settings: objects, files of a node, what CLI and PowerShell print."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.valid.machine import machine

if TYPE_CHECKING:
    from tests.valid.chance import Chance
    from tests.valid.machine import Machine


def extension_object(chance: Chance) -> Any:
    """In Batch's names, or with `properties` as Compute has it; one, or a list of them."""
    at = machine(chance, batch=True)
    if chance.one_in(2):
        extension = dict(at.extension)
        return {"name": extension.pop("name"), "properties": extension}
    return list(at.extensions) if chance.one_in(3) else at.extension


def settings_alone(chance: Chance) -> Any:
    """What `--settings @settings.json` of the CLI is given."""
    return machine(chance, batch=False, alone=True).extension["settings"]


def settings_file(chance: Chance) -> Any:
    """`config/<n>.settings` on Linux, `RuntimeSettings/<n>.settings` on Windows."""
    at = machine(chance, batch=chance.one_in(2), alone=True)
    handler: dict[str, Any] = {"publicSettings": at.extension["settings"]}
    if chance.one_in(2):
        handler |= {"protectedSettings": None, "protectedSettingsCertThumbprint": None}
    return {"runtimeSettings": [{"handlerSettings": handler}]}


def az_extension(chance: Chance) -> Any:
    """`az vm extension show` and `list`: what the extension is stands in `typePropertiesType`."""
    at = machine(chance, batch=False)
    shown = [_az(at, each, chance) for each in at.extensions]
    return shown if len(shown) > 1 or chance.one_in(3) else shown[0]


def _az(at: Machine, extension: dict[str, Any], chance: Chance) -> dict[str, Any]:
    host = "virtualMachines"
    return {
        "autoUpgradeMinorVersion": extension.get("autoUpgradeMinorVersion", True),
        "enableAutomaticUpgrade": extension.get("enableAutomaticUpgrade"),
        "forceUpdateTag": None,
        "id": f"{at.place}/providers/Microsoft.Compute/{host}/vm1/extensions/{extension['name']}",
        "instanceView": None,
        "location": chance.pick(at.cloud.regions),
        "name": extension["name"],
        "protectedSettings": None,
        "provisioningState": "Succeeded",
        "publisher": extension["publisher"],
        "resourceGroup": at.place.rpartition("/")[2],
        "settings": extension["settings"],
        "tags": None,
        "type": f"Microsoft.Compute/{host}/extensions",
        "typeHandlerVersion": extension["typeHandlerVersion"],
        "typePropertiesType": extension["type"],
    }


def get_az_extension(chance: Chance) -> Any:
    """`Get-AzVMExtension | ConvertTo-Json`: settings are text."""
    at = machine(chance, batch=False)
    shown = [_get_az(at, each, chance) for each in at.extensions]
    return shown if len(shown) > 1 else shown[0]


def _get_az(at: Machine, extension: dict[str, Any], chance: Chance) -> dict[str, Any]:
    return {
        "ResourceGroupName": at.place.rpartition("/")[2],
        "VMName": "vm1",
        "Name": extension["name"],
        "Location": chance.pick(at.cloud.regions),
        "Etag": "null",
        "Publisher": extension["publisher"],
        "ExtensionType": extension["type"],
        "TypeHandlerVersion": extension["typeHandlerVersion"],
        "Id": f"{at.place}/providers/Microsoft.Compute/virtualMachines/vm1/extensions/{extension['name']}",
        "PublicSettings": json.dumps(extension["settings"], indent=2).replace("\n", "\r\n"),
        "ProtectedSettings": None,
        "ProvisioningState": "Succeeded",
        "Statuses": None,
        "SubStatuses": None,
        "AutoUpgradeMinorVersion": extension.get("autoUpgradeMinorVersion", True),
        "ForceUpdateTag": None,
        "EnableAutomaticUpgrade": extension.get("enableAutomaticUpgrade"),
    }


def get_az_text(chance: Chance) -> str:
    """What `Get-AzVMExtension` shows on the screen: a line for each property."""
    at = machine(chance, batch=False)
    blocks = []
    for each in at.extensions:
        shown = _get_az(at, each, chance)
        width = max(map(len, shown))
        blocks.append(
            "\n".join(f"{key:<{width}} : {_said(value, width + 3)}".rstrip() for key, value in shown.items())
        )
    return "\n\n" + "\n\n".join(blocks) + "\n\n"


def _said(value: Any, indent: int) -> str:
    text = "" if value is None else str(value)
    return text.replace("\r\n", "\n" + " " * indent)
