from __future__ import annotations

import contextlib
import json
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import TYPE_CHECKING

import paramiko
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from troubleshooter.simulator.node import shell
from troubleshooter.simulator.node.disk import write_disk
from troubleshooter.simulator.node.server import NodeHost, within
from troubleshooter.simulator.node.story import NodeStory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from troubleshooter.simulator.node.server import NodeServer

    Connect = Callable[..., paramiko.SSHClient]

LATER = datetime.now(UTC) + timedelta(hours=1)

STORY = NodeStory(
    node_id="tvmps_1",
    extension_name="KeyVaultForLinux",
    extension_version="3.5.3041.185",
    settings={"secretsManagementSettings": {"pollingIntervalInS": "3600"}},
    status="transitioning",
    operation="Service start.",
    message="Failed to download one or more certificates, retrying...",
    log_lines=(
        "2026-05-16 19:49:22: <debug> [Global]\tStarting akvvm_service",
        "2026-05-16 19:49:22: <info> [VMExtension]\tStarting extension",
    ),
    sequence_number=3,
    os_release='ID=ubuntu\nVERSION_ID="22.04"\n',
)


@pytest.fixture
def key() -> paramiko.Ed25519Key:
    text = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    )
    return paramiko.Ed25519Key(file_obj=StringIO(text.decode("ascii")))


@pytest.fixture
def host(tmp_path: Path) -> Iterator[NodeHost]:
    host = NodeHost(tmp_path / "tools")
    yield host
    host.stop()


@pytest.fixture
def node(tmp_path: Path, host: NodeHost, key: paramiko.PKey) -> NodeServer:
    """A started node with an admin `boss` and a plain user `guest`, both with the key."""
    write_disk(tmp_path / "node", STORY)
    server = host.server(tmp_path / "node")
    server.allow(within(["127.0.0.0/8"]))
    for name, is_admin in (("boss", True), ("guest", False)):
        server.put_user(name, f"{key.get_name()} {key.get_base64()} made for a test", is_admin, LATER)
    server.start()
    return server


@pytest.fixture
def connect(key: paramiko.PKey) -> Iterator[Callable[..., paramiko.SSHClient]]:
    with contextlib.ExitStack() as stack:

        def connect(server: NodeServer, user: str = "boss", pkey: paramiko.PKey = key) -> paramiko.SSHClient:
            client = stack.enter_context(paramiko.SSHClient())
            client.set_missing_host_key_policy(paramiko.AutoAddPolicy())
            client.connect(
                "127.0.0.1",
                server.start(),
                user,
                pkey=pkey,
                allow_agent=False,
                look_for_keys=False,
                timeout=10,
            )
            return client

        yield connect


def run(client: paramiko.SSHClient, command: str, feed: str = "") -> tuple[int, str, str]:
    stdin, stdout, stderr = client.exec_command(command, timeout=10)
    stdin.write(feed)
    stdin.channel.shutdown_write()
    out, err = stdout.read().decode(), stderr.read().decode()
    return stdout.channel.recv_exit_status(), out, err


def test_a_command_runs_in_the_nodes_root_with_nothing_of_the_hosts_environment(
    node: NodeServer, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOST_SECRET", "leaked")
    status, out, _ = run(connect(node), "pwd; env; cat var/log/waagent.log; exit 7")
    assert status == 7
    assert out.startswith(f"{node.root}\n")
    assert f"TROUBLESHOOTER_NODE_ROOT={node.root}" in out
    assert "Target handler state: enabled" in out
    assert "leaked" not in out


def test_an_admin_feeds_a_script_to_sudo(node: NodeServer, connect: Connect) -> None:
    status, out, err = run(
        connect(node), 'sudo -n sh -s "$TROUBLESHOOTER_NODE_ROOT"', 'echo "$USER $1"; echo no >&2\n'
    )
    assert (status, out, err) == (0, f"root {node.root}\n", "no\n")


def test_a_plain_user_is_refused_by_sudo(node: NodeServer, connect: Connect) -> None:
    status, out, err = run(connect(node, "guest"), "sudo -n sh -s", "echo should not run\n")
    assert (status, out, err) == (1, "", "sudo: a password is required\n")


def test_the_hosts_sudo_and_network_tools_are_not_in_reach(node: NodeServer, connect: Connect) -> None:
    _, out, _ = run(connect(node), "for name in sudo systemctl curl ssh python3; do command -v $name; done")
    assert out.splitlines() == [
        f"{node._host.tools.path(is_admin=True)}/{name}" for name in ("sudo", "systemctl")
    ]


def test_systemctl_answers_from_the_nodes_disk(node: NodeServer, connect: Connect) -> None:
    _, show, _ = run(connect(node), "systemctl show akvvm_service.service --no-pager")
    _, unit, _ = run(connect(node), "systemctl cat akvvm_service")
    assert "ActiveState=active\n" in show
    assert "ExecStart=/var/lib/waagent/Microsoft.Azure.KeyVault.KeyVaultForLinux-3.5.3041.185/" in unit


@pytest.mark.parametrize("user", ["nobody-made", "dropped", "expired", "otherkey"])
def test_only_a_user_made_through_the_api_gets_in(
    user: str, node: NodeServer, connect: Connect, key: paramiko.PKey
) -> None:
    line = f"{key.get_name()} {key.get_base64()}"
    node.put_user("dropped", line, True, LATER)
    node.drop_user("dropped")
    node.put_user("expired", line, True, datetime.now(UTC) - timedelta(seconds=1))
    node.put_user("otherkey", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDL", True, LATER)
    with pytest.raises(paramiko.AuthenticationException):
        connect(node, user)


def test_a_peer_outside_the_allowed_networks_is_hung_up_on(node: NodeServer, connect: Connect) -> None:
    node.allow(within(["203.0.113.0/24"]))
    with pytest.raises((paramiko.SSHException, OSError, EOFError)):
        connect(node)


def test_nobody_is_let_in_before_a_rule_says_so(host: NodeHost, tmp_path: Path, connect: Connect) -> None:
    with pytest.raises((paramiko.SSHException, OSError, EOFError)):
        connect(host.server(tmp_path))


def test_a_command_ends_with_its_connection(node: NodeServer, connect: Connect) -> None:
    client = connect(node)
    _, stdout, _ = client.exec_command("echo $$; sleep 300 & sleep 300", timeout=10)
    pid = int(stdout.readline())
    client.close()
    assert _group_ends(pid)


def _group_ends(pid: int) -> bool:
    """Within seconds, since an orphan is reaped by whoever is process 1 here."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            os.killpg(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


def test_a_command_that_outlives_its_limit_is_ended(
    node: NodeServer, connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shell, "LIMIT", 0.3)
    assert run(connect(node), "echo begun; sleep 300") == (137, "begun\n", "")


def test_large_output_and_many_sessions_arrive_whole(node: NodeServer, connect: Connect) -> None:
    def fetch(_: int) -> int:
        client = connect(node)
        return len(run(client, "sudo -n head -c 3000000 /dev/zero")[1])

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(fetch, range(16))) == [3_000_000] * 16


def test_two_hundred_idle_nodes_cost_one_thread_and_stop_joins_it(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    host = NodeHost(tmp_path / "tools")
    ports = {host.server(tmp_path).start() for _ in range(200)}
    assert len(ports) == 200
    assert len(set(threading.enumerate()) - before) == 1
    host.stop()
    assert set(threading.enumerate()) - before == set()


def test_stop_ends_running_commands(node: NodeServer, host: NodeHost, connect: Connect) -> None:
    _, stdout, _ = connect(node).exec_command("echo $$; sleep 300", timeout=10)
    pid = int(stdout.readline())
    host.stop()
    assert _group_ends(pid)


def test_each_node_has_a_host_key_of_its_own(host: NodeHost, tmp_path: Path) -> None:
    first, second = host.server(tmp_path), host.server(tmp_path)
    first.start(), second.start()
    assert first.host_key.startswith("ssh-ed25519 ")
    assert first.host_key != second.host_key


def test_the_disk_tells_the_story(node: NodeServer) -> None:
    handler = node.root / "var/lib/waagent/Microsoft.Azure.KeyVault.KeyVaultForLinux-3.5.3041.185"
    settings = json.loads((handler / "config/3.settings").read_text())
    status = json.loads((handler / "status/3.status").read_text())
    log = (
        node.root
        / "var/log/azure/Microsoft.Azure.KeyVault.KeyVaultForLinux/akvvm_service_2026-05-16_19-49-22.0.log"
    )
    polling = settings["runtimeSettings"][0]["handlerSettings"]["publicSettings"]["secretsManagementSettings"]
    assert polling == {"pollingIntervalInS": "3600"}
    assert status[0]["status"]["status"] == "transitioning"
    assert status[0]["status"]["code"] == 0
    assert log.read_text().count("\n") == 2
