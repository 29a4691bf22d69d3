"""SSH servers of a node that means harm, and tar members as no tar program would write them."""

from __future__ import annotations

import contextlib
import socket
import tarfile
import threading
from typing import TYPE_CHECKING

import paramiko
from paramiko.common import AUTH_SUCCESSFUL, OPEN_SUCCEEDED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

LOGS = "var/log/azure/Microsoft.Azure.KeyVault.KeyVaultForLinux"
LINE = b"2026-05-16 19:49:22: <error> [CertificateManager]\tForbiddenByRbac\n"
END = bytes(1024)
MIB = 1 << 20
POURED = bytes(MIB)
_AGREED = 0.5
"""Seconds until the answer to "run this" is surely on its way, and what is run may begin."""
HELD = threading.Event()
"""Never set: a server that waits for it does so until the tests are over."""


def member(
    name: str | bytes, data: bytes = b"", kind: bytes = tarfile.REGTYPE, link: str = "", size: int = -1
) -> bytes:
    """One entry with its data; a name in bytes is written as it is."""
    info = tarfile.TarInfo(name if isinstance(name, str) else "Q" * len(name))
    info.type, info.linkname, info.size = kind, link, len(data) if size < 0 else size
    head = info.tobuf(tarfile.GNU_FORMAT)
    if isinstance(name, bytes):
        head = _summed(head.replace(b"Q" * len(name), name, 1))
    return head + data + bytes(-len(data) % 512)


def _summed(head: bytes) -> bytes:
    """The header with its checksum set right."""
    blank = head[:148] + b" " * 8 + head[156:]
    return blank[:148] + b"%06o\0 " % sum(blank[:512]) + blank[156:]


def good(name: str = "akvvm_service.log", data: bytes = LINE) -> bytes:
    """A file that the collection is there for."""
    return member(f"{LOGS}/{name}", data)


class _Anybody(paramiko.ServerInterface):
    """Takes every key, and gives every command to one function."""

    def __init__(self, run: Callable[[paramiko.Channel], None], signed_in: list[str]) -> None:
        self._run = run
        self._signed_in = signed_in

    def get_allowed_auths(self, username: str) -> str:
        return "publickey"

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        self._signed_in.append(username)
        return AUTH_SUCCESSFUL

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return OPEN_SUCCEEDED

    def check_channel_exec_request(self, channel: paramiko.Channel, command: bytes) -> bool:
        begun = threading.Timer(_AGREED, _quietly, (self._run, channel))
        begun.daemon = True
        begun.start()
        return True


def _quietly(run: Callable[..., None], *arguments: object) -> None:
    """The other side hangs up when it has had enough; that is no mistake of the test."""
    with contextlib.suppress(OSError, EOFError, paramiko.SSHException):
        run(*arguments)


class SshNode:
    """Listens on loopback until it is closed; `key` may be changed between two connections."""

    def __init__(self, run: Callable[[paramiko.Channel], None]) -> None:
        self.key: paramiko.PKey = paramiko.ECDSAKey.generate()
        self.signed_in: list[str] = []
        self._run = run
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._transports: list[paramiko.Transport] = []
        self.port: int = self._listening.getsockname()[1]
        threading.Thread(target=_quietly, args=(self._serve,), daemon=True).start()

    def _serve(self) -> None:
        while True:
            connection, _ = self._listening.accept()
            transport = paramiko.Transport(connection)
            self._transports.append(transport)
            transport.add_server_key(self.key)
            transport.start_server(threading.Event(), _Anybody(self._run, self.signed_in))

    def close(self) -> None:
        self._listening.close()
        for transport in self._transports:
            transport.close()


class RawNode:
    """A TCP server that speaks whatever a function says."""

    def __init__(self, speak: Callable[[socket.socket], None]) -> None:
        self._speak = speak
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._connections: list[socket.socket] = []
        self.port: int = self._listening.getsockname()[1]
        threading.Thread(target=_quietly, args=(self._serve,), daemon=True).start()

    def _serve(self) -> None:
        while True:
            connection, _ = self._listening.accept()
            self._connections.append(connection)
            threading.Thread(target=_quietly, args=(self._speak, connection), daemon=True).start()

    def close(self) -> None:
        for each in (self._listening, *self._connections):
            each.close()


def sends(
    chunks: Callable[[], Iterable[bytes]], *, heeds_window: bool = True
) -> Callable[[paramiko.Channel], None]:
    """Send an archive and end; or, deaf to the receiver's window, as fast as TCP takes it."""

    def run(channel: paramiko.Channel) -> None:
        if not heeds_window:
            deaf(channel)
        for chunk in chunks():
            channel.sendall(chunk)
        channel.send_exit_status(0)
        channel.close()

    return run


def waits(_: object) -> None:
    """Say nothing, for as long as the tests go on."""
    HELD.wait()


def deaf(channel: paramiko.Channel) -> None:
    """Forget how much the receiver is willing to take."""
    channel.out_window_size = 1 << 60
    channel.out_max_packet_size = 1 << 17


def endless(first: bytes, then: bytes = POURED) -> Iterator[bytes]:
    yield first
    while True:
        yield then
