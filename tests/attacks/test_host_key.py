"""A node that shows another host key when it is visited again."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import paramiko
import pytest

from tests.attacks.hostile import at
from tests.attacks.node_server import END, SshNode, good, sends, waits
from tests.flows.outside import PROGRAM

if TYPE_CHECKING:
    from pathlib import Path


def visited_twice(home: Path, *, other_key: bool) -> tuple[SshNode, str]:
    """The first visit is broken off after sign-in; the second follows as the run is resumed."""
    answers = iter([waits])
    archive = sends(lambda: [good(), END])

    def answer(channel: paramiko.Channel) -> None:
        next(answers, archive)(channel)

    node = SshNode(answer)
    with at([node], home) as world:
        command = [*PROGRAM, *world.run, "--poll-interval", "0.1"]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=world.environ
        ) as process:
            end = time.monotonic() + 90
            while not node.signed_in:
                assert time.monotonic() < end, "never signed in to"
                time.sleep(0.1)
            time.sleep(2)  # so that the command was asked for
            process.send_signal(signal.SIGINT)
            out, _ = process.communicate(timeout=90)
        assert process.returncode == 130
        if other_key:
            node.key = paramiko.ECDSAKey.generate()
        run = json.loads(out)["run"]
        resumed = subprocess.run(
            [*PROGRAM, "runs", "resume", run, "--yes", "--until", "collect"],
            capture_output=True, text=True, check=False, env=world.environ, timeout=120,
        )  # fmt: skip
    return node, resumed.stdout + resumed.stderr


@pytest.mark.slow
def test_a_node_that_keeps_its_key_is_visited_again(tmp_path: Path) -> None:
    node, told = visited_twice(tmp_path / "data", other_key=False)

    assert len(node.signed_in) > 1
    assert "host key" not in told


@pytest.mark.slow
@pytest.mark.xfail(strict=True, raises=AssertionError, reason="F17: a changed host key is not noticed")
def test_a_changed_host_key_is_said_and_nothing_is_sent(tmp_path: Path) -> None:
    node, told = visited_twice(tmp_path / "data", other_key=True)

    assert "host key" in told
    assert len(node.signed_in) == 1
