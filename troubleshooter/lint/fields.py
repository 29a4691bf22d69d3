"""The fields of an extension, by whatever names a tool or a language gives them.

The names are ARM's (`type`), those of the CLI's flattened output (`typePropertiesType`), of PowerShell's
objects and parameters (`ExtensionType`, `PublicSettings`, `-SettingString`), of Terraform and of the SDKs
(`type_handler_version`, `TypeHandlerVersion`), and of Ansible (`virtual_machine_extension_type`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from troubleshooter.lint.unknown import NOT_SHOWN

_NAMES = {
    "type": ("typepropertiestype", "virtualmachineextensiontype", "extensiontype", "typename", "type"),
    "publisher": ("publisher", "publishername"),
    "typeHandlerVersion": ("typehandlerversion",),
    "settings": ("settings", "publicsettings", "settingsjson", "settingstring", "setting"),
}
"""Letters of the names of each field, the surest first."""
_LETTERS = {letters: (field, rank) for field, names in _NAMES.items() for rank, letters in enumerate(names)}
_ANSWERS = "publicsettings"
"""What only PowerShell's answers have: settings as Azure gives them, as text."""
_STATES = frozenset({"provisioningstate", "state", "status", "result"})
_ENDS = frozenset({"succeeded", "failed", "creating", "updating", "deleting", "transitioning", "canceled"})
_LONGEST = 40


@dataclass(frozen=True, slots=True)
class Fields:
    """An extension's object in ARM's names, and how each is written there."""

    values: Mapping[str, Any]
    written: Mapping[str, str]
    answer: bool = False


def fields_of(value: Mapping[Any, Any]) -> Fields | None:
    """The fields of what may be an extension; None for what has none that tell one."""
    found: dict[str, tuple[int, str]] = {}
    for key in value:
        field, rank = _field(key) if isinstance(key, str) and len(key) <= _LONGEST else ("", 0)
        if field and (field not in found or rank < found[field][0]):
            found[field] = (rank, key)
    if not ("type" in found or "settings" in found):
        return None
    written = {field: key for field, (_, key) in found.items()}
    values = {key: one for key, one in value.items() if key not in _NAMES}
    values |= {field: value[key] for field, key in written.items()}
    kind = values.get("type")
    if isinstance(kind, str) and "/" in kind and not kind.startswith("["):
        del values["type"]  # a resource's type: the extension's own is not said
    if written.get("settings") == "Settings" and isinstance(values["settings"], list):
        values["settings"] = NOT_SHOWN  # PowerShell prints a foreign object as empty lists
    if _is_chosen(values):
        values |= {"settings": NOT_SHOWN, "typeHandlerVersion": NOT_SHOWN}
    return Fields(values, written, _letters(written.get("settings", "")) == _ANSWERS)


def _is_chosen(values: Mapping[str, Any]) -> bool:
    """Whether somebody chose which columns an answer shows (`--query`, `Select-Object`).

    How an extension ended stands in answers only, and each of them has its version.
    """
    states = (one for key, one in values.items() if _letters(str(key)) in _STATES)
    return not {"settings", "typeHandlerVersion"} & values.keys() and any(
        isinstance(one, str) and one.lower() in _ENDS for one in states
    )


@lru_cache(maxsize=4096)
def _field(key: str) -> tuple[str, int]:
    return _LETTERS.get(_letters(key), ("", 0))


def _letters(key: str) -> str:
    return key.replace("_", "").replace("-", "").lower()
