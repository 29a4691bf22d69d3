"""Makes the digest of Microsoft's OpenAPI files that the contract tests stand on.

python -m tests.contract.digest GROUND_TRUTH

It holds the operations that the simulated Azure answers and the shapes that these name: field names, types,
required, read-only, enumerations and bounds; no descriptions, no examples, no other operation.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from troubleshooter.simulator.wire import routes
from troubleshooter.simulator.wire.resources import (
    authorization,
    identities,
    lists,
    networks,
    vault_data,
    vaults,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troubleshooter.simulator.wire.exchange import Route

KEPT = Path(__file__).parent / "digest"
SOURCES: Mapping[str, tuple[str, tuple[Route, ...]]] = {
    "batch-arm": ("batch-arm/2025-06-01/openapi.json", routes.ARM),
    "batch-data": ("batch-data/2025-06-01/BatchService.json", routes.BATCH),
    "msi-arm": ("msi-arm/2024-11-30/ManagedIdentity.json", identities.ROUTES),
    "keyvault-arm": ("keyvault-arm/2026-02-01/openapi.json", vaults.ROUTES),
    "keyvault-secrets": ("keyvault-data/2025-07-01/secrets.json", vault_data.SECRETS),
    "keyvault-certificates": ("keyvault-data/2025-07-01/certificates.json", vault_data.CERTIFICATES),
    "authorization-arm": ("authorization-arm/openapi.json", authorization.ROUTES),
    "network-arm": ("network-arm/openapi.json", networks.NETWORK),
    "privatedns-arm": ("privatedns-arm/openapi.json", networks.PRIVATE_DNS),
    "subscriptions-arm": ("subscriptions-arm/openapi.json", lists.SUBSCRIPTIONS),
    "resources-arm": ("resources-arm/openapi.json", lists.RESOURCES),
    "locks-arm": ("locks-arm/openapi.json", lists.LOCKS),
    "policy-arm": ("policy-arm/openapi.json", lists.POLICIES),
}
"""Each plane: its file under spec/, and what of it is used."""
BELOW = {"keyvault-secrets": "/{vault}", "keyvault-certificates": "/{vault}"}
"""Where all vaults share one server, what stands before the paths of the file."""

_SHAPE = ("type", "required", "readOnly", "enum", "pattern", "x-nullable")
_BOUNDS = ("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems")
_FACTS = frozenset((*_SHAPE, *_BOUNDS))


class Files:
    """OpenAPI 2.0 files that name each other."""

    def __init__(self, spec: Path) -> None:
        self._spec = spec
        self._read: dict[Path, Any] = {}

    def __getitem__(self, file: Path) -> Any:
        if file not in self._read:
            self._read[file] = json.loads(file.read_text(encoding="utf-8"))
        return self._read[file]

    def resolved(self, reference: str, file: Path) -> tuple[str, Any, Path]:
        """What a $ref names: its own name, the thing itself, and the file it stands in."""
        other, _, pointer = reference.partition("#/")
        place = (file.parent / other).resolve() if other else file
        if not place.is_file():  # the files were gathered: common types lie in one folder of their own
            place = self._spec / "common-types" / other.partition("common-types/")[2]
        found = self[place]
        for part in pointer.split("/"):
            found = found[part]
        return pointer.rpartition("/")[2], found, place


class Digest:
    """One plane's file, as far as it is used."""

    def __init__(self, spec: Path, file: str, used: tuple[Route, ...], below: str = "") -> None:
        self._below = below
        self._files, self._file, self._used = Files(spec), (spec / file).resolve(), used
        self._definitions: dict[str, Any] = {}

    def document(self) -> dict[str, Any]:
        paths: dict[str, Any] = {}
        for path, operations in self._files[self._file]["paths"].items():
            template = f"{self._below}{path}"
            kept = {
                method: self._operation(operation)
                for method, operation in operations.items()
                if self._is_used(method, template)
            }
            if kept:
                paths[template] = kept
        return {"paths": paths, "definitions": dict(sorted(self._definitions.items()))}

    def _is_used(self, method: str, template: str) -> bool:
        path = re.sub(r"\{[\w-]+\}", "x", template)
        return any(
            route.method == method.upper() and route.pattern.fullmatch(path.rstrip("/"))
            for route in self._used
        )

    def _operation(self, operation: dict[str, Any]) -> dict[str, Any]:
        given = [self._parameter(each) for each in operation.get("parameters", [])]
        answers = {status: self._answer(answer) for status, answer in operation["responses"].items()}
        return {"parameters": given, "responses": answers}

    def _parameter(self, parameter: dict[str, Any]) -> dict[str, Any]:
        file = self._file
        if "$ref" in parameter:
            _, parameter, file = self._files.resolved(parameter["$ref"], file)
        told: dict[str, Any] = {key: parameter[key] for key in ("name", "in", "required") if key in parameter}
        if "schema" in parameter:
            told["schema"] = self._schema(parameter["schema"], file)
        return told

    def _answer(self, answer: dict[str, Any]) -> dict[str, Any]:
        told: dict[str, Any] = {}
        if "headers" in answer:
            told["headers"] = {name: {} for name in sorted(answer["headers"])}
        if "schema" in answer:
            told["schema"] = self._schema(answer["schema"], self._file)
        return told

    def _schema(self, schema: Any, file: Path) -> Any:
        if not isinstance(schema, dict):
            return schema
        told = {key: value for key, value in schema.items() if key in _FACTS}
        if "$ref" in schema:
            return {**told, "$ref": self._reference(schema["$ref"], file)}
        if "properties" in schema:
            told["properties"] = {
                name: self._schema(inner, file) for name, inner in schema["properties"].items()
            }
        for key in {"items", "additionalProperties"} & schema.keys():
            told[key] = self._schema(schema[key], file)
        if "allOf" in schema:
            told["allOf"] = [self._schema(one, file) for one in schema["allOf"]]
        return told

    def _reference(self, reference: str, file: Path) -> str:
        own, schema, place = self._files.resolved(reference, file)
        name = own if place == self._file else f"{place.parent.name}.{place.stem}.{own}"
        if name not in self._definitions:
            self._definitions[name] = {}  # a shape may hold itself
            self._definitions[name] = self._schema(schema, place)
        return f"#/definitions/{name}"


def digest(spec: Path, plane: str) -> dict[str, Any]:
    file, used = SOURCES[plane]
    return Digest(spec, file, used, BELOW.get(plane, "")).document()


def kept(plane: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((KEPT / f"{plane}.json").read_text(encoding="utf-8"))
    return found


def main(ground_truth: str) -> None:
    KEPT.mkdir(exist_ok=True)
    for plane in SOURCES:
        text = json.dumps(digest(Path(ground_truth) / "spec", plane), indent=1, sort_keys=True)
        (KEPT / f"{plane}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
