"""A pool's body against its schema: types, required and read-only fields, enumerations, bounds.

The schema is a plain excerpt of Microsoft's OpenAPI file of ARM, version 2025-06-01.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_EXCERPT = Path(__file__).parents[1] / "contract" / "digest" / "batch-arm.json"
DEFINITIONS: dict[str, Any] = json.loads(_EXCERPT.read_text(encoding="utf-8"))["definitions"]
_TYPES: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
}
KINDS = ("type", "enum", "bounds", "required", "read-only", "not-described")

Found = tuple[str, str, object]
"""The kind of rule, the place, what is there."""


def broken(value: Any, name: str = "Pool") -> list[Found]:
    """What of this shape it does not keep to. A null is nothing given: official examples send it."""
    return list(_broken(value, {"$ref": f"#/definitions/{name}"}, ""))


def _broken(value: Any, schema: dict[str, Any], place: str) -> Iterator[Found]:
    schema = whole(schema)
    kind = schema.get("type", "object" if "properties" in schema else "")
    if kind and not _is(value, kind):
        yield "type", place, value
        return
    if "enum" in schema and str(value).lower() not in {str(one).lower() for one in schema["enum"]}:
        yield "enum", place, value  # in any case: ARM was recorded to answer ConfidentialVM and None
    if kind in {"integer", "number"} and not _is_within(value, schema):
        yield "bounds", place, value
    if kind == "array":
        for number, inner in enumerate(value):
            yield from _broken(inner, schema.get("items", {}), f"{place}/{number}")
    if "properties" in schema or "additionalProperties" in schema:
        yield from _of_object(value, schema, place)


def _of_object(value: dict[str, Any], schema: dict[str, Any], place: str) -> Iterator[Found]:
    described = schema.get("properties", {})
    given = {name: inner for name, inner in value.items() if inner is not None}
    for name in schema.get("required", ()):
        if name not in given:
            yield "required", f"{place}/{name}", None
    for name, inner in given.items():
        here = f"{place}/{name}"
        if name in described:
            if whole(described[name]).get("readOnly") or described[name].get("readOnly"):
                yield "read-only", here, inner
            else:
                yield from _broken(inner, described[name], here)
        elif other := schema.get("additionalProperties"):
            yield from _broken(inner, other, here)
        else:
            yield "not-described", here, inner


def whole(schema: dict[str, Any]) -> dict[str, Any]:
    """With what it names and inherits."""
    if "$ref" in schema:
        named = DEFINITIONS[schema["$ref"].rpartition("/")[2]]
        return whole({**named, **{key: one for key, one in schema.items() if key != "$ref"}})
    merged = dict(schema)
    for parent in merged.pop("allOf", ()):
        inherited = whole(parent)
        merged["properties"] = {**inherited.get("properties", {}), **merged.get("properties", {})}
        merged["required"] = [*inherited.get("required", ()), *merged.get("required", ())]
    return merged


def _is(value: Any, kind: str) -> bool:
    return isinstance(value, _TYPES[kind]) and not (isinstance(value, bool) and kind != "boolean")


def _is_within(value: float, schema: dict[str, Any]) -> bool:
    return bool(schema.get("minimum", value) <= value <= schema.get("maximum", value))
