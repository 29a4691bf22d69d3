"""The connections to Azure: every wait on them is short, and what comes is counted before it is believed.

The libraries' time-outs hold for one read each and are deaf meanwhile; so the sockets below them look at the
allowance of the call ten times a second.
"""

from __future__ import annotations

import socket
import ssl
import time
from typing import TYPE_CHECKING, Any, TypeVar

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util.ssl_ import create_urllib3_context

from troubleshooter.apart import apart
from troubleshooter.cloud.allowance import LARGEST_ANSWER, LOOK, Allowance, Cut, allowed, current

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

T = TypeVar("T")

UNTRUSTED = "CERTIFICATE_VERIFY_FAILED"
ISSUED = "; the certificate that was shown: "
"""In the text of a failure: between the libraries' words and who issued the certificate."""
_BLOCK = 10 << 10
"""Bytes read at once. Packed a thousandfold at most, they unpack to little more than the largest answer."""
_ENCODINGS = frozenset({"", "identity", "gzip", "deflate"})
"""One of them, not one in the other: each level would unpack a thousandfold."""


class Line(HTTPAdapter):
    """Asks, and reads the answer to its end, as far as the call's allowance goes."""

    def __init__(self, cancel: threading.Event, connections: int) -> None:
        self._cancel = cancel
        super().__init__(pool_maxsize=connections)

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **options: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **options)
        manager.pool_classes_by_scheme = _POOLS
        return manager

    def send(self, request: requests.PreparedRequest, *arguments: Any, **options: Any) -> requests.Response:
        with allowed(current() or Allowance(self._cancel)) as allowance:
            allowance.ask()
            try:
                response = super().send(request, *arguments, **options)
            except requests.exceptions.SSLError as error:
                raise _with_issuer(error, request, allowance) from error
            try:
                # Where requests itself keeps a body that it has read.
                response._content = _whole(response, allowance)  # noqa: SLF001
            except BaseException:
                response.close()
                raise
        return response


def _with_issuer(
    error: requests.exceptions.SSLError, request: requests.PreparedRequest, allowance: Allowance
) -> requests.exceptions.SSLError:
    """With whose certificate it was, where it was not accepted."""
    if UNTRUSTED not in str(error):
        return error
    from troubleshooter.cloud.between.certificate import whose  # noqa: PLC0415 - what reads it, when it is wanted

    issued = whose(str(request.url), allowance.check)
    return requests.exceptions.SSLError(f"{error}{ISSUED}{issued}", request=request) if issued else error


def _whole(response: requests.Response, allowance: Allowance) -> bytes:
    encoding = response.headers.get("Content-Encoding", "").strip().lower()
    if encoding not in _ENCODINGS:
        raise requests.exceptions.ContentDecodingError(allowance.end(Cut.PACKED))
    body = bytearray()
    for block in response.iter_content(_BLOCK):
        body += block
        if len(body) > LARGEST_ANSWER:
            raise requests.exceptions.ContentDecodingError(allowance.end(Cut.LARGE))
        allowance.check()
    return bytes(body)


class _PlainSocket(socket.socket):
    def recv_into(self, *arguments: Any) -> int:
        return _counted(_heard(self, super().recv_into, *arguments))

    def sendall(self, data: Any, *_: Any) -> None:
        """In pieces: what a time-out has sent of a whole is not told."""
        left = memoryview(data).cast("B")
        while left:
            left = left[_heard(self, self.send, left) :]


class _TlsSocket(ssl.SSLSocket):
    def recv_into(self, *arguments: Any) -> int:
        return _counted(_heard(self, super().recv_into, *arguments))

    def send(self, *arguments: Any) -> int:
        if (allowance := current()) is not None:
            allowance.send()
        return _heard(self, super().send, *arguments)

    def do_handshake(self, block: bool = False) -> None:
        _heard(self, super().do_handshake, block)


def _heard(connection: socket.socket, act: Callable[..., T], *arguments: Any) -> T:
    """Do it with short waits, as long as the connection's own time-out and the allowance let it.

    One that timed out may be done again as it was: nothing was taken or sent.
    """
    allowance, whole = current(), connection.gettimeout()
    if allowance is None or whole == 0:
        return act(*arguments)
    until = time.monotonic() + whole if whole is not None else float("inf")
    try:
        while True:
            allowance.check()
            connection.settimeout(LOOK)
            try:
                return act(*arguments)
            except TimeoutError:
                if time.monotonic() >= until:
                    raise
    finally:
        connection.settimeout(whole)


def _counted(size: int) -> int:
    allowance = current()
    if allowance is not None:
        allowance.count(size)
    return size


class _Connection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _opened(super()._new_conn)


class _TlsConnection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _opened(super()._new_conn)

    def connect(self) -> None:
        if self.ssl_context is None:
            self.ssl_context = create_urllib3_context()
            self.ssl_context.sslsocket_class = _TlsSocket
        super().connect()


def _opened(connect: Callable[[], socket.socket]) -> socket.socket:
    """Names are resolved by the system, which hears nothing; connecting comes with it."""
    allowance = current()
    if allowance is None:
        return connect()
    plain = apart(connect, allowance.check, socket.socket.close)
    timeout = plain.gettimeout()
    heard = _PlainSocket(fileno=plain.detach())
    heard.settimeout(timeout)
    return heard


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


_POOLS = {"http": _Pool, "https": _TlsPool}
