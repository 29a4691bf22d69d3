"""One extension, or its settings alone, as a document holds it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from troubleshooter.lint.fields import Fields, fields_of
from troubleshooter.lint.hosts import UNSHOWN, Host
from troubleshooter.lint.jsontext import pointer
from troubleshooter.lint.systems import Os
from troubleshooter.lint.unknown import NOT_SHOWN, is_unknown
from troubleshooter.model.extension import Answer, Extension, Recognised, meet

if TYPE_CHECKING:
    from troubleshooter.model.extension import Met


@dataclass(frozen=True, slots=True)
class PoolPlace:
    """The Batch pool around an extension."""

    at: str
    arm: bool
    """ARM's shape; the data plane's cannot carry an identity."""
    extensions: tuple[Mapping[str, Any], ...]
    extensions_at: str
    known: tuple[Extension, ...]
    body: Mapping[str, Any]
    """The pool's object."""
    machine: Mapping[str, Any]
    """Its virtualMachineConfiguration; of Terraform's, which has none, the pool's object again."""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(str(entry["name"]) for entry in self.extensions if "name" in entry)


@dataclass(frozen=True, slots=True)
class Place:
    extension: Extension
    """What it is, or is meant to be."""
    recognised: Recognised
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
    names: Mapping[str, str] = field(default_factory=dict)
    """How the fields that tell an extension are written there, where that is not as ARM writes them."""
    generated: bool = False
    """The document is made from a source that is elsewhere: patching it would cure nothing."""

    def written(self, name: str) -> str:
        """Pointer of one of the extension's fields."""
        return pointer(self.at, self.names.get(name, name))

    @property
    def waits_for(self) -> tuple[str, list[Any]]:
        """Pointer and names of what it is provisioned after."""
        for key in ("provisionAfterExtensions", "provision_after_extensions"):
            if isinstance(names := self.fields.get(key), list):
                return pointer(self.at, key), names
        return "", []


_VERSION = re.compile(r"[-\\/](\d{1,9})\.")
_OURS = Recognised(Answer.OURS)


def met_in(value: Any, known: tuple[Extension, ...]) -> Met | None:
    """The known extension that a value is, or is meant to be; None for every other value."""
    fields = fields_of(value) if isinstance(value, Mapping) else None
    if fields is None:
        return None
    kind, publisher = fields.values.get("type"), fields.values.get("publisher")
    if not isinstance(kind, str) and not isinstance(publisher, str):
        return None
    met = meet(known, _said(publisher), _said(kind))
    return met if met is not None and met.extension.sought else None


def _said(value: Any) -> Any:
    return None if is_unknown(value) else value


def read(
    given: Mapping[str, Any], met: Met, at: str, host: Host, pool: PoolPlace | None, *, answer: bool
) -> Place:
    """Read an extension object, in ARM's spelling or in that of a tool or a language."""
    found = fields_of(given) or Fields(given, {})
    fields, answer = found.values, answer or found.answer
    terraform = "type_handler_version" in given or "settings_json" in given
    settings = fields.get("settings", NOT_SHOWN if terraform else None)
    parsed = _parsed(settings)
    return Place(
        met.extension,
        met.recognised,
        at=at,
        fields=fields,
        settings_at=pointer(at, found.written.get("settings", "settings")),
        settings=settings if parsed is None else parsed,
        os=_os(met.extension, fields.get("type"), host),
        major=_major(fields.get("typeHandlerVersion")),
        host=host,
        pool=pool,
        in_text=parsed is not None,
        text_is_right=answer or terraform,
        answer=answer,
        names=found.written,
    )


def bare(settings: Any, extension: Extension, at: str, file: str) -> Place:
    """Settings without their extension; the name of the file may tell which one it is."""
    named = next((kind for kind in extension.types if kind.lower() in file.lower()), "")
    behind = file[file.lower().find(named.lower()) + len(named) :] if named else ""
    version = _VERSION.match(behind)
    parsed = _parsed(settings)
    return Place(
        extension,
        _OURS,
        at=at,
        fields={},
        settings_at=at,
        settings=settings if parsed is None else parsed,
        os=_os(extension, named, UNSHOWN),
        major=int(version[1]) if version else None,
        host=UNSHOWN,
        pool=None,
        in_text=parsed is not None,
        bare=True,
    )


def _os(extension: Extension, kind: Any, host: Host) -> Os:
    if system := extension.system_of(kind):
        return Os(system.value)
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
