"""The machine around an extension, as templates and answers show it."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from tests.known import KNOWN
from tests.unit.lint.corpus import SYSTEM_ASSIGNED, USER_ASSIGNED
from tests.unit.lint.pools import extension, good, machine
from troubleshooter.lint import lint_text

UNNAMED = "kv-authsettings-missing"


def without_identity(**fields: Any) -> dict[str, Any]:
    kv = extension(copy.deepcopy(good()))
    del kv["settings"]["authenticationSettings"]
    kv["settings"]["secretsManagementSettings"]["requireInitialSync"] = False
    return {**kv, **fields}


def virtual_machine(identity: dict[str, Any], name: str = "[variables('vm')]", **more: Any) -> dict[str, Any]:
    kind = "Microsoft.Compute/virtualMachines"
    return {"type": kind, "name": name, "identity": identity, "properties": {}, **more}


def child(name: str = "[format('{0}/{1}', variables('vm'), 'kv')]") -> dict[str, Any]:
    kind = "Microsoft.Compute/virtualMachines/extensions"
    return {"type": kind, "name": name, "properties": without_identity()}


def heard(document: Any) -> list[str]:
    result = lint_text(json.dumps(document), "template.json", KNOWN)
    assert result.extensions == 1
    return [found.id for found in result.findings]


class TestTemplates:
    def test_beside_its_machine(self) -> None:
        assert heard({"resources": [child(), virtual_machine(USER_ASSIGNED)]}) == [UNNAMED]
        assert heard({"resources": [child(), virtual_machine(SYSTEM_ASSIGNED)]}) == []

    def test_inside_its_machine(self) -> None:
        nested = {"type": "extensions", "name": "kv", "properties": without_identity()}
        other = virtual_machine(USER_ASSIGNED, "other")
        assert heard({"resources": [other, virtual_machine(SYSTEM_ASSIGNED, resources=[nested])]}) == []
        assert heard({"resources": [virtual_machine(USER_ASSIGNED, resources=[nested])]}) == [UNNAMED]

    def test_of_two_machines_the_one_that_is_named(self) -> None:
        two = [virtual_machine(USER_ASSIGNED, "web"), virtual_machine(SYSTEM_ASSIGNED, "db")]
        assert heard({"resources": [*two, child("web/kv")]}) == [UNNAMED]
        assert heard({"resources": [*two, child("db/kv")]}) == []
        assert heard({"resources": [*two, child("elsewhere/kv")]}) == []

    def test_a_machine_of_another_template_is_not_shown(self) -> None:
        assert heard({"resources": [child()]}) == []

    def test_a_deployment_within(self) -> None:
        inner = {"resources": {"vm": virtual_machine(USER_ASSIGNED), "kv": child()}}  # by symbolic name
        deployment = {"type": "Microsoft.Resources/deployments", "properties": {"template": inner}}
        assert heard({"resources": [deployment]}) == [UNNAMED]

    def test_a_scale_set(self) -> None:
        profile = {"extensionProfile": {"extensions": [{"name": "kv", "properties": without_identity()}]}}
        kind = "Microsoft.Compute/virtualMachineScaleSets"
        body = {"type": kind, "identity": USER_ASSIGNED, "properties": {"virtualMachineProfile": profile}}
        assert heard({"resources": [body]}) == [UNNAMED]

    def test_a_managed_clusters_node_type(self) -> None:
        inner = {
            "vmManagedIdentity": {"userAssignedIdentities": ["[parameters('identity')]"]},
            "vmExtensions": [{"name": "kv", "properties": without_identity()}],
        }
        kind = "Microsoft.ServiceFabric/managedClusters/nodeTypes"
        assert heard({"resources": [{"type": kind, "properties": inner}]}) == [UNNAMED]

    def test_an_arc_machine_needs_its_own_endpoint(self) -> None:
        kind = "Microsoft.HybridCompute/machines/extensions"
        kv = {"type": kind, "name": "server/kv", "properties": without_identity()}
        (found,) = lint_text(json.dumps({"resources": [kv]}), "f", KNOWN).findings
        assert found.id == UNNAMED
        assert found.fix is not None
        assert found.fix.patch[0]["value"] == {"msiEndpoint": "http://localhost:40342/metadata/identity"}

    def test_an_identity_that_is_an_expression_decides_nothing(self) -> None:
        unknown = "[if(parameters('own'), 'SystemAssigned', 'UserAssigned')]"
        assert heard({"resources": [virtual_machine({"type": unknown}), child()]}) == []
        named = {"type": "UserAssigned", "userAssignedIdentities": "[variables('identities')]"}
        assert heard({"resources": [virtual_machine(named), child()]}) == [UNNAMED]

    def test_a_pool_resource(self) -> None:
        pool = {"type": "Microsoft.Batch/batchAccounts/pools", "apiVersion": "2025-06-01", **good()}
        machine(pool)["extensions"] = [without_identity()]
        pool["identity"] = USER_ASSIGNED
        assert heard({"resources": [pool]}) == [UNNAMED]
        del pool["identity"]
        assert heard({"resources": [pool]}) == ["batch-pool-identity-missing"]

    @pytest.mark.parametrize(
        "settings",
        [
            "[variables('settings')]",
            {
                "secretsManagementSettings": "[parameters('secrets')]",
                "authenticationSettings": "[union(a, b)]",
            },
            {
                "copy": [{"name": "x", "count": 2, "input": {}}],
                "secretsManagementSettings": "[variables('s')]",
            },
        ],
    )
    def test_expressions_are_never_wrong(self, settings: Any) -> None:
        kv = child()
        kv["properties"]["settings"] = settings
        assert heard({"resources": [kv]}) == []


class TestCopyLoops:
    def repeated(self, certificate: Any) -> list[tuple[str, str]]:
        kv = child()
        secrets = kv["properties"]["settings"]["secretsManagementSettings"]
        del secrets["observedCertificates"]
        secrets["copy"] = [{"name": "observedCertificates", "count": 2, "input": certificate}]
        return [
            (found.id, found.path)
            for found in lint_text(json.dumps({"resources": [kv]}), "f", KNOWN).findings
        ]

    def test_what_is_repeated_is_checked(self) -> None:
        wrong = {"url": "https://v.vault.azure.net/certificates/a"}
        at = "/resources/0/properties/settings/secretsManagementSettings/copy/0/input/url"
        assert self.repeated(wrong) == [("kv-certificates-path", at)]

    @pytest.mark.parametrize(
        "certificate", ["[parameters('urls')[copyIndex()]]", {"url": "[variables('u')[copyIndex('c')]]"}]
    )
    def test_expressions_in_it_are_not(self, certificate: Any) -> None:
        assert self.repeated(certificate) == []


def test_a_node_extensions_answer() -> None:
    kv = without_identity(settings=json.dumps(without_identity()["settings"]).replace('"3600"', "3600"))
    status = {"statuses": [{"level": 0, "message": "ok"}]}
    answer = {"provisioningState": "Succeeded", "vmExtension": kv, "instanceView": status}
    assert heard({"value": [answer]}) == ["kv-config-not-a-string"]


def test_settings_as_text_are_checked_inside_too() -> None:
    kv = without_identity()
    kv["settings"]["secretsManagementSettings"]["pollingIntervalInS"] = 3600
    kv["settings"] = json.dumps(kv["settings"])
    assert heard(kv) == ["kv-config-not-a-string", "kv-config-not-an-object"]
    file = {"runtimeSettings": [{"handlerSettings": {"publicSettings": kv["settings"]}}]}
    assert heard(file) == ["kv-config-not-a-string", "kv-config-not-an-object"]


def test_the_name_of_a_file_in_place_of_settings() -> None:
    assert heard(without_identity(settings=".\\settings.json")) == ["kv-settings-is-a-path"]


def test_a_settings_file_tells_version_and_system_by_its_path() -> None:
    settings = without_identity()["settings"]
    file = {"runtimeSettings": [{"handlerSettings": {"publicSettings": settings}}]}
    name = "var/lib/waagent/Microsoft.Azure.KeyVault.KeyVaultForLinux-4.0.12.3/config/0.settings"
    found = lint_text(json.dumps(file), name, KNOWN).findings
    assert [each.id for each in found] == ["kv-v4-removed-settings"]


def test_linux_3_needs_no_settings_for_the_machines_own_identity() -> None:
    kv = child()
    kv["properties"]["settings"]["authenticationSettings"] = {
        "msiEndpoint": "http://169.254.169.254/metadata/identity"
    }
    assert heard({"resources": [virtual_machine(SYSTEM_ASSIGNED), kv]}) == [
        "kv-authsettings-with-system-identity"
    ]
