"""`collect` from one machine: what is asked before, what comes, and what `analyze` makes of it elsewhere."""

from __future__ import annotations

import gzip
import subprocess
import tarfile
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests.machines.conftest import CAUSE, machine

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.machines.conftest import Engineer
    from tests.machines.sshd import Sshd


def test_a_machine_whose_host_is_known_is_collected_from_and_the_cause_is_found(
    engineer: Engineer, sshd: Callable[..., Sshd]
) -> None:
    server = sshd()
    engineer.knows(server)
    ended = engineer.collects(machine(server))
    assert ended.document["diagnosis"]["root_cause"] == CAUSE
    assert ended.code == 3
    node = ended.node()
    assert (node["state"], node["reason"], node["files"]) == ("complete", "", 13)
    assert node["source"] == machine(server)
    assert "error" not in ended.document


def test_the_text_tells_each_machine_then_what_was_found_then_where_it_lies(
    engineer: Engineer, sshd: Callable[..., Sshd]
) -> None:
    server = sshd()
    engineer.knows(server)
    named = ("-i", str(engineer.key), "-o", str(engineer.bundle), "--no-probe")
    ended = engineer.types("collect", machine(server), *named)
    lines = ended.out.splitlines()
    assert lines[0] == f"✔ 127.0.0.1-{server.port}  13 files"
    assert any(CAUSE in line for line in lines)
    assert lines[-1] == f"13 files in {engineer.bundle}, and its checksum beside it"


def test_the_bundle_is_opened_by_tar_checked_by_sha256sum_and_read_under_another_home(
    engineer: Engineer, sshd: Callable[..., Sshd], tmp_path: Path
) -> None:
    server = sshd()
    engineer.knows(server)
    told = engineer.collects(machine(server)).document
    beside = engineer.bundle.with_name("bundle.tar.gz.sha256")
    checked = subprocess.run(
        ["sha256sum", "-c", beside.name], cwd=beside.parent, capture_output=True, text=True, check=False
    )
    assert (checked.returncode, checked.stdout) == (0, "bundle.tar.gz: OK\n")
    assert told["sha256"] == beside.read_text().split()[0]
    (tmp_path / "elsewhere").mkdir()
    subprocess.run(["tar", "-xf", str(engineer.bundle), "-C", str(tmp_path / "elsewhere")], check=True)
    (top,) = (tmp_path / "elsewhere").iterdir()
    assert ":" not in top.name
    home = str(tmp_path / "another home")
    for place in (str(engineer.bundle), str(top)):
        again = engineer.types("analyze", place, "--output", "json", TROUBLESHOOTER_HOME=home)
        assert again.code == 3
        assert {key: again.document[key] for key in told["diagnosis"]} == told["diagnosis"]


def test_every_file_of_the_bundle_is_its_owners_alone_and_below_its_nodes_folder(
    engineer: Engineer, sshd: Callable[..., Sshd]
) -> None:
    server = sshd()
    engineer.knows(server)
    engineer.collects(machine(server))
    assert engineer.bundle.stat().st_mode & 0o777 == 0o600
    with tarfile.open(engineer.bundle) as bundle:
        names = [member.name.split("/") for member in bundle]
        assert {member.mode for member in bundle} == {0o600}
    assert len({parts[0] for parts in names}) == 1
    assert {parts[1] for parts in names} == {"manifest.json", "findings.json", "findings.txt", "evidence"}
    assert {parts[2] for parts in names if parts[1] == "evidence"} == {f"127.0.0.1-{server.port}"}


def test_a_host_that_nobody_knows_is_refused_before_a_key_is_offered(
    engineer: Engineer, sshd: Callable[..., Sshd]
) -> None:
    server = sshd("LogLevel DEBUG1")
    ended = engineer.collects(machine(server))
    node = ended.node()
    assert (ended.code, node["state"], node["reason"]) == (8, "failed", "host-key-unknown")
    assert "userauth-request" not in (server.folder / "log").read_text()
    assert not engineer.known_hosts.exists()


def test_accept_new_takes_an_unknown_host_and_writes_it_where_ssh_finds_it(
    engineer: Engineer, sshd: Callable[..., Sshd]
) -> None:
    server = sshd()
    assert engineer.collects(machine(server), "--accept-new").node()["state"] == "complete"
    assert engineer.known_hosts.read_text() == server.known()
    assert engineer.known_hosts.stat().st_mode & 0o777 == 0o600
    found = subprocess.run(
        ["ssh-keygen", "-F", f"[127.0.0.1]:{server.port}", "-f", str(engineer.known_hosts)], check=False
    )
    assert found.returncode == 0
    assert engineer.collects(machine(server)).node()["state"] == "complete", "it is known from now on"


def test_no_environment_consents_to_a_new_host(engineer: Engineer, sshd: Callable[..., Sshd]) -> None:
    ended = engineer.collects(machine(sshd()), TROUBLESHOOTER_ACCEPT_NEW="1")
    assert ended.node()["reason"] == "host-key-unknown"
    assert not engineer.known_hosts.exists()


@pytest.mark.parametrize("consent", [(), ("--accept-new",)])
def test_a_changed_host_key_is_refused_whatever_was_agreed(
    engineer: Engineer, sshd: Callable[..., Sshd], consent: tuple[str, ...]
) -> None:
    server, other = sshd(), sshd()
    before = other.known().replace(str(other.port), str(server.port))
    engineer.known_hosts.write_text(before)
    ended = engineer.collects(machine(server), *consent)
    node = ended.node()
    assert (ended.code, node["reason"], node["files"]) == (8, "host-key-changed", 0)
    assert f"{engineer.known_hosts} line 1" in node["why"]
    assert engineer.known_hosts.read_text() == before


@pytest.mark.slow
def test_what_is_no_text_or_packed_itself_is_not_missing_from_the_bundle(
    engineer: Engineer, sshd: Callable[..., Sshd], root: Path
) -> None:
    logs = root / "var/log/azure/Microsoft.Azure.KeyVault.KeyVaultForLinux"
    (logs / "core.log").write_bytes(bytes(range(256)) * 40)
    with zipfile.ZipFile(logs / "old.log", "w") as archive:
        archive.writestr("inner.log", "2026-05-16 19:49:22: <info> [VMExtension]\tStarting extension\n")
    (logs / "rotated.log.gz").write_bytes(gzip.compress(b"one line\n"))
    server = sshd()
    engineer.knows(server)
    ended = engineer.collects(machine(server))
    assert (ended.code, ended.document["left_out"], ended.node()["files"]) == (3, [], 16)


GOES = """#!/bin/sh
# The probe alone tries its clock so: whoever serves this connection is gone then.
[ "$*" = "5 true" ] || exec /usr/bin/timeout "$@"
process=$$
while [ "$process" -gt 1 ]; do
  read -r line <"/proc/$process/stat"
  case "$line" in *"(sshd"*) kill -9 "$process"; exit ;; esac
  line=${line##*) ? }
  process=${line%% *}
done
"""


@pytest.mark.slow
def test_a_machine_that_goes_while_it_is_asked_keeps_what_was_read(
    engineer: Engineer, sshd: Callable[..., Sshd], tmp_path: Path
) -> None:
    """All of its files had come: what is missing are its answers alone."""
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "timeout").write_text(GOES)
    (tools / "timeout").chmod(0o755)
    server = sshd(
        f"SetEnv TROUBLESHOOTER_NODE_ROOT={tmp_path / 'machine'} SHLVL=5 PATH={tools}:/usr/bin:/bin"
    )
    engineer.knows(server)
    named = ("-i", str(engineer.key), "-o", str(engineer.bundle), "--output", "json")
    ended = engineer.types("collect", machine(server), *named)
    node = ended.node()
    assert (ended.code, node["state"], node["what"]) == (8, "partial", "")
    assert node["files"] == 14  # with the list of what is missing
    assert any("its answers did not come: the connection ended" in told for told in node["partial"])
    assert ended.document["diagnosis"]["root_cause"] == CAUSE
