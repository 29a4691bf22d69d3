"""Collection from a real OpenSSH server with the real sudo, on loopback."""

from __future__ import annotations

import getpass
import hashlib
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import reasons
from tests.machines.sshd import Sshd, why_not
from tests.ssh.road import by_ssh
from tests.wanted import WANTED
from troubleshooter.collect.fanout import collect_nodes
from troubleshooter.collect.key import make_key
from troubleshooter.collect.nodes import NodeLogin
from troubleshooter.collect.roads import ssh_connection
from troubleshooter.model.host_key import of_line
from troubleshooter.model.run import KeptFile
from troubleshooter.redact import Redactor
from troubleshooter.simulator.node.disk import write_disk
from troubleshooter.simulator.node.story import NodeStory

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.collect.key import SessionKey
    from troubleshooter.collect.nodes import NodeCollection

LOGS = "var/log/azure/Microsoft.Azure.KeyVault.KeyVaultForLinux"
STORY = NodeStory(
    node_id="tvmps_1",
    extension_name="KeyVaultForLinux",
    extension_version="3.5.3041.185",
    settings={
        "secretsManagementSettings": {"observedCertificates": ["https://kv.vault.azure.net/secrets/c"]}
    },
    status="success",
    operation="Service start.",
    message="Successfully started Key Vault extension service. 2026-05-16T19:49:22Z",
    log_lines=("2026-05-16 19:49:22: <info> [VMExtension]\tStarting extension",),
    sequence_number=0,
    os_release="ID=ubuntu\n",
)


pytestmark = pytest.mark.skipif(bool(why_not()), reason=f"{reasons.SSHD}: {why_not()}")


def a_server(folder: Path, root: Path, key: SessionKey, *also: str) -> Sshd:
    made = Sshd(folder, root, *also)
    made.authorized.write_text(f"{key.public_line}\n")
    return made


class Shelf:
    """Keeps what was redacted, as the product does, in memory."""

    def __init__(self) -> None:
        self.redactor = Redactor(salt=b"test")
        self.data: dict[str, bytes] = {}

    def keep(self, node: str, name: str, data: bytes, sha256_read: str, cut: str, _: object) -> KeptFile:
        kept = self.data[name] = self.redactor.data(data)
        return KeptFile(node, name, hashlib.sha256(kept).hexdigest(), sha256_read, len(kept), cut)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_disk(tmp_path / "node", STORY)
    return tmp_path / "node"


@pytest.fixture
def key() -> SessionKey:
    return make_key()


@pytest.fixture
def server(tmp_path: Path, root: Path, key: SessionKey) -> Iterator[Sshd]:
    server = a_server(tmp_path / "sshd", root, key)
    server.start()
    yield server
    server.stop()


def collect(
    server: Sshd, key: SessionKey, shelf: Shelf, known: dict[str, str] | None = None
) -> NodeCollection:
    login = NodeLogin("real", "127.0.0.1", server.port, getpass.getuser())
    road = by_ssh(key, [login], known)
    (found,) = collect_nodes(road, ["real"], shelf.keep, threading.Event(), lambda *_: None, WANTED)
    return found


def test_what_arrives_is_byte_for_byte_what_lies_on_disk(server: Sshd, key: SessionKey, root: Path) -> None:
    logs = root / LOGS
    (logs / "odd-bytes.log").write_bytes(bytes(range(256)) * 40 + b"no line end")
    (logs / "empty.log").write_bytes(b"")
    (logs / "block.log").write_bytes(b"x" * 512)
    (logs / "windows.log").write_bytes(b"one\r\ntwo\r\n\xff\xfe")
    (logs / "name with ünïcode 'and' \"quotes\".log").write_text("x\n")
    (logs / "1.2.3.4").mkdir()
    (logs / "1.2.3.4" / "akvvm_service.log").write_text("an older agent's place\n")
    (logs / ("long-" * 30 + "name.log")).write_text("beyond a tar's hundred characters\n")
    shelf = Shelf()
    found = collect(server, key, shelf)
    assert found.problem is None
    assert found.partial == ()
    named = {file.name: file for file in found.files if not file.name.startswith("answers/")}
    assert len(named) == 17
    for name, file in named.items():
        on_disk = (root / name[1:]).read_bytes()
        assert shelf.data[name] == on_disk
        assert file.sha256 == file.sha256_read == hashlib.sha256(on_disk).hexdigest()
        assert (file.size, file.cut) == (len(on_disk), "")


def test_the_hashes_tell_what_was_read_from_what_is_kept(server: Sshd, key: SessionKey, root: Path) -> None:
    line = b"GET https://a.blob.core.windows.net/c?sv=2022&sig=x7Jq%2BmZ9c0fP1y2sQvQk3n0iS%3D\n"
    (root / LOGS / "with-a-secret.log").write_bytes(line)
    shelf = Shelf()
    file = next(each for each in collect(server, key, shelf).files if "with-a-secret" in each.name)
    kept = shelf.data[file.name]
    assert b"x7Jq" not in kept
    assert kept.startswith(b"GET https://a.blob.core.windows.net/c?sv=2022&sig=<redacted sas ")
    assert file.sha256_read == hashlib.sha256(line).hexdigest()
    assert file.sha256 == hashlib.sha256(kept).hexdigest() != file.sha256_read


def test_a_long_file_keeps_its_newest_part_even_while_it_grows(
    server: Sshd, key: SessionKey, root: Path
) -> None:
    path = root / LOGS / "growing.log"
    path.write_bytes(b"".join(b"%09d\n" % number for number in range(500_000)))
    done = threading.Event()

    def grow() -> None:
        with path.open("ab") as log:
            while not done.wait(0.001):
                log.write(b"+" * 100 + b"\n")
                log.flush()

    writer = threading.Thread(target=grow)
    writer.start()
    shelf = Shelf()
    try:
        found = collect(server, key, shelf)
    finally:
        done.set()
        writer.join()
    kept = shelf.data[f"/{LOGS}/growing.log"]
    cut = next(file.cut for file in found.files if file.name.endswith("growing.log"))
    first = int(cut.split()[2])
    assert found.partial == ()
    assert kept == path.read_bytes()[first : first + (4 << 20)]


def test_keys_of_a_store_in_the_log_folder_stay_on_the_node(
    server: Sshd, key: SessionKey, root: Path
) -> None:
    block = "-----BEGIN PRIVATE{0}-----\nbWFkZSB1cA==\n-----END PRIVATE{0}-----\n".format(" KEY")
    (root / LOGS / "vault.cert.1234.PEM").write_text(block)
    (root / LOGS / "renamed.txt").write_text(f"x\n{block}")
    shelf = Shelf()
    found = collect(server, key, shelf)
    assert not any(b"PRIVATE" in data for data in shelf.data.values())
    assert {f"/{LOGS}/vault.cert.1234.PEM", f"/{LOGS}/renamed.txt"} <= {
        line.split(": ")[0] for line in found.left_out
    }


def test_the_host_key_is_pinned(server: Sshd, key: SessionKey, root: Path, tmp_path: Path) -> None:
    public = of_line(Path(f"{server.host_keys[0]}.pub").read_text())
    first = collect(server, key, Shelf())
    assert first.host_key == public
    assert collect(server, key, Shelf(), {"real": public}).problem is None
    other = a_server(tmp_path / "other", root, key)
    other.start()
    try:
        changed = collect(other, key, Shelf(), {"real": public})
    finally:
        other.stop()
    assert changed.problem is not None
    assert "another host key" in changed.problem.what
    assert changed.files == ()


def test_a_key_the_server_does_not_know_is_denied(server: Sshd, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssh_connection, "AGAIN", 0.0)
    found = collect(server, make_key(), Shelf())
    assert found.problem is not None
    assert "did not let" in found.problem.what


@pytest.mark.parametrize("old", ["KexAlgorithms diffie-hellman-group14-sha1", "Ciphers aes128-cbc"])
def test_a_server_of_old_algorithms_alone_is_told_from_a_cut_connection(
    tmp_path: Path, root: Path, key: SessionKey, old: str
) -> None:
    server = a_server(tmp_path / "sshd", root, key, old)
    server.start()
    try:
        found = collect(server, key, Shelf())
    finally:
        server.stop()
    assert found.problem is not None
    assert found.problem.what == "The SSH server of real and this program have no algorithm in common."
