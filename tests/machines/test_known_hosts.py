"""Known hosts are read as OpenSSH's own tools read them."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from troubleshooter.collect.roads.machine.known_hosts import KnownHosts, name_of
from troubleshooter.errors import UsageProblem

if TYPE_CHECKING:
    from pathlib import Path

KEY = "AAAAC3NzaC1lZDI1NTE5AAAAIErXYAExHDMnsP9mDVhIFdy4Cvj1K9G7DrKHSOH66qct"
LINES = f"""\
# a comment ssh-ed25519 {KEY}

vm1,10.0.0.4 ssh-ed25519 {KEY} a remark
[vm2]:2222 ssh-ed25519 {KEY}
*.contoso.com,!not.contoso.com ssh-ed25519 {KEY}
vm?.local ssh-ed25519 {KEY}
[10.9.*]:2200 ssh-ed25519 {KEY}
@cert-authority *.authority.com ssh-ed25519 {KEY}
@revoked gone ssh-ed25519 {KEY}
broken ssh-ed25519 not!base64
short ssh-ed25519
2001:db8::1 ssh-ed25519 {KEY}
"""
ASKED = (
    ("vm1", 22), ("VM1", 22), ("10.0.0.4", 22), ("vm1", 2222), ("vm2", 2222), ("vm2", 22),
    ("a.contoso.com", 22), ("not.contoso.com", 22), ("contoso.com", 22), ("vm7.local", 22),
    ("vm77.local", 22),
    ("10.9.8.7", 2200), ("10.9.8.7", 22), ("short", 22), ("# a", 22),
    ("2001:db8::1", 22), ("nobody", 22),
)  # fmt: skip


@pytest.fixture
def file(tmp_path: Path) -> Path:
    (tmp_path / "known_hosts").write_text(LINES)
    return tmp_path / "known_hosts"


@pytest.mark.parametrize(("host", "port"), ASKED)
def test_a_host_is_known_where_openssh_knows_it(file: Path, host: str, port: int) -> None:
    found = subprocess.run(
        ["ssh-keygen", "-F", name_of(host, port), "-f", str(file)],
        capture_output=True,
        check=False,
        timeout=20,
    )
    assert bool(KnownHosts(file).of(host, port)) == (found.returncode == 0)


def test_hashed_names_are_known(file: Path) -> None:
    file.write_text("".join(LINES.splitlines(keepends=True)[2:4]))
    subprocess.run(["ssh-keygen", "-H", "-f", str(file)], check=True, capture_output=True, timeout=20)
    assert "vm1" not in file.read_text()
    known = KnownHosts(file)
    assert [bool(known.of(host, port)) for host, port in (("vm1", 22), ("vm2", 2222), ("vm3", 22))] == [
        True, True, False,
    ]  # fmt: skip


def test_what_a_line_says_of_a_key_is_kept_apart(file: Path) -> None:
    known = KnownHosts(file)
    assert [key.revoked for key in known.of("gone", 22)] == [True]
    assert known.of("x.authority.com", 22) == ()
    assert known.of("vm1", 22)[0].place == f"{file} line 3"


def test_a_host_is_added_after_a_line_that_has_no_end(tmp_path: Path) -> None:
    file = tmp_path / "known_hosts"
    file.write_text(f"vm1 ssh-ed25519 {KEY}")
    known = KnownHosts(file)
    assert known.add("vm2", 2222, "ssh-ed25519", b"key") == ""
    assert file.read_text() == f"vm1 ssh-ed25519 {KEY}\n[vm2]:2222 ssh-ed25519 a2V5\n"
    assert KnownHosts(file).of("vm2", 2222)[0].public == b"key"


def test_where_nothing_can_be_written_the_host_is_known_for_this_time_and_it_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    known = KnownHosts(tmp_path / "file" / "known_hosts")
    assert "file" in known.add("vm2", 22, "ssh-ed25519", b"key")
    assert known.of("vm2", 22)


def test_a_file_that_cannot_be_read_makes_nobody_known_in_silence(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="cannot be read"):
        KnownHosts(tmp_path)
