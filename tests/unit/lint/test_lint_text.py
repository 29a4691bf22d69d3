from __future__ import annotations

import json
from typing import Any

import pytest

from tests.known import KNOWN
from tests.unit.lint.pools import CLIENT, IDENTITY, good, settings
from troubleshooter.lint import lint_text


class TestShapes:
    def polling(self, document: Any, path: str, file: str = "f.json") -> None:
        result = lint_text(json.dumps(document, indent=2), file, KNOWN)
        assert result.extensions == 1
        assert [(found.id, found.path) for found in result.findings] == [("kv-config-not-a-string", path)]

    def wrong(self) -> dict[str, Any]:
        pool = good()
        settings(pool)["secretsManagementSettings"]["pollingIntervalInS"] = 3600
        return settings(pool)

    def test_a_settings_file(self) -> None:
        self.polling(
            {"runtimeSettings": [{"handlerSettings": {"publicSettings": self.wrong()}}]},
            "/runtimeSettings/0/handlerSettings/publicSettings/secretsManagementSettings/pollingIntervalInS",
        )

    def test_bare_settings(self) -> None:
        self.polling(self.wrong(), "/secretsManagementSettings/pollingIntervalInS")

    def test_a_template(self) -> None:
        kv = {
            "publisher": "Microsoft.Azure.KeyVault",
            "type": "KeyVaultForLinux",
            "typeHandlerVersion": "3.0",
            "settings": self.wrong(),
        }
        resource = {"type": "Microsoft.Compute/virtualMachines/extensions", "properties": kv}
        vault = {"type": "Microsoft.KeyVault/vaults", "properties": {"tenantId": "x"}}
        self.polling(
            {"resources": [vault, resource]},
            "/resources/1/properties/settings/secretsManagementSettings/pollingIntervalInS",
        )

    def test_an_answer_holds_settings_as_a_string(self) -> None:
        kv = {
            "type": "KeyVaultForLinux",
            "publisher": "Microsoft.Azure.KeyVault",
            "settings": json.dumps(self.wrong()),
        }
        self.polling({"vmExtension": kv, "instanceView": {}}, "/vmExtension/settings")

    def test_a_pool_of_the_data_planes_answer_too(self) -> None:
        kv = {
            "type": "KeyVaultForLinux",
            "publisher": "Microsoft.Azure.KeyVault",
            "settings": json.dumps(self.wrong()),
        }
        identity = [{"resourceId": IDENTITY, "clientId": CLIENT}]
        pool = {
            "id": "p",
            "creationTime": "x",
            "virtualMachineConfiguration": {"extensions": [kv]},
            "identity": identity,
        }
        self.polling(pool, "/virtualMachineConfiguration/extensions/0/settings")

    def test_a_terraform_plan(self) -> None:
        values = {
            "publisher": "Microsoft.Azure.KeyVault",
            "type": "KeyVaultForLinux",
            "type_handler_version": "3.0",
            "settings": json.dumps(self.wrong()),
        }
        self.polling(
            {"planned_values": {"root_module": {"resources": [{"values": values}]}}},
            "/planned_values/root_module/resources/0/values/settings",
        )

    def test_the_data_plane_cannot_attach_an_identity(self) -> None:
        pool = good()
        body = {"id": "p", "vmSize": "x", **pool["properties"]["deploymentConfiguration"]}
        (found,) = lint_text(json.dumps(body), "f", KNOWN).findings
        assert found.id == "batch-pool-identity-missing"
        assert found.fix is not None
        assert found.fix.patch == ()

    @pytest.mark.parametrize(
        "value", ["[parameters('x')]", "${var.x}", "<client id>", "{clientId}", "{{ id }}"]
    )
    def test_expressions_and_placeholders_are_never_wrong(self, value: str) -> None:
        pool = good()
        settings(pool)["authenticationSettings"] = {"msiClientId": value, "msiEndpoint": value}
        settings(pool)["secretsManagementSettings"] = {
            "pollingIntervalInS": value,
            "requireInitialSync": value,
            "observedCertificates": value,
        }
        assert lint_text(json.dumps(pool), "f", KNOWN).findings == ()

    def test_what_is_none_of_ours_is_left_alone(self) -> None:
        other = {"osProfile": {"secretsManagementSettings": {"pollingIntervalInS": 1}}}
        assert lint_text(json.dumps(other), "f", KNOWN).extensions == 0
        assert lint_text("[]", "f", KNOWN).extensions == 0

    def test_broken_json_says_where(self) -> None:
        (found,) = lint_text('{"a": 1\n "b": 2}', "f", KNOWN).findings
        assert (found.id, found.line) == ("not-json", 2)
        assert "column 2" in found.message

    def test_the_json_of_a_finding(self) -> None:
        (found,) = lint_text(json.dumps(self.wrong()), "f", KNOWN).findings
        document = found.json()
        assert set(document) == {"id", "severity", "file", "path", "line", "message", "why", "fix", "sources"}
        assert document["fix"]["patch"][0]["op"] == "replace"
