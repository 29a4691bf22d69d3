"""Microsoft's OpenAPI files as JSON Schema, strict enough to find a field that was made up."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator

if TYPE_CHECKING:
    from pathlib import Path

_IGNORED = {
    "description",
    "title",
    "default",
    "example",
    "readOnly",
    "discriminator",
    "format",
    "externalDocs",
}
_COMMON = "common-types/resource-management/"


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer of a server, as the wire had it."""

    method: str
    url: str
    status: int
    headers: Mapping[str, str]
    body: Any
    """JSON, or None where there was no body."""


class Description:
    """One OpenAPI 2.0 file and the common types it leans on."""

    def __init__(self, spec: Path, file: str) -> None:
        self._document = json.loads((spec / file).read_text(encoding="utf-8"))
        self._definitions: dict[str, Any] = {}
        for path in sorted((spec / _COMMON).glob("v*/*.json")):
            common = json.loads(path.read_text(encoding="utf-8"))
            self._take(common, f"{path.parent.name}.{path.name}:")
        self._take(self._document, "")
        self._operations = [
            (re.compile(re.sub(r"\{\w+\}", "[^/]+", template), re.IGNORECASE), operations)
            for template, operations in self._document["paths"].items()
        ]

    def problems(self, answered: Answered) -> list[tuple[str, str]]:
        """What the file does not allow in the answer: where in the body, and why."""
        operation = self._operation(answered)
        responses = operation["responses"]
        if str(answered.status) not in responses and answered.status < 400:
            return [("", f"status {answered.status} is not among {sorted(responses)}")]
        response = responses.get(str(answered.status), responses["default"])
        missing = [
            name
            for name in ("ETag", "Location", "Retry-After")
            if name in response.get("headers", {}) and name not in answered.headers and self._promised(name)
        ]
        found = [("", f"header {name} is missing") for name in missing]
        schema = response.get("schema")
        if schema is None:
            return found if answered.body is None else [*found, ("", "a body where none is described")]
        root = {**self._schema(schema, ""), "$defs": self._definitions}
        errors = Draft202012Validator(root).iter_errors(answered.body)
        return found + [(_place(error.absolute_path), error.message[:300]) for error in errors]

    def _promised(self, header: str) -> bool:
        """The data plane's file lists ETag for every answer, also for lists, where examples have none."""
        return header != "ETag" or "subscriptionId" in next(iter(self._document["paths"]))

    def _operation(self, answered: Answered) -> dict[str, Any]:
        path = urlsplit(answered.url).path
        for pattern, operations in self._operations:
            if pattern.fullmatch(path) and answered.method.lower() in operations:
                operation: dict[str, Any] = operations[answered.method.lower()]
                return operation
        raise LookupError(f"{answered.method} {path} is in no description")

    def _take(self, document: dict[str, Any], prefix: str) -> None:
        for name, schema in document.get("definitions", {}).items():
            self._definitions[f"{prefix}{name}"] = self._schema(schema, prefix, inherited=True)
            closed: dict[str, Any] = {"$ref": _reference(f"{prefix}{name}")}
            if schema.get("type") == "object" and "additionalProperties" not in schema:
                closed["unevaluatedProperties"] = False
            self._definitions[f"{prefix}{name}!"] = closed

    def _schema(self, schema: Any, prefix: str, *, inherited: bool = False) -> Any:
        """The same in the words of JSON Schema 2020-12; objects take no property that is not described."""
        if not isinstance(schema, dict):
            return schema
        if "$ref" in schema:
            name = _name(schema["$ref"], prefix)
            return _nullable(schema, {"$ref": _reference(f"{name}!")})
        result: dict[str, Any] = {}
        for key, value in schema.items():
            if key == "properties":
                result[key] = {name: self._schema(inner, prefix) for name, inner in value.items()}
            elif key in {"items", "additionalProperties"}:
                result[key] = self._schema(value, prefix)
            elif key == "allOf":
                result[key] = [{"$ref": _reference(_name(one["$ref"], prefix))} for one in value]
            elif not key.startswith("x-") and key not in _IGNORED:
                result[key] = value
        if "properties" in result and not inherited and "additionalProperties" not in result:
            result["unevaluatedProperties"] = False
        return _nullable(schema, result)


def _nullable(schema: dict[str, Any], result: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [result, {"type": "null"}]} if schema.get("x-nullable") else result


def _name(reference: str, prefix: str) -> str:
    file, _, name = reference.partition("#/definitions/")
    if not file:
        return f"{prefix}{name}"
    folder, _, base = file.rpartition("/")
    version = prefix.partition(".")[0] if folder in {"", "."} else folder.rpartition("/")[2]
    return f"{version}.{base}:{name}"


def _reference(name: str) -> str:
    return "#/$defs/" + name.replace("~", "~0").replace("/", "~1")


def _place(path: Any) -> str:
    return "/".join(str(part) for part in path)
