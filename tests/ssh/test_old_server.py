"""A server that offers old algorithms alone, as of an image long out of support."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING

import paramiko
import pytest

from tests.ssh.road import by_ssh
from tests.wanted import WANTED
from troubleshooter.collect.fanout import collect_nodes
from troubleshooter.collect.key import make_key
from troubleshooter.collect.nodes import NodeLogin
from troubleshooter.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.model.run import KeptFile


class OldServer:
    """Takes one connection after another, and counts them."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.met = 0
        self._key = paramiko.ECDSAKey.generate()
        self._open: list[paramiko.Transport] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self._thread.join()
        for each in self._open:
            each.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.met += 1
            transport = paramiko.Transport(connection)
            transport.set_log_channel("troubleshooter.tests.old")
            transport.get_security_options().ciphers = ("aes128-cbc",)
            transport.add_server_key(self._key)
            transport.start_server(threading.Event(), paramiko.ServerInterface())
            self._open.append(transport)


@pytest.fixture
def server() -> Iterator[OldServer]:
    server = OldServer()
    yield server
    server.stop()


def keep(*_: object) -> KeptFile:
    raise AssertionError("nothing can have come")


def test_it_is_said_at_once_that_nothing_is_in_common_and_no_rule_is_blamed(server: OldServer) -> None:
    login = NodeLogin("old", "127.0.0.1", server.listener.getsockname()[1], "kv")
    road = by_ssh(make_key(), [login], None)
    (found,) = collect_nodes(road, ["old"], keep, threading.Event(), lambda *_: None, WANTED)
    assert found.problem is not None
    assert found.problem.what == "The SSH server of old and this program have no algorithm in common."
    assert "no acceptable ciphers" in found.problem.why
    assert found.problem.do.startswith("No network rule and no key is at fault.")
    assert found.problem.exit_code == ExitCode.GAVE_UP
    assert server.met == 1, "it is not tried again"
