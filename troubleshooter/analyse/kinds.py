"""What a file is, decided by its content and never by its name."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from troubleshooter.analyse.file_kind import FileKind
from troubleshooter.analyse.probe import PROBED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.analyse.signs import LogSign, Signs

JSON_LIMIT = 4 * 1024 * 1024
"""A JSON file above this is read as text."""

_FIRST_LINES: tuple[tuple[re.Pattern[bytes], FileKind], ...] = (
    (re.compile(rb"PRETTY_NAME=|VERSION_ID="), FileKind.OS_RELEASE),
    (
        re.compile(rb"\s*(?:Extensions|Provisioning|ResourceDisk|Lib|OS|Logs)\.[A-Z]\w+ *="),
        FileKind.AGENT_CONF,
    ),
)
_JOURNAL = re.compile(
    rb"-- (?:Logs begin|Journal begins|Boot )|\w{3} [ \d]\d \d\d:\d\d:\d\d(?:\.\d+)? \S+ "
    rb"(?:systemd|akvvm_service|kernel|audit|setroubleshoot|waagent|nginx|sshd)\b[^:]{0,40}: "
)
_HANDLER_STATE = re.compile(rb"\s*(?:NotInstalled|Installed|Enabled|Disabled|Uninstalled)\s*", re.IGNORECASE)


def kind_of_lines(head: bytes, signs: Signs) -> tuple[FileKind, LogSign | None]:
    """What a file of lines is, judged by its first lines; and whose log, where it is one."""
    if _HANDLER_STATE.fullmatch(head[:100]):
        return FileKind.HANDLER_STATE, None
    if head.startswith(PROBED):
        return FileKind.PROBE, None
    for line in _first_lines(head):
        if log := signs.log(line):
            return log.kind, log
        for pattern, kind in _FIRST_LINES:
            if pattern.match(line):
                return kind, None
    return (FileKind.JOURNAL if _is_journal(head) else FileKind.TEXT), None


def _first_lines(head: bytes) -> Iterator[bytes]:
    """Their beginnings, one by one: of a log the first one says what it is."""
    start = 0
    for _ in range(200):
        end = head.find(b"\n", start)
        yield head[start : min(end, start + 200)] if end >= 0 else head[start : start + 200]
        if end < 0:
            return
        start = end + 1


def _is_journal(head: bytes) -> bool:
    """Whether its first line is of systemd's journal, after the command that printed it."""
    lines = [line for line in head[:2000].split(b"\n") if line.strip()][:3]
    return any(_JOURNAL.match(line[:200]) for line in lines)


def weight(data: bytes) -> int:
    """How many looks reading JSON takes, by the values that it can hold at most."""
    return sum(data.count(sign) for sign in (b",", b":", b"[", b"{")) // 8


def kind_of_json(data: bytes, holds: tuple[str, ...]) -> tuple[FileKind, Any]:
    """What a JSON file is, with its value; TEXT when nobody knows its shape, and None when it is none.

    `holds` are the keys that make an object the settings of an extension.
    """
    try:
        value = json.loads(data.decode("utf-8-sig"), strict=False)
    except (ValueError, RecursionError):
        return FileKind.TEXT, None
    return _kind_of_value(value, holds), value


def _is_status(record: dict[str, Any]) -> bool:
    """Whether an extension wrote it of itself: the status of an activity log's event is an object, too."""
    status = record.get("status")
    return isinstance(status, dict) and (
        "formattedMessage" in status or isinstance(status.get("status"), str)
    )


def _kind_of_value(value: Any, holds: tuple[str, ...]) -> FileKind:
    if isinstance(value, list):
        first = value[0] if value and isinstance(value[0], dict) else {}
        if _is_status(first):
            return FileKind.STATUS
        return _kind_of_object(first, holds)
    return _kind_of_object(value, holds) if isinstance(value, dict) else FileKind.TEXT


_KEYS: tuple[tuple[str, FileKind], ...] = (
    ("runtimeSettings", FileKind.SETTINGS),
    ("instanceView", FileKind.EXTENSION_VIEW),
    ("vmExtension", FileKind.EXTENSION_VIEW),
    ("statuses", FileKind.EXTENSION_VIEW),
    ("resizeErrors", FileKind.RESIZE_ERRORS),
    ("resizeOperationStatus", FileKind.RESIZE_ERRORS),
    ("errors", FileKind.NODE_ERRORS),
    ("error", FileKind.CRP),
)


def _keys(value: dict[str, Any]) -> set[str]:
    """Its own; and of ARM's pool the one that stands deeper, where its last resize failed."""
    inner = value.get("properties")
    resize = inner.get("resizeOperationStatus") if isinstance(inner, dict) else None
    failed = isinstance(resize, dict) and bool(resize.get("errors"))
    unasked = {key for key in ("instanceView",) if value.get(key) is None}  # tools list it unasked
    listed = value.get("errors")
    foreign = {"errors"} if listed and not _has_objects(listed) else set()  # a web service's, as texts
    return {*value, "resizeOperationStatus"} if failed else {*value} - unasked - foreign


def _has_objects(listed: object) -> bool:
    return isinstance(listed, list) and isinstance(listed[0], dict)


_OF_A_NODE = {"vmSize", "affinityId", "lastBootTime", "allocationTime", "nodeAgentInfo"}
_OF_A_POOL = {"allocationState", "virtualMachineConfiguration", "properties"}


def _kind_of_object(value: dict[str, Any], holds: tuple[str, ...]) -> FileKind:
    if "state" in value and value.keys() & _OF_A_NODE and not value.keys() & _OF_A_POOL:
        return FileKind.NODE_ERRORS
    if any(key in value for key in holds):
        return FileKind.SETTINGS
    seen = _keys(value)
    known = next((kind for key, kind in _KEYS if key in seen), None)
    if known or _is_status(value):
        return known or FileKind.STATUS
    if {"status", "supports_multi_config"} <= value.keys() or value.get("status") in ("Ready", "NotReady"):
        return FileKind.HANDLER_STATUS
    if {"code", "message"} <= value.keys():
        return FileKind.CRP
    listed = value.get("value")
    first = listed[0] if isinstance(listed, list) and listed else None
    return (
        _kind_of_object(first, holds) if isinstance(first, dict) and "value" not in first else FileKind.TEXT
    )
