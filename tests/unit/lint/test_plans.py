"""Terraform's plans."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.known import KNOWN
from tests.unit.lint.pools import IDENTITY, extension, good, machine, settings
from troubleshooter.lint import lint_text

NAMED = [{"type": "UserAssigned", "identity_ids": [IDENTITY]}]


def plan(*resources: dict[str, Any], configured: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    changes = [{"type": one["type"], "change": {"after": one["values"]}} for one in resources]
    return {
        "format_version": "1.2",
        "planned_values": {"root_module": {"child_modules": [{"resources": list(resources)}]}},
        "resource_changes": changes,
        "configuration": {
            "root_module": {"module_calls": {"m": {"module": {"resources": list(configured)}}}}
        },
    }


def resource(kind: str, called: str, /, **values: Any) -> dict[str, Any]:
    return {"address": f"module.m.{kind}.{called}", "type": kind, "name": called, "values": values}


def block(**changes: Any) -> dict[str, Any]:
    wanted = settings(good())
    wanted["secretsManagementSettings"].update(changes)
    return {
        "name": "kv",
        "publisher": "Microsoft.Azure.KeyVault",
        "type": "KeyVaultForLinux",
        "type_handler_version": "3.0",
        "settings_json": json.dumps(wanted),
    }


def batch_pool(identity: list[dict[str, Any]], *extensions: dict[str, Any], **more: Any) -> dict[str, Any]:
    image = [{"publisher": "canonical", "offer": "ubuntu-24_04-lts", "sku": "server"}]
    values = {
        "node_agent_sku_id": "batch.node.ubuntu 24.04",
        "storage_image_reference": image,
        "identity": identity,
        "extensions": list(extensions),
    }
    return resource("azurerm_batch_pool", "pool", **{**values, **more})


def heard(document: dict[str, Any]) -> list[tuple[str, str]]:
    result = lint_text(json.dumps(document, indent=1), "plan.json", KNOWN)
    assert all(
        found.fix is None or not found.fix.patch for found in result.findings
    )  # a plan is not its source
    return [(found.id, found.path.rpartition("/values")[2]) for found in result.findings]


class TestBatchPool:
    ENCODING = ("batch-terraform-settings-encoding", "/extensions/0/settings_json")

    def test_a_good_one(self) -> None:
        assert heard(plan(batch_pool(NAMED, block()))) == [self.ENCODING]

    def test_settings_are_read_in_their_string(self) -> None:
        found = heard(plan(batch_pool(NAMED, block(pollingIntervalInS=3600))))
        assert found == [("kv-config-not-a-string", "/extensions/0/settings_json"), self.ENCODING]

    def test_settings_encoded_twice(self) -> None:
        twice = {**block(), "settings_json": json.dumps(block()["settings_json"])}
        assert heard(plan(batch_pool(NAMED, twice)))[0][0] == "kv-config-not-an-object"

    def test_no_identity(self) -> None:
        found = heard(plan(batch_pool([], block())))
        assert found[0] == ("batch-pool-identity-missing", "/extensions/0/settings_json")

    def test_identities_known_after_apply_are_identities(self) -> None:
        assert heard(plan(batch_pool([{"type": "UserAssigned"}], block()))) == [self.ENCODING]

    def test_an_extension_it_waits_for(self) -> None:
        waiting = {**block(), "provision_after_extensions": ["gone"]}
        found = heard(plan(batch_pool(NAMED, waiting)))
        assert found[0] == ("batch-provision-after-unknown", "/extensions/0/provision_after_extensions/0")

    def test_an_image_of_another_system(self) -> None:
        image = [{"publisher": "MicrosoftWindowsServer", "offer": "WindowsServer", "sku": "2022-datacenter"}]
        agent = "batch.node.windows amd64"
        other = batch_pool(NAMED, block(), storage_image_reference=image, node_agent_sku_id=agent)
        assert heard(plan(other))[0] == ("kv-extension-of-another-system", "/extensions/0/type")


class TestMachines:
    def extension(self, name: str = "kv", **values: Any) -> dict[str, Any]:
        wanted = settings(good())
        del wanted["authenticationSettings"]
        written = {**block(), "settings": json.dumps(wanted)}
        del written["settings_json"]
        return resource("azurerm_virtual_machine_extension", name, **{**written, **values})

    def machine(self, name: str, kind: str) -> dict[str, Any]:
        identity = [{"type": kind}]
        return resource("azurerm_linux_virtual_machine", name, identity=identity)

    def configured(self, name: str, of: str) -> dict[str, Any]:
        references = [f"azurerm_linux_virtual_machine.{of}.id", f"azurerm_linux_virtual_machine.{of}"]
        expressions = {"virtual_machine_id": {"references": references}}
        return {"type": "azurerm_virtual_machine_extension", "name": name, "expressions": expressions}

    @pytest.mark.parametrize(("of", "wanted"), [("web", ["kv-authsettings-missing"]), ("db", [])])
    def test_the_machine_that_the_configuration_names(self, of: str, wanted: list[str]) -> None:
        machines = [self.machine("web", "UserAssigned"), self.machine("db", "SystemAssigned")]
        document = plan(*machines, self.extension(), configured=(self.configured("kv", of),))
        assert [identity for identity, _ in heard(document)] == wanted

    @pytest.mark.parametrize(
        ("version", "waits"), [("3.0", []), ("4.0", [("identity-deadlock-initial-sync", "/settings")])]
    )
    def test_4_waits_for_its_certificates_although_nothing_asks_for_it(
        self, version: str, waits: list[tuple[str, str]]
    ) -> None:
        wanted = settings(good())
        del wanted["authenticationSettings"], wanted["secretsManagementSettings"]["requireInitialSync"]
        extension = self.extension(settings=json.dumps(wanted), type_handler_version=version)
        references = ["azurerm_linux_virtual_machine.db.identity[0].principal_id"]
        role = {
            "type": "azurerm_role_assignment",
            "name": "read",
            "expressions": {"principal_id": {"references": references}},
        }
        machines = [self.machine("db", "SystemAssigned")]
        assert heard(plan(*machines, extension, configured=(self.configured("kv", "db"), role))) == waits

    def test_rights_given_by_the_same_plan(self) -> None:
        references = ["azurerm_linux_virtual_machine.db.identity[0].principal_id"]
        role = {
            "type": "azurerm_role_assignment",
            "name": "read",
            "expressions": {"principal_id": {"references": references}},
        }
        machines = [self.machine("db", "SystemAssigned")]
        configured = (self.configured("kv", "db"), role)
        document = plan(*machines, self.extension(), configured=configured)
        assert heard(document) == [("identity-deadlock-initial-sync", "/settings")]

    def test_settings_known_after_apply_are_never_wrong(self) -> None:
        unknown = self.extension()
        del unknown["values"]["settings"]
        assert heard(plan(unknown)) == []

    def test_settings_that_are_not_given_are(self) -> None:
        assert heard(plan(self.extension(settings=None))) == [("kv-settings-missing", "")]

    def test_blocks_of_a_scale_set(self) -> None:
        inner = self.extension()["values"]
        kind = "azurerm_linux_virtual_machine_scale_set"
        document = plan(resource(kind, "s", identity=NAMED, extension=[inner]))
        assert heard(document) == [("kv-authsettings-missing", "/extension/0/settings")]

    def test_an_arc_machines(self) -> None:
        values = self.extension()["values"]
        document = plan(resource("azurerm_arc_machine_extension", "kv", **values))
        assert heard(document) == [("kv-authsettings-missing", "/settings")]


class TestAzapi:
    KIND = "Microsoft.Batch/batchAccounts/pools@2024-07-01"

    def pool(self, *, text: bool, identity: list[dict[str, Any]]) -> dict[str, Any]:
        body = {"properties": good()["properties"]}
        found = machine({"properties": body["properties"]})["extensions"][0]
        found["settings"]["secretsManagementSettings"]["pollingIntervalInS"] = 60
        shown = json.dumps(body) if text else body
        return plan(resource("azapi_resource", "pool", type=self.KIND, identity=identity, body=shown))

    def test_a_body_that_is_an_object(self) -> None:
        ((identity, at),) = heard(self.pool(text=False, identity=NAMED))
        assert (identity, at[-19:]) == ("kv-config-not-a-string", "/pollingIntervalInS")

    def test_a_body_that_is_text(self) -> None:
        assert heard(self.pool(text=True, identity=NAMED)) == [("kv-config-not-a-string", "/body")]

    def test_the_identity_stands_beside_the_body(self) -> None:
        found = {identity for identity, _ in heard(self.pool(text=False, identity=[]))}
        assert found == {"batch-pool-identity-missing", "kv-config-not-a-string"}

    def test_a_state_is_read_as_well(self) -> None:
        document = self.pool(text=False, identity=NAMED)
        state = {"format_version": "1.0", "values": document["planned_values"]}
        assert [identity for identity, _ in heard(state)] == ["kv-config-not-a-string"]


def test_a_plan_without_our_extension() -> None:
    assert lint_text(json.dumps(plan(resource("azurerm_resource_group", "g"))), "f", KNOWN).extensions == 0


def test_terraform_spells_the_same_settings() -> None:
    assert json.loads(block()["settings_json"]) == extension(good())["settings"]
