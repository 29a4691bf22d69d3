"""A real OpenSSH server of a test's own, on loopback."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

SSHD = "/usr/sbin/sshd"


def why_not() -> str:
    """Why there can be no such server here, or nothing."""
    if not Path(SSHD).exists():
        return f"{SSHD} is not installed"
    if shutil.which("sudo") is None:
        return "sudo is not installed"
    asked = subprocess.run(["sudo", "-n", "true"], capture_output=True, text=True, timeout=10, check=False)
    return "" if asked.returncode == 0 else f"sudo wants a password: {asked.stderr.strip()}"


def keygen(path: Path, kind: str = "ed25519", passphrase: str = "", *more: str) -> Path:
    """Make a key; give the path of its private half."""
    command = ["ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-f", str(path), *more]
    subprocess.run(command, check=True, timeout=30, stdin=subprocess.DEVNULL)
    return path


class Sshd:
    """One server: its host keys, its port, its folder. `also` are more lines of its configuration."""

    def __init__(self, folder: Path, root: Path, *also: str, kinds: tuple[str, ...] = ("ed25519",)) -> None:
        folder.mkdir()
        self.folder = folder
        self.host_keys = [keygen(folder / f"host_{kind}", kind) for kind in kinds]
        self.authorized = folder / "authorized_keys"
        self.authorized.touch()
        with socket.create_server(("127.0.0.1", 0)) as listener:
            self.port = int(listener.getsockname()[1])
        lines = (
            f"Port {self.port}",
            "ListenAddress 127.0.0.1",
            *(f"HostKey {key}" for key in self.host_keys),
            f"AuthorizedKeysFile {self.authorized}",
            "PidFile none",
            "UsePAM no",
            "StrictModes no",
            "PermitRootLogin yes",
            "PasswordAuthentication no",
            f"SetEnv TROUBLESHOOTER_NODE_ROOT={root} SHLVL=5",  # SHLVL: bash then reads no start-up files
        )
        # of a word that stands twice the first line counts
        (folder / "config").write_text("\n".join([*also, *lines]) + "\n")
        self.process: subprocess.Popen[bytes] | None = None

    def allow(self, key: Path, options: str = "") -> None:
        """Let a key in, with options as a line of authorized_keys has them before it."""
        public = Path(f"{key}.pub").read_text()
        with self.authorized.open("a") as file:
            file.write(f"{options} {public}".lstrip())

    def known(self, number: int = 0) -> str:
        """Its line for known_hosts."""
        kind, public = Path(f"{self.host_keys[number]}.pub").read_text().split()[:2]
        return f"[127.0.0.1]:{self.port} {kind} {public}\n"

    def start(self) -> None:
        if os.geteuid() == 0:
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        log = self.folder / "log"
        self.process = subprocess.Popen([SSHD, "-D", "-f", str(self.folder / "config"), "-E", str(log)])
        end = time.monotonic() + 20
        while time.monotonic() < end and self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise AssertionError(f"sshd did not start: {log.read_text() if log.exists() else 'no log'}")

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)
