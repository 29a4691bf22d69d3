"""The configurations found in the wild, with the documents they were cut out of, and our own."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from typing import Any

from tests import ground_truth
from tests.mistakes import beyond, in_settings
from tests.mistakes.near_misses import NEAR_MISSES

CONFIGS = ground_truth.SAMPLES / "configs"

ANSWERS = {"003", "011"}
"""Answers of Batch, in which settings is rightly a string."""


@dataclass(frozen=True)
class Sample:
    number: str
    file: str
    host: str
    label: str
    entry: dict[str, Any]

    @property
    def extension(self) -> dict[str, Any]:
        found: dict[str, Any] = self.entry["extension"]
        return found

    @property
    def document(self) -> dict[str, Any]:
        """As it was published: the pool where there is one, else the extension."""
        shown: dict[str, Any] = self.entry.get("pool") or self.extension
        return {"vmExtension": shown, "instanceView": {}} if self.number in ANSWERS else shown

    @property
    def text(self) -> str:
        return json.dumps(self.document, indent=1)


def _samples() -> tuple[Sample, ...]:
    if not CONFIGS.is_dir():
        return ()
    with (CONFIGS / "INDEX.tsv").open(encoding="utf-8") as table:
        rows = list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))
    return tuple(
        Sample(
            row["file"][:3],
            row["file"],
            row["host"],
            row["label"],
            json.loads((CONFIGS / row["file"]).read_text(encoding="utf-8")),
        )
        for row in rows
    )


SAMPLES = _samples()


_ROWS = (*in_settings.MISTAKES, *beyond.MISTAKES, *NEAR_MISSES)
OWN = {str(row): row.text for row in _ROWS if row.command == "lint"}
TEXTS = OWN | {one.number: one.text for one in SAMPLES}
"""Definitions for what must hold of any: our own, and the found ones where they are at hand."""


def sample(number: str) -> Sample:
    return next(one for one in SAMPLES if one.number == number)


def template(sample: Sample, identity: dict[str, Any], *others: dict[str, Any]) -> dict[str, Any]:
    """The extension beside its machine, as a template has them."""
    kinds = {
        "vmss": "Microsoft.Compute/virtualMachineScaleSets",
        "arc": "Microsoft.HybridCompute/machines",
        "sfmc": "Microsoft.ServiceFabric/managedClusters/nodeTypes",
    }
    kind = kinds.get(sample.host, "Microsoft.Compute/virtualMachines")
    machine = {"type": kind, "name": "[parameters('vmName')]", "identity": identity, "properties": {}}
    if sample.host == "sfmc":
        machine["properties"] = {"vmManagedIdentity": identity}
    child = {
        "type": f"{kind}/extensions",
        "name": "[concat(parameters('vmName'), '/kv')]",
        "properties": sample.extension,
    }
    return {"$schema": "deploymentTemplate.json#", "resources": [machine, child, *others]}


USER_ASSIGNED = {
    "type": "UserAssigned",
    "userAssignedIdentities": {"[resourceId('x', parameters('identity'))]": {}},
}
SYSTEM_ASSIGNED = {"type": "SystemAssigned"}
GRANT_TO_THE_MACHINE = {
    "type": "Microsoft.KeyVault/vaults/accessPolicies",
    "name": "[concat(parameters('vault'), '/add')]",
    "properties": {
        "accessPolicies": [
            {
                "objectId": "[reference(resourceId('Microsoft.Compute/virtualMachines', "
                "parameters('vmName')), '2019-07-01', 'Full').identity.principalId]",
                "permissions": {"secrets": ["get", "list"]},
            }
        ]
    },
}


def plan_of_049(sample: Sample) -> dict[str, Any]:
    """The plan of the module it stands in, before authenticationSettings was added to it."""
    values = {
        "name": "nexus-KeyVault",
        "publisher": sample.extension["publisher"],
        "type": sample.extension["type"],
        "type_handler_version": "2.0",
        "settings": json.dumps(sample.extension["settings"]),
    }
    machine = {
        "address": "azurerm_linux_virtual_machine.nexus",
        "type": "azurerm_linux_virtual_machine",
        "name": "nexus",
        "values": {"name": "nexus", "identity": [{"type": "UserAssigned"}]},
    }
    extension = {
        "address": "azurerm_virtual_machine_extension.keyvault",
        "type": "azurerm_virtual_machine_extension",
        "name": "keyvault",
        "values": values,
    }
    references = ["azurerm_linux_virtual_machine.nexus.id", "azurerm_linux_virtual_machine.nexus"]
    configured = {
        "type": "azurerm_virtual_machine_extension",
        "name": "keyvault",
        "expressions": {"virtual_machine_id": {"references": references}},
    }
    return {
        "format_version": "1.2",
        "planned_values": {"root_module": {"resources": [machine, extension]}},
        "resource_changes": [{"type": extension["type"], "change": {"after": values}}],
        "configuration": {"root_module": {"resources": [configured]}},
    }
