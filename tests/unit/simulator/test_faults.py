"""The faults that break off, delay or antedate an answer, as a client meets them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
import requests

if TYPE_CHECKING:
    from collections.abc import Callable

    from troubleshooter.simulator.server import Simulator


class Client:
    """Speaks to a simulated Azure without an SDK."""

    def __init__(self, connection: dict[str, Any]) -> None:
        self.connection = connection
        form = {
            "grant_type": "client_credentials",
            "client_id": connection["client_id"],
            "client_secret": connection["client_secret"],
            "scope": "https://management.azure.com/.default",
        }
        token = f"{connection['authority']}/{connection['tenant_id']}/oauth2/v2.0/token"
        answer = requests.post(token, data=form, verify=connection["ca_file"], timeout=10)
        self._headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}

    def arm(
        self, method: str, path: str, body: Any = None, seconds: float = 10, **headers: str
    ) -> requests.Response:
        """Headers are named as arguments are: If_Match for If-Match."""
        account = self.connection["pool_id"].partition("/pools/")[0]
        return requests.request(
            method,
            f"{self.connection['arm_endpoint']}{account}/{path}?api-version=2025-06-01",
            json=body,
            headers=self._headers | {name.replace("_", "-"): value for name, value in headers.items()},
            verify=self.connection["ca_file"],
            timeout=seconds,
        )

    def control(self, method: str, path: str, body: Any = None) -> Any:
        url = f"{self.connection['control']}/{path}"
        return requests.request(method, url, json=body, verify=self.connection["ca_file"], timeout=10).json()


@pytest.fixture
def client(simulator: Callable[..., Simulator]) -> Client:
    return Client(simulator().connection)


def test_a_reset_connection_gives_no_answer(client: Client) -> None:
    client.control("POST", "fault", {"match": "GET /pools/", "reset": True})
    with pytest.raises(requests.ConnectionError):
        client.arm("GET", "pools/render-pool")
    assert client.arm("GET", "pools/render-pool").status_code == 200


def test_a_reset_after_the_effect_leaves_the_effect(client: Client) -> None:
    client.control("POST", "fault", {"match": "DELETE /pools/", "reset": True, "after_effect": True})
    with pytest.raises(requests.ConnectionError):
        client.arm("DELETE", "pools/render-pool")
    assert client.control("GET", "state")["pools"][0]["state"] == "deleting"


def test_an_answer_can_be_late(client: Client) -> None:
    client.control("POST", "fault", {"match": "GET /pools/", "delay": 0.3})
    begun = time.monotonic()
    assert client.arm("GET", "pools/render-pool").status_code == 200
    assert time.monotonic() - begun >= 0.3


def test_a_stale_read_does_not_know_a_new_pool(client: Client) -> None:
    original = client.arm("GET", "pools/render-pool").json()
    body = {"properties": original["properties"]}
    assert client.arm("PUT", "pools/new", body).status_code == 200
    client.control("POST", "fault", {"match": "GET /pools/new", "stale": True})
    assert client.arm("GET", "pools/new").status_code == 404
    assert client.arm("GET", "pools/new").status_code == 200


def test_a_stale_read_knows_a_pool_as_it_was(client: Client) -> None:
    pool = "pools/render-pool"
    before = client.arm("GET", pool)
    client.arm("DELETE", pool)
    client.control("POST", "fault", {"match": f"GET /{pool}", "stale": True})
    assert client.arm("GET", pool).json() == before.json()
    assert client.arm("GET", pool).json()["properties"]["provisioningState"] == "Deleting"


def test_the_experimenter_sees_calls_and_drops_faults(client: Client) -> None:
    client.control("DELETE", "calls")
    client.control("POST", "fault", {"match": "GET /nowhere", "times": 3})
    client.arm("GET", "pools/missing")
    (call,) = client.control("GET", "calls")["calls"]
    assert (call["method"], call["status"]) == ("GET", 404)
    assert call["path"].endswith("/pools/missing")
    assert client.control("DELETE", "fault") == {"dropped": 1}
    assert client.control("GET", "state")["faults"] == []


def test_a_fault_that_makes_no_sense_is_refused(client: Client) -> None:
    answer = client.control("POST", "fault", {"match": "GET /pools", "delay": 1000})
    assert answer["error"]["details"]["PropertyName"] == "delay"
