from __future__ import annotations

import getpass
import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from tests import reasons
from tests.machines.sshd import Sshd, keygen, why_not
from troubleshooter.cli.entry import _form, run
from troubleshooter.printer import Printer
from troubleshooter.simulator.node.disk import write_disk
from troubleshooter.simulator.node.story import NodeStory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

STORY = NodeStory(
    node_id="vm1",
    extension_name="KeyVaultForLinux",
    extension_version="3.5.3041.185",
    settings={
        "secretsManagementSettings": {"observedCertificates": ["https://kv.vault.azure.net/secrets/c"]}
    },
    status="error",
    operation="Service start - Settings Load.",
    message="Failed to parse the configuration settings with: 'not an object'",
    log_lines=("2026-05-16 19:49:22: <info> [VMExtension]\tStarting extension",),
    sequence_number=0,
    os_release="ID=ubuntu\n",
)
CAUSE = "kv-config-not-an-object"


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document; fails when there is more or less than one."""
        return json.loads(self.out)

    def node(self, number: int = 0) -> Any:
        return self.document["nodes"][number]


class Engineer:
    """Somebody with a key, a home and known hosts, who types commands."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.known_hosts = self.home / ".ssh" / "known_hosts"
        self.known_hosts.parent.mkdir(parents=True, mode=0o700)
        self.key = keygen(folder / "key")
        self.bundle = folder / "bundle.tar.gz"
        self._monkeypatch = monkeypatch
        monkeypatch.setenv("HOME", str(self.home))
        monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)

    def knows(self, *servers: Sshd) -> None:
        with self.known_hosts.open("a") as file:
            file.writelines(server.known() for server in servers)

    def types(self, *words: str, stdin: str = "", **environ: str) -> Ended:
        """One command line in this process, without a terminal."""
        for name, value in environ.items():
            self._monkeypatch.setenv(name, value)
        self._monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        out, err = io.StringIO(), io.StringIO()
        code = run(words, Printer(_form(words, environ), out, err, environ))
        return Ended(code, out.getvalue(), err.getvalue())

    def collects(self, *words: str, key: Path | None = None, **environ: str) -> Ended:
        """`collect` with the engineer's key, as JSON. The machine is this one, which is not to be asked."""
        named = ("-i", str(key or self.key), "-o", str(self.bundle), "--no-probe", "--output", "json")
        return self.types("collect", *words, *named, **environ)


def machine(server: Sshd, user: str = "") -> str:
    return f"ssh://{user or getpass.getuser()}@127.0.0.1:{server.port}"


@pytest.fixture
def engineer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engineer:
    if why_not():
        pytest.skip(f"{reasons.SSHD}: {why_not()}")
    return Engineer(tmp_path, monkeypatch)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The disk of a machine with the extension."""
    write_disk(tmp_path / "machine", STORY)
    return tmp_path / "machine"


@pytest.fixture
def sshd(tmp_path: Path, root: Path, engineer: Engineer) -> Iterator[Callable[..., Sshd]]:
    """Starts a server that lets the engineer's key in."""
    started: list[Sshd] = []

    def start(*also: str, options: str = "", **more: Any) -> Sshd:
        server = Sshd(tmp_path / f"sshd{len(started)}", root, *also, **more)
        server.allow(engineer.key, options)
        started.append(server)
        server.start()
        return server

    yield start
    for server in started:
        server.stop()
