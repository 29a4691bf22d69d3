from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.unit.actions.test_bodies import definition
from troubleshooter.model.finding import Severity
from troubleshooter.pooldef.compare import differences, finding, same


def test_what_the_service_adds_is_no_difference() -> None:
    asked = {"properties": {"vmSize": "a"}}
    got = {"id": "x", "properties": {"vmSize": "a", "allocationState": "Steady", "taskSlotsPerNode": 1}}

    assert differences(asked, got) == ()
    assert not same(asked, got)


@pytest.mark.parametrize(
    ("asked", "got"),
    [
        ({"vmSize": "STANDARD_D2S_V3"}, {"vmSize": "standard_d2s_v3"}),
        ({"resizeTimeout": "PT15M"}, {"resizeTimeout": "PT900S"}),
        ({"metadata": []}, {}),
        ({"password": "secret"}, {}),
        ({"nodeDeallocationOption": "Requeue"}, {}),
        (
            {"items": [{"name": "a", "x": 1}, {"name": "b"}]},
            {"items": [{"name": "b"}, {"name": "a", "x": 1}]},
        ),
        ({"identities": {"/Subscriptions/A": {}}}, {"identities": {"/subscriptions/a": {"clientId": "c"}}}),
    ],
)
def test_what_the_service_spells_otherwise_or_never_returns_is_no_difference(asked: Any, got: Any) -> None:
    assert differences(asked, got) == ()


@pytest.mark.parametrize(
    ("asked", "got", "path"),
    [
        ({"a": {"b": 1}}, {"a": {}}, "/a/b"),
        ({"a": {"b": 1}}, {}, "/a"),
        ({"a": [1, 2]}, {"a": [1]}, "/a"),
        ({"a": [1, 2]}, {"a": [1, 3]}, "/a/1"),
        ({"on": True}, {"on": 1}, "/on"),
        ({"settings": {"store": "My"}}, {"settings": {"store": "my"}}, "/settings/store"),
        ({"settings": {"password": "p"}}, {"settings": {}}, "/settings/password"),
        (
            {"metadata": [{"name": "n", "value": "V"}]},
            {"metadata": [{"name": "n", "value": "v"}]},
            "/metadata/0/value",
        ),
    ],
)
def test_a_difference_is_found_at_its_place(asked: Any, got: Any, path: str) -> None:
    assert [each.path for each in differences(asked, got)] == [path]


def test_a_definition_is_the_same_as_its_copy() -> None:
    assert same(definition(), copy.deepcopy(definition()))


def test_differences_become_a_warning_with_what_was_asked_and_what_came() -> None:
    made = finding("p", differences({"a": 1, "b": 2}, {"a": 3, "b": 2}))

    assert (made.id, made.severity) == ("recreate-difference", Severity.WARNING)
    assert [proof.text for proof in made.evidence] == ["/a: asked 1, got 3"]
