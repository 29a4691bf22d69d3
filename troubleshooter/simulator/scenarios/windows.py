"""Windows nodes, which tasks read alone, and the extension 4.x, which no node gets past but with it.

`simulate --write FOLDER` writes their files, for `analyze`. Texts of Windows are named where they arise.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from troubleshooter.simulator.around.conditions import Flaw, Image, Road
from troubleshooter.simulator.scenarios import remedies
from troubleshooter.simulator.scenarios.agent import IMAGE
from troubleshooter.simulator.scenarios.ground import IDENTITY, WELL, extension_of, machine_of
from troubleshooter.simulator.scenarios.network import along
from troubleshooter.simulator.scenarios.scene import Scenario, nothing, unchanged
from troubleshooter.simulator.scenarios.settings import empty, number, three_slashes
from troubleshooter.simulator.scenarios.vault import UNGRANTED, guarded

if TYPE_CHECKING:
    from typing import Any

    from troubleshooter.simulator.around.conditions import Conditions
    from troubleshooter.simulator.scenarios.scene import Change, Remedy


def on_windows(version: str, system: str = "2022-datacenter", *, custom: bool = False) -> Change:
    """The pool with Windows nodes and that version of the extension."""

    def changed(body: dict[str, Any]) -> dict[str, Any]:
        machine, extension = machine_of(body), extension_of(body)
        reference = {"publisher": "microsoftwindowsserver", "offer": "windowsserver", "sku": system}
        machine["imageReference"] = {"id": IMAGE} if custom else {**reference, "version": "latest"}
        machine["nodeAgentSkuId"] = "batch.node.windows amd64"
        extension |= {
            "name": "KeyVaultForWindows",
            "type": "KeyVaultForWindows",
            "typeHandlerVersion": version,
        }
        secrets = extension["settings"]["secretsManagementSettings"]
        (certificate,) = secrets["observedCertificates"]
        certificate |= {"certificateStoreName": "MY", "certificateStoreLocation": "LocalMachine"}
        if version.startswith("1"):
            store = {key: certificate[key] for key in ("certificateStoreName", "certificateStoreLocation")}
            secrets |= {**store, "observedCertificates": [certificate["url"]]}
        return body

    return changed


def on_version_4(sku: str) -> Change:
    def changed(body: dict[str, Any]) -> dict[str, Any]:
        machine_of(body)["imageReference"] |= {
            "offer": "ubuntu-24_04-lts" if sku == "server" else "",
            "sku": sku,
        }
        if sku == "server":
            machine_of(body)["nodeAgentSkuId"] = "batch.node.ubuntu 24.04"
        else:
            machine_of(body)["imageReference"]["offer"] = "0001-com-ubuntu-server-jammy"
        extension_of(body)["typeHandlerVersion"] = "4.0"
        del extension_of(body)["settings"]["secretsManagementSettings"]["requireInitialSync"]
        return body

    return changed


def _principal(settings: dict[str, Any]) -> dict[str, Any]:
    settings["authenticationSettings"]["msiClientId"] = IDENTITY.principal_id
    return settings


def _secrets_text(settings: dict[str, Any]) -> dict[str, Any]:
    settings["secretsManagementSettings"] = "secretsManagementSettings"
    return settings


def _image(*flaws: Flaw) -> Conditions:
    return replace(WELL, images=(Image(IMAGE, "windows-2022", frozenset(flaws)),))


def _windows(
    name: str,
    what: str,
    conditions: Conditions = WELL,
    settings: Change = unchanged,
    version: str = "3.0",
    remedy: Remedy = nothing,
) -> Scenario:
    return Scenario(f"windows-{name}", what, conditions, settings, body=on_windows(version), remedy=remedy)


WINDOWS_FAULTS = (
    _windows("healthy", "Nothing is wrong"),
    _windows("rbac-denied", "The identity has no role on the vault", UNGRANTED, remedy=remedies.grant_role),
    _windows(
        "firewall",
        "The vault's firewall does not know the nodes",
        guarded(()),
        remedy=remedies.open_firewall,
    ),
    _windows("wrong-client-id", "The settings name the identity's principal id", settings=_principal),
    _windows("polling-number", "The polling interval is a number, with 1.0", settings=number, version="1.0"),
    _windows("secrets-not-an-object", "The secrets' settings are a bare word", settings=_secrets_text),
    _windows("endpoint-three-slashes", "msiEndpoint has no host", settings=three_slashes),
    _windows("certificates-empty", "No certificate is observed", settings=empty),
    _windows("unresolved", "DNS does not know the vault", along(Road.UNRESOLVED)),
    _windows("tls-inspected", "Something presents another certificate", along(Road.INSPECTED)),
    Scenario(
        "windows-agent-unhealthy",
        "The guest agent is not ready, so all extensions hang",
        conditions=_image(Flaw.AGENT_UNHEALTHY),
        body=on_windows("3.0", custom=True),
    ),
    Scenario(
        "windows-enable-killed",
        "Starting the extension takes longer than the agent waits",
        conditions=_image(Flaw.SLOW),
        body=on_windows("3.0", custom=True),
    ),
    Scenario(
        "windows-too-old",
        "Version 4.0 of the extension does not install on Windows Server 2019",
        body=on_windows("4.0", "2019-datacenter"),
    ),
)
VERSION_4_FAULTS = (
    Scenario(
        "v4-distribution",
        "The extension does not install on Ubuntu 22.04",
        body=on_version_4("22_04-lts"),
    ),
    Scenario(
        "v4-rbac-denied",
        "The identity has no role on the vault",
        conditions=UNGRANTED,
        body=on_version_4("server"),
        remedy=remedies.grant_role,
    ),
    Scenario(
        "v4-way-free",
        "DNS knows the vault again, and the nodes' extension has given up",
        conditions=along(Road.UNRESOLVED),
        body=on_version_4("server"),
        since=lambda conditions: replace(conditions, network=WELL.network),
        gave_up=True,
    ),
)
