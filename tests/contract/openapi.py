"""Microsoft's OpenAPI files, as far as they are used: JSON Schema that finds a made-up field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator

from tests.contract import digest


@dataclass(frozen=True, slots=True)
class Answered:
    """One answer of a server, as the wire had it."""

    method: str
    url: str
    status: int
    headers: Mapping[str, str]
    body: Any
    """JSON, or None where there was no body."""
    data: bytes = b""
    """The body as it came."""


class Description:
    """What one plane answers, after the digest of its OpenAPI file."""

    def __init__(self, plane: str) -> None:
        self._document = digest.kept(plane)
        self._definitions: dict[str, Any] = {}
        for name, schema in self._document["definitions"].items():
            self._take(name, schema)
        self._operations = [
            (_pattern(template), operations) for template, operations in self._document["paths"].items()
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
        if answered.method == "HEAD" and not answered.data:
            return found
        if schema == {"type": "file"} and "ocp-batch-file-mode" in answered.headers:
            return found
        if schema is None:
            return found if answered.body is None else [*found, ("", "a body where none is described")]
        root = {**self._schema(schema), "$defs": self._definitions}
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

    def _take(self, name: str, schema: dict[str, Any]) -> None:
        """As others inherit it, and closed."""
        self._definitions[name] = self._schema(schema, inherited=True)
        closed: dict[str, Any] = {"$ref": f"#/$defs/{name}"}
        if schema.get("type") == "object" and "additionalProperties" not in schema:
            closed["unevaluatedProperties"] = False
        self._definitions[f"{name}!"] = closed

    def _schema(self, schema: Any, *, inherited: bool = False) -> Any:
        """The same in the words of JSON Schema 2020-12; objects take no property that is not described."""
        if not isinstance(schema, dict):
            return schema
        if "$ref" in schema:
            return _nullable(schema, {"$ref": f"#/$defs/{_name(schema)}!"})
        result: dict[str, Any] = {}
        for key, value in schema.items():
            if key == "properties":
                result[key] = {name: self._schema(inner) for name, inner in value.items()}
            elif key in {"items", "additionalProperties"}:
                result[key] = self._schema(value)
            elif key == "allOf":
                result[key] = [{"$ref": f"#/$defs/{_name(one)}"} for one in value]
            elif key not in {"readOnly", "x-nullable"}:
                result[key] = value
        if "properties" in result and not inherited and "additionalProperties" not in result:
            result["unevaluatedProperties"] = False
        return _nullable(schema, result)


def _pattern(template: str) -> re.Pattern[str]:
    """A scope is an id of any depth, and a resource need not have a parent."""
    deep = template.replace("{parentResourcePath}/", "(?:.+/)?").replace("{scope}", ".+")
    return re.compile(re.sub(r"\{[\w-]+\}", "[^/]+", deep), re.IGNORECASE)


def _nullable(schema: dict[str, Any], result: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [result, {"type": "null"}]} if schema.get("x-nullable") else result


def _name(schema: dict[str, Any]) -> str:
    name: str = schema["$ref"].removeprefix("#/definitions/")
    return name


def _place(path: Any) -> str:
    return "/".join(str(part) for part in path)
