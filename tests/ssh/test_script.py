"""The collection script alone, in every POSIX shell that is here."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from tests import reasons
from tests.wanted import WANTED
from troubleshooter.collect.intake import Intake
from troubleshooter.collect.node import script
from troubleshooter.simulator.node.disk import write_disk
from troubleshooter.simulator.node.story import NodeStory

if TYPE_CHECKING:
    from collections.abc import Iterator

LOGS = "var/log/azure/Microsoft.Azure.KeyVault.KeyVaultForLinux"
SHELLS = [
    shell for shell in (["sh"], ["dash"], ["bash", "--posix"], ["busybox", "sh"]) if shutil.which(shell[0])
]
STORY = NodeStory(
    node_id="tvmps_1",
    extension_name="KeyVaultForLinux",
    extension_version="3.5.3041.185",
    settings={},
    status="error",
    operation="Service start - Settings Load.",
    message="Failed to parse the configuration settings with: 'not an object'",
    log_lines=("2026-05-16 19:49:22: <info> [VMExtension]\tStarting extension",),
    sequence_number=0,
    os_release="ID=ubuntu\n",
)


@pytest.fixture
def root() -> Iterator[Path]:
    """A node's disk that any user of this machine may look at."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        write_disk(Path(folder), STORY)
        yield Path(folder)


def run(
    shell: list[str], root: Path, text: bytes, user: str | None = None
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*shell, "-s", "--", str(root)], input=text, capture_output=True, timeout=60, check=False, user=user
    )


@pytest.mark.parametrize("shell", SHELLS, ids=lambda shell: shell[0])
def test_every_shell_streams_the_same_standard_tar(shell: list[str], root: Path) -> None:
    (root / LOGS / "long.log").write_bytes(b"0123456789" * 500_000)
    (root / LOGS / "empty.log").write_bytes(b"")
    (root / LOGS / "secret.key").write_bytes(b"")
    done = run(shell, root, script(WANTED))
    assert (done.returncode, done.stderr) == (0, b"")
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        standard = {member.name: member.size for member in archive if "answers/note" not in member.name}
    intake = Intake(WANTED)
    ours = {file.name.lstrip("/"): len(file.data) for file in intake.files(io.BytesIO(done.stdout).read)}
    assert ours == standard
    assert standard[f"{LOGS}/long.log"] == 4 << 20
    assert intake.complete
    assert intake.partial == []
    assert intake.left_out == [f"/{LOGS}/secret.key: its name is that of a certificate or key."]


@pytest.mark.parametrize("shell", SHELLS, ids=lambda shell: shell[0])
def test_a_script_that_arrived_in_part_does_nothing(shell: list[str], root: Path) -> None:
    for part in (0.3, 0.6, 0.95):
        text = script(WANTED)
        done = run(shell, root, text[: int(len(text) * part)])
        assert done.stdout == b""


def test_nothing_is_written_on_the_node(root: Path) -> None:
    before = {path: path.lstat().st_mtime_ns for path in root.rglob("*")}
    assert run(["sh"], root, script(WANTED)).returncode == 0
    assert {path: path.lstat().st_mtime_ns for path in root.rglob("*")} == before


@pytest.mark.skipif(os.geteuid() != 0, reason=reasons.ROOT)
def test_what_the_user_may_not_read_is_named(root: Path) -> None:
    (root / "var/lib/waagent").chmod(0o700)
    (root / "var/log/waagent.log").chmod(0o600)
    done = run(["sh"], root, script(WANTED), user="nobody")
    intake = Intake(WANTED)
    names = {file.name for file in intake.files(io.BytesIO(done.stdout).read)}
    assert f"/{LOGS}/CommandExecution.log" in names
    assert not any("waagent" in name for name in names)
    assert [line for line in intake.partial if "may not be read" in line] == [
        "/var/lib/waagent may not be read by the node user.",
        "/var/log/waagent.log may not be read by the node user.",
    ]


def test_a_node_without_the_extension_is_told_from_a_failure(tmp_path: Path) -> None:
    done = run(["sh"], tmp_path, script(WANTED))
    intake = Intake(WANTED)
    names = [file.name for file in intake.files(io.BytesIO(done.stdout).read)]
    assert done.returncode == 0
    assert intake.complete
    assert all(name.startswith("answers/") for name in names)
    assert "/var/log: it is not there." in intake.left_out


@pytest.mark.parametrize("why", ["Host is down", "No such file or directory", "No medium found"])
def test_where_no_systemd_runs_its_complaint_is_no_error_line(root: Path, tmp_path: Path, why: str) -> None:
    tool = tmp_path / "systemctl"
    tool.write_text(
        f"#!/bin/sh\necho System has not been booted >&2\necho Failed to connect to bus: {why} >&2\nexit 1\n"
    )
    tool.chmod(0o755)
    done = subprocess.run(
        ["sh", "-s", "--", str(root)], input=script(WANTED), capture_output=True, timeout=60, check=True,
        env={"PATH": f"{tmp_path}:{os.environ['PATH']}"},
    )  # fmt: skip
    said = {file.name: file.data for file in Intake(WANTED).files(io.BytesIO(done.stdout).read)}
    for name in ("answers/systemctl-show.txt", "answers/systemctl-cat.txt"):
        assert said[name] == f"systemctl reaches no systemd here: {why}\n".encode()
