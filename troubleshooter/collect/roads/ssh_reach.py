"""From a name to a connection: a limit on every wait, cancel heard."""

from __future__ import annotations

import errno
import selectors
import socket
import time
from typing import TYPE_CHECKING, Any

from troubleshooter.apart import apart
from troubleshooter.collect.patience import LOOK
from troubleshooter.collect.roads.ssh_failure import Reason, SshFailed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from troubleshooter.collect.patience import Patience

CONNECT = 15.0
"""Seconds."""
_REASONS = {
    errno.ECONNREFUSED: Reason.REFUSED,
    errno.EHOSTUNREACH: Reason.NO_ROUTE,
    errno.ENETUNREACH: Reason.NO_ROUTE,
    errno.EADDRNOTAVAIL: Reason.NO_ROUTE,
    errno.ETIMEDOUT: Reason.NO_ANSWER,
    errno.ECONNRESET: Reason.CLOSED,
    errno.ECONNABORTED: Reason.CLOSED,
    errno.EPIPE: Reason.CLOSED,
}


def reach(host: str, port: int, patience: Patience) -> socket.socket:
    """Connect to the first of its addresses that answers. Raises SshFailed, NodeProblem and Interrupted."""
    last = errno.EHOSTUNREACH
    for family, kind, protocol, _, address in _addresses(host, port, patience):
        connection = socket.socket(family, kind, protocol)
        try:
            last = _reach(connection, address, patience)
            if last == 0:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                return connection
        except BaseException:
            connection.close()
            raise
        connection.close()
    reason = _REASONS.get(last, Reason.NETWORK)
    said = "the other side hung up before SSH began" if reason is Reason.CLOSED else errno.errorcode.get(last)
    raise SshFailed(reason, said or str(last))


def _addresses(host: str, port: int, patience: Patience) -> Sequence[tuple[Any, ...]]:
    """As getaddrinfo gives them."""
    try:
        return apart(
            lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM),
            lambda: patience.check("looking up its address"),
        )
    except (socket.gaierror, UnicodeError) as error:
        silent = isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN
        raise SshFailed(Reason.NO_NAME_SERVICE if silent else Reason.UNRESOLVED, str(error)) from error


def _reach(connection: socket.socket, address: object, patience: Patience) -> int:
    """Connect without being deaf meanwhile; returns an errno, 0 when connected."""
    connection.setblocking(False)
    code = connection.connect_ex(address)  # type: ignore[arg-type]  # as getaddrinfo gave it
    if code not in {0, errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EAGAIN}:
        return code
    until = time.monotonic() + CONNECT
    with selectors.DefaultSelector() as selector:
        selector.register(connection, selectors.EVENT_WRITE)
        while not selector.select(LOOK):
            patience.check("connecting")
            if time.monotonic() >= until:
                return errno.ETIMEDOUT
    connection.setblocking(True)
    return connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
