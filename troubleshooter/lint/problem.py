"""What a check yields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from troubleshooter.lint.unknown import QuotedText
from troubleshooter.model.finding import Fix, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

LINUX_PAGE = "https://learn.microsoft.com/azure/virtual-machines/extensions/key-vault-linux"
WINDOWS_PAGE = "https://learn.microsoft.com/azure/virtual-machines/extensions/key-vault-windows"
BATCH_PAGE = "https://learn.microsoft.com/azure/batch/create-pool-extensions"

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO


@dataclass(frozen=True, slots=True)
class Problem:
    """A mistake at a place in the document."""

    id: str
    severity: Severity
    at: str
    message: str
    why: str
    fix: Fix | None = None
    sources: tuple[str, ...] = (LINUX_PAGE, WINDOWS_PAGE)
    explains: tuple[str, ...] = ()
    exact: bool = False
    """The document shows which explanation holds, where a log leaves several."""
    lacks: str | None = None
    """Pointer of the object that lacks something, where that is the mistake: of one that is shown in part, it
    cannot be told."""


def replacing(summary: str, at: str, value: Any) -> Fix:
    return Fix(summary, ({"op": "replace", "path": at, "value": value},))


def adding(summary: str, at: str, value: Any) -> Fix:
    return Fix(summary, ({"op": "add", "path": at, "value": value},))


def moving(summary: str, source: str, target: str) -> Fix:
    return Fix(summary, ({"op": "move", "from": source, "path": target},))


def removing(summary: str, at: str) -> Fix:
    return Fix(summary, ({"op": "remove", "path": at},))


def advice(summary: str) -> Fix:
    """A cure that needs to know more than the document says."""
    return Fix(summary)


def json_type(value: Any) -> str:
    """What JSON calls a value's type, with its article."""
    names: Mapping[type, str] = {
        bool: "true or false",
        int: "a number",
        float: "a number",
        str: "text",
        QuotedText: "text",
        list: "a list",
        dict: "an object",
        type(None): "null",
    }
    return names.get(type(value), "something else")
