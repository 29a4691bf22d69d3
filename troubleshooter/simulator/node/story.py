"""What happened on one simulated node, told by whoever owns the world."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping  # noqa: TC004  # it is only used in an annotation


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
