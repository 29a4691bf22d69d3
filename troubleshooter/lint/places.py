"""Where Key Vault extensions stand in a document, whatever its shape."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from troubleshooter.lint.jsontext import pointer

if TYPE_CHECKING:
    from collections.abc import Iterator


class Os(StrEnum):
    LINUX = "linux"
    WINDOWS = "windows"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PoolPlace:
    """The Batch pool around an extension."""

    at: str
    body: Mapping[str, Any]
    arm: bool
    """ARM's shape; the data plane's cannot carry an identity."""
    names: tuple[str, ...]
    """Of all its extensions."""


@dataclass(frozen=True, slots=True)
class Place:
    """One extension, or its settings alone, and what is known about it."""

    at: str
    """Pointer of the object that holds type, publisher and settings."""
    fields: Mapping[str, Any]
    settings_at: str
    settings: Any
    """As it stands there; a string is parsed where an answer or a plan rightly holds one."""
    os: Os
    major: int | None
    pool: PoolPlace | None
    patchable: bool
    """False inside a string: no pointer leads there."""
    bare: bool
    """Settings alone: no extension object around them."""


_OURS = re.compile(r"keyvaultfor|kvvm", re.IGNORECASE)
_FILE_HINT = re.compile(r"KeyVaultFor(Linux|Windows)(?:[-\\/](\d+)\.)?", re.IGNORECASE)
_ANSWER_KEYS = {"creationTime", "eTag", "lastModified", "stateTransitionTime"}
"""What only an answer of the data plane has, beside its virtualMachineConfiguration."""
_SETTINGS_KEYS = ("settings", "settings_json")
_DEPTH = 60


def places(document: Any, file: str) -> Iterator[Place]:
    """Every extension of ours, top to bottom."""
    if isinstance(document, Mapping):
        if isinstance(document.get("runtimeSettings"), list):
            yield from _settings_file(document, file)
            return
        if "secretsManagementSettings" in document and not _is_extension(document):
            yield _bare(document, "", file)
            return
        if set(document) <= {"settings", "authenticationSettings"} and isinstance(
            document.get("settings"), Mapping
        ):
            yield _bare(document, "", file)  # a settings file in one wrapper too many
            return
    yield from _visit(document, "", None, answer=False, depth=0)


def _visit(value: Any, at: str, pool: PoolPlace | None, *, answer: bool, depth: int) -> Iterator[Place]:
    if depth > _DEPTH:
        return
    if isinstance(value, list):
        for index, entry in enumerate(value):
            yield from _visit(entry, pointer(at, index), pool, answer=answer, depth=depth + 1)
    if not isinstance(value, Mapping):
        return
    answer = answer or _is_answer(value)
    pool = _pool(value, at) or pool
    if _is_extension(value):
        yield _extension(value, at, pool, answer=answer)
        return
    for key, entry in value.items():
        if key == "properties" and _is_extension(entry):
            yield _extension(entry, pointer(at, key), pool, answer=answer)
        else:
            yield from _visit(entry, pointer(at, key), pool, answer=answer, depth=depth + 1)


def _is_answer(value: Mapping[str, Any]) -> bool:
    of_pool = "virtualMachineConfiguration" in value and bool(_ANSWER_KEYS & value.keys())
    return of_pool or "instanceView" in value or "odata.metadata" in value


def _is_extension(value: Any) -> bool:
    if not isinstance(value, Mapping):
        return False
    kind, publisher = value.get("type"), value.get("publisher")
    if isinstance(kind, str) and _OURS.match(kind):
        return True
    ours = isinstance(publisher, str) and publisher.lower().startswith("microsoft.azure.keyvault")
    return ours and ("settings" in value or "type" in value)


def _extension(fields: Mapping[str, Any], at: str, pool: PoolPlace | None, *, answer: bool) -> Place:
    plan = "type_handler_version" in fields or "settings_json" in fields
    key = next((name for name in _SETTINGS_KEYS if name in fields), "settings")
    settings, inside = fields.get(key), False
    if isinstance(settings, str) and (answer or plan):
        settings, inside = _parsed(settings), True
    version = fields.get("typeHandlerVersion", fields.get("type_handler_version"))
    return Place(
        at=at,
        fields=fields,
        settings_at=pointer(at, key),
        settings=settings,
        os=_os(str(fields.get("type", ""))),
        major=_major(version),
        pool=pool,
        patchable=not inside and not plan,
        bare=False,
    )


def _settings_file(document: Mapping[str, Any], file: str) -> Iterator[Place]:
    for index, entry in enumerate(document["runtimeSettings"]):
        handler = entry.get("handlerSettings") if isinstance(entry, Mapping) else None
        if isinstance(handler, Mapping) and "publicSettings" in handler:
            at = pointer("", "runtimeSettings", index, "handlerSettings", "publicSettings")
            yield _bare(handler["publicSettings"], at, file)


def _bare(settings: Any, at: str, file: str) -> Place:
    hint = _FILE_HINT.search(file)
    return Place(
        at=at,
        fields={},
        settings_at=at,
        settings=settings,
        os=_os(hint[0]) if hint else Os.UNKNOWN,
        major=int(hint[2]) if hint and hint[2] else None,
        pool=None,
        patchable=True,
        bare=True,
    )


def _pool(value: Mapping[str, Any], at: str) -> PoolPlace | None:
    inner = value.get("properties")
    deployment = inner.get("deploymentConfiguration") if isinstance(inner, Mapping) else None
    arm = isinstance(deployment, Mapping)
    machine = deployment.get("virtualMachineConfiguration") if isinstance(deployment, Mapping) else None
    if not arm and ("vmSize" in value or "id" in value):
        machine = value.get("virtualMachineConfiguration")
    if not isinstance(machine, Mapping):
        return None
    extensions = machine.get("extensions")
    entries = extensions if isinstance(extensions, list) else []
    names = tuple(
        str(entry.get("name")) for entry in entries if isinstance(entry, Mapping) and "name" in entry
    )
    return PoolPlace(at, value, arm, names)


def _os(kind: str) -> Os:
    lowered = kind.lower()
    if "windows" in lowered:
        return Os.WINDOWS
    return Os.LINUX if "linux" in lowered else Os.UNKNOWN


def _major(version: Any) -> int | None:
    found = re.match(r"(\d+)(?:\.|$)", str(version)) if isinstance(version, str | int | float) else None
    return int(found[1]) if found else None


def _parsed(text: str) -> Any:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value if isinstance(value, dict) else text


_UNKNOWN = re.compile(
    r"^\[[^\[].*\]$|\$\{|\{\{|<[^<>]+>|^<|^\{\w+\}$|^\$[A-Za-z_(]|^(?:var|local|data|module)\.", re.DOTALL
)


def is_unknown(value: Any) -> bool:
    """A template's expression or a page's placeholder: its value is not known yet, so it is never wrong."""
    return isinstance(value, str) and _UNKNOWN.search(value) is not None
