"""Whose a record is: the extension that it names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from troubleshooter.analyse.records.said import flat

if TYPE_CHECKING:
    from troubleshooter.analyse.records.said import Keys

_TYPES = ("typepropertiestype", "extensiontype", "virtualmachineextensiontype", "typename", "type")
_NAMES_ONE = re.compile(r"(?i)extension(?: with name)? '|publisher '|handler '|\[Microsoft\.")
_OF_AN_EXTENSION = re.compile(r"/extensions/([^/?\s]{1,100})", re.IGNORECASE)


def whose(record: Keys, *, alone: bool = False) -> str:
    """`publisher.type` as the record gives it, with its name on the machine, else the name of its handler.

    Empty where it says none of it; with `alone` its name on the machine will do.
    """
    inner = record.get("vmextension")
    if isinstance(inner, Mapping):
        of = flat(inner)
        return whose(of, alone=True)
    publisher = record.text("publisher")
    kind = next((named for name in _TYPES if (named := record.text(name)) and "/" not in named), "")
    if publisher and kind:
        handler = kind if kind.startswith(f"{publisher}.") else f"{publisher}.{kind}"
        return f"{handler} {record.text('name')}".rstrip()
    return record.text("handlername") or (kind if "." in kind else "") or record.text("name") * alone


def names_one(message: str) -> bool:
    """Whether a sentence says itself which extension it is about: that goes before the record around it."""
    return _NAMES_ONE.search(message[:4000]) is not None


def of_resource(resource_id: str) -> str:
    """The name of the extension whose resource id it is; empty for another resource."""
    found = _OF_AN_EXTENSION.search(resource_id[:2000])
    return found[1] if found else ""
