"""A recorded answer as 2025-06-01 would give it: what that version dropped is left out."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from tests.contract import digest

if TYPE_CHECKING:
    from tests.recordings.recording import Recording

ENVELOPE = frozenset({"odata.metadata"})
"""What the service adds and no file describes."""
_FREE = frozenset({"settings"})
"""Below these whatever is there counts."""


@cache
def _document(plane: str) -> dict[str, Any]:
    return digest.kept(plane)


def body(one: Recording) -> Any:
    """Its body without what the digest of 2025-06-01 does not know; whole where that has no such call."""
    document = _document("batch-arm" if one.arm else "batch-data")
    schema = _schema(document, one)
    return one.body if schema is None else _known(one.body, schema, document["definitions"])


def _schema(document: dict[str, Any], one: Recording) -> Any:
    for template, operations in document["paths"].items():
        pattern = re.sub(r"\{\w+\}", "[^/]+", template)
        if re.fullmatch(pattern, one.path, re.IGNORECASE) and one.method.lower() in operations:
            responses = operations[one.method.lower()]["responses"]
            return responses.get(str(one.status), responses["default"]).get("schema")
    return None


def _known(value: Any, schema: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(value, list):
        return [_known(inner, schema.get("items", {}), definitions) for inner in value]
    if not isinstance(value, dict):
        return value
    properties = _properties(schema, definitions)
    if not properties:
        return value
    return {
        name: inner
        if name in _FREE
        else _known(inner, _resolved(properties.get(name), definitions), definitions)
        for name, inner in value.items()
        if name in properties or name in ENVELOPE
    }


def _resolved(schema: Any, definitions: dict[str, Any]) -> Any:
    reference = (schema or {}).get("$ref")
    return definitions[reference.rpartition("/")[2]] if reference else schema or {}


def _properties(schema: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    """Its own and those that it inherits."""
    found = _resolved(schema, definitions)
    inherited = [_properties(each, definitions) for each in found.get("allOf", [])]
    merged: dict[str, Any] = {}
    for each in (*inherited, found.get("properties", {})):
        merged |= each
    return merged
