"""By which keys hosts are known: the user's own file and the machine's, as OpenSSH writes and reads them.

Lines of certificate authorities are passed over: a host is known by its key or not at all. A line that cannot
be read makes nothing known.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import threading
from dataclasses import dataclass
from fnmatch import fnmatchcase
from hashlib import sha1
from pathlib import Path
from typing import TYPE_CHECKING

from troubleshooter.collect.roads.machine.address import SSH_PORT
from troubleshooter.errors import UsageProblem
from troubleshooter.model.host_key import fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_LARGEST = 16 << 20
_REVOKED, _AUTHORITY = "@revoked", "@cert-authority"


@dataclass(frozen=True, slots=True)
class KnownKey:
    """A line of such a file."""

    place: str
    """FILE line N."""
    hosts: str
    kind: str
    public: bytes
    revoked: bool = False

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.kind, self.public)

    def is_of(self, name: str) -> bool:
        if self.hosts.startswith("|"):
            return _hashed(self.hosts, name)
        patterns = [pattern.lower() for pattern in self.hosts.split(",")]
        if any(fnmatchcase(name, _glob(pattern[1:])) for pattern in patterns if pattern.startswith("!")):
            return False
        return any(fnmatchcase(name, _glob(pattern)) for pattern in patterns)


def _glob(pattern: str) -> str:
    """Of what fnmatch reads as more than a letter, OpenSSH knows * and ? only."""
    return pattern.replace("[", "[[]")


def _hashed(hosts: str, name: str) -> bool:
    """|1|SALT|HASH, both in base64: HMAC of the name by SHA-1, which hides names and proves nothing."""
    parts = hosts.split("|")
    if len(parts) != 4 or parts[1] != "1":
        return False
    try:
        salt, digest = (base64.b64decode(part, validate=True) for part in parts[2:])
    except binascii.Error:
        return False
    return hmac.compare_digest(hmac.new(salt, name.encode(), sha1).digest(), digest)


class KnownHosts:
    """Asked by several threads; what is learned while they run is known to all of them."""

    def __init__(self, own: Path, others: Iterable[Path] = ()) -> None:
        self.own = own
        """To which a host is added that the operator lets be new."""
        self._keys = [key for path in (own, *others) for key in _read(path)]
        self._lock = threading.Lock()

    def of(self, host: str, port: int) -> tuple[KnownKey, ...]:
        """What is known of a host, the exact name first; that of its usual port stands in for another's."""
        exact = name_of(host, port)
        with self._lock:
            return tuple(key for key in self._keys if key.is_of(exact))

    def usual(self, host: str, port: int) -> tuple[KnownKey, ...]:
        """What is known of a host at its usual port, where another is asked for."""
        return self.of(host, SSH_PORT) if port != SSH_PORT else ()

    def add(self, host: str, port: int, kind: str, public: bytes) -> str:
        """Know it from now on; why that could not be written down, as the end of a sentence, or nothing."""
        name = name_of(host, port)
        with self._lock:
            self._keys.append(KnownKey("this collection", name, kind, public))
            try:
                _append(self.own, f"{name} {kind} {base64.b64encode(public).decode('ascii')}\n")
            except OSError as error:
                return f"{self.own}: {error.strerror or error}"
        return ""


def name_of(host: str, port: int) -> str:
    return host.lower() if port == SSH_PORT else f"[{host.lower()}]:{port}"


def _append(path: Path, line: str) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    opened = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
    with os.fdopen(opened, "r+b") as file:
        size = file.seek(0, 2)
        if size:
            file.seek(size - 1)
            line = line if file.read(1) == b"\n" else f"\n{line}"
        file.write(line.encode())


def _read(path: Path) -> Iterator[KnownKey]:
    """Nothing of a file that is not there. Raises UsageProblem where it cannot be read."""
    try:
        with path.open("rb") as file:
            text = file.read(_LARGEST).decode("utf-8", "replace")
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise UsageProblem(
            f"{path} cannot be read.",
            f"{error.strerror}. Without it nobody can tell whether a host is the one it was.",
            "Check the file's permissions.",
        ) from error
    for number, line in enumerate(text.splitlines(), 1):
        yield from _key(f"{path} line {number}", line.split())


def _key(place: str, words: list[str]) -> Iterator[KnownKey]:
    marker = words.pop(0) if words and words[0].startswith("@") else ""
    if len(words) < 3 or words[0].startswith("#") or marker == _AUTHORITY:
        return
    try:
        public = base64.b64decode(words[2], validate=True)
    except binascii.Error:
        return
    yield KnownKey(place, words[0], words[1], public, marker == _REVOKED)


def users_own(home: Path) -> KnownHosts:
    """Those that ssh would ask."""
    folder = home / ".ssh"
    machine = Path("/etc/ssh")
    others = (folder / "known_hosts2", machine / "ssh_known_hosts", machine / "ssh_known_hosts2")
    return KnownHosts(folder / "known_hosts", others)
