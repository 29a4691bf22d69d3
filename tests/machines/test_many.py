"""Several machines at once: each is one line, the others complete, and who stops it keeps what had come."""

from __future__ import annotations

import getpass
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import reasons
from tests.machines import wire
from tests.machines.conftest import CAUSE, machine
from tests.machines.test_jump import closed_port
from troubleshooter.collect.roads import ssh_session

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from tests.machines.conftest import Engineer
    from tests.machines.sshd import Sshd

pytestmark = pytest.mark.slow


def test_of_many_machines_the_bad_ones_are_a_line_each_and_the_good_ones_complete(
    engineer: Engineer, sshd: Callable[..., Sshd], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ssh_session, "HANDSHAKE", 2.0)
    good, unknown, shut, better = sshd(), sshd(), sshd("PubkeyAuthentication no"), sshd()
    engineer.knows(good, shut, better)
    with wire.answering(wire.until_closed) as silent:
        machines = (
            machine(good),
            machine(unknown),
            f"ssh://kv@127.0.0.1:{closed_port()}",
            machine(shut),
            f"ssh://kv@127.0.0.1:{silent}",
            machine(better),
        )
        ended = engineer.collects(*machines, "--jobs", "3")
    nodes = ended.document["nodes"]
    assert [node["source"] for node in nodes] == list(machines)
    assert [node["reason"] for node in nodes] == [
        "", "host-key-unknown", "refused", "no-sign-in-by-key", "silent", "",
    ]  # fmt: skip
    assert ended.code == 8
    assert ended.document["diagnosis"]["root_cause"] == CAUSE
    assert len(ended.document["diagnosis"]["findings"][0]["nodes"]) == 2
    with tarfile.open(engineer.bundle) as bundle:
        folders = {member.name.split("/")[2] for member in bundle if "/evidence/" in member.name}
    assert folders == {f"127.0.0.1-{server.port}" for server in (good, better)}


def test_no_more_machines_are_met_at_once_than_was_said(engineer: Engineer) -> None:
    lock, room, most = threading.Lock(), threading.Semaphore(0), [0, 0]

    def count(connection: socket.socket) -> None:
        with lock:
            most[0] += 1
            most[1] = max(most)
        room.acquire(timeout=0.5)
        with lock:
            most[0] -= 1

    with wire.answering(count) as port:
        users = [f"ssh://user{number}@127.0.0.1:{port}" for number in range(9)]
        ended = engineer.collects(*users, "--jobs", "2")
    assert len(ended.document["nodes"]) == 9
    assert most[1] == 2


def test_a_machine_given_twice_is_collected_from_once(engineer: Engineer) -> None:
    port = closed_port()
    ended = engineer.collects(
        *(f"ssh://kv@{host}:{port}" for host in ("LOCALHOST", "127.0.0.1", "localhost"))
    )
    assert [node["node"] for node in ended.document["nodes"]] == [f"localhost-{port}", f"127.0.0.1-{port}"]


def test_ctrl_c_keeps_what_had_come(engineer: Engineer, sshd: Callable[..., Sshd], tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "tar").write_text("#!/bin/sh\nsleep 60\n")
    (tools / "tar").chmod(0o755)
    good = sshd()
    slow = sshd(f"SetEnv TROUBLESHOOTER_NODE_ROOT={tmp_path / 'machine'} SHLVL=5 PATH={tools}:/usr/bin:/bin")
    engineer.knows(good, slow)
    command = [sys.executable, "-m", "troubleshooter", "collect", machine(good), machine(slow)]
    command += ["-i", str(engineer.key), "-o", str(engineer.bundle), "--no-probe", "--output", "json"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=dict(os.environ)
    ) as going:
        assert going.stderr is not None
        for line in going.stderr:
            if b"collected from 1 of 2" in line:
                break
        going.send_signal(signal.SIGINT)
        out, _ = going.communicate(timeout=60)
    told = json.loads(out)
    assert going.returncode == 130
    assert [node["state"] for node in told["nodes"]] == ["complete", "interrupted"]
    assert told["error"]["do"] == f"What had come is in the bundle: troubleshooter analyze {engineer.bundle}"
    again = engineer.types("analyze", str(engineer.bundle), "--output", "json")
    assert again.document["root_cause"] == CAUSE
    assert [path.name for path in engineer.folder.glob(".new-*")] == []


@pytest.mark.parametrize("name", ["../../etc/cron.d/x", "a\nb", "\x1b[2J", "CON", "-rf", "x" * 250])
def test_a_hostile_file_name_unpacks_below_the_machines_folder(
    engineer: Engineer, sshd: Callable[..., Sshd], root: Path, name: str
) -> None:
    logs = root / "var/log/azure/Microsoft.Azure.KeyVault.KeyVaultForLinux"
    if "/" not in name:
        (logs / name).write_text("x\n")
    server = sshd()
    engineer.knows(server)
    assert engineer.collects(machine(server)).node()["state"] == "complete"
    folder = engineer.folder / "unpacked"
    folder.mkdir()
    subprocess.run(["tar", "-xf", str(engineer.bundle), "-C", str(folder)], check=True, timeout=60)
    (top,) = folder.iterdir()
    manifest = json.loads((top / "manifest.json").read_text())
    for row in manifest["files"]:
        path = top / row["path"]
        assert path.resolve().is_relative_to(top / "evidence" / f"127.0.0.1-{server.port}")
        assert path.name.isprintable()
        assert path.stat().st_size == row["size"]


def test_what_the_environment_hides_is_hidden_in_the_bundle(
    engineer: Engineer, sshd: Callable[..., Sshd], root: Path
) -> None:
    secret = "hunter2-of-nobody"
    (root / "var/log/waagent.log").write_text(f"pass={secret}\nsig=x7Jq%2BmZ9c0fP1y2sQvQk3n0iS%3D\n")
    server = sshd()
    engineer.knows(server)
    ended = engineer.collects(machine(server), TROUBLESHOOTER_SECRET_ONE=secret)
    with tarfile.open(engineer.bundle) as bundle:
        held = b"".join(content.read() for member in bundle if (content := bundle.extractfile(member)))
    assert b"waagent.log" in held
    assert secret.encode() not in held
    assert secret not in ended.out + ended.err


@pytest.mark.skipif(os.geteuid() != 0, reason=reasons.ROOT)
def test_a_full_disk_of_ones_own_is_told_as_such(
    engineer: Engineer, sshd: Callable[..., Sshd], root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "var/log/waagent.log").write_text("line\n" * 100_000)
    server = sshd()
    engineer.knows(server)
    small = tmp_path / "small"
    small.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k", "none", str(small)], check=True, timeout=30)
    try:
        monkeypatch.setattr("tempfile.tempdir", str(small))
        ended = engineer.collects(machine(server))
    finally:
        monkeypatch.undo()
        subprocess.run(["umount", str(small)], check=True, timeout=30)
    assert ended.code == 7
    assert "TMPDIR" in ended.document["error"]["do"]
    assert "No space left" in ended.document["error"]["why"]
    assert not engineer.bundle.exists()


@pytest.mark.skipif(os.geteuid() != 0, reason=reasons.ROOT)
def test_where_the_bundles_place_has_filled_up_what_was_collected_is_kept_elsewhere(
    engineer: Engineer, sshd: Callable[..., Sshd], root: Path, tmp_path: Path
) -> None:
    (root / "var/log/waagent.log").write_text(os.urandom(1 << 19).hex())
    server = sshd()
    engineer.knows(server)
    small = tmp_path / "small"
    small.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "none", str(small)], check=True, timeout=30)
    try:
        engineer.bundle = small / "b.tar.gz"
        ended = engineer.collects(machine(server))
        left = list(small.iterdir())
    finally:
        subprocess.run(["umount", str(small)], check=True, timeout=30)
    error = ended.document["error"]
    assert (ended.code, left, error["why"]) == (2, [], "No space left on device.")
    (kept,) = re.findall(r"What was collected is in (\S+/b\.tar\.gz): move it", error["do"])
    again = engineer.types("analyze", kept, "--output", "json")
    shutil.rmtree(Path(kept).parent)
    assert again.document["root_cause"] == CAUSE


@pytest.mark.parametrize("host", ["[::1]", "localhost"])
def test_a_machine_is_reached_by_any_of_its_addresses(
    engineer: Engineer, sshd: Callable[..., Sshd], host: str
) -> None:
    server = sshd("ListenAddress ::1" if host == "[::1]" else "ListenAddress 127.0.0.1")
    engineer.known_hosts.write_text(
        server.known().replace("[127.0.0.1]", host if host[0] == "[" else f"[{host}]")
    )
    ended = engineer.collects(f"ssh://{getpass.getuser()}@{host}:{server.port}")
    assert ended.node()["state"] == "complete"
    again = engineer.types("analyze", str(engineer.bundle), "--output", "json")
    assert again.document["findings"][0]["nodes"] == [ended.node()["node"]]
