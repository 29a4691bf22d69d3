"""What a machine does once it has let somebody in: its shells, its sudo, its disks, and how it ends."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import reasons
from tests.machines import wire
from tests.machines.conftest import CAUSE, machine
from tests.machines.test_before_ssh import told
from troubleshooter.collect import node as one_node

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.machines.conftest import Engineer
    from tests.machines.sshd import Sshd

pytestmark = pytest.mark.slow

as_root = pytest.mark.skipif(os.geteuid() != 0, reason=reasons.ROOT)


@pytest.fixture
def user(tmp_path: Path) -> Iterator[Callable[[str], str]]:
    """Makes users with a shell, who may look at this test's folder; their names."""
    made: list[str] = []
    for folder in (tmp_path, *tmp_path.parents):
        if "pytest-of-" in str(folder):  # one level more where several processes test
            folder.chmod(0o755)

    def make(shell: str) -> str:
        name = f"kvtest{os.getpid()}{len(made)}"
        subprocess.run(["useradd", "-M", "-d", "/", "-s", shell, "-p", "*", name], check=True, timeout=30)
        made.append(name)
        return name

    yield make
    for name in made:
        subprocess.run(["userdel", "-f", name], check=False, timeout=30, capture_output=True)


def open_to_all(root: Path) -> None:
    """Let any user of this machine look at a disk."""
    subprocess.run(["chmod", "-R", "a+rX", str(root)], check=True, timeout=30)


@as_root
@pytest.mark.parametrize("shell", ["/usr/sbin/nologin", "/bin/false"])
def test_a_user_without_a_shell_is_told(
    engineer: Engineer, sshd: Callable[..., Sshd], user: Callable[[str], str], shell: str
) -> None:
    server = sshd()
    engineer.knows(server)
    reason, text = told(engineer.collects(machine(server, user(shell))))
    assert reason == "no-shell"
    assert ("not available" in text) == (shell != "/bin/false")


@pytest.mark.parametrize(
    ("forced", "said"),
    [
        ("echo rsync alone here", "rsync alone here"),
        ("true", "nothing, and ended with status 0"),
        ("yes", "y y"),
    ],
)
def test_a_forced_command_is_told_with_what_it_said(
    engineer: Engineer, sshd: Callable[..., Sshd], forced: str, said: str
) -> None:
    server = sshd(options=f'command="{forced}"')
    engineer.knows(server)
    reason, text = told(engineer.collects(machine(server)))
    assert reason == "no-shell"
    assert f"it answered: {said}" in text


def test_a_server_for_files_alone_is_told(engineer: Engineer, sshd: Callable[..., Sshd]) -> None:
    server = sshd("ForceCommand internal-sftp")
    engineer.knows(server)
    assert told(engineer.collects(machine(server)))[0] == "no-shell"


def test_a_server_that_opens_no_session_is_told(engineer: Engineer, sshd: Callable[..., Sshd]) -> None:
    server = sshd("MaxSessions 0")
    engineer.knows(server)
    assert told(engineer.collects(machine(server)))[0] == "no-session"


def test_a_machine_without_sh_is_told(engineer: Engineer, sshd: Callable[..., Sshd]) -> None:
    server = sshd("SetEnv PATH=/nowhere")
    engineer.knows(server)
    reason, text = told(engineer.collects(machine(server)))
    assert (reason, "not found" in text) == ("no-sh", True)


@pytest.mark.parametrize(
    "words",
    [
        "'sh' is not recognized as an internal or external command, operable program or batch file.",
        "sh : The term 'sh' is not recognized as the name of a cmdlet, function, script file",
    ],
)
def test_a_machine_of_windows_is_told_as_one_without_sh(
    engineer: Engineer, sshd: Callable[..., Sshd], words: str
) -> None:
    quoted = words.replace("'", "'\\''")
    server = sshd(options=f"""command="echo '{quoted}' >&2; exit 1\"""")
    engineer.knows(server)
    reason, text = told(engineer.collects(machine(server)))
    assert (reason, "which Windows has not" in text) == ("no-sh", True)


def test_what_a_shell_says_at_its_start_is_passed_over(engineer: Engineer, sshd: Callable[..., Sshd]) -> None:
    server = sshd(options='command="echo Welcome to vm1; eval \\"$SSH_ORIGINAL_COMMAND\\""')
    engineer.knows(server)
    ended = engineer.collects(machine(server))
    assert ended.node()["state"] == "complete"
    assert ended.document["diagnosis"]["root_cause"] == CAUSE


@pytest.mark.parametrize("shell", ["fish", "tcsh", "zsh", "dash", "bash"])
@as_root
def test_any_login_shell_will_do(
    engineer: Engineer, sshd: Callable[..., Sshd], user: Callable[[str], str], shell: str, root: Path
) -> None:
    path = f"/bin/{shell}"
    if not Path(path).exists():
        path = "/bin/sh"  # those that are no POSIX shells are seldom installed; the words are quoted alike
    server = sshd()
    engineer.knows(server)
    open_to_all(root)
    node = engineer.collects(machine(server, user(path))).node()
    assert node["state"] == "partial"
    assert node["files"] > 5


@as_root
def test_sudo_that_wants_a_password_leaves_what_the_user_may_read_and_names_the_rest(
    engineer: Engineer, sshd: Callable[..., Sshd], user: Callable[[str], str], root: Path
) -> None:
    server = sshd()
    engineer.knows(server)
    open_to_all(root)
    shut = root / "var/log/waagent.log"
    shut.chmod(0o600)
    ended = engineer.collects(machine(server, name := user("/bin/sh")))
    node = ended.node()
    assert (ended.code, node["state"]) == (8, "partial")
    assert any("sudo refused" in line and name in line for line in node["partial"])
    assert any(line == "/var/log/waagent.log may not be read by the node user." for line in node["partial"])
    assert ended.document["diagnosis"]["root_cause"] == CAUSE, "what could be read is diagnosed"


@as_root
def test_a_machine_whose_disk_is_full_is_read_all_the_same(
    engineer: Engineer, sshd: Callable[..., Sshd], root: Path
) -> None:
    full = root / "full"
    full.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "none", str(full)], check=True, timeout=30)
    try:
        filled = subprocess.run(["dd", "if=/dev/zero", f"of={full}/filler"], check=False, timeout=30)
        assert filled.returncode == 1
        server = sshd(f"SetEnv TROUBLESHOOTER_NODE_ROOT={root} SHLVL=5 TMPDIR={full}")
        engineer.knows(server)
        ended = engineer.collects(machine(server))
        shut = sshd(options=f'command="echo needed > {full}/more && eval \\"$SSH_ORIGINAL_COMMAND\\""')
        engineer.knows(shut)
        reason, text = told(engineer.collects(machine(shut)))
    finally:
        subprocess.run(["umount", str(full)], check=True, timeout=30)
    assert ended.node()["state"] == "complete"
    assert (reason, "No space left on device" in text) == ("disk-full", True)


@pytest.mark.parametrize("size", [9_000, 30_000])
def test_a_machine_that_goes_halfway_is_told_with_how_far_it_came(
    engineer: Engineer, sshd: Callable[..., Sshd], root: Path, size: int
) -> None:
    (root / "var/log/azure/Microsoft.Azure.KeyVault.KeyVaultForLinux/long.log").write_text("line\n" * 200_000)
    server = sshd()
    with wire.answering(wire.cut_after(server.port, size)) as port:
        engineer.known_hosts.write_text(server.known().replace(str(server.port), str(port)))
        ended = engineer.collects(f"ssh://root@127.0.0.1:{port}")
    node = ended.node()
    assert (ended.code, node["state"], node["reason"]) == (8, "failed", "ended-halfway")
    assert "ended the connection" in node["what"]
    assert (f"Until then {node['files']} files of it had been read" in node["why"]) == (node["files"] > 1)


@as_root
@pytest.mark.parametrize("sends", ["cat /dev/zero", "yes", "while :; do cat /etc/hostname; done"])
def test_a_machine_that_sends_forever_is_ended_and_told(
    engineer: Engineer, sshd: Callable[..., Sshd], tmp_path: Path, sends: str
) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    (tools / "tar").write_text(f"#!/bin/sh\n{sends}\n")
    (tools / "tar").chmod(0o755)
    server = sshd(
        f"SetEnv TROUBLESHOOTER_NODE_ROOT={tmp_path / 'machine'} SHLVL=5 PATH={tools}:/usr/bin:/bin"
    )
    good = sshd()
    engineer.knows(server, good)
    try:
        ended = engineer.collects(machine(server), machine(good))
    finally:  # it sends to nobody now, and would for ever
        subprocess.run(["pkill", "-f", str(tools)], check=False, timeout=30)
    assert ended.code == 8
    assert [ended.node(number)["state"] for number in (0, 1)] == ["partial", "complete"]
    assert any(re.search("only in part|ended with status", line) for line in ended.node()["partial"])
    assert ended.document["diagnosis"]["root_cause"] == CAUSE


def test_a_machine_that_goes_dead_is_given_up_with_what_had_come(
    engineer: Engineer, sshd: Callable[..., Sshd], root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(one_node, "TOTAL", 5.0)
    (root / "var/log/waagent.log").write_text("line\n" * 400_000)
    server = sshd()
    with wire.answering(wire.cut_after(server.port, 60_000, dead=True)) as port:
        engineer.known_hosts.write_text(server.known().replace(str(server.port), str(port)))
        ended = engineer.collects(f"ssh://root@127.0.0.1:{port}")
    node = ended.node()
    assert (ended.code, node["state"], node["reason"]) == (8, "failed", "limit")
    assert node["what"].endswith("took too long while sending its files.")
    assert node["files"] > 3
    assert ended.document["diagnosis"]["root_cause"] == CAUSE
