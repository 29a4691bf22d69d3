"""A pool's body as ARM answers it: with all that only the service sets, without what it never gives back."""

from __future__ import annotations

from typing import Any

from tests.bodies import described

_NEVER = frozenset(
    {"password", "sshPrivateKey", "accountKey", "sasKey", "protectedSettings", "nodeDeallocationOption"}
)
"""Marked x-ms-secret in ARM's file, or as what can be written and not read."""
_MADE_UP: dict[str, Any] = {"string": "set by the service", "integer": 1, "boolean": True, "array": []}


def answered(body: Any) -> Any:
    return _answered(body, {"$ref": "#/definitions/Pool"})


def _answered(value: Any, schema: dict[str, Any]) -> Any:
    schema = described.whole(schema)
    if isinstance(value, list):
        return [_answered(inner, schema.get("items", {})) for inner in value]
    described_here = schema.get("properties", {})
    if not isinstance(value, dict) or not (described_here or "additionalProperties" in schema):
        return value
    given = {
        name: _answered(inner, described_here.get(name, schema.get("additionalProperties", {})))
        for name, inner in value.items()
        if name not in _NEVER
    }
    return given | {name: _set(one) for name, one in described_here.items() if _is_set(one)}


def _is_set(schema: dict[str, Any]) -> bool:
    return bool(schema.get("readOnly") or described.whole(schema).get("readOnly"))


def _set(schema: dict[str, Any]) -> Any:
    schema = described.whole(schema)
    return schema["enum"][0] if "enum" in schema else _MADE_UP.get(schema.get("type", ""), {})
