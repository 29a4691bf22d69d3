"""What happened on one simulated node, told by whoever owns the world."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping  # noqa: TC004  # it is only used in an annotation


@dataclass(frozen=True, slots=True)
class Handling:
    """What the guest agent made of the extension."""

    state: str = "Enabled"
    """Of HandlerState."""
    status: str = "Ready"
    """Of HandlerStatus, as code and message are."""
    code: int = 0
    message: str = "Plugin enabled"
    log: tuple[tuple[str, str], ...] = ()
    """What its log says beyond the usual: level and text. On Windows the text is a whole line's."""
    plain_log: str = ""
    """The whole log instead, of an agent that writes another form."""
    output: str = ""
    error_output: str = ""
    """Of the extension's commands."""
    status_file: str | None = None
    """What lies there instead of what the service would write; empty for no file."""
    exit_code: int | None = None
    """With which the service ends whenever it is started; None where its status tells."""


HANDLED = Handling()


@dataclass(frozen=True, slots=True)
class Reply:
    """What one call of the node's is answered."""

    url: str
    client: str = ""
    """Whose token the call has; empty for one without a token."""
    exit_code: int = 0
    """With which curl ends."""
    text: str = ""
    """The answer as it comes over the wire, or what curl complains."""


@dataclass(frozen=True, slots=True)
class NodeStory:
    node_id: str
    extension_name: str
    """Empty on a node whose pool has no Key Vault extension: then nothing of it lies on the disk."""
    extension_version: str
    """With all its parts, e.g. 3.5.3041.185."""
    settings: Mapping[str, Any] | str
    """publicSettings as the agent writes them; a string where a client sent text instead of an object."""
    status: str
    """success, transitioning or error."""
    operation: str
    """Of the status file, e.g. "Service start."."""
    message: str
    """Of the status file."""
    log_lines: tuple[str, ...]
    """The service's log, complete lines with time stamp, level and component."""
    sequence_number: int
    """Of the settings the agent handed over last."""
    os_release: str
    """Content of /etc/os-release."""
    handling: Handling = HANDLED
    windows: bool = False
    agent_log: str = ""
    """What the guest agent says where it has no extension of ours to run; empty where there is no agent."""
    replies: tuple[Reply, ...] = ()
    """What it hears that asks for itself."""
    addresses: tuple[tuple[str, str], ...] = ()
    """Names that it can resolve."""
    noise: bool = False
    """The node has worked for long, and much harmless is in its logs."""
