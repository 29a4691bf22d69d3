"""SSH to machines that the operator reaches already: nothing is prepared there, and nothing is left."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import paramiko

from troubleshooter.collect.nodes import NodeLogin
from troubleshooter.collect.patience import Patience
from troubleshooter.collect.roads import ssh_reach
from troubleshooter.collect.roads.machine.identities import Identities
from troubleshooter.collect.roads.machine.jump import OfTheJump, forwarded
from troubleshooter.collect.roads.machine.known_hosts import KnownHosts, name_of
from troubleshooter.collect.roads.machine.shell import MachineReading
from troubleshooter.collect.roads.machine.words import told, told_of_jump
from troubleshooter.collect.roads.metered import MOST_RECEIVED
from troubleshooter.collect.roads.ssh_failure import Reason, SshFailed
from troubleshooter.collect.roads.ssh_session import methods, shake_hands, sign_in, ssh
from troubleshooter.model.host_key import fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.collect.roads.machine.known_hosts import KnownKey
    from troubleshooter.collect.roads.metered import Line
    from troubleshooter.collect.roads.ssh_session import Connection

_A_MOMENT = 0.5
"""Seconds in which a connection that is gone is known to be."""
_OF_RSA = ("rsa-sha2-512", "rsa-sha2-256")
_SORTS = {
    "kex": ("key exchange", "kex_algo_list"),
    "host key": ("kind of host key", "server_key_algo_list"),
    "ciphers": ("cipher", "server_encrypt_algo_list"),
    "macs": ("checksum (MAC)", "server_mac_algo_list"),
    "compression": ("compression", "server_compress_algo_list"),
}
"""A word of paramiko's message, what it is about, and how paramiko calls the other side's list of it."""


@dataclass(frozen=True, slots=True)
class Machines:
    logins: Mapping[str, NodeLogin]
    """By node."""
    identities: Identities
    hosts: KnownHosts
    say: Callable[[str], None]
    """Called in the threads, of a host key that was let be new."""
    accept_new: bool = False
    jump: NodeLogin | None = None

    @contextmanager
    def open(self, node: str, patience: Patience) -> Iterator[MachineReading]:
        login = self.logins[node]
        with self.identities.at_hand(lambda: patience.check("asking the key agent")) as keys:
            visit = _Visit(self, keys, patience)
            if self.jump is None:
                with _telling(login), visit.signed_in(visit.reached(login), login) as reading:
                    yield reading
                return
            with (
                _telling_of_jump(self.jump),
                visit.signed_in(visit.reached(self.jump), self.jump, 2 * MOST_RECEIVED) as way,
                _telling(login, self.jump.host),
                visit.beyond(way.connection, login) as reading,
            ):
                yield reading


@dataclass(frozen=True, slots=True)
class _Visit:
    """One node, and the jump host before it where there is one."""

    road: Machines
    keys: Sequence[paramiko.PKey]
    patience: Patience

    def reached(self, login: NodeLogin) -> Line:
        return ssh_reach.reach(login.host, login.port, self.patience)

    @contextmanager
    def beyond(self, jump: Connection, login: NodeLogin) -> Iterator[MachineReading]:
        """The node behind a jump host. Where that one goes, it is its failure."""
        try:
            with self.signed_in(forwarded(jump, login, self.patience), login) as reading:
                yield reading
        except SshFailed as failed:
            jump.transport.join(_A_MOMENT)
            if jump.transport.is_active() or isinstance(failed, OfTheJump):
                raise
            raise OfTheJump(failed.reason, failed.said) from failed

    @contextmanager
    def signed_in(self, line: Line, login: NodeLogin, most: int = MOST_RECEIVED) -> Iterator[MachineReading]:
        with ssh(line, self.patience, most) as connection:
            known = self.road.hosts.of(login.host, login.port)
            options = connection.transport.get_security_options()
            options.key_types = _known_first(options.key_types, known)
            try:
                server_key = shake_hands(connection, self.patience)
            except SshFailed as failed:
                raise _in_words(connection, failed) from failed
            shown = self._vouched(login, known, server_key)
            _let_in(connection, login.user, self.keys, self.patience)
            yield MachineReading(connection, login.user, shown, self.patience)

    def _vouched(self, login: NodeLogin, known: tuple[KnownKey, ...], key: paramiko.PKey) -> str:
        """The fingerprint of a host key that somebody vouches for. Raises SshFailed for any other."""
        kind, public = key.get_name(), key.asbytes()
        shown = fingerprint(kind, public)
        usual = self.road.hosts.usual(login.host, login.port)
        same = [each for each in (*known, *usual) if each.public == public]
        if revoked := next((each for each in same if each.revoked), None):
            raise SshFailed(Reason.HOST_KEY_REVOKED, f"{revoked.place} revokes {shown}")
        if same:
            return shown
        if other := next(
            (each for each in sorted(known, key=lambda each: each.kind != kind) if not each.revoked), None
        ):
            raise SshFailed(
                Reason.HOST_KEY_CHANGED, f"{other.place} has {other.fingerprint}; it shows {shown}"
            )
        if not self.road.accept_new:
            name = name_of(login.host, login.port)
            raise SshFailed(
                Reason.HOST_KEY_UNKNOWN, f"{self.road.hosts.own} has no key of {name}; it shows {shown}"
            )
        unwritten = self.road.hosts.add(login.host, login.port, kind, public)
        wrote = (
            f"could not be written down ({unwritten})" if unwritten else f"is now in {self.road.hosts.own}"
        )
        self.road.say(f"▲ {login.node}: its host key {shown} was not known, and {wrote}")
        return shown


@contextmanager
def _telling(login: NodeLogin, by: str = "") -> Iterator[None]:
    """In the words of this road; what is the jump host's is for the next one out."""
    try:
        yield
    except OfTheJump:
        raise
    except SshFailed as failed:
        raise told(login, failed, name_of(login.host, login.port), by) from failed


@contextmanager
def _telling_of_jump(login: NodeLogin) -> Iterator[None]:
    try:
        yield
    except SshFailed as failed:
        raise told_of_jump(login, failed, name_of(login.host, login.port)) from failed


def _known_first(kinds: Sequence[str], known: Sequence[KnownKey]) -> tuple[str, ...]:
    """Ask a host for the key by which it is known, if it has several."""
    wanted = {name for each in known for name in (_OF_RSA if each.kind == "ssh-rsa" else (each.kind,))}
    return tuple(sorted(kinds, key=lambda kind: kind not in wanted))


def _in_words(connection: Connection, failed: SshFailed) -> SshFailed:
    """What is not in common, with what the other side has of it."""
    if failed.reason is not Reason.NOTHING_IN_COMMON:
        return failed
    for word, (sort, name) in _SORTS.items():
        if word in failed.said:
            offers = ", ".join(connection.transport.offers.get(name, ())) or "none"
            return SshFailed(failed.reason, f"There is no {sort} that both take: it offers {offers}")
    return failed


def _let_in(connection: Connection, user: str, keys: Sequence[paramiko.PKey], patience: Patience) -> None:
    offers = methods(connection, user, patience)
    if connection.transport.is_authenticated():
        return
    if offers and "publickey" not in offers:
        raise SshFailed(Reason.NO_KEY_SIGN_IN, ", ".join(offers))
    try:
        sign_in(connection, user, keys, patience)
    except SshFailed as failed:
        if failed.reason is not Reason.KEY_REFUSED:
            raise
        tried = ", ".join(fingerprint(key.get_name(), key.asbytes()) for key in keys)
        raise SshFailed(Reason.KEY_REFUSED, f"It takes {', '.join(offers)}; it refused {tried}") from failed
