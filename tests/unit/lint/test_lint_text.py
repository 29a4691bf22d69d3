from __future__ import annotations

import csv
import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.unit.lint.pools import CLIENT, IDENTITY, good, settings
from troubleshooter.lint import lint_text
from troubleshooter.model.finding import Severity

GROUND_TRUTH = Path(os.environ.get("TROUBLESHOOTER_GROUND_TRUTH", "../shared"))
CONFIGS = GROUND_TRUTH / "samples" / "configs"
needs_samples = pytest.mark.skipif(
    not CONFIGS.is_dir(), reason="the ground truth is not beside this checkout"
)

ANSWERS = {"003", "011"}
"""Answers of Batch, in which settings is rightly a string."""
NEEDS_A_TEMPLATE = {"049", "118"}
"""What is wrong there is not in the extension: the host's identity, the order of a template's resources."""
FITTING = {
    "005": {"kv-certificate-url-missing"},
    "015": {"kv-config-not-an-object"},
    "033": {"kv-config-other-json-type"},
    "038": {"kv-authconfig-nonexistent"},
    "040": {"kv-config-not-a-string"},
    "042": {"kv-config-not-an-object"},
    "045": {"kv-uri-no-hostname"},
}


def shown(number: str, entry: dict[str, Any]) -> dict[str, Any]:
    document: dict[str, Any] = entry.get("pool") or entry["extension"]
    return {"vmExtension": document, "instanceView": {}} if number in ANSWERS else document


@needs_samples
def test_configurations_found_in_the_wild() -> None:
    wrong = []
    with (CONFIGS / "INDEX.tsv").open(encoding="utf-8") as table:
        for row in csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE):
            number = row["file"][:3]
            entry = json.loads((CONFIGS / row["file"]).read_text(encoding="utf-8"))
            result = lint_text(json.dumps(shown(number, entry), indent=1), row["file"])
            errors = {found.id for found in result.findings if found.severity is Severity.ERROR}
            said = ", ".join(f"{str(found.severity)[0]}:{found.id}" for found in result.findings)
            print(f"{row['file'][:50]:52} {row['label']:10} {said or '-'}")
            if row["label"] == "known-good" and errors:
                wrong.append((number, errors))
            if row["label"] == "known-bad" and number not in NEEDS_A_TEMPLATE:
                assert number in FITTING, f"{number} is known to be bad: say which id fits"
                if not errors & FITTING[number]:
                    wrong.append((number, errors))
            assert result.extensions == (0 if number == "119" else 1), number
    assert wrong == []


@needs_samples
def test_the_documented_windows_pool_is_repaired() -> None:
    text = (GROUND_TRUTH / "samples" / "doc-pool-windows.json").read_text(encoding="utf-8")
    result = lint_text(text, "doc-pool-windows.json")
    assert [(found.id, found.line) for found in result.findings] == [("kv-doc-sample-invalid-json", 31)]
    assert result.repaired is not None
    assert '"url": "https://testkvwestus2.vault.azure.net/secrets/authsecreat",' in result.repaired
    assert lint_text(result.repaired, "repaired").findings == ()


class TestShapes:
    def polling(self, document: Any, path: str, file: str = "f.json") -> None:
        result = lint_text(json.dumps(document, indent=2), file)
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
        kv = {"publisher": "Microsoft.Azure.KeyVault", "type": "KeyVaultForLinux", "settings": self.wrong()}
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
        (found,) = lint_text(json.dumps(body), "f").findings
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
        assert lint_text(json.dumps(pool), "f").findings == ()

    def test_what_is_none_of_ours_is_left_alone(self) -> None:
        other = {"osProfile": {"secretsManagementSettings": {"pollingIntervalInS": 1}}}
        assert lint_text(json.dumps(other), "f").extensions == 0
        assert lint_text("[]", "f").extensions == 0

    def test_broken_json_says_where(self) -> None:
        (found,) = lint_text('{"a": 1\n "b": 2}', "f").findings
        assert (found.id, found.line) == ("not-json", 2)
        assert "column 2" in found.message

    def test_the_json_of_a_finding(self) -> None:
        (found,) = lint_text(json.dumps(self.wrong()), "f").findings
        document = found.json()
        assert set(document) == {"id", "severity", "file", "path", "line", "message", "why", "fix", "sources"}
        assert document["fix"]["patch"][0]["op"] == "replace"
