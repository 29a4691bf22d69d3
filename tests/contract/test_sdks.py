"""The simulated Azure through the real SDKs: sign-in, both planes, and SSH behind them."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import paramiko
import pytest
from azure.batch import BatchClient
from azure.batch.models import BatchNodeState, BatchNodeUserCreateOptions
from azure.core import MatchConditions
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError
from azure.identity import ClientSecretCredential, DefaultAzureCredential
from azure.mgmt.batch import BatchManagementClient
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.contract.client import Client
from tests.contract.test_openapi import NAT_POOL, debug_pool

if TYPE_CHECKING:
    from collections.abc import Callable

    from troubleshooter.simulator.server import Simulator


@dataclass(frozen=True, slots=True)
class Sdk:
    connection: dict[str, Any]
    arm: BatchManagementClient
    batch: BatchClient

    @property
    def scope(self) -> tuple[str, str]:
        return self.connection["resource_group"], self.connection["account"]

    def nodes(self, pool: str) -> dict[str, str]:
        return {str(node.id): BatchNodeState(node.state).value for node in self.batch.list_nodes(pool)}

    def settle(self, pool: str) -> dict[str, str]:
        return [self.nodes(pool) for _ in range(6)][-1]


def connect(simulator: Simulator, **credential: str) -> Sdk:
    connection = simulator.connection
    ca_file = connection["ca_file"]
    signed_in = ClientSecretCredential(
        connection["tenant_id"],
        connection["client_id"],
        credential.get("secret", connection["client_secret"]),
        authority=connection["authority"],
        disable_instance_discovery=True,
        connection_verify=ca_file,
    )
    arm = BatchManagementClient(
        signed_in,
        connection["subscription_id"],
        connection["arm_endpoint"],
        connection_verify=ca_file,
        retry_total=0,
    )
    batch = BatchClient(connection["batch_endpoint"], signed_in, connection_verify=ca_file, retry_total=0)
    return Sdk(connection, arm, batch)


def make_debug_pool(sdk: Sdk) -> None:
    body = debug_pool(Client(sdk.connection))
    sdk.arm.pool.create(*sdk.scope, "debug", body, match_condition=MatchConditions.IfMissing)


def sign(key: Ed25519PrivateKey) -> tuple[str, paramiko.Ed25519Key]:
    """The key's public line, and the key as paramiko wants it."""
    public = key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    )
    return public.decode(), paramiko.Ed25519Key(file_obj=StringIO(private.decode()))


def test_the_default_credential_signs_in_from_the_environment(
    simulator: Callable[..., Simulator],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connection = simulator("healthy").connection
    monkeypatch.setenv("AZURE_AUTHORITY_HOST", connection["authority"])
    for name in ("tenant_id", "client_id", "client_secret"):
        monkeypatch.setenv(f"AZURE_{name.upper()}", connection[name])
    credential = DefaultAzureCredential(
        disable_instance_discovery=True, connection_verify=connection["ca_file"]
    )
    token = credential.get_token("https://management.azure.com/.default").token
    assert len(token.split(".")) == 3


def test_a_wrong_secret_is_refused_with_its_number(simulator: Callable[..., Simulator]) -> None:
    sdk = connect(simulator("healthy"), secret="wrong")
    with pytest.raises(ClientAuthenticationError, match="AADSTS7000215"):
        sdk.arm.batch_account.get(*sdk.scope)


@pytest.mark.parametrize(
    ("changed", "number"),
    [
        ({"client_id": "absent"}, 700016),
        ({"grant_type": "password"}, 70003),
        ({"scope": "https://storage.azure.com/.default"}, 500011),
        ({"scope": "nonsense"}, 500011),
    ],
)
def test_the_token_endpoint_names_what_it_refuses(
    simulator: Callable[..., Simulator], changed: dict[str, str], number: int
) -> None:
    client = Client(simulator("healthy").connection)
    refused = client.token(**{"scope": "https://management.azure.com/.default", **changed})
    assert (refused.status, refused.body["error_codes"]) == (400, [number])


def test_the_account_names_the_data_plane_without_a_scheme(simulator: Callable[..., Simulator]) -> None:
    sdk = connect(simulator("healthy"))
    account = sdk.arm.batch_account.get(*sdk.scope)
    assert f"https://{account.account_endpoint}" == sdk.connection["batch_endpoint"]


def test_a_debug_pool_is_made_watched_signed_in_to_and_removed(simulator: Callable[..., Simulator]) -> None:
    sdk = connect(simulator("vault-rbac-denied"))
    assert set(sdk.nodes("render-pool").values()) == {"unusable"}
    make_debug_pool(sdk)
    nodes = sdk.settle("debug")
    assert set(nodes.values()) == {"idle"}
    line, key = sign(Ed25519PrivateKey.generate())
    for node in nodes:
        log = _read_log(sdk, node, line, key)
        assert "ForbiddenByRbac" in log
    sdk.arm.pool.begin_delete(*sdk.scope, "debug", polling_interval=0).result()
    with pytest.raises(HttpResponseError, match="PoolNotFound"):
        sdk.arm.pool.get(*sdk.scope, "debug")


def _read_log(sdk: Sdk, node: str, line: str, key: paramiko.Ed25519Key) -> str:
    expiry = datetime.now(UTC) + timedelta(days=2)
    user = BatchNodeUserCreateOptions(name="reader", is_admin=True, ssh_public_key=line, expiry_time=expiry)
    sdk.batch.create_node_user("debug", node, user)
    login = sdk.batch.get_node_remote_login_settings("debug", node)
    with paramiko.SSHClient() as ssh:
        ssh.set_missing_host_key_policy(paramiko.AutoAddPolicy())
        ssh.connect(
            login.remote_login_ip_address,
            login.remote_login_port,
            "reader",
            pkey=key,
            allow_agent=False,
            look_for_keys=False,
        )
        log = "${TROUBLESHOOTER_NODE_ROOT:-}/var/log/azure/Microsoft.Azure.KeyVault.KeyVaultForLinux"
        _, output, _ = ssh.exec_command(f"cat {log}/akvvm*.log", timeout=10)
        text: str = output.read().decode()
    sdk.batch.delete_node_user("debug", node, "reader")
    with pytest.raises(HttpResponseError, match="NodeUserNotFound"):
        sdk.batch.delete_node_user("debug", node, "reader")
    return text


def test_ssh_refuses_whom_no_rule_lets_in(simulator: Callable[..., Simulator]) -> None:
    sdk = connect(simulator("healthy"))
    body = debug_pool(Client(sdk.connection))
    elsewhere = {"priority": 150, "access": "Allow", "sourceAddressPrefix": "198.51.100.7"}
    closed = {**NAT_POOL, "networkSecurityGroupRules": [elsewhere]}
    body["properties"]["networkConfiguration"]["endpointConfiguration"] = {"inboundNatPools": [closed]}
    sdk.arm.pool.create(*sdk.scope, "closed", body)
    node = next(iter(sdk.settle("closed")))
    login = sdk.batch.get_node_remote_login_settings("closed", node)
    with paramiko.SSHClient() as ssh:
        ssh.set_missing_host_key_policy(paramiko.AutoAddPolicy())
        with pytest.raises((OSError, EOFError, paramiko.SSHException)):
            ssh.connect(login.remote_login_ip_address, login.remote_login_port, "a", timeout=5, password="b")


def test_two_hundred_nodes_come_in_pages(simulator: Callable[..., Simulator]) -> None:
    sdk = connect(simulator("healthy", nodes=200))
    pages = list(sdk.batch.list_nodes("render-pool").by_page())
    assert [len(list(page)) for page in pages] == [100, 100]
    assert len(sdk.nodes("render-pool")) == 200
    assert len(list(sdk.batch.list_nodes("render-pool", max_results=30, filter="state eq 'idle'"))) == 200


def test_planted_faults_meet_the_next_calls_and_then_end(simulator: Callable[..., Simulator]) -> None:
    sdk = connect(simulator("healthy"))
    client = Client(sdk.connection)
    client.control("POST", "/fault", {"match": "GET /pools/[^/]+/nodes$", "status": 503, "times": 2})
    for _ in range(2):
        with pytest.raises(HttpResponseError, match="ServerBusy"):
            sdk.nodes("render-pool")
    assert len(sdk.nodes("render-pool")) == 2


def test_a_fault_after_the_effect_loses_only_the_answer(simulator: Callable[..., Simulator]) -> None:
    sdk = connect(simulator("healthy"))
    client = Client(sdk.connection)
    client.control("POST", "/fault", {"match": "PUT .*", "status": 500, "times": 1, "after_effect": True})
    with pytest.raises(HttpResponseError, match="InternalServerError"):
        make_debug_pool(sdk)
    assert sdk.arm.pool.get(*sdk.scope, "debug").name == "debug"


@pytest.mark.parametrize(
    "fault",
    [
        {},
        {"match": "GET"},
        {"match": "GET ["},
        {"match": "GET x", "status": 99},
        {"match": "GET x", "times": "y"},
    ],
)
def test_a_malformed_fault_is_refused(simulator: Callable[..., Simulator], fault: dict[str, Any]) -> None:
    client = Client(simulator("healthy").connection)
    assert "error" in client.control("POST", "/fault", fault)


def test_the_experimenter_sees_pools_nodes_users_and_jobs(simulator: Callable[..., Simulator]) -> None:
    sdk = connect(simulator("vault-rbac-denied"))
    client = Client(sdk.connection)
    make_debug_pool(sdk)
    node = next(iter(sdk.settle("debug")))
    sdk.batch.create_node_user(
        "debug", node, BatchNodeUserCreateOptions(name="a", ssh_public_key="ssh-rsa AAAA")
    )
    state = client.control("GET", "/state")
    assert state["role_assignments"] == []
    assert [job["state"] for job in state["jobs"]] == ["active", "completed"]
    debug = next(pool for pool in state["pools"] if pool["name"] == "debug")
    assert [user["name"] for user in debug["nodes"][0]["users"]] == ["a"]
    assert client.control("POST", "/cure")["done"].startswith("granted")
    assert len(client.control("GET", "/state")["role_assignments"]) == 1


def test_it_leaves_nothing_behind(simulator: Callable[..., Simulator]) -> None:
    before = set(threading.enumerate())
    running = simulator("healthy")
    folder = Path(running.connection["ca_file"]).parent
    assert folder.stat().st_mode & 0o077 == 0
    private = [path for path in folder.rglob("*") if path.is_file() and b"PRIVATE KEY" in path.read_bytes()]
    assert private == []
    connect(running).nodes("render-pool")
    running.__exit__(None, None, None)
    assert not folder.exists()
    assert set(threading.enumerate()) == before


def test_a_taken_port_is_said_at_once(simulator: Callable[..., Simulator]) -> None:
    taken = int(simulator("healthy").connection["arm_endpoint"].rpartition(":")[2])
    with pytest.raises(OSError, match=str(taken)):
        simulator("healthy", port=taken)


def test_an_unknown_scenario_is_a_key_error(simulator: Callable[..., Simulator]) -> None:
    with pytest.raises(KeyError):
        simulator("absent")


def test_state_is_plain_json(simulator: Callable[..., Simulator]) -> None:
    connection = simulator("mixed").connection
    assert json.loads(json.dumps(connection)) == connection
    assert Path(connection["ca_file"]).is_absolute()
