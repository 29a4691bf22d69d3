"""The simulated Azure as a process: one line, then service until it is told to end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import reasons
from tests.contract.client import Client

if TYPE_CHECKING:
    from collections.abc import Callable

    from troubleshooter.simulator.server import Simulator

COMMAND = (sys.executable, "-m", "troubleshooter", "simulate", "--scenario", "healthy")


@pytest.mark.skipif(os.name == "nt", reason=reasons.POSIX)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_a_signal_and_leaves_nothing(number: signal.Signals, tmp_path: Path) -> None:
    scratch = {**os.environ, "TMPDIR": str(tmp_path)}
    with subprocess.Popen(
        COMMAND, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=scratch, text=True
    ) as process:
        try:
            assert process.stdout is not None
            connection = json.loads(process.stdout.readline())
            assert Path(connection["ca_file"]).is_relative_to(tmp_path)
            assert Client(connection).arm("GET", connection["pool_id"]).status == 200
            process.send_signal(number)
            output, errors = process.communicate(timeout=10)
        finally:
            process.kill()
    assert (process.returncode, output, errors) == (0, "", "")
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("simulated-azure")] == []


def test_every_request_of_a_client_is_told_in_order(simulator: Callable[..., Simulator]) -> None:
    connection = simulator("healthy").connection
    client = Client(connection)
    client.arm("GET", connection["pool_id"])
    client.arm("GET", f"{connection['pool_id']}-not-there")

    told = client.control("GET", "/requests")
    assert [sorted(each) for each in told] == [["method", "path", "status"]] * len(told)
    assert [(each["method"], each["status"]) for each in told] == [("POST", 200), ("GET", 200), ("GET", 404)]
    assert told[0]["path"].endswith("/oauth2/v2.0/token")
    assert told[1]["path"].endswith(connection["pool"])
