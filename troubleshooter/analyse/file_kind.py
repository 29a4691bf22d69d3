"""What kind of file something is read as."""

from __future__ import annotations

from enum import StrEnum


class FileKind(StrEnum):
    EXTENSION_LOG = "akvvm"
    """An extension's own log; rules may call it extension-log. Its name here is older than its kind."""
    STATUS = "status"
    """What the extension tells the guest agent: status/<seq>.status."""
    SETTINGS = "settings"
    HANDLER_STATUS = "handler-status"
    HANDLER_STATE = "handler-state"
    WAAGENT = "waagent"
    """The Linux guest agent's log, in any of its three forms."""
    WAAPPAGENT = "waappagent"
    """The Windows guest agent's log."""
    COMMAND_EXECUTION = "command-execution"
    """What the guest agent saw of the extension's commands."""
    EXTENSION_VIEW = "extension-view"
    """Batch's answer about one node's extension, or a list of them."""
    RESIZE_ERRORS = "resize-errors"
    PAST_RESIZE_ERRORS = "past-resize-errors"
    """Errors of a resize that a pool shows though it has its size by now; a statement's kind, no file's."""
    NODE_ERRORS = "node-errors"
    CRP = "crp"
    """An error of the compute resource provider, as JSON."""
    OS_RELEASE = "os-release"
    AGENT_CONF = "agent-conf"
    """The Linux guest agent's configuration, waagent.conf."""
    DIAGNOSTIC_LOG = "diagnostic-log"
    """Requests to a vault, as its diagnostic settings have them written down."""
    JOURNAL = "journal"
    """What systemd keeps, as text or as JSON: every rule may match in it."""
    PROBE = "probe"
    """What a node answered when it was asked itself (collect/probe)."""
    TEXT = "text"
    """Anything else, e.g. a pasted message: every rule may match in it."""

    @classmethod
    def _missing_(cls, value: object) -> FileKind | None:
        return cls.EXTENSION_LOG if value == "extension-log" else None
