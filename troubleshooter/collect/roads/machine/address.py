"""ssh://USER@HOST[:PORT], as the operator writes it."""

from __future__ import annotations

import getpass
import re
from dataclasses import dataclass
from ipaddress import IPv6Address
from typing import TYPE_CHECKING
from urllib.parse import unquote

from troubleshooter.collect.nodes import NodeLogin
from troubleshooter.errors import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SSH_PORT = 22
_LAST_PORT = 65535
_HOST = re.compile(r"[\w.%-]{1,255}")
_USER = re.compile(r"[^\s\x00-\x1f\x7f:/]{1,255}")
_PARTS = re.compile(
    r"(?:(?P<user>[^/?#]*)@)?(?:\[(?P<six>[^\]/?#@]*)\])?(?P<rest>[^/?#@\[\]]*)(?P<more>[/?#].*)?", re.DOTALL
)
_SEVERAL = re.compile(r"[\s,;]ssh://", re.IGNORECASE)
_FORM = "Write ssh://USER@HOST or ssh://USER@HOST:PORT."
_JUMP_FORM = "Write HOST, USER@HOST or USER@HOST:PORT."


@dataclass(frozen=True, slots=True)
class Address:
    user: str
    host: str
    port: int = SSH_PORT

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"ssh://{self.user}@{host}" + (f":{self.port}" if self.port != SSH_PORT else "")


def address(text: str) -> Address:
    """Raises UsageProblem; what it says never holds a password that stands in the text."""
    written = text.strip()  # a list with line ends of Windows leaves one
    if _SEVERAL.search(written):
        raise UsageProblem(
            "Several addresses stand in one word.",
            "Each machine is a word of its own.",
            "Write a blank between them, and no quotes around them all.",
        )
    _no_password(written)
    if not written.lower().startswith("ssh://"):
        raise _wrong(text, "It does not begin with ssh://.", _FORM)
    return _parsed(text, written[len("ssh://") :], None, _FORM)


def jump_address(text: str) -> Address:
    """The same of HOST, USER@HOST or either with a port; who is not named is the user of this machine."""
    written = text.strip()
    _no_password(written)
    if "," in written:
        raise _wrong(text, "It names several hosts, and one is gone by.", _JUMP_FORM)
    place = written[len("ssh://") :] if written.lower().startswith("ssh://") else written
    return _parsed(text, place, getpass.getuser(), _JUMP_FORM)


def _no_password(text: str) -> None:
    """Whatever else is wrong with the text: then it would be repeated."""
    before, _, _ = text.partition("://")[2].rpartition("@") if "://" in text else text.rpartition("@")
    if ":" in before:
        raise UsageProblem(
            "An address with a password is not taken.",
            "Whoever lists the processes of this machine would read it, and the shell's history keeps it.",
            "Leave it out and sign in by a key: -i KEY, or one that the agent holds.",
        )


def _parsed(text: str, place: str, own: str | None, form: str) -> Address:
    """`place` is what follows ssh:// in the text, `own` who is meant where nobody is named."""
    parts = _PARTS.fullmatch(place)
    if parts is None or (parts["more"] or "").strip("/"):
        raise _wrong(text, "There is more in it than a user, a host and a port.", form)
    user = _unquoted(parts["user"] or "") or own
    if not user or not _USER.fullmatch(user) or user.startswith("-"):
        raise _wrong(text, "It does not name the user to sign in as.", form)
    if parts["six"] is None and parts["rest"].count(":") > 1:
        raise _wrong(text, "An address of IPv6 stands in brackets, as in ssh://USER@[2001:db8::1].", form)
    name, _, port = parts["rest"].partition(":")
    if parts["six"] is not None and name:
        raise _wrong(text, "After the brackets comes a colon and the port, or nothing.", form)
    host = _unquoted(parts["six"] if parts["six"] is not None else name).lower()
    if (why := _no_host(host, in_brackets=parts["six"] is not None) or _no_port(port)) is not None:
        raise _wrong(text, why, form)
    return Address(user, host, int(port) if port else SSH_PORT)


def _unquoted(text: str) -> str:
    """Without its %xx; nothing where those are no text."""
    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        return ""


def _no_host(host: str, *, in_brackets: bool) -> str | None:
    """Why it is none."""
    if in_brackets:
        return None if _is_ipv6(host) else "What stands in brackets is no address of IPv6."
    if not _HOST.fullmatch(host) or host.startswith("-"):
        return "It does not name a host."
    try:
        host.encode("idna")  # as the system's resolver is asked
    except UnicodeError:
        return "The host's name has a part, between its dots, that is empty, too long or no name."
    return None


def _is_ipv6(host: str) -> bool:
    try:
        IPv6Address(host)
    except ValueError:
        return False
    return True


def _no_port(port: str) -> str | None:
    """Why it is none; an empty one is the usual port."""
    if not port:
        return None
    if not (port.isascii() and port.isdigit()):
        return "What stands after the host is no number of a port."
    if not int(port[:6]):
        return "Port 0 is none."
    return None if int(port[:6]) <= _LAST_PORT else "Its port is out of range 1-65535."


def _wrong(text: str, why: str, form: str) -> UsageProblem:
    return UsageProblem(f"{text!r} is no address of a machine.", why, form)


def logins(addresses: Iterable[Address]) -> Mapping[str, NodeLogin]:
    """By the name under which a node is told: its host, with as much more as tells it from the others."""
    each = tuple(dict.fromkeys(addresses))
    hosts = [one.host for one in each]
    places = [(one.host, one.port) for one in each]
    named: dict[str, NodeLogin] = {}
    for one in each:
        name = one.host
        if hosts.count(one.host) > 1 or one.port != SSH_PORT:
            name = f"{name}-{one.port}"
        if places.count((one.host, one.port)) > 1:
            name = f"{one.user}@{name}"
        free, number = name, 1
        while free in named:  # as that of port 2222 of vm1, beside a host vm1-2222
            number += 1
            free = f"{name}~{number}"
        named[free] = NodeLogin(free, one.host, one.port, one.user)
    return named
