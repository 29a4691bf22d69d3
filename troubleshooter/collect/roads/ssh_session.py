"""SSH over a line that is there: encryption agreed on, the host key looked at, signed in by a key.

A limit on every wait, cancel heard; what goes wrong is told apart (ssh_failure.py).
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

import paramiko
from paramiko.ssh_exception import BadAuthenticationType, IncompatiblePeer, PartialAuthentication

from troubleshooter.apart import apart
from troubleshooter.collect.nodes import NodeProblem
from troubleshooter.collect.patience import LOOK
from troubleshooter.collect.roads.metered import MOST_RECEIVED, WINDOW, Metered
from troubleshooter.collect.roads.ssh_failure import Reason, SshFailed
from troubleshooter.model.excerpt import cut
from troubleshooter.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from troubleshooter.collect.patience import Patience
    from troubleshooter.collect.roads.metered import Line

HANDSHAKE, SIGN_IN, OPEN = 15.0, 20.0, 10.0
"""Seconds for each phase."""
_CIPHERS = ("aes128-gcm@openssh.com", "aes256-gcm@openssh.com", "aes128-ctr", "aes192-ctr", "aes256-ctr")
_LOG = "troubleshooter.collect.roads.ssh_session"
logging.getLogger(_LOG).addHandler(
    logging.NullHandler()
)  # without it paramiko's messages would reach the terminal
_BROKEN = (paramiko.SSHException, OSError, EOFError)
"""What the library raises where the connection ends under it."""
_LATER = (b"MaxStartups", b"Not allowed at this time")
"""What OpenSSH says to whom it turns away before SSH begins."""
_TOO_MANY = "Too many authentication failures"
_SAID = 120


@dataclass(frozen=True, slots=True)
class Connection:
    transport: Transport
    meter: Metered


class Transport(paramiko.Transport):
    """Its thread ends with whatever reading a malformed message raised; that is the node's fault."""

    farewell = ""
    """Why the other side ended it, in its own words."""
    offers: Mapping[str, list[str]] = MappingProxyType({})
    """Its algorithms by sort, as paramiko calls those; nothing before it has told them."""

    def get_exception(self) -> Exception | None:
        met = super().get_exception()
        if met is None or isinstance(met, paramiko.SSHException | OSError | EOFError):
            return met
        return paramiko.SSHException(f"it sent a message that is no SSH ({type(met).__name__})")

    not_opened = ""
    """Why a channel was not opened, in its words."""

    def _parse_disconnect(self, message: paramiko.Message) -> None:  # paramiko only logs what it says
        message.get_int()
        self.farewell = cut(one_line(message.get_text()), _SAID)

    def _parse_channel_open_failure(self, message: paramiko.Message) -> None:  # the same
        words = paramiko.Message(message.asbytes())
        words.get_int()
        words.get_int()
        self.not_opened = cut(one_line(words.get_text()), _SAID)
        super()._parse_channel_open_failure(message)  # type: ignore[misc]  # not in the stubs

    def _really_parse_kex_init(
        self, message: paramiko.Message, ignore_first_byte: bool = False
    ) -> dict[str, list[str]]:
        read: dict[str, list[str]] = super()._really_parse_kex_init(message, ignore_first_byte)  # type: ignore[misc]  # not in the stubs
        if not ignore_first_byte:  # else it is what we offer
            self.offers = read
        return read


@contextlib.contextmanager
def ssh(line: Line, patience: Patience, most: int = MOST_RECEIVED) -> Iterator[Connection]:
    """SSH's beginnings on a line, which is closed at the end. Raises SshFailed.

    Whatever came of it, a limit that the other side met is what is told; `most` bytes may come in all.
    """
    meter = Metered(line, most)
    try:
        with _transport(meter, patience) as transport:
            yield Connection(transport, meter)
    except (SshFailed, NodeProblem) as failed:
        if meter.refused:
            raise SshFailed(Reason.LIMIT, meter.refused) from failed
        raise
    finally:
        meter.close()
    if meter.refused:
        raise SshFailed(Reason.LIMIT, meter.refused)


@contextlib.contextmanager
def _transport(meter: Metered, patience: Patience) -> Iterator[Transport]:
    try:
        transport = Transport(meter, default_window_size=WINDOW)  # type: ignore[arg-type]  # all that it asks of one
    except (paramiko.SSHException, OSError) as error:
        raise SshFailed(Reason.BROKE_OFF, str(error) or type(error).__name__) from error
    patience.count(lambda: meter.processor)
    try:
        transport.set_log_channel(_LOG)
        transport.get_security_options().ciphers = _CIPHERS
        transport.banner_timeout = HANDSHAKE + OPEN  # ours ends first, and says so
        yield transport
    finally:
        transport.close()


def shake_hands(connection: Connection, patience: Patience) -> paramiko.PKey:
    """Agree on encryption; give the host key, which nobody has looked at yet. Raises SshFailed."""
    transport, done = connection.transport, threading.Event()
    try:
        transport.start_client(done)
        _wait(transport, done, patience, "agreeing on encryption", HANDSHAKE)
        return transport.get_remote_server_key()
    except SshFailed as failed:
        if connection.meter.received:
            raise
        raise SshFailed(Reason.SILENT, failed.said) from failed
    except IncompatiblePeer as error:
        old = "version" in str(error)
        raise SshFailed(Reason.OLD_VERSION if old else Reason.NOTHING_IN_COMMON, str(error)) from error
    except _BROKEN as error:
        raise _no_handshake(connection, error) from error


def _no_handshake(connection: Connection, error: BaseException) -> SshFailed:
    """What answers there, by the first that it said."""
    began = connection.meter.greeting
    said = str(error) or type(error).__name__
    if not began:
        return SshFailed(Reason.CLOSED, said)
    if any(words in began for words in _LATER):
        return SshFailed(Reason.TURNED_AWAY, _first_line(began))
    if not any(line.startswith(b"SSH-") for line in began.split(b"\n")):
        return SshFailed(Reason.NOT_SSH, _first_line(began))
    return SshFailed(Reason.BROKE_OFF, connection.transport.farewell or said)


def _first_line(data: bytes) -> str:
    first = data.strip().split(b"\n")[0]
    return cut(one_line(first.decode("utf-8", "backslashreplace")), _SAID)


def sign_in(connection: Connection, user: str, keys: Sequence[paramiko.PKey], patience: Patience) -> None:
    """Sign in by the first key that is taken. Raises SshFailed."""
    transport = connection.transport
    for number, key in enumerate(keys, 1):
        done = threading.Event()
        try:
            transport.auth_publickey(user, key, done)
            _wait(transport, done, patience, "signing in", SIGN_IN)
        except PartialAuthentication as error:
            raise SshFailed(Reason.MORE_WANTED, ", ".join(error.allowed_types)) from error
        except BadAuthenticationType as error:
            raise SshFailed(Reason.NO_KEY_SIGN_IN, ", ".join(error.allowed_types)) from error
        except paramiko.AuthenticationException as error:
            if number == len(keys):
                raise SshFailed(Reason.KEY_REFUSED, str(error)) from error
        except _BROKEN as error:
            raise _not_let_in(transport, error, number) from error
        if transport.is_authenticated():
            connection.meter.signed_in = True
            return
    raise SshFailed(Reason.KEY_REFUSED, "it knows no such user, or not with this key")


def _not_let_in(transport: Transport, error: BaseException, number: int) -> SshFailed:
    said = transport.farewell or str(error) or type(error).__name__
    if _TOO_MANY in said:
        return SshFailed(Reason.TOO_MANY_KEYS, f"after {number} of them it said: {said}")
    if "cannot be used for signing" in said or "ssh-agent" in said:
        return SshFailed(Reason.NOT_SIGNED, said)
    return SshFailed(Reason.BROKE_OFF, said)


def methods(connection: Connection, user: str, patience: Patience) -> tuple[str, ...]:
    """How one may sign in there, as it says to who signs in by nothing, which may do. Raises SshFailed."""
    transport = connection.transport
    transport.auth_timeout = SIGN_IN
    try:
        apart(lambda: transport.auth_none(user), lambda: patience.check("being asked how to sign in"))
    except BadAuthenticationType as error:
        return tuple(error.allowed_types)
    except paramiko.AuthenticationException:
        return ()
    except _BROKEN as error:
        raise _not_let_in(transport, error, 0) from error
    connection.meter.signed_in = transport.is_authenticated()
    return ()


def _wait(
    transport: Transport, done: threading.Event, patience: Patience, doing: str, seconds: float
) -> None:
    """Wait for paramiko's own thread, then raise what went wrong in it."""
    until = time.monotonic() + seconds
    while not done.wait(LOOK) and transport.is_active():
        patience.check(doing)
        if time.monotonic() >= until:
            raise SshFailed(Reason.STUCK, doing)
    if not transport.is_active() or not done.is_set():
        raise transport.get_exception() or EOFError(f"the connection ended while {doing}")
    if (error := transport.get_exception()) is not None:
        raise error
