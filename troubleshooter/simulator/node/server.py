"""The SSH server of one simulated node, and what all of them share.

Only users made through the API get in, with their key, until they expire. A client that no rule allows sees
its connection reset; Azure, it is assumed, drops the packets instead, and the client waits.
"""

from __future__ import annotations

import ipaddress
import logging
import socket
import struct
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from io import StringIO
from typing import TYPE_CHECKING

import paramiko
import paramiko.common
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from troubleshooter.simulator.node import shell
from troubleshooter.simulator.node.accept import AcceptLoop
from troubleshooter.simulator.node.tools import NodeTools

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from troubleshooter.simulator.node.process import Process

_WAITING = 4
"""Connections that fill a listener without a queue, with some to spare."""
EVER = datetime.min.replace(tzinfo=UTC)
_LOG = "troubleshooter.simulator.node"
logging.getLogger(_LOG).addHandler(logging.NullHandler())  # a client that hangs up is no news for a terminal


@dataclass(frozen=True, slots=True)
class _User:
    key: str
    """Type and base64, as in an authorized_keys line."""
    is_admin: bool
    expires: datetime
    begins: datetime


class NodeHost:
    """What all simulated nodes share: their shells' tools, and the thread that accepts connections."""

    def __init__(self, folder: Path) -> None:
        self.tools = NodeTools(folder)
        self.accept = AcceptLoop()
        self.processes: list[Process] = []
        """Of tasks, those that ended too."""
        self._servers: list[NodeServer] = []
        self._silent: list[socket.socket] = []

    def server(self, root: Path) -> NodeServer:
        """Make a server for the node whose file tree lies below `root`; it listens once it is started."""
        server = NodeServer(root, self)
        self._servers.append(server)
        return server

    def silence(self) -> int:
        """A port at which nobody answers, as behind a rule that drops: its queue is full, and stays so."""
        if not self._silent:
            full = socket.create_server(("127.0.0.1", 0), backlog=0)
            self._silent.append(full)
            for _ in range(_WAITING):
                waiting = socket.socket()
                waiting.setblocking(False)
                waiting.connect_ex(full.getsockname())
                self._silent.append(waiting)
        return int(self._silent[0].getsockname()[1])

    def stop(self) -> None:
        for held in self._silent:
            held.close()
        for server in self._servers:
            server.stop()
        for process in self.processes:
            process.stop()
        self.accept.stop()


class NodeServer:
    def __init__(self, root: Path, host: NodeHost) -> None:
        self.root = root.absolute()
        self._host = host
        self._lock = threading.RLock()
        self._users: dict[str, _User] = {}
        self._may_connect: Callable[[str], bool] = lambda _peer: False
        self._listener: socket.socket | None = None
        self._port = 0
        self._key: paramiko.Ed25519Key | None = None
        self._transports: list[paramiko.Transport] = []
        self._commands: list[threading.Thread] = []

    def start(self) -> int:
        """Listen on 127.0.0.1 and return the port; called again, return the same port."""
        with self._lock:
            if self._listener is None:
                self._key = self._key or _make_key()
                self._listener = socket.create_server(("127.0.0.1", self._port), backlog=128)
                self._port = self._listener.getsockname()[1]
                self._host.accept.add(self._listener, self._connected)
            return self._port

    def renew(self) -> None:
        """Another machine answers from now on, at the same port: without users, with another host key."""
        with self._lock:
            self._users.clear()
            self._key = self._key and _make_key()

    def stop(self) -> None:
        """Stop listening, hang up, and end every command."""
        with self._lock:
            listener, self._listener = self._listener, None
            transports, self._transports = self._transports, []
            commands, self._commands = self._commands, []
        if listener is not None:
            self._host.accept.remove(listener)
        for transport in transports:
            transport.close()
        for thread in (*commands, *transports):
            thread.join()

    @property
    def host_key(self) -> str:
        """The public host key, `ssh-ed25519 AAAA…`; known once the server was started."""
        if self._key is None:
            raise LookupError("The node's SSH server was never started.")
        return f"{self._key.get_name()} {self._key.get_base64()}"

    def allow(self, may_connect: Callable[[str], bool]) -> None:
        """Ask this with the peer's address at each connection; before the first call nobody is let in."""
        self._may_connect = may_connect

    def put_user(
        self, name: str, public_key_line: str, is_admin: bool, expires: datetime, begins: datetime = EVER
    ) -> None:
        """Make the user, or replace its key, rights and time."""
        kind, data, *_comment = public_key_line.split()
        with self._lock:
            self._users[name] = _User(f"{kind} {data}", is_admin, expires, begins)

    def drop_user(self, name: str) -> None:
        with self._lock:
            self._users.pop(name, None)

    def _connected(self, connection: socket.socket, peer: str) -> None:
        if not self._may_connect(peer) or self._key is None:
            linger_none = struct.pack("ii", 1, 0)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger_none)
            connection.close()
            return
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        transport = paramiko.Transport(connection)
        transport.set_log_channel(_LOG)
        transport.add_server_key(self._key)
        with self._lock:
            if self._listener is None:
                connection.close()
                return
            self._transports = [*(each for each in self._transports if each.is_alive()), transport]
            transport.start_server(threading.Event(), _Session(self))

    def _user(self, name: str) -> _User | None:
        with self._lock:
            user = self._users.get(name)
        return user if user is not None and user.begins <= datetime.now(UTC) < user.expires else None

    def _run(self, channel: paramiko.Channel, name: str, command: str) -> bool:
        user = self._user(name)
        if user is None:
            return False
        environment = {
            "PATH": self._host.tools.search(self.root, is_admin=user.is_admin),
            "HOME": str(self.root),
            "USER": name,
            "LOGNAME": name,
            "SHELL": "/bin/sh",
            "TROUBLESHOOTER_NODE_ROOT": str(self.root),
        }
        thread = threading.Thread(
            target=shell.run,
            args=(channel, command, self.root, environment),
            name="node-command",
            daemon=True,
        )
        with self._lock:
            if self._listener is None:
                return False
            self._commands = [*(each for each in self._commands if each.is_alive()), thread]
            thread.start()
        return True


class _Session(paramiko.ServerInterface):
    """One connection: public key only, commands only."""

    def __init__(self, node: NodeServer) -> None:
        self._node = node
        self._name = ""

    def get_allowed_auths(self, username: str) -> str:  # noqa: ARG002  # paramiko's signature
        return "publickey"

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        user = self._node._user(username)  # noqa: SLF001  # one noun in two classes, since paramiko wants its own
        if user is None or user.key != f"{key.get_name()} {key.get_base64()}":
            return paramiko.common.AUTH_FAILED
        self._name = username
        return paramiko.common.AUTH_SUCCESSFUL

    def check_channel_request(self, kind: str, chanid: int) -> int:  # noqa: ARG002  # paramiko's signature
        if kind == "session":
            return paramiko.common.OPEN_SUCCEEDED
        return paramiko.common.OPEN_FAILED_ADMINISTRATIVELY_PROHIBITED

    def check_channel_exec_request(self, channel: paramiko.Channel, command: bytes) -> bool:
        return self._node._run(channel, self._name, command.decode("utf-8", "surrogateescape"))  # noqa: SLF001  # as above


def within(networks: Iterable[str]) -> Callable[[str], bool]:
    """Make a question for `NodeServer.allow`: does the peer's address lie in one of these networks."""
    known = [ipaddress.ip_network(network, strict=False) for network in networks]
    return lambda peer: any(ipaddress.ip_address(peer) in network for network in known)


def _make_key() -> paramiko.Ed25519Key:
    text = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.OpenSSH,
        serialization.NoEncryption(),
    )
    return paramiko.Ed25519Key(file_obj=StringIO(text.decode("ascii")))
