"""Collection from simulated nodes: real SSH, a real shell, the script as it is shipped."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import shutil
import socket
import sys
import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import reasons
from tests.ssh.road import by_ssh
from tests.wanted import WANTED
from troubleshooter.collect import node as one_node
from troubleshooter.collect.fanout import collect_nodes
from troubleshooter.collect.key import make_key, make_other_key
from troubleshooter.collect.nodes import NodeLogin
from troubleshooter.collect.roads import ssh_connection, ssh_reach
from troubleshooter.errors import ExitCode, GaveUp, Interrupted
from troubleshooter.model.host_key import of_line
from troubleshooter.model.run import KeptFile
from troubleshooter.simulator.node.disk import write_disk
from troubleshooter.simulator.node.server import NodeHost, within
from troubleshooter.simulator.node.story import NodeStory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from troubleshooter.collect.key import SessionKey
    from troubleshooter.collect.nodes import NodeCollection
    from troubleshooter.simulator.node.server import NodeServer

LOGS = "var/log/azure/Microsoft.Azure.KeyVault.KeyVaultForLinux"
HANDLER = "var/lib/waagent/Microsoft.Azure.KeyVault.KeyVaultForLinux-3.5.3041.185"
KEY_BLOCK = "-----BEGIN RSA PRIVATE{0}-----\nbWFkZSB1cA==\n-----END RSA PRIVATE{0}-----\n".format(" KEY")
STORY = NodeStory(
    node_id="tvmps_1",
    extension_name="KeyVaultForLinux",
    extension_version="3.5.3041.185",
    settings={"secretsManagementSettings": {"pollingIntervalInS": "3600"}},
    status="success",
    operation="Service start.",
    message="Successfully started Key Vault extension service. 2026-05-16T19:49:22Z",
    log_lines=("2026-05-16 19:49:22: <info> [VMExtension]\tStarting extension",),
    sequence_number=3,
    os_release='ID=ubuntu\nVERSION_ID="22.04"\n',
)


class Shelf:
    """Keeps files in memory, unredacted."""

    def __init__(self) -> None:
        self.data: dict[tuple[str, str], bytes] = {}

    def keep(self, node: str, name: str, data: bytes, sha256_read: str, cut: str, _: object) -> KeptFile:
        self.data[node, name] = data
        return KeptFile(node, name, hashlib.sha256(data).hexdigest(), sha256_read, len(data), cut)

    def names(self, node: str = "n1") -> set[str]:
        return {name for owner, name in self.data if owner == node}

    def text(self, name: str, node: str = "n1") -> str:
        return self.data[node, name].decode()


class Site:
    """Simulated nodes and the key that opens them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.host = NodeHost(folder / "tools")
        self.key: SessionKey = make_key()
        self.shelf = Shelf()

    def node(self, name: str = "n1", *, is_admin: bool = True, story: NodeStory = STORY) -> NodeServer:
        write_disk(self.folder / name, story)
        server = self.host.server(self.folder / name)
        server.allow(within(["127.0.0.1/32"]))
        server.put_user("kv", self.key.public_line, is_admin, datetime.now(UTC) + timedelta(hours=1))
        server.start()
        return server

    def collect(self, *logins: NodeLogin, known: dict[str, str] | None = None) -> tuple[NodeCollection, ...]:
        return collect_nodes(
            by_ssh(self.key, logins, known),
            [each.node for each in logins],
            self.shelf.keep,
            threading.Event(),
            lambda *_: None,
            WANTED,
        )

    def collect_one(self, server: NodeServer, **options: dict[str, str]) -> NodeCollection:
        (collection,) = self.collect(login(server), **options)
        return collection


def login(server: NodeServer, name: str = "n1") -> NodeLogin:
    return NodeLogin(name, "127.0.0.1", server.start(), "kv")


@pytest.fixture(autouse=True)
def tried_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A node that lets nobody in is one of these tests' own making, and stays so."""
    monkeypatch.setattr(ssh_connection, "AGAIN", 0.0)


@pytest.fixture
def tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssh_connection, "AGAIN", 30.0)
    monkeypatch.setattr(ssh_connection, "PAUSE", 0.2)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path)
    yield site
    site.host.stop()


def test_the_allow_list_arrives_byte_for_byte_with_its_hashes(site: Site) -> None:
    server = site.node()
    collection = site.collect_one(server)
    assert collection.problem is None
    assert collection.partial == ()
    expected = {
        f"/{LOGS}/akvvm_service_2026-05-16_19-49-22.0.log",
        f"/{LOGS}/CommandExecution.log",
        *(
            f"/{HANDLER}/{name}"
            for name in ("config/3.settings", "config/HandlerState", "config/HandlerStatus")
        ),
        *(
            f"/{HANDLER}/{name}"
            for name in ("status/3.status", "HandlerEnvironment.json", "HandlerManifest.json")
        ),
        "/var/log/waagent.log",
        "/etc/os-release",
    }
    answers = {f"answers/{name}.txt" for name in ("systemctl-show", "systemctl-cat", "store-listing")}
    assert site.shelf.names() == expected | answers
    for name in expected:
        data = (server.root / name[1:]).read_bytes()
        kept = next(file for file in collection.files if file.name == name)
        assert site.shelf.data["n1", name] == data
        assert kept.sha256_read == kept.sha256 == hashlib.sha256(data).hexdigest()


def test_answers_come_from_the_node_not_from_the_host(site: Site) -> None:
    site.collect_one(site.node())
    assert "ActiveState=active" in site.shelf.text("answers/systemctl-show.txt")
    assert "akvvm_service" in site.shelf.text("answers/systemctl-cat.txt")


def test_a_canary_in_the_hosts_own_paths_is_not_collected(site: Site) -> None:
    folder = Path("/") / LOGS
    made = [parent for parent in (folder, *folder.parents) if not parent.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        canary = folder / f"canary-{os.getpid()}.log"
        canary.write_text("canary of the host\n")
    except OSError as error:
        pytest.skip(f"{reasons.ROOT}: {error}")
    try:
        site.collect_one(site.node())
    finally:
        canary.unlink()
        for parent in made:
            parent.rmdir()
    assert site.shelf.data
    assert not any(b"canary of the host" in data for data in site.shelf.data.values())
    assert not any("canary" in name for name in site.shelf.names())


def test_of_the_certificate_store_only_a_listing_is_taken(site: Site) -> None:
    site.collect_one(site.node())
    assert ".PEM" in site.shelf.text("answers/store-listing.txt")
    assert not any(name.endswith("PEM") for name in site.shelf.names())
    assert not any(b"PRIVATE" in data for data in site.shelf.data.values())


@pytest.mark.parametrize("store", [f"/{LOGS}", f"/{LOGS}/store/"])
def test_a_store_in_the_log_folder_gives_no_key_away(site: Site, store: str) -> None:
    settings = {"secretsManagementSettings": {"certificateStoreLocation": store}}
    server = site.node(story=replace(STORY, settings=settings))
    folder = server.root / store.strip("/")
    folder.mkdir(exist_ok=True)
    (folder / "vault.cert.0123.PEM").write_text(KEY_BLOCK)
    (folder / "vault.cert.keyid.1700000000").write_text("secret by name")
    (folder / "vault.cert").symlink_to(folder / "vault.cert.0123.PEM")
    (folder / "no-extension").write_text(f"harmless first line\n{KEY_BLOCK}")
    (folder / "renamed.log").write_bytes(
        bytes.fromhex("308201000201033082001006092a864886f70d010701") + bytes(50)
    )
    collection = site.collect_one(server)
    assert "vault.cert.0123.PEM" in site.shelf.text("answers/store-listing.txt")
    assert f"/{LOGS}/CommandExecution.log" in site.shelf.names()
    assert not any(b"PRIVATE" in data or b"secret by name" in data for data in site.shelf.data.values())
    assert not any("renamed" in name or "no-extension" in name for name in site.shelf.names())
    if store == f"/{LOGS}":
        for name in (
            "vault.cert.0123.PEM",
            "vault.cert.keyid.1700000000",
            "vault.cert",
            "no-extension",
            "renamed.log",
        ):
            assert any(line.startswith(f"/{LOGS}/{name}: ") for line in collection.left_out), name


def test_protected_settings_are_left_out_of_the_settings_file(site: Site) -> None:
    server = site.node()
    path = f"{HANDLER}/config/3.settings"
    inner = '{"protectedSettings":"MIIBsecret\\"=","publicSettings":{"a":"b"}}'
    text = f'{{"runtimeSettings":[{{"handlerSettings":{inner}}}]}}'
    (server.root / path).write_text(text)
    collection = site.collect_one(server)
    kept = next(file for file in collection.files if file.name == f"/{path}")
    assert site.shelf.text(f"/{path}") == text.replace('MIIBsecret\\"=', "<left out>")
    assert kept.sha256_read == hashlib.sha256(text.encode()).hexdigest()
    assert kept.sha256 != kept.sha256_read
    assert kept.cut == "the protected settings were left out"


def test_of_a_long_file_the_newest_part_is_kept_and_the_cut_is_said(site: Site) -> None:
    server = site.node()
    text = "".join(f"{number:09d}\n" for number in range(600_000))
    (server.root / f"{LOGS}/long.log").write_text(text)
    collection = site.collect_one(server)
    kept = next(file for file in collection.files if file.name.endswith("long.log"))
    assert site.shelf.text(f"/{LOGS}/long.log") == text[-(4 << 20) :]
    assert kept.cut == f"the first {len(text) - (4 << 20)} of {len(text)} bytes were left out"
    assert collection.partial == ()


def test_a_rotated_log_is_read_although_it_is_packed(site: Site) -> None:
    server = site.node()
    packed = gzip.compress(b"2025-01-01 00:00:00: <error> [CertificateManager]\told\n" * 300_000)
    (server.root / LOGS / "akvvm_service_2025-01-01_00-00-00.0.log.gz").write_bytes(packed)
    collection = site.collect_one(server)
    kept = next(file for file in collection.files if "2025-01-01" in file.name)
    assert kept.name == f"/{LOGS}/akvvm_service_2025-01-01_00-00-00.0.log"
    assert kept.sha256_read == hashlib.sha256(packed).hexdigest()
    assert kept.cut.startswith("the first ")
    assert site.shelf.text(kept.name).endswith("<error> [CertificateManager]\told\n")
    assert collection.left_out == ()


def test_what_does_not_fit_one_node_is_named_and_the_collection_partial(site: Site) -> None:
    server = site.node()
    for number in range(9):
        (server.root / f"{LOGS}/{number}.log").write_bytes(b"x" * (4 << 20))
    collection = site.collect_one(server)
    assert any("did not fit" in line for line in collection.partial)
    assert "/var/log/waagent.log" in site.shelf.names()


def test_links_pipes_and_odd_names_are_named_not_taken(site: Site) -> None:
    server = site.node()
    logs = server.root / LOGS
    (logs / "link.log").symlink_to("/etc/passwd")
    os.mkfifo(logs / "pipe.log")
    os.link(logs / "CommandExecution.log", logs / "twice.log")
    (logs / "two\nlines.log").write_text("x")
    (logs / "-rf $(touch pwned) `x`.log").write_text("odd but harmless\n")
    collection = site.collect_one(server)
    for name in ("link.log", "pipe.log", "twice.log", "two"):
        assert any(line.startswith(f"/{LOGS}/{name}: ") for line in collection.left_out), name
        assert f"/{LOGS}/{name}: " in site.shelf.text("answers/left-out.txt")
    assert site.shelf.text(f"/{LOGS}/-rf $(touch pwned) `x`.log") == "odd but harmless\n"
    assert not (server.root / "pwned").exists()


def test_a_log_folder_that_leads_out_of_the_root_is_not_followed(site: Site, tmp_path: Path) -> None:
    server = site.node()
    outside = tmp_path / "outside"
    (server.root / LOGS).rename(outside)
    (server.root / LOGS).symlink_to(outside)
    collection = site.collect_one(server)
    assert not any(name.startswith(f"/{LOGS}") for name in site.shelf.names())
    assert f"/{LOGS}: it leads out of the node's root." in collection.left_out


def gnu_tar_by_python(place: Path) -> None:
    """Archives as busybox's tar makes them: long names in entries of their own, as GNU's."""
    place.write_text(
        f"#!{sys.executable} -I\nimport sys, tarfile\n"
        "assert sys.argv[1:3] == ['-cf', '-']\n"
        "with tarfile.open(fileobj=sys.stdout.buffer, mode='w|', format=tarfile.GNU_FORMAT) as made:\n"
        "    for name in sys.argv[3:]:\n"
        "        made.add(name)\n"
    )
    place.chmod(0o755)


def busybox_tar(place: Path) -> None:
    place.symlink_to(str(shutil.which("busybox")))


TARS = [gnu_tar_by_python, *([busybox_tar] if shutil.which("busybox") else [])]


@pytest.mark.parametrize("make_tar", TARS, ids=lambda make: make.__name__)
def test_a_node_without_awk_and_with_another_tar_sends_the_same_files(
    site: Site, make_tar: Callable[[Path], None]
) -> None:
    server = site.node()
    (server.root / LOGS / ("long-" * 40 + ".log")).write_text("a name longer than a header has room for\n")
    (server.root / LOGS / "big.log").write_text("".join(f"{number:09d}\n" for number in range(600_000)))
    whole = site.collect_one(server)
    before = dict(site.shelf.data)
    site.shelf.data.clear()
    tools = site.host.tools.path(is_admin=True)
    (tools / "awk").unlink()
    (tools / "tar").unlink()
    make_tar(tools / "tar")
    thin = site.collect_one(server)

    assert (thin.problem, thin.partial, thin.left_out) == (None, whole.partial, whole.left_out)
    assert thin.files == whole.files
    assert site.shelf.data == before
    assert any("long-long-" in name for name in site.shelf.names())


def test_what_is_no_word_of_sudos_is_not_called_a_refusal_of_it(site: Site) -> None:
    server = site.node()
    (site.host.tools.path(is_admin=True) / "od").unlink()
    collection = site.collect_one(server)

    assert collection.problem is not None
    assert "od" in collection.problem.do
    assert re.search(
        r"administrator the script sent nothing \(.*od: .*not found\)", " ".join(collection.partial)
    )
    assert "sudo refused" not in " ".join(collection.partial)


FOR_THE_REST = "For the rest collect as root, or as a user who may use sudo without a password."


@pytest.mark.parametrize(
    "said",
    [
        "sudo: a password is required",
        "Sorry, user kv is not allowed to execute '/bin/sh' as root on node.",
        "kv is not in the sudoers file.",
        "sh: 1: sudo: not found",
    ],
)
def test_what_sudo_says_is_called_a_refusal_of_it(site: Site, said: str) -> None:
    server = site.node()
    sudo = site.host.tools.path(is_admin=True) / "sudo"
    sudo.unlink()
    sudo.write_text(f'#!/bin/sh\necho "{said}" >&2\nexit 1\n')
    sudo.chmod(0o755)

    assert site.collect_one(server).partial == (
        f"sudo refused ({said}): only what kv may read was taken. {FOR_THE_REST}",
    )


def test_without_sudo_what_is_readable_is_taken_and_the_collection_is_partial(site: Site) -> None:
    collection = site.collect_one(site.node(is_admin=False))
    assert collection.problem is None
    assert f"/{LOGS}/CommandExecution.log" in site.shelf.names()
    assert collection.partial == (
        f"sudo refused (sudo: a password is required): only what kv may read was taken. {FOR_THE_REST}",
    )


def test_first_contact_reports_the_host_key_and_a_changed_one_is_refused(site: Site) -> None:
    server = site.node()
    first = site.collect_one(server)
    again = site.collect_one(server, known={"n1": first.host_key})
    assert first.host_key == again.host_key == of_line(server.host_key)
    assert again.problem is None
    other = site.node("n2")
    site.shelf.data.clear()
    (changed,) = site.collect(login(other), known={"n1": first.host_key})
    assert changed.problem is not None
    assert changed.problem.exit_code == ExitCode.REFUSED
    assert "another host key" in changed.problem.what
    assert site.shelf.data == {}


def not_yet_known(server: NodeServer, site: Site) -> None:
    soon = datetime.now(UTC) + timedelta(seconds=2)
    server.put_user("kv", site.key.public_line, True, soon + timedelta(hours=1), soon)


def not_yet_open(server: NodeServer, site: Site) -> None:
    server.stop()
    threading.Timer(2, server.start).start()


def not_yet_through(server: NodeServer, site: Site) -> None:
    server.allow(within([]))
    threading.Timer(2, server.allow, [within(["127.0.0.1/32"])]).start()


@pytest.mark.usefixtures("tried_again")
@pytest.mark.parametrize(
    "late", [not_yet_known, not_yet_open, not_yet_through], ids=lambda late: late.__name__
)
def test_a_node_that_lets_us_in_a_little_later_is_collected_from(
    site: Site, late: Callable[[NodeServer, Site], None]
) -> None:
    server = site.node()
    there = login(server)
    late(server, site)
    (collection,) = site.collect(there)

    assert (collection.problem, collection.partial) == (None, ())
    assert collection.files


def test_a_node_that_lets_nobody_in_is_given_up(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssh_connection, "AGAIN", 1.0)
    monkeypatch.setattr(ssh_connection, "PAUSE", 0.3)
    server = site.node()
    server.drop_user("kv")
    collection = site.collect_one(server)

    assert collection.problem is not None
    assert collection.problem.what == "n1 did not let kv in."


def test_a_time_out_names_what_may_drop_the_packets(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A listener that has no room for another connection answers none, as a rule that drops packets."""
    monkeypatch.setattr(ssh_reach, "CONNECT", 1.0)
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(full.getsockname())
        (found,) = site.collect(NodeLogin("n1", "127.0.0.1", int(full.getsockname()[1]), "kv"))
        for each in waiting:
            each.close()

    assert found.problem is not None
    assert "did not answer within" in found.problem.what
    for named in ("--allow-from", "subnet's network security group", "route table"):
        assert named in found.problem.do


def test_cancel_is_heard_between_two_tries(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ssh_connection, "AGAIN", 60.0)
    monkeypatch.setattr(ssh_connection, "PAUSE", 20.0)
    cancel = threading.Event()
    threading.Timer(1, cancel.set).start()
    started = time.monotonic()
    with pytest.raises(Interrupted):
        collect_nodes(
            by_ssh(site.key, [NodeLogin("n1", "127.0.0.1", closed_port(), "kv")]),
            ["n1"],
            site.shelf.keep,
            cancel,
            lambda *_: None,
            WANTED,
        )
    assert time.monotonic() - started < 6  # a second, and what a busy machine adds


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_bad_nodes_are_one_error_each_among_good_ones(site: Site) -> None:
    good, stranger, walled = site.node("good"), site.node("stranger"), site.node("walled")
    stranger.drop_user("kv")
    walled.allow(within(["203.0.113.0/24"]))
    seen: list[tuple[int, int, int, str]] = []
    logins = (
        login(good, "good-1"),
        NodeLogin("refused", "127.0.0.1", closed_port(), "kv"),
        login(stranger, "denied"),
        NodeLogin("unresolved", "no-such-node.invalid", 22, "kv"),
        login(walled, "cut"),
        login(good, "good-2"),
    )
    found = collect_nodes(
        by_ssh(site.key, logins),
        [each.node for each in logins],
        site.shelf.keep,
        threading.Event(),
        lambda *progress: seen.append(progress),
        WANTED,
    )
    assert [each.node for each in found] == [each.node for each in logins]
    whats = {each.node: each.problem.what if each.problem else "" for each in found}
    assert whats["good-1"] == whats["good-2"] == ""
    assert "refused the connection" in whats["refused"]
    assert "did not let kv in" in whats["denied"]
    assert "cannot be resolved" in whats["unresolved"]
    assert "broke off" in whats["cut"]
    assert seen[-1][:3] == (2, 4, 6)
    assert site.shelf.names("good-1") == site.shelf.names("good-2") != set()


def test_no_problem_text_shows_an_unexplained_failure(site: Site) -> None:
    (found,) = site.collect(NodeLogin("n1", "127.0.0.1", closed_port(), "kv"))
    assert found.problem is not None
    assert all(
        re.fullmatch(r"[A-Z\w].*\.", part)
        for part in (found.problem.what, found.problem.why, found.problem.do)
    )


def test_cancel_answers_within_a_second(site: Site) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # accepts, says nothing
        port = int(silent.getsockname()[1])
        cancel = threading.Event()
        threading.Timer(0.3, cancel.set).start()
        started = time.monotonic()
        with pytest.raises(Interrupted):
            collect_nodes(
                by_ssh(site.key, [NodeLogin("n1", "127.0.0.1", port, "kv")]),
                ["n1"],
                site.shelf.keep,
                cancel,
                lambda *_: None,
                WANTED,
            )
        assert time.monotonic() - started < 5  # a second, and what a busy machine adds
    end = time.monotonic() + 20
    while any(thread.name.startswith("collect") for thread in threading.enumerate()):
        assert time.monotonic() < end
        time.sleep(0.05)


def make_tar_hang(site: Site) -> None:
    """The node answers, sends what comes before the files, and then nothing more."""
    tar = site.host.tools.path(is_admin=True) / "tar"
    tar.unlink()
    tar.write_text("#!/bin/sh\nsleep 60\n")
    tar.chmod(0o755)


def test_cancel_answers_within_a_second_in_the_middle_of_a_transfer(site: Site) -> None:
    server = site.node()
    make_tar_hang(site)
    cancel, arrived = threading.Event(), threading.Event()

    def keep(node: str, name: str, data: bytes, sha256_read: str, cut: str, check: object) -> KeptFile:
        arrived.set()
        return site.shelf.keep(node, name, data, sha256_read, cut, check)

    def stop() -> None:
        arrived.wait(10)
        cancelled.append(time.monotonic())
        cancel.set()

    cancelled: list[float] = []
    threading.Thread(target=stop).start()
    with pytest.raises(Interrupted):
        collect_nodes(by_ssh(site.key, [login(server)]), ["n1"], keep, cancel, lambda *_: None, WANTED)
    assert time.monotonic() - cancelled[0] < 5  # the same


def test_a_node_that_hangs_is_given_up_and_what_arrived_is_kept(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(one_node, "TOTAL", 2.0)
    server = site.node()
    make_tar_hang(site)
    collection = site.collect_one(server)
    assert collection.problem is not None
    assert collection.problem.what == "n1 took too long while sending its files."
    assert collection.problem.exit_code == ExitCode.GAVE_UP
    assert "answers/systemctl-show.txt" in {file.name for file in collection.files}


def test_a_full_disk_ends_the_collection_with_its_own_error(site: Site) -> None:
    def keep(node: str, name: str, data: bytes, sha256_read: str, cut: str, check: object) -> KeptFile:
        raise GaveUp("The evidence cannot be stored.", "No space is left.", "Make room.")

    road = by_ssh(site.key, [login(site.node())])
    with pytest.raises(GaveUp):
        collect_nodes(road, ["n1"], keep, threading.Event(), lambda *_: None, WANTED)


@pytest.mark.parametrize(
    ("make", "kind", "bits"), [(make_key, "ssh-rsa", 3072), (make_other_key, "ssh-ed25519", 256)]
)
def test_either_key_signs_in_and_shows_no_private_part(
    site: Site, make: Callable[[], SessionKey], kind: str, bits: int
) -> None:
    site.key = make()
    collection = site.collect_one(site.node())
    assert collection.problem is None
    assert collection.files
    assert site.key.public_line.startswith(f"{kind} AAAA")
    assert site.key.private.get_bits() == bits
    assert "private" not in repr(site.key).lower()
