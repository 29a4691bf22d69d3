"""Answers that are replaced, spoilt or trickle, and calls that arrive late, as a client meets them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
import requests

from tests.unit.simulator.test_faults import Client

if TYPE_CHECKING:
    from collections.abc import Callable

    from troubleshooter.simulator.server import Simulator


@pytest.fixture
def client(simulator: Callable[..., Simulator]) -> Client:
    return Client(simulator().connection)


def plant(client: Client, match: str, **kind: Any) -> None:
    assert "planted" in client.control("POST", "fault", {"match": match, **kind})


def test_any_text_can_stand_for_the_answer(client: Client) -> None:
    plant(client, "GET /pools/", body="<html>sign in", headers={"Content-Type": "text/html"})
    answer = client.arm("GET", "pools/render-pool")
    assert (answer.status_code, answer.text) == (200, "<html>sign in")
    assert answer.headers["Content-Type"] == "text/html"


def test_a_text_after_the_effect_leaves_the_effect(client: Client) -> None:
    plant(client, "DELETE /pools/", body="[" * 100_000, status=202, after_effect=True)
    answer = client.arm("DELETE", "pools/render-pool")
    assert (answer.status_code, len(answer.text)) == (202, 100_000)
    assert client.control("GET", "state")["pools"][0]["state"] == "deleting"


def test_a_success_without_a_body_can_stand_for_the_answer(client: Client) -> None:
    plant(client, "DELETE /pools/", status=204)
    answer = client.arm("DELETE", "pools/render-pool")
    assert (answer.status_code, answer.text) == (204, "")
    assert client.control("GET", "state")["pools"][0]["state"] == "active"


def test_headers_join_the_true_answer(client: Client) -> None:
    plant(client, "GET /pools/", headers={"Retry-After": "86400"})
    answer = client.arm("GET", "pools/render-pool")
    assert (answer.status_code, answer.headers["Retry-After"]) == (200, "86400")
    assert answer.json()["name"] == "render-pool"


def test_fields_and_headers_can_be_missing(client: Client) -> None:
    plant(client, "GET /pools/", drop=["etag", "vmSize"])
    answer = client.arm("GET", "pools/render-pool")
    assert "etag" not in answer.json()
    assert "ETag" not in answer.headers
    assert "vmSize" not in answer.json()["properties"]
    whole = client.arm("GET", "pools/render-pool")
    assert whole.headers["ETag"] == whole.json()["etag"]
    assert "vmSize" in whole.json()["properties"]


def test_the_next_page_can_be_the_same_one(client: Client) -> None:
    plant(client, "GET /pools$", repeat="nextLink")
    answer = client.arm("GET", "pools")
    assert answer.json()["nextLink"] == answer.url
    assert "nextLink" not in client.arm("GET", "pools").json()


def test_a_body_can_trickle(client: Client) -> None:
    plant(client, "GET /pools/", body="0123456789", trickle=0.05)
    begun = time.monotonic()
    assert client.arm("GET", "pools/render-pool").text == "0123456789"
    assert time.monotonic() - begun >= 0.4


def test_a_true_answer_can_trickle(client: Client) -> None:
    plant(client, "GET /pools/", trickle=0.0001)
    assert client.arm("GET", "pools/render-pool").json()["name"] == "render-pool"


def test_a_held_call_arrives_when_it_is_released(client: Client) -> None:
    definition = client.arm("GET", "pools/render-pool").json()["properties"]
    plant(client, "PUT /pools/new", hold="reset", times=2)
    for _ in range(2):
        with pytest.raises(requests.ConnectionError):
            client.arm("PUT", "pools/new", {"properties": definition})
    assert client.arm("GET", "pools/new").status_code == 404
    assert len(client.control("GET", "state")["held"]) == 2
    released = client.control("POST", "release")["released"]
    assert [(one["method"], one["status"]) for one in released] == [("PUT", 200), ("PUT", 200)]
    assert client.arm("GET", "pools/new").status_code == 200
    assert client.control("POST", "release") == {"released": []}


def test_a_held_call_may_wait_in_vain(client: Client) -> None:
    plant(client, "DELETE /pools/", hold="silent")
    with pytest.raises(requests.ReadTimeout):
        client.arm("DELETE", "pools/render-pool", seconds=0.5)
    assert client.control("GET", "state")["pools"][0]["state"] == "active"
    client.control("POST", "release")
    assert client.control("GET", "state")["pools"][0]["state"] == "deleting"


def test_a_held_call_may_be_refused_when_it_arrives(client: Client) -> None:
    plant(client, "DELETE /pools/", hold="reset")
    with pytest.raises(requests.ConnectionError):
        client.arm("DELETE", "pools/render-pool")
    client.arm("DELETE", "pools/render-pool")
    assert [one["status"] for one in client.control("POST", "release")["released"]] == [409]


def test_faults_of_one_operation_meet_its_calls_in_order(client: Client) -> None:
    plant(client, "DELETE /pools/", reset=True, after_effect=True)
    plant(client, "DELETE /pools/", status=412, skip=1)
    plant(client, "DELETE /pools/", status=500)
    with pytest.raises(requests.ConnectionError):
        client.arm("DELETE", "pools/render-pool")
    answers = [client.arm("DELETE", "pools/render-pool").status_code for _ in range(3)]
    assert answers == [500, 412, 409]


def test_the_experimenter_sees_conditions_and_secrets(client: Client) -> None:
    definition = client.arm("GET", "pools/render-pool").json()["properties"]
    account = {"name": "ops", "elevationLevel": "Admin", "password": "made-up"}
    client.control("DELETE", "calls")
    client.arm("PUT", "pools/new", {"properties": {**definition, "userAccounts": [account]}})
    client.arm("PATCH", "pools/new", {}, If_Match="")
    calls = client.control("GET", "calls")["calls"]
    assert [(one["method"], one["if_match"]) for one in calls] == [("PUT", None), ("PATCH", "")]
    pools = {pool["name"]: pool for pool in client.control("GET", "state")["pools"]}
    assert pools["new"]["written"]["properties"]["userAccounts"] == [account]
    assert "password" not in pools["new"]["definition"]["properties"]["userAccounts"][0]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("status", 199),
        ("body", 5),
        ("headers", "Retry-After: 5"),
        ("drop", "etag"),
        ("repeat", True),
        ("trickle", -1),
        ("hold", "for ever"),
        ("times", "2"),
        ("skip", "2"),
        ("retry_after", "2"),
    ],
)
def test_a_kind_that_makes_no_sense_is_refused(client: Client, name: str, value: object) -> None:
    answer = client.control("POST", "fault", {"match": "GET /pools", name: value})
    assert answer["error"]["details"]["PropertyName"] == name
    assert client.control("GET", "state")["faults"] == []
