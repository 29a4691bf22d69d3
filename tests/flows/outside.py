"""A simulated Azure in one process and the program in another, as a stranger meets them."""

from __future__ import annotations

import json
import os
import signal
import ssl
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROGRAM = (sys.executable, "-m", "troubleshooter")


class World:
    """A simulated Azure in a process of its own, and the program as another process meets it."""

    def __init__(self, connection: dict[str, Any], home: Path) -> None:
        self.connection = connection
        self.environ = {
            **os.environ,
            "PYTHONUTF8": "1",
            "TROUBLESHOOTER_HOME": str(home),
            "TROUBLESHOOTER_ARM_ENDPOINT": connection["arm_endpoint"],
            "TROUBLESHOOTER_AUTHORITY": connection["authority"],
            "TROUBLESHOOTER_CA_FILE": connection["ca_file"],
            "AZURE_AUTHORITY_HOST": connection["authority"],
            "AZURE_TENANT_ID": connection["tenant_id"],
            "AZURE_CLIENT_ID": connection["client_id"],
            "AZURE_CLIENT_SECRET": connection["client_secret"],
        }
        self.run = (
            "run",
            connection["pool_id"],
            "--allow-from",
            "127.0.0.1/32",
            "--yes",
            "--answer",
            "next=look",
            "--output",
            "json",
        )

    def control(self, method: str, path: str, body: object = None) -> Any:
        context = ssl.create_default_context(cafile=self.connection["ca_file"])
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"{self.connection['control']}/{path}", data, method=method)
        with urllib.request.urlopen(request, timeout=20, context=context) as response:
            return json.load(response)

    def call(self, *arguments: str, **environ: str) -> tuple[int, Any]:
        ended = subprocess.run(
            [*PROGRAM, *arguments, "--output", "json"],
            capture_output=True, text=True, check=False, env=self.environ | environ, timeout=120,
        )  # fmt: skip
        return ended.returncode, self.read(ended.stdout)

    def started(self, *arguments: str) -> subprocess.Popen[str]:
        """A command that goes on meanwhile."""
        return subprocess.Popen(
            [*PROGRAM, *arguments, "--output", "json"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=self.environ,
        )  # fmt: skip

    @staticmethod
    def read(out: str) -> Any:
        """The one document that a command prints."""
        return json.loads(out)

    def killed_in(self, step: str, sign: str) -> int:
        """Run until the step has begun and its sign is seen, then kill -9; how the process ended."""
        with subprocess.Popen(
            [*PROGRAM, *self.run], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=self.environ
        ) as running:
            assert running.stderr is not None
            begun = False
            for line in running.stderr:
                begun = begun or line.startswith(f"◐ {step}")
                if begun and sign in line:
                    break
            running.send_signal(signal.SIGKILL)
        return running.returncode

    def resumed(self) -> tuple[int, Any]:
        _, listed = self.call("runs", "list")
        return self.call("runs", "resume", listed["runs"][0]["id"], "--yes")

    def left(self) -> list[str]:
        """Pools and users that were not there before."""
        pools = self.control("GET", "state")["pools"]
        others = [pool["name"] for pool in pools if pool["name"] != self.connection["pool"]]
        return others + [user["name"] for pool in pools for node in pool["nodes"] for user in node["users"]]


@contextmanager
def served(home: Path, scenario: str = "vault-rbac-denied", *options: str) -> Iterator[World]:
    with subprocess.Popen(
        [*PROGRAM, "simulate", "--scenario", scenario, *options], stdout=subprocess.PIPE, text=True
    ) as serving:
        assert serving.stdout is not None
        try:
            yield World(json.loads(serving.stdout.readline()), home)
        finally:
            serving.terminate()
        assert serving.wait(30) == 0
