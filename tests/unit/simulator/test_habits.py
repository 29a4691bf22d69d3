"""Where no source settles what Azure answers, the simulated one answers either way: each over the wire."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.contract.client import Client
from tests.unit.simulator.test_as_recorded import make, nat_pool
from troubleshooter.simulator.world.world import Habits

if TYPE_CHECKING:
    from collections.abc import Callable

    from troubleshooter.simulator.server import Simulator

    Start = Callable[..., Client]

SSH, RDP = nat_pool("ssh", 22, 15000), nat_pool("rdp", 3389, 20000)


@pytest.fixture
def client(simulator: Callable[..., Simulator]) -> Start:
    def start(**habits: Any) -> Client:
        return Client(simulator("healthy", nodes=1, habits=Habits(**habits)).connection)

    return start


@pytest.mark.parametrize(("status", "code"), [(409, "PoolExists"), (412, "ConditionNotMet")])
def test_a_put_that_is_to_make_a_pool_meets_one(client: Start, status: int, code: str) -> None:
    one = client(already_there=status)
    pool = one.connection["pool_id"]
    before = one.arm("GET", pool).body
    met = one.arm("PUT", pool, before, headers={"If-None-Match": "*"})
    assert (met.status, met.body["error"]["code"]) == (status, code)
    assert one.arm("GET", pool).body["etag"] == before["etag"]


@pytest.mark.parametrize("status", [200, 204])
def test_a_deletion_ends(client: Start, status: int) -> None:
    one = client(deletion_ends=status)
    begun = one.arm("DELETE", one.connection["pool_id"])
    polled = begun
    while polled.status == 202:
        polled = one.arm_link(polled.headers["Location"])
    assert (begun.status, polled.status, polled.body) == (202, status, None)


def settings(body: Any) -> Any:
    place = body.get("properties", {}).get("deploymentConfiguration", body)
    return place["virtualMachineConfiguration"]["extensions"][0]["settings"]


@pytest.mark.parametrize("form", ["object", "text"])
def test_arm_gives_settings_back(client: Start, form: str) -> None:
    one, plain = client(arm_settings=form), client()
    given, sent = (settings(each.arm("GET", each.connection["pool_id"]).body) for each in (one, plain))
    assert given == (sent if form == "object" else json.dumps(sent))
    of_batch = settings(one.batch("GET", f"/pools/{one.connection['pool']}").body)
    assert of_batch == sent


@pytest.mark.parametrize("form", ["object", "text"])
def test_the_data_plane_gives_settings_back(client: Start, form: str) -> None:
    one, plain = client(view_settings=form), client()
    sent = settings(plain.arm("GET", plain.connection["pool_id"]).body)
    pool, node = one.connection["pool"], one.connection["nodes"][0]
    view = one.batch("GET", f"/pools/{pool}/nodes/{node}/extensions/KeyVaultForLinux").body
    pools = one.batch("GET", f"/pools/{pool}").body
    expected = sent if form == "object" else json.dumps(sent)
    assert (view["vmExtension"]["settings"], settings(pools)) == (expected, expected)
    assert settings(one.arm("GET", one.connection["pool_id"]).body) == sent


@pytest.mark.parametrize(
    ("ways", "habits", "status", "port"),
    [
        ((RDP,), {"login_by_3389": "given"}, 200, 20000),
        ((RDP,), {"login_by_3389": "refused"}, 409, None),
        ((SSH, RDP), {"login_of_both": 3389}, 200, 20000),
        ((), {"login_by_none": "given"}, 200, 22),
        ((), {"login_by_none": "refused"}, 409, None),
    ],
)
def test_what_remote_login_says(
    client: Start, ways: tuple[Any, ...], habits: dict[str, Any], status: int, port: int | None
) -> None:
    one = client(**habits)
    told = one.batch("GET", f"{make(one, *ways)}/remoteloginsettings")
    assert (told.status, told.body.get("remoteLoginPort")) == (status, port)


def test_of_both_it_says_where_ssh_is(client: Start) -> None:
    one = client(login_of_both=22)
    node = make(one, RDP, SSH)
    ways = one.batch("GET", node).body["endpointConfiguration"]["inboundEndpoints"]
    (ssh,) = [each["frontendPort"] for each in ways if each["backendPort"] == 22]
    assert one.batch("GET", f"{node}/remoteloginsettings").body["remoteLoginPort"] == ssh
