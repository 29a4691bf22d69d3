"""Through a document, record by record; what a text in it holds as JSON is read as well."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from troubleshooter.analyse.file_kind import FileKind
from troubleshooter.analyse.records import azure, batch, extensions, logged
from troubleshooter.analyse.records.said import At, Read, flat

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from troubleshooter.analyse.records.said import Keys, Said

DEPTH = 24
"""Of mappings and lists in each other; what is deeper is not read."""
NESTED = 4
"""Of JSON in a text in JSON in a text; people and tools escape an answer up to three times."""
_LEAST = 8
"""Characters below which a text holds no record."""
_SHOWN = 60
"""Characters of an escaped text by which its line is found."""
_ERRORS_ARE = frozenset({FileKind.NODE_ERRORS, FileKind.RESIZE_ERRORS, FileKind.TEXT})
"""Kinds of documents that an error in them is of; in others it is Azure's."""
_DEFINITIONS = frozenset({
    "settings", "protectedsettings", "publicsettings", "runtimesettings", "starttask", "environmentsettings",
    "resourcefiles", "virtualmachineconfiguration", "deploymentconfiguration", "networkconfiguration",
    "authorization", "claims", "identity", "httprequest", "tags", "autoscaleformula", "scalesettings",
    "parameters", "variables", "resources", "template", "storageprofile", "osprofile", "hardwareprofile",
})  # fmt: skip
"""What somebody wants, and not what became of it: the linter's, or nobody's."""
_RECORDS: tuple[Callable[[Keys, At], Read | None], ...] = (
    logged.request,
    logged.batch,
    logged.journal,
    logged.windows,
    azure.event,
    batch.node,
    batch.start_task,
    batch.pool,
    extensions.status,
    extensions.handler,
    extensions.view,
    extensions.resource,
    azure.error,
)


def walked(value: Any, kind: FileKind, look: Callable[[int], object]) -> Iterator[Said]:
    """What every record of a document of a kind says, in its order.

    `look` counts what reading JSON in texts takes.
    """
    yield from _Walk(look).into(value, At(kind=kind if kind in _ERRORS_ARE else FileKind.CRP), 0, 0)


class _Walk:
    def __init__(self, look: Callable[[int], object]) -> None:
        self._look = look

    def into(self, value: Any, at: At, depth: int, nested: int) -> Iterator[Said]:
        if depth > DEPTH:
            return
        if isinstance(value, Mapping):
            yield from self._record(value, at, depth, nested)
        elif isinstance(value, list):
            for entry in value:
                yield from self.into(entry, at, depth + 1, nested)
        elif (
            isinstance(value, str)
            and nested < NESTED
            and (inner := _unescaped(value, self._look)) is not None
        ):
            near = at.near or value.strip()[:_SHOWN]
            yield from self.into(inner, at._replace(near=near), depth + 1, nested + 1)

    def _record(self, value: Mapping[str, Any], at: At, depth: int, nested: int) -> Iterator[Said]:
        record = self._flat(value, nested)
        read = next((found for reads in _RECORDS if (found := reads(record, at)) is not None), Read(()))
        inside = (read.inside or at)._replace(near=at.near)
        for said in read.said:
            yield from self._unwrapped(said, inside, depth, nested)
        if read.whole:
            return
        for key, child in record.items():
            if key not in read.done and key not in _DEFINITIONS and isinstance(child, Mapping | list | str):
                yield from self.into(child, inside._replace(under=key), depth + 1, nested)

    def _flat(self, value: Mapping[str, Any], nested: int) -> Keys:
        """The record; what a tool prints of its properties as one text is read with it."""
        record = flat(value)
        inner = record.get("properties")
        if isinstance(inner, str) and nested < NESTED:
            unescaped = _unescaped(inner, self._look)
            if isinstance(unescaped, Mapping):
                return flat({**value, "properties": unescaped})
        return record

    def _unwrapped(self, said: Said, at: At, depth: int, nested: int) -> Iterator[Said]:
        """A message that is itself JSON says what is in it, and else itself."""
        if (
            nested < NESTED
            and said.wrong is not False
            and (inner := _unescaped(said.near, self._look)) is not None
        ):
            within = at._replace(under="error", whose=said.whose or at.whose)
            found = list(self.into(inner, within._replace(near=at.near), depth + 1, nested + 1))
            if found:
                yield from found
                return
        yield said._replace(near=at.near or said.near)


def _unescaped(text: str, look: Callable[[int], object]) -> Any:
    """The JSON that a text is, or None."""
    shown = text.strip()
    if len(shown) < _LEAST or shown[0] + shown[-1] not in {"{}", "[]"}:
        return None
    look(len(shown) >> 10)
    try:
        value = json.loads(shown, strict=False)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict | list) else None
