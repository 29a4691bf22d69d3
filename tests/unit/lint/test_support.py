"""The extension's version against the operating system of the pool, and the other extensions there."""

from __future__ import annotations

from typing import Any

import pytest

from tests.known import KNOWN
from tests.unit.lint.pools import extension, good, machine
from troubleshooter.lint import lint_pool, lint_text
from troubleshooter.lint.systems import of_agent, of_image


def pool(agent: str, version: str, kind: str = "KeyVaultForLinux", **image: str) -> dict[str, Any]:
    found = good()
    machine(found)["nodeAgentSkuId"] = agent
    if image:
        machine(found)["imageReference"] = image
    extension(found).update(typeHandlerVersion=version, type=kind)
    secrets = extension(found)["settings"]["secretsManagementSettings"]
    del secrets["requireInitialSync"]
    if kind == "KeyVaultForWindows":
        secrets["observedCertificates"][0]["certificateStoreName"] = "MY"
    if version < "3":
        secrets["observedCertificates"] = ["https://v.vault.azure.net/secrets/web"]
        secrets["certificateStoreName"] = None
    return found


def heard(definition: dict[str, Any]) -> list[tuple[str, str]]:
    """Without whether Batch or the extension's publisher still supports it, which have tests of their own."""
    told = ((found.id, str(found.severity)) for found in lint_pool(definition, KNOWN))
    others = ("-support-ends", "install-version-unsupported")
    return [one for one in told if not one[0].endswith(others)]


@pytest.mark.parametrize(
    ("agent", "version", "wanted"),
    [
        ("batch.node.ubuntu 24.04", "4.0", None),
        ("batch.node.ubuntu 22.04", "4.0", "error"),
        ("batch.node.ubuntu 26.04", "4.0", None),
        ("batch.node.mariner 2.0", "4.0", "error"),
        ("batch.node.azurelinux 3.0", "4.0", None),
        ("batch.node.azurelinux 4.0", "4.0", None),
        ("batch.node.el 9", "4.0", None),
        ("batch.node.el 8", "4.0", "error"),
        ("batch.node.debian 12", "4.0", "error"),
        ("batch.node.ubuntu 24.04", "3.0", None),
        ("batch.node.ubuntu 22.04", "3.0", None),
        ("batch.node.ubuntu 20.04", "3.0", "warning"),
        ("batch.node.ubuntu 18.04", "3.0", "warning"),
        ("batch.node.mariner 2.0", "3.3", None),
        ("batch.node.el 9", "3.0", "warning"),
        ("batch.node.debian 11", "3.0", "warning"),
        ("batch.node.ubuntu 20.04", "1.0", None),
        ("batch.node.debian 10", "1.0", None),
        ("batch.node.debian 10", "2.0", "warning"),
        ("batch.node.el 9", "[parameters('version')]", None),
        ("<ubuntu node agent>", "4.0", None),
    ],
)
def test_linux(agent: str, version: str, wanted: str | None) -> None:
    assert heard(pool(agent, version)) == ([("install-distro-unsupported", wanted)] if wanted else [])


def test_the_image_is_surer_than_the_agent() -> None:
    alma = {"publisher": "almalinux", "offer": "almalinux", "sku": "9-gen1"}
    assert heard(pool("batch.node.el 9", "4.0", **alma)) == [("install-distro-unsupported", "error")]
    redhat = {"publisher": "RedHat", "offer": "RHEL", "sku": "94_gen2"}
    assert heard(pool("batch.node.el 9", "4.0", **redhat)) == []


@pytest.mark.parametrize(
    ("sku", "version", "wanted"),
    [
        ("2022-datacenter", "4.0", []),
        ("2025-datacenter-azure-edition", "4.0", []),
        ("2019-datacenter", "4.0", [("install-windows-too-old", "error")]),
        ("2012-R2-Datacenter", "4.0", [("install-windows-too-old", "error")]),
        ("2019-datacenter", "3.0", []),
    ],
)
def test_windows(sku: str, version: str, wanted: list[tuple[str, str]]) -> None:
    image = {"publisher": "MicrosoftWindowsServer", "offer": "WindowsServer", "sku": sku}
    assert heard(pool("batch.node.windows amd64", version, "KeyVaultForWindows", **image)) == wanted


def test_the_extension_of_another_system() -> None:
    definition = pool("batch.node.windows amd64", "3.0")
    (found,) = lint_pool(definition, KNOWN)
    assert found.id == "kv-extension-of-another-system"
    assert found.fix is not None
    assert "KeyVaultForWindows" in found.fix.summary


def test_an_agent_for_another_image() -> None:
    image = {"publisher": "canonical", "offer": "0001-com-ubuntu-server-jammy", "sku": "22_04-lts"}
    assert heard(pool("batch.node.ubuntu 22.04", "3.0", **image)) == []
    assert heard(pool("batch.node.ubuntu 20.04", "3.0", **image)) == [
        ("batch-agent-install-failure", "warning")
    ]


@pytest.mark.parametrize(
    ("image", "wanted"),
    [
        (("Canonical", "UbuntuServer", "18.04-LTS"), "Ubuntu 18.04"),
        (("canonical", "ubuntu-24_04-lts", "server"), "Ubuntu 24.04"),
        (("microsoft-dsvm", "ubuntu-hpc", "2204"), "Ubuntu 22.04"),
        (("microsoft-azure-batch", "ubuntu-server-container", "20-04-lts"), "Ubuntu 20.04"),
        (("MicrosoftCBLMariner", "cbl-mariner", "cbl-mariner-2-gen2"), "Azure Linux 2"),
        (("MicrosoftCBLMariner", "azure-linux-3", "azure-linux-3-gen2"), "Azure Linux 3"),
        (("RedHat", "RHEL", "8_6"), "RHEL 8"),
        (("almalinux", "almalinux-x86_64", "9-gen2"), "AlmaLinux 9"),
        (("debian", "debian-12", "12-gen2"), "Debian 12"),
        (("microsoftwindowsserver", "windowsserver", "2022-datacenter-core"), "Windows Server 2022"),
        (("contoso", "golden", "1"), "None"),
        (("canonical", "[parameters('offer')]", "x"), "None"),
    ],
)
def test_images(image: tuple[str, str, str], wanted: str) -> None:
    assert str(of_image(dict(zip(("publisher", "offer", "sku"), image, strict=True)))) == wanted


def test_an_image_of_ones_own_says_nothing() -> None:
    assert of_image({"id": "/subscriptions/s/images/mine"}) is None
    assert of_agent(None) is None


class TestOtherExtensions:
    def beside(self, kind: str) -> list[tuple[str, str, str]]:
        definition = good()
        machine(definition)["extensions"].append({"name": "o", "publisher": "p", "type": kind})
        return [
            (found.id, str(found.severity), found.path.rpartition("extensions")[2])
            for found in lint_pool(definition, KNOWN)
        ]

    @pytest.mark.parametrize("kind", ["CustomScript", "CustomScriptExtension"])
    def test_custom_script_is_reserved(self, kind: str) -> None:
        assert self.beside(kind) == [("batch-extension-type-not-allowed", "error", "/1/type")]

    def test_others_by_request(self) -> None:
        assert self.beside("Contoso") == [("batch-extension-type-not-allowed", "warning", "/1/type")]

    @pytest.mark.parametrize("kind", ["AzureMonitorLinuxAgent", "NvidiaGpuDriverLinux", "[variables('t')]"])
    def test_listed_ones_are_well(self, kind: str) -> None:
        assert self.beside(kind) == []

    def test_a_pool_is_told_its_mistake_once(self) -> None:
        definition = good()
        second = {**extension(good()), "name": "kv2"}
        machine(definition)["extensions"] += [second, {"name": "o", "publisher": "p", "type": "CustomScript"}]
        assert [found.id for found in lint_pool(definition, KNOWN)] == ["batch-extension-type-not-allowed"]

    def test_waiting_for_itself(self) -> None:
        definition = good()
        extension(definition)["provisionAfterExtensions"] = ["kv"]
        assert [found.id for found in lint_pool(definition, KNOWN)] == ["batch-provision-after-itself"]


def test_comments_are_read_over() -> None:
    text = '{ // the pool\n "type": "KeyVaultForLinux", /* ours */ "settings": {} }'
    result = lint_text(text, "f", KNOWN)
    assert [(found.id, found.line) for found in result.findings if found.id == "json-comment"] == [
        ("json-comment", 1),
        ("json-comment", 2),
    ]
    assert result.repaired == '{ \n "type": "KeyVaultForLinux",  "settings": {} }'
