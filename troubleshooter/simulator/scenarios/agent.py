"""The guest agent, or the service it starts, fails on a custom image.

Where the texts come from stands in `simulator/extension/agent.py`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from troubleshooter.simulator.around.conditions import Compute, Flaw, Image, Network
from troubleshooter.simulator.scenarios.ground import GROUP, WELL, extension_of, machine_of
from troubleshooter.simulator.scenarios.remedies import clear_network, mend_compute, publish_image
from troubleshooter.simulator.scenarios.scene import Scenario
from troubleshooter.simulator.scenarios.settings import number

if TYPE_CHECKING:
    from typing import Any

    from troubleshooter.simulator.around.conditions import Conditions

IMAGE = f"{GROUP}/Microsoft.Compute/galleries/render/images/render-node/versions/1.4.0"


def custom_image(body: dict[str, Any]) -> dict[str, Any]:
    machine_of(body)["imageReference"] = {"id": IMAGE}
    return body


def with_flaws(*flaws: Flaw, system: str = "ubuntu-22.04") -> Conditions:
    return replace(WELL, images=(Image(IMAGE, system, frozenset(flaws)),))


def flawed(name: str, summary: str, *flaws: Flaw, lenient: bool = False) -> Scenario:
    """One whose pool is made from an image with those flaws.

    Where Batch is lenient the nodes' own logs can be read; else only what it shows of the extension.
    """
    conditions = replace(with_flaws(*flaws), compute=Compute(lenient=lenient))
    return Scenario(name, summary, conditions, body=custom_image, remedy=publish_image)


def _monitored(body: dict[str, Any]) -> dict[str, Any]:
    """With another extension, which waits for Key Vault's."""
    monitor = {
        "name": "AzureMonitor",
        "publisher": "Microsoft.Azure.Monitor",
        "type": "AzureMonitorLinuxAgent",
        "typeHandlerVersion": "1.0",
        "provisionAfterExtensions": [extension_of(body)["name"]],
    }
    machine_of(body)["extensions"].append(monitor)
    return body


AGENT_FAULTS = (
    flawed("var-noexec", "The image mounts /var so that nothing there may run", Flaw.VAR_NOEXEC),
    flawed("units-read-only", "The image lets nobody add a systemd unit", Flaw.UNITS_READ_ONLY),
    flawed("install-fails", "The extension's install script ends in an error", Flaw.INSTALL_FAILS),
    flawed(
        "enable-too-slow", "Starting the extension takes longer than the agent waits", Flaw.SLOW, lenient=True
    ),
    flawed(
        "launch-failed",
        "The image lacks the shell that the extension's scripts name",
        Flaw.SHELL_MISSING,
        lenient=True,
    ),
    flawed(
        "package-damaged", "Files of the extension's package go missing", Flaw.PACKAGES_DAMAGED, lenient=True
    ),
    flawed(
        "log-folder-a-file", "A file stands where the agent logs to", Flaw.LOG_FOLDER_IS_A_FILE, lenient=True
    ),
    flawed("extensions-off", "The image's agent is told to leave extensions alone", Flaw.EXTENSIONS_OFF),
    flawed("extension-not-allowed", "A policy on the image does not allow the extension", Flaw.NOT_ALLOWED),
    flawed("status-cut", "The extension's status file arrives in part", Flaw.STATUS_CUT),
    flawed("agent-too-old", "The image's agent does not know what Azure asks of it", Flaw.AGENT_OLD),
    flawed(
        "agent-legacy",
        "The image's agent is of the 2.0 line, and may run nothing",
        Flaw.AGENT_LEGACY,
        Flaw.VAR_NOEXEC,
    ),
    flawed("loader-missing", "The image has its dynamic loader elsewhere", Flaw.NO_LOADER),
    flawed(
        "service-no-status", "The service starts in another folder, and dies silently", Flaw.WORKING_DIRECTORY
    ),
    Scenario(
        "package-unreachable",
        "The network does not let the agent fetch the extension's package",
        conditions=replace(WELL, network=Network(to_storage=False)),
        remedy=clear_network,
    ),
    Scenario(
        "manifest-lags",
        "The region's list of versions lacks the one the pool is given",
        conditions=replace(WELL, compute=Compute(manifest_lags=True, lenient=True)),
        remedy=mend_compute,
    ),
    Scenario(
        "dependent-extension",
        "Another extension waits in vain for Key Vault's, whose polling interval is a number",
        settings=number,
        body=_monitored,
    ),
)
