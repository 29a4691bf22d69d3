"""What the compute resource provider says of a node's extension, as it does of any extension.

Its texts are documented or seen. Where Batch manages the machines nobody is shown them; in a subscription of
one's own `az vmss list-instances` does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.simulator.extension import akvvm

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troubleshooter.simulator.extension.akvvm import Fate


def error(extension: Mapping[str, Any], fate: Fate, node: str) -> dict[str, Any] | None:
    """The error of a node's extension, or None where there is none."""
    if not fate.blocks:
        return None
    name = extension["name"]
    if not fate.status:
        text = (
            f"VM '{node}' has not reported status for VM agent or extensions. Please verify the VM has a"
            " running VM agent, and can establish outbound connections to Azure storage."
        )
        return _error("VMAgentStatusCommunicationError", text)
    if fate.status == "transitioning":
        text = (
            f"Provisioning of VM extension {name} has timed out. Extension provisioning has taken too long to"
            f' complete. The extension last reported "{fate.message}".'
        )
        return _error("VMExtensionProvisioningTimeout", text)
    if fate.handling.status == "NotReady":
        kind = f"{akvvm.PUBLISHER}.{extension['type']}"
        text = (
            f"The handler for VM extension type '{kind}' has reported terminal failure for VM extension"
            f" '{name}' with error message: '{fate.message}'."
        )
        return _error("VMExtensionHandlerNonTransientError", text)
    text = f"VM has reported a failure when processing extension '{name}'. Error message: \"{fate.message}\"."
    return _error("VMExtensionProvisioningError", text)


def _error(code: str, message: str) -> dict[str, Any]:
    return {"error": {"code": code, "message": message}}
