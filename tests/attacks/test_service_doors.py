"""Who may speak to whom: the program to foreign certificates and hosts, a stranger to the simulator."""

from __future__ import annotations

import json
import socket
import ssl
import urllib.error
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.attacks.foreign import Stage
from tests.flows.outside import served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.flows.outside import World

POOLS = "pools?api-version=2025-06-01"
NOT_ALLOWED = {401, 403}


@contextmanager
def elsewhere() -> Iterator[tuple[socket.socket, str]]:
    """A port where a token of Azure has no business, and its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield listener, f"https://localhost:{listener.getsockname()[1]}"


def visited(listener: socket.socket) -> bool:
    """Whether anybody came."""
    try:
        listener.accept()[0].close()
    except BlockingIOError:
        return False
    return True


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with served(tmp_path_factory.mktemp("doors") / "data", "vault-rbac-denied") as running:
        yield running


def status(world: World, url: str, *, authorization: str = "", data: bytes | None = None) -> int:
    """Of the answer; 0 where the connection was closed instead."""
    context = ssl.create_default_context(cafile=world.connection["ca_file"])
    headers = {"Authorization": authorization} if authorization else {}
    asked = urllib.request.Request(url, data, headers)
    try:
        with urllib.request.urlopen(asked, timeout=20, context=context) as answered:
            return int(answered.status)
    except urllib.error.HTTPError as error:
        return error.code
    except (OSError, ValueError):  # refused while it was still being sent; a header that cannot be sent
        return 0


@pytest.mark.parametrize(
    "token",
    ["", "Bearer x", "Bearer a.b", "Bearer eyJhbGciOiJub25lIn0.e30.", "Bearer " + "A" * 100_000, "Basic x"],
    ids=["none", "no token", "two parts", "unsigned", "huge", "another scheme"],
)
def test_the_simulator_lets_nobody_in_without_its_own_token(world: World, token: str) -> None:
    batch = f"{world.connection['batch_endpoint']}/{POOLS}"
    arm = f"{world.connection['arm_endpoint']}{world.connection['pool_id']}?api-version=2025-06-01"
    refused = {status(world, url, authorization=token) for url in (batch, arm)}
    assert refused <= NOT_ALLOWED | ({0, 400, 431} if len(token) > 8_000 else set())


def test_the_simulator_is_heard_on_loopback_alone(world: World) -> None:
    """Remark: its control is open to everybody on the machine."""
    port = int(world.connection["control"].rpartition(":")[2].partition("/")[0])
    for address in {info[4][0] for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}:
        if not str(address).startswith("127."):
            with pytest.raises(OSError, match=r"refused|timed out|unreachable"):
                socket.create_connection((str(address), port), 3).close()
    assert status(world, f"{world.connection['control']}/state") == 200


def test_the_simulator_takes_no_body_of_64_mebibytes_and_no_expression_that_hangs(world: World) -> None:
    fault = f"{world.connection['control']}/fault"
    assert status(world, fault, data=b"{" * (64 << 20)) in {0, 400, 413}
    assert status(world, fault, data=json.dumps({"match": "GET (a+"}).encode()) == 400
    bomb = {"match": "GET (a+)+$", "times": 1}
    assert status(world, fault, data=json.dumps(bomb).encode()) in {201, 400}
    assert status(world, f"{world.connection['control']}/state") == 200
    world.control("DELETE", "fault")


@pytest.mark.slow
def test_a_certificate_of_another_authority_is_not_taken(world: World, tmp_path: Path) -> None:
    with served(tmp_path / "other", "vault-rbac-denied") as other:
        stage = Stage(world, tmp_path / "data")
        stage.environ["TROUBLESHOOTER_CA_FILE"] = other.connection["ca_file"]
        did = stage.run()
    assert did.returncode == 7
    assert b"certificate" in did.stderr


@pytest.mark.slow
def test_a_redirect_to_another_host_is_not_followed(world: World, tmp_path: Path) -> None:
    with elsewhere() as (listener, url):
        stage = Stage(world, tmp_path / "data")
        stage.plant(r"GET /pools/[^/]+$", status=307, body="", headers={"Location": f"{url}/pools/x"})
        stage.plant(r"GET /.*/batchAccounts/", status=307, body="", headers={"Location": f"{url}/x"})
        did = stage.run("--limit", "5s", "--total-limit", "20s")
        stage.clear()
        assert 307 in {call["status"] for call in world.control("GET", "calls")["calls"]}
        assert did.returncode not in {0, 1}
        assert not visited(listener)


@pytest.mark.slow
def test_a_next_page_on_another_host_is_not_asked_for(world: World, tmp_path: Path) -> None:
    with elsewhere() as (listener, url):
        stage = Stage(world, tmp_path / "data")
        page = json.dumps({"value": [], "odata.nextLink": f"{url}/next", "nextLink": f"{url}/next"})
        stage.plant(r"GET /pools/[^/]+/nodes$", body=page)
        did = stage.run("--limit", "5s", "--total-limit", "20s")
        stage.clear()
        assert did.returncode not in {0, 1}
        assert b"other host" in did.stderr or b"another host" in did.stderr
        assert not visited(listener)
