"""What a pool is made of, against the dated list of what ends when."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import Any

import pytest

from tests.known import KNOWN
from tests.unit.lint.pools import extension, good, machine
from troubleshooter.lint import lint_pool, lint_text
from troubleshooter.lint.ends import FILE, TODAY, known, today
from troubleshooter.settings import playbooks_folder

SYSTEM, SIZE = "batch-system-support-ends", "batch-size-support-ends"


def of_agent(agent: str, **image: str) -> dict[str, Any]:
    found = good()
    machine(found)["nodeAgentSkuId"] = agent
    if image:
        machine(found)["imageReference"] = image
    return found


def of_size(size: str) -> dict[str, Any]:
    found = good()
    found["properties"]["vmSize"] = size
    return found


def ending(definition: dict[str, Any]) -> list[tuple[str, str]]:
    """Id and severity of what is said about ends of support."""
    told = lint_pool(definition, KNOWN)
    return [(one.id, str(one.severity)) for one in told if one.id.endswith("-support-ends")]


def message(definition: dict[str, Any]) -> str:
    (found,) = (one for one in lint_pool(definition, KNOWN) if one.id.endswith("-support-ends"))
    return found.message


class TestTheList:
    def test_each_end_has_a_source_a_label_and_what_to_do(self) -> None:
        for end in known().ends:
            assert end.sources
            assert all(source.startswith("https://") for source in end.sources)
            assert end.label in {"verified", "documented", "inferred", "unknown"}
            assert end.then
            assert end.instead
            re.compile(end.match)

    def test_an_end_without_a_date_is_unknown_and_says_that_none_was_found(self) -> None:
        for end in known().ends:
            assert (end.ends is None) == (end.label == "unknown"), end.name
            assert end.ends is not None or "found" in end.then, end.name

    def test_it_is_dated_and_of_the_past(self) -> None:
        assert date(2026, 11, 1) < known().checked <= date.fromisoformat("2026-11-27")
        assert known().age(date(2026, 12, 1)) == "as of 2026-11-25"

    def test_it_says_how_old_it_is_once_that_matters(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(TODAY, "2027-11-25")
        (found,) = (one for one in lint_pool(of_agent("batch.node.ubuntu 20.04"), KNOWN) if one.id == SYSTEM)
        assert (
            "(documented, as of 2026-11-25, a list 365 days old: look whether it still holds.)" in found.why
        )

    def test_each_of_its_kinds_is_looked_for(self) -> None:
        plain = json.loads((playbooks_folder() / FILE).read_text("utf-8"))
        kinds = {one["kind"] for one in plain["ends"]}
        looked = {"system", "size", "api-version", "communication", "image", "outbound", "extension"}
        assert kinds == looked

    def test_an_odd_day_is_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv(TODAY, "tomorrow")
        assert today() >= date(2026, 11, 1)


class TestSystems:
    @pytest.mark.parametrize(
        "agent",
        [
            "batch.node.ubuntu 20.04",
            "batch.node.ubuntu 18.04",
            "batch.node.ubuntu 16.04",
            "batch.node.ubuntu 14.04",
            "batch.node.centos 7",
            "batch.node.centos 8",
            "batch.node.debian 8",
            "batch.node.debian 9",
            "batch.node.debian 10",
            "batch.node.mariner 2.0",
            "batch.node.azurelinux 2.0",
        ],
    )
    def test_a_node_agent_whose_support_ended(self, agent: str) -> None:
        assert ending(of_agent(agent)) == [(SYSTEM, "warning")]

    @pytest.mark.parametrize(
        "agent",
        [
            "batch.node.ubuntu 22.04",
            "batch.node.ubuntu 24.04",
            "batch.node.ubuntu 26.04",
            "batch.node.azurelinux 3.0",
            "batch.node.debian 12",
            "batch.node.el 9",
            "batch.node.windows amd64",
            "[parameters('agent')]",
        ],
    )
    def test_a_node_agent_of_which_nothing_ends_soon(self, agent: str) -> None:
        assert ending(of_agent(agent)) == []

    @pytest.mark.parametrize(
        ("image", "said"),
        [
            (("canonical", "0001-com-ubuntu-server-focal", "20_04-lts"), "ended 2025-04-23"),
            (("microsoft-azure-batch", "ubuntu-server-container", "20-04-lts"), "ended 2025-04-23"),
            (("MicrosoftCBLMariner", "cbl-mariner", "cbl-mariner-2-gen2"), "ended 2025-07-30"),
            (("MicrosoftWindowsServer", "WindowsServer", "2016-datacenter"), "ends 2027-01-12"),
            (("MicrosoftWindowsServer", "WindowsServer", "2012-R2-Datacenter"), "ended 2024-12-05"),
        ],
    )
    def test_an_image(self, image: tuple[str, str, str], said: str) -> None:
        named = dict(zip(("publisher", "offer", "sku"), image, strict=True))
        assert message(of_agent("[parameters('agent')]", **named)).endswith(said)

    def test_agent_and_image_are_told_once_at_the_agent(self) -> None:
        focal = {"publisher": "canonical", "offer": "0001-com-ubuntu-server-focal", "sku": "20_04-lts"}
        definition = of_agent("batch.node.ubuntu 20.04", **focal)
        told = [one for one in lint_pool(definition, KNOWN) if one.id == SYSTEM]
        assert [one.path.rpartition("/")[2] for one in told] == ["nodeAgentSkuId"]

    @pytest.mark.parametrize(
        ("day", "wanted"),
        [
            ("2026-12-01", []),
            ("2027-01-15", [(SYSTEM, "info")]),
            ("2027-06-30", [(SYSTEM, "info")]),
            ("2027-07-01", [(SYSTEM, "warning")]),
        ],
    )
    def test_an_end_is_told_half_a_year_before(
        self, day: str, wanted: list[tuple[str, str]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(TODAY, day)
        assert ending(of_agent("batch.node.ubuntu 22.04")) == wanted

    def test_what_is_over_explains_nodes_that_do_not_come(self) -> None:
        (found,) = (one for one in lint_pool(of_agent("batch.node.ubuntu 18.04"), KNOWN) if one.id == SYSTEM)
        assert "batch-allocation-failed" in found.explains


class TestSizes:
    @pytest.mark.parametrize(
        "size",
        [
            "STANDARD_D2", "standard_ds2", "STANDARD_D2_V2", "STANDARD_DS2_V2", "Standard_DS11-1_v2",
            "standard_l8s", "Standard_HB120rs_v2", "Standard_HC44rs", "Standard_NP10s",
        ],
    )  # fmt: skip
    def test_a_family_that_is_to_end_at_a_day_that_was_not_found(self, size: str) -> None:
        assert ending(of_size(size)) == [(SIZE, "info")]
        assert message(of_size(size)).endswith("is to end; no date was found")

    @pytest.mark.parametrize(
        "size",
        [
            "STANDARD_D2S_V3", "STANDARD_D2_V3", "standard_d2s_v5", "Standard_L8s_v3", "Standard_HB120rs_v3",
            "Standard_E2s_v5", "[parameters('size')]", "Standard_DC2s_v3", "Standard_D2as_v4",
        ],
    )  # fmt: skip
    def test_a_family_of_which_no_end_is_known(self, size: str) -> None:
        assert ending(of_size(size)) == []

    def test_sizes_that_azure_has_retired(self) -> None:
        assert ending(of_size("Standard_NC6s_v3")) == [(SIZE, "warning")]


class TestTheRest:
    @pytest.mark.parametrize(
        ("version", "said"), [("2021-01-01", True), ("2024-07-01", True), ("2025-06-01", False)]
    )
    def test_api_versions(self, version: str, *, said: bool) -> None:
        resource = {"type": "Microsoft.Batch/batchAccounts/pools", "apiVersion": version, **good()}
        told = lint_text(json.dumps({"resources": [resource]}), "t.json", KNOWN).findings
        found = [(one.id, str(one.severity), one.path) for one in told if one.id.endswith("support-ends")]
        wanted = [("batch-api-version-support-ends", "info", "/resources/0/apiVersion")]
        assert found == (wanted if said else [])

    @pytest.mark.parametrize(
        ("mode", "said"), [("Classic", True), ("classic", True), ("Simplified", False), ("Default", False)]
    )
    def test_the_classic_communication_mode_is_retired(self, mode: str, *, said: bool) -> None:
        definition = good()
        definition["properties"]["targetNodeCommunicationMode"] = mode
        assert ending(definition) == ([("batch-communication-support-ends", "warning")] if said else [])

    def test_the_same_of_the_data_plane(self) -> None:
        body = good()
        flat = {
            "id": "p",
            "vmSize": "standard_ds2_v2",
            "targetNodeCommunicationMode": "classic",
            "virtualMachineConfiguration": machine(body),
        }
        told = lint_text(json.dumps(flat), "p.json", KNOWN).findings
        assert {one.path for one in told if one.id.endswith("support-ends")} == {
            "/vmSize",
            "/targetNodeCommunicationMode",
        }

    def test_the_same_of_terraform(self) -> None:
        block = {**extension(good()), "type_handler_version": "3.0", "settings_json": "{}"}
        values = {
            "vm_size": "STANDARD_DS2_V2",
            "node_agent_sku_id": "batch.node.ubuntu 20.04",
            "extensions": [block],
        }
        resource = {"address": "a", "type": "azurerm_batch_pool", "name": "a", "values": values}
        plan = {"planned_values": {"root_module": {"resources": [resource]}}}
        told = lint_text(json.dumps(plan), "p.json", KNOWN).findings
        paths = {one.path.rpartition("/")[2] for one in told if one.id.endswith("support-ends")}
        assert paths == {"vm_size", "node_agent_sku_id"}

    @pytest.mark.parametrize(("provision", "said"), [("NoPublicIPAddresses", True), ("BatchManaged", False)])
    def test_pools_without_public_addresses_lose_their_way_out(self, provision: str, *, said: bool) -> None:
        definition = good()
        addresses = {"publicIPAddressConfiguration": {"provision": provision}}
        definition["properties"]["networkConfiguration"] = addresses
        assert ending(definition) == ([("batch-outbound-support-ends", "info")] if said else [])

    @pytest.mark.parametrize(("folder", "said"), [("images/mine", True), ("galleries/g/images/mine", False)])
    @pytest.mark.parametrize("key", ["id", "virtualMachineImageId"])
    def test_images_of_ones_own(self, key: str, folder: str, *, said: bool) -> None:
        value = f"/subscriptions/s/resourceGroups/r/providers/Microsoft.Compute/{folder}"
        definition = of_agent("batch.node.ubuntu 24.04", **{key: value})
        assert ending(definition) == ([("batch-image-support-ends", "warning")] if said else [])

    @pytest.mark.parametrize(
        ("kind", "wanted"),
        [
            ("IaaSDiagnostics", ["warning"]),
            ("OmsAgentForLinux", ["warning"]),
            ("AzureMonitorLinuxAgent", []),
            ("DSC", []),
        ],
    )
    def test_other_extensions(self, kind: str, wanted: list[str]) -> None:
        definition = good()
        machine(definition)["extensions"].append({"name": "o", "publisher": "p", "type": kind})
        assert [severity for _, severity in ending(definition)] == wanted

    def test_an_extension_whose_end_is_far_is_told_when_it_is_near(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(TODAY, "2028-01-15")
        definition = good()
        machine(definition)["nodeAgentSkuId"] = "batch.node.ubuntu 24.04"
        machine(definition)["extensions"].append({"name": "o", "publisher": "p", "type": "DSC"})
        assert ending(definition) == [("batch-extension-support-ends", "info")]
