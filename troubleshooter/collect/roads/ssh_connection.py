"""One SSH connection to one node: a limit on every wait, cancel heard, host key pinned, only our own key."""

from __future__ import annotations

import contextlib
import errno
import logging
import selectors
import socket
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import paramiko
from paramiko.ssh_exception import IncompatiblePeer

from troubleshooter.apart import apart
from troubleshooter.collect.nodes import NodeProblem
from troubleshooter.collect.patience import LIMITS, LOOK
from troubleshooter.collect.roads.metered import WINDOW, Metered
from troubleshooter.errors import ExitCode
from troubleshooter.model.host_key import fingerprint
from troubleshooter.model.step import ErrorText

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from troubleshooter.collect.key import SessionKey
    from troubleshooter.collect.nodes import NodeLogin
    from troubleshooter.collect.patience import Patience

CONNECT, HANDSHAKE, SIGN_IN, OPEN = 15.0, 15.0, 20.0, 10.0
"""Seconds for each phase."""
AGAIN, PAUSE = 30.0, 2.0
"""Seconds for which a node that lets nobody in yet is tried again, and between two tries."""
_CIPHERS = ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "aes128-ctr", "aes192-ctr", "aes256-ctr")
_LOG = "troubleshooter.collect.roads.ssh_connection"
logging.getLogger(_LOG).addHandler(
    logging.NullHandler()
)  # without it paramiko's messages would reach the terminal


@dataclass(frozen=True, slots=True)
class Connection:
    transport: paramiko.Transport
    meter: Metered


class NotYet(NodeProblem):
    """A node that became idle a moment ago may be so, and be otherwise in a moment."""


class _Transport(paramiko.Transport):
    """Its thread ends with whatever reading a malformed message raised; that is the node's fault."""

    def get_exception(self) -> Exception | None:
        met = super().get_exception()
        if met is None or isinstance(met, paramiko.SSHException | OSError | EOFError):
            return met
        return paramiko.SSHException(f"it sent a message that is no SSH ({type(met).__name__})")


@contextlib.contextmanager
def connected(
    login: NodeLogin,
    key: SessionKey,
    pin: Callable[[str, str], str],
    patience: Patience,
) -> Iterator[tuple[Connection, str]]:
    """Sign in; give the connection and the node's host key, which is the one that `pin` says it has.

    Azure calls a node idle and a user made before the node's SSH server must know of it: it is tried again.
    """
    until = time.monotonic() + AGAIN
    with contextlib.ExitStack() as held:
        while True:
            try:
                opened = held.enter_context(_connected(login, key, pin, patience))
            except NotYet:
                if time.monotonic() + PAUSE >= until:
                    raise
                patience.rest(PAUSE, "letting us in")
            else:
                break
        yield opened


@contextlib.contextmanager
def _connected(
    login: NodeLogin,
    key: SessionKey,
    pin: Callable[[str, str], str],
    patience: Patience,
) -> Iterator[tuple[Connection, str]]:
    """One try of it."""
    with _metered(login, patience) as meter:
        try:
            transport = _Transport(meter, default_window_size=WINDOW)
        except (paramiko.SSHException, OSError) as error:
            raise _broken(login, error) from error
        patience.count(lambda: meter.processor)
        try:
            transport.set_log_channel(_LOG)
            transport.get_security_options().ciphers = _CIPHERS
            host_key = _shake_hands(transport, login, pin, patience)
            _sign_in(transport, login, key, patience)
            meter.signed_in = True
            yield Connection(transport, meter), host_key
        finally:
            transport.close()


@contextlib.contextmanager
def _metered(login: NodeLogin, patience: Patience) -> Iterator[Metered]:
    """The connection; whatever came of it, a limit that the node met is what is told."""
    meter = Metered(_connect(login, patience))
    try:
        yield meter
    except NodeProblem as problem:
        if meter.refused:
            raise _refused(login, meter) from problem
        raise
    finally:
        meter.close()
    if meter.refused:
        raise _refused(login, meter)


def _connect(login: NodeLogin, patience: Patience) -> socket.socket:
    try:
        places = apart(
            lambda: socket.getaddrinfo(login.host, login.port, type=socket.SOCK_STREAM),
            lambda: patience.check("looking up its address"),
        )
    except (socket.gaierror, UnicodeError) as error:
        raise NodeProblem(
            ErrorText(
                f"The address {login.host} of {login.node} cannot be resolved.",
                f"The name service says: {error}.",
                "Check the network and name resolution of this machine, then collect again.",
                int(ExitCode.GAVE_UP),
            )
        ) from error
    last = errno.EHOSTUNREACH
    for family, kind, protocol, _, address in places:
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
    raise _unreachable(login, last)


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


def _shake_hands(
    transport: paramiko.Transport, login: NodeLogin, pin: Callable[[str, str], str], patience: Patience
) -> str:
    done = threading.Event()
    try:
        transport.start_client(done)
        _wait(transport, done, patience, "agreeing on encryption", HANDSHAKE)
        server_key = transport.get_remote_server_key()
    except IncompatiblePeer as error:
        raise _nothing_in_common(login, error) from error
    except (paramiko.SSHException, OSError, EOFError) as error:
        raise _broken(login, error) from error
    host_key = fingerprint(server_key.get_name(), server_key.asbytes())
    patience.check("being looked up among the host keys of this run")
    known = pin(login.node, host_key)
    if known != host_key:
        raise NodeProblem(
            ErrorText(
                f"{login.node} shows another host key than before; nothing was sent to it.",
                f"Before: {known}. Now: {host_key}. It was reimaged, or something answers in its place.",
                "Check in the portal that the node was reimaged or recreated; if so, start a new run."
                " If not, do not sign in to it by hand either, and ask who looks after the network.",
                int(ExitCode.REFUSED),
            ),
        )
    return host_key


def _nothing_in_common(login: NodeLogin, error: IncompatiblePeer) -> NodeProblem:
    """It stays so: there is no use in trying again."""
    return NodeProblem(
        ErrorText(
            f"The SSH server of {login.node} and this program have no algorithm in common.",
            f"It ended with: {error}. What is weak, as SHA-1, is offered no more: the server is too old"
            " (inferred).",
            "No network rule and no key is at fault. Use an image that Batch still supports, with its node"
            " agent.",
            int(ExitCode.GAVE_UP),
        )
    )


def _sign_in(transport: paramiko.Transport, login: NodeLogin, key: SessionKey, patience: Patience) -> None:
    done = threading.Event()
    try:
        transport.auth_publickey(login.user, key.private, done)
        _wait(transport, done, patience, "signing in", SIGN_IN)
    except paramiko.AuthenticationException as error:
        raise _denied(login, str(error)) from error
    except (paramiko.SSHException, OSError, EOFError) as error:
        raise _broken(login, error) from error
    if not transport.is_authenticated():
        raise _denied(login, "it knows no such user, or not with this key")


def _denied(login: NodeLogin, reason: str) -> NotYet:
    return NotYet(
        ErrorText(
            f"{login.node} did not let {login.user} in.",
            f"The node's SSH server refused the key: {reason}.",
            "The node user may have expired or was removed: collect again, which makes a new one.",
            int(ExitCode.NOT_PERMITTED),
        ),
    )


def _wait(
    transport: paramiko.Transport,
    done: threading.Event,
    patience: Patience,
    doing: str,
    seconds: float,
) -> None:
    """Wait for paramiko's own thread, then raise what went wrong in it."""
    until = time.monotonic() + seconds
    while not done.wait(LOOK) and transport.is_active():
        patience.check(doing, until)
    if not transport.is_active() or not done.is_set():
        raise transport.get_exception() or EOFError(f"the connection ended while {doing}")
    if (error := transport.get_exception()) is not None:
        raise error


def _refused(login: NodeLogin, meter: Metered) -> NodeProblem:
    return NodeProblem(
        ErrorText(
            f"SSH to {login.node} broke off, by us: it {meter.refused}.",
            LIMITS,
            "No SSH server does that by itself: look at what runs on the node, and trust nothing it sent.",
            int(ExitCode.INCOMPLETE),
        ),
    )


def _unreachable(login: NodeLogin, code: int) -> NodeProblem:
    place = f"{login.node} ({login.host} port {login.port})"
    if code in {errno.ECONNRESET, errno.ECONNABORTED, errno.EPIPE}:
        return _broken(login, ConnectionResetError("the other side hung up before SSH began"))
    if code == errno.ECONNREFUSED:
        return _not_yet(
            f"{place} refused the connection.",
            "Something answers at that address, but no SSH server listens behind the port.",
            "Check that the node is idle or running and that the pool maps its port 22, then collect again.",
        )
    if code in {errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EADDRNOTAVAIL}:
        return _not_yet(
            f"There is no route to {place}.",
            "This machine's network knows no way to that address.",
            "Connect from a network that reaches the pool, or open the VPN, then collect again.",
        )
    if code == errno.ETIMEDOUT:
        return _not_yet(
            f"{place} did not answer within {CONNECT:.0f} s.",
            "A network security rule may drop the packets, or the node is down.",
            "Check that --allow-from names the address this machine is seen with, and where the pool is in a"
            " subnet that the subnet's network security group and route table let it in; then collect again.",
        )
    return _not_yet(
        f"{place} could not be reached.",
        f"The system says: {errno.errorcode.get(code, str(code))}.",
        "Check the network path to the node, then collect again.",
    )


def _broken(login: NodeLogin, error: BaseException) -> NodeProblem:
    said = str(error) or type(error).__name__
    return _not_yet(
        f"SSH to {login.node} ({login.host} port {login.port}) broke off.",
        f"It ended with: {said}.",
        "A network rule may cut the connection, or the node's SSH server is not ready. Collect again.",
    )


def _not_yet(what: str, why: str, do: str) -> NotYet:
    return NotYet(ErrorText(what, why, do, int(ExitCode.GAVE_UP)))
