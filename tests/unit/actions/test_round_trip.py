"""Definition, PUT body, GET: whatever GET can return survives being written and read again.

Definitions come from Microsoft's OpenAPI file, field by field, and from its examples; the service is the
simulated one, as far as what it keeps and gives back goes.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.contract import digest
from tests.known import KEY_VAULT
from troubleshooter.operations import carry
from troubleshooter.pooldef import compare, pool_body
from troubleshooter.pooldef.write_only import write_only_fields
from troubleshooter.simulator.world import pool_body as service

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SECRET = frozenset({"password", "sshPrivateKey", "accountKey", "sasKey", "protectedSettings"})
_SPEC = "spec/batch-arm/2025-06-01"
_DEEPEST = 7
_PLAIN: dict[str, st.SearchStrategy[Any]] = {
    "boolean": st.booleans(),
    "integer": st.integers(0, 9),
    "number": st.integers(0, 9),
    "string": st.text("aZ0-é ", min_size=1, max_size=6),
}


@pytest.fixture(scope="module")
def definitions() -> dict[str, Any]:
    found: dict[str, Any] = digest.kept("batch-arm")["definitions"]
    return found


def anything(definitions: dict[str, Any], schema: dict[str, Any], depth: int = 0) -> st.SearchStrategy[Any]:
    """Any value that the schema describes, with every field that is described there or left out."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return anything(definitions, definitions[name], depth) if name in definitions else st.just({})
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if schema.get("type") == "array":
        items = anything(definitions, schema["items"], depth + 1) if depth < _DEEPEST else st.nothing()
        return st.lists(items, max_size=2 if depth < _DEEPEST else 0)
    if schema.get("type") in _PLAIN:
        return _PLAIN[schema["type"]]
    fields = {
        name: anything(definitions, inner, depth + 1)
        for name, inner in _properties(definitions, schema).items()
        if depth < _DEEPEST
    }
    return st.fixed_dictionaries({}, optional=fields)


def _properties(definitions: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Its own and inherited fields, without those that only the service sets."""
    found: dict[str, Any] = {}
    for one in schema.get("allOf", []):
        found |= _properties(definitions, definitions.get(one["$ref"].rpartition("/")[2], {}))
    found |= schema.get("properties", {})
    return {name: inner for name, inner in found.items() if not inner.get("readOnly")}


def pools(definitions: dict[str, Any]) -> st.SearchStrategy[Any]:
    properties = anything(definitions, definitions["PoolProperties"])
    identities = st.dictionaries(
        st.text("ab/", min_size=1, max_size=4), st.just({"clientId": "c"}), max_size=2
    )
    identity = st.fixed_dictionaries({"type": st.just("UserAssigned"), "userAssignedIdentities": identities})
    tags = st.dictionaries(st.text("ab", min_size=1), st.text("cD"), max_size=2)
    return st.fixed_dictionaries({"properties": properties}, optional={"identity": identity, "tags": tags})


def as_get_shows(definition: Any) -> Any:
    """A definition as ARM's GET gives it, with what only the service sets."""
    shown = service.readable(definition)
    shown["properties"] |= dict.fromkeys(service.READ_ONLY, "x")
    return {"id": "/x", "name": "p", "type": "t", "etag": 'W/"0x1"', **shown}


def kept(body: Any) -> Any:
    """What the service keeps of a PUT body and gives back."""
    properties = {name: one for name, one in body["properties"].items() if name not in service.READ_ONLY}
    return service.readable({**body, "properties": properties})


def secrets_within(value: Any) -> list[str]:
    """Names of fields that GET would never return."""
    if isinstance(value, dict):
        inner = [name for key, one in value.items() if key != "settings" for name in secrets_within(one)]
        return [key for key in value if key in SECRET] + inner
    return [name for one in value for name in secrets_within(one)] if isinstance(value, list) else []


def test_every_field_of_the_schema_survives_the_round_trip(definitions: dict[str, Any]) -> None:
    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(pools(definitions))
    def survives(definition: Any) -> None:
        read = as_get_shows(definition)
        before = json.dumps(read, sort_keys=True)
        body = pool_body.creatable(read)
        again = as_get_shows(kept(body))

        assert pool_body.creatable(again) == body
        assert compare.differences(body, again) == ()
        wanted = service.readable({key: definition[key] for key in definition if key != "identity"})
        assert {key: again[key] for key in wanted if key != "properties"} == {
            key: wanted[key] for key in wanted if key != "properties"
        }
        assert {**wanted["properties"], **dict.fromkeys(service.READ_ONLY, "x")} == again["properties"]
        assert set((again.get("identity") or {}).get("userAssignedIdentities") or {}) == set(
            (definition.get("identity") or {}).get("userAssignedIdentities") or {}
        )
        assert json.dumps(read, sort_keys=True) == before

    survives()


def test_every_secret_of_the_schema_is_named_where_its_parent_is_there(definitions: dict[str, Any]) -> None:
    """No write-only field can be lost silently: supplied for the named ones, every required one is there."""

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(pools(definitions))
    def named(definition: Any) -> None:
        read = as_get_shows(definition)
        fields = write_only_fields(read, KEY_VAULT)
        supplied: carry.Carried = {field.path: '{"k": "v"}' for field in fields}
        whole = carry.complete(read, supplied, KEY_VAULT)

        assert len(secrets_within(whole)) == len({field.place for field in fields})
        assert service.readable(whole) == service.readable(read)
        assert secrets_within(carry.complete(read, dict.fromkeys(supplied), KEY_VAULT)) == []

    named()


def _examples(folder: Path) -> list[Path]:
    return sorted((folder / _SPEC / "examples").glob("Pool*.json"))


def test_every_official_example_survives_the_round_trip(ground_truth: Path) -> None:
    seen = 0
    for example in _examples(ground_truth):
        document = json.loads(example.read_text())
        answer = document["responses"].get("200", {}).get("body") or {}
        bodies = [answer, document["parameters"].get("parameters"), *answer.get("value", [])]
        for body in (one for one in bodies if one and "vmSize" in one.get("properties", {})):
            read = as_get_shows({key: body[key] for key in body if key in {"properties", "identity", "tags"}})
            put = pool_body.creatable(read)
            assert compare.differences(put, as_get_shows(kept(put))) == (), example.name
            assert set(put["properties"]) == set(service.readable(body)["properties"]) - service.READ_ONLY, (
                example.name
            )
            seen += 1
    assert seen > 15


def test_every_official_example_survives_the_simulated_service(
    ground_truth: Path, simulator: Callable[..., Any]
) -> None:
    """Through HTTPS: created, read, created again from what was read, read again."""
    from tests.contract.client import Client  # noqa: PLC0415 - the others need no service

    client = Client(simulator("healthy").connection)
    path, through = f"{client.account_path}/pools", 0
    for number, example in enumerate(_examples(ground_truth)):
        body = json.loads(example.read_text())["parameters"].get("parameters")
        if not body or "identity" in body:  # identities of the examples do not exist here
            continue
        if client.arm("PUT", f"{path}/a{number}", body).status != 200:
            continue  # an update, or a rule that the simulated service holds against the example
        read = client.arm("GET", f"{path}/a{number}").body
        supplied: carry.Carried = {field.path: '{"k": "v"}' for field in write_only_fields(read, KEY_VAULT)}
        put = pool_body.creatable(carry.complete(read, supplied, KEY_VAULT))
        assert client.arm("PUT", f"{path}/b{number}", put).status == 200, example.name
        assert compare.differences(put, client.arm("GET", f"{path}/b{number}").body) == (), example.name
        through += 1
    assert through >= 4
