"""The guest agent on a Windows node. Its source is not public: each text is that of a real log of it.

Seen with other extensions; for this one they are assumed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.simulator.around import systems
from troubleshooter.simulator.around.conditions import Flaw
from troubleshooter.simulator.extension import akvvm
from troubleshooter.simulator.extension.akvvm import Fate
from troubleshooter.simulator.node.story import Handling

if TYPE_CHECKING:
    from troubleshooter.simulator.extension.situation import Situation


UNHEALTHY = (
    ("WARN", "Error state triggered for caller:GAPluginPinger"),
    ("WARN", "HostGAPluginServiceClient is not initialized so setting isCurrentlyHealthy as false"),
)
"""Level and text of what the agent's log says of itself, whether there is an extension or not."""


def stopped(case: Situation) -> Fate | None:
    """Why the extension never ran, or None where it did."""
    version = akvvm.full_version(case.extension)
    folder = f"C:\\Packages\\Plugins\\{case.name}\\{version}"
    if Flaw.AGENT_UNHEALTHY in case.flaws:
        handling = Handling("NotInstalled", "NotReady", log=UNHEALTHY, status_file="")
        return Fate("", "", "", blocks=True, handling=handling)
    major = str(case.extension.get("typeHandlerVersion")).split(".")[0]
    if major == "4" and case.system not in systems.SUPPORTED_BY_4:
        # Documented is that 4.0 does not install there; the text is that of another extension, exit code 50.
        command = f"Command {folder}\\install.cmd of {case.name} has exited with Exit code: 50"
        return _failed(case, "Install", 1007, command)
    if Flaw.SLOW in case.flaws:
        command = f"Command {folder}\\enable.cmd of {case.name} has not exited on time! Killing it..."
        return _failed(case, "Enable", 1009, command)
    return None


def _failed(case: Situation, operation: str, code: int, command: str) -> Fate:
    version = akvvm.full_version(case.extension)
    text = f"{operation} failed for plugin (name: {case.name}, version {version}) with exception {command}"
    handling = Handling(
        state="NotInstalled" if operation == "Install" else "Installed",
        status="NotReady",
        code=code,
        message=text,
        log=(("ERROR", text),),
        output=command,
        status_file="",
    )
    return Fate("error", "", text, blocks=True, handling=handling)
