"""One extension, or its settings alone, as a document holds it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from troubleshooter.lint.hosts import UNSHOWN, Host
from troubleshooter.lint.jsontext import pointer
from troubleshooter.lint.systems import Os
from troubleshooter.lint.unknown import NOT_SHOWN


@dataclass(frozen=True, slots=True)
class PoolPlace:
    """The Batch pool around an extension."""

    at: str
    arm: bool
    """ARM's shape; the data plane's cannot carry an identity."""
    extensions: tuple[Mapping[str, Any], ...]
    extensions_at: str

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(str(entry["name"]) for entry in self.extensions if "name" in entry)


@dataclass(frozen=True, slots=True)
class Place:
    at: str
    """Pointer of the object that holds type, publisher and settings."""
    fields: Mapping[str, Any]
    settings_at: str
    settings: Any
    """As it stands there; a string that holds an object is parsed."""
    os: Os
    major: int | None
    host: Host
    pool: PoolPlace | None
    in_text: bool = False
    """The settings stand in a string, where no pointer leads."""
    text_is_right: bool = False
    """That string is as it should be: an answer of Batch, or a plan."""
    answer: bool = False
    bare: bool = False
    """Settings alone: no extension object around them."""
    generated: bool = False
    """The document is made from a source that is elsewhere: patching it would cure nothing."""

    @property
    def waits_for(self) -> tuple[str, list[Any]]:
        """Pointer and names of what it is provisioned after."""
        for key in ("provisionAfterExtensions", "provision_after_extensions"):
            if isinstance(names := self.fields.get(key), list):
                return pointer(self.at, key), names
        return "", []


_OURS = re.compile(r"keyvaultfor|kvvm", re.IGNORECASE)
_FILE_HINT = re.compile(r"KeyVaultFor(Linux|Windows)(?:[-\\/](\d{1,9})\.)?", re.IGNORECASE)


def is_extension(value: Any) -> bool:
    if not isinstance(value, Mapping):
        return False
    kind, publisher = value.get("type"), value.get("publisher")
    if isinstance(kind, str) and _OURS.match(kind):
        return True
    ours = isinstance(publisher, str) and publisher.lower().startswith("microsoft.azure.keyvault")
    return ours and ("settings" in value or "type" in value)


def read(fields: Mapping[str, Any], at: str, host: Host, pool: PoolPlace | None, *, answer: bool) -> Place:
    """Read an extension object, in ARM's spelling or in Terraform's."""
    terraform = "type_handler_version" in fields or "settings_json" in fields
    key = "settings_json" if "settings_json" in fields else "settings"
    settings = fields.get(key)
    if terraform and key not in fields:
        settings = NOT_SHOWN
    parsed = _parsed(settings)
    version = fields.get("typeHandlerVersion", fields.get("type_handler_version"))
    return Place(
        at=at,
        fields=fields,
        settings_at=pointer(at, key),
        settings=settings if parsed is None else parsed,
        os=_os(str(fields.get("type", "")), host),
        major=_major(version),
        host=host,
        pool=pool,
        in_text=parsed is not None,
        text_is_right=answer or terraform,
        answer=answer,
    )


def bare(settings: Any, at: str, file: str) -> Place:
    """Settings without their extension; the name of the file may tell which one it is."""
    hint = _FILE_HINT.search(file)
    parsed = _parsed(settings)
    return Place(
        at=at,
        fields={},
        settings_at=at,
        settings=settings if parsed is None else parsed,
        os=_os(hint[0], UNSHOWN) if hint else Os.UNKNOWN,
        major=int(hint[2]) if hint and hint[2] else None,
        host=UNSHOWN,
        pool=None,
        in_text=parsed is not None,
        bare=True,
    )


def _os(kind: str, host: Host) -> Os:
    lowered = kind.lower()
    if "windows" in lowered:
        return Os.WINDOWS
    if "linux" in lowered:
        return Os.LINUX
    return host.system.os if host.system else Os.UNKNOWN


def _major(version: Any) -> int | None:
    known = isinstance(version, str | int | float)
    found = re.match(r"([0-9]{1,9})(?:\.|$)", str(version)[:40]) if known else None
    return int(found[1]) if found else None


def _parsed(settings: Any) -> dict[str, Any] | None:
    """The object that a string holds."""
    try:
        value = json.loads(settings) if isinstance(settings, str) else None
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
