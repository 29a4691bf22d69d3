"""The operator's keys: the one that was named, else those that the agent holds and those of ~/.ssh."""

from __future__ import annotations

import contextlib
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import paramiko

from troubleshooter.apart import apart
from troubleshooter.collect.roads.machine.key_file import is_locked, opened, public_part, read, read_key
from troubleshooter.errors import GaveUp, NotFound, TroubleshooterError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from troubleshooter.collect.roads.machine.key_file import Ask

_USUAL = ("id_ed25519", "id_ecdsa", "id_rsa")
AGENT = 10.0
"""Seconds that the agent has to list its keys."""


@dataclass(frozen=True, slots=True)
class Identities:
    files: tuple[paramiko.PKey, ...] = ()
    agent: bool = False
    """Whether the agent's keys are offered, before those of files."""
    only: bytes = b""
    """The public part of the one key that the agent is asked for; nothing for all of them."""

    @contextlib.contextmanager
    def at_hand(self, check: Callable[[], None]) -> Iterator[tuple[paramiko.PKey, ...]]:
        """The keys to offer, in turn. Each caller speaks with the agent over a line of its own."""
        if not self.agent:
            yield self.files
            return
        agent = apart(paramiko.Agent, check, paramiko.Agent.close)
        try:
            yield (*(key for key in agent.get_keys() if self.only in {b"", key.asbytes()}), *self.files)
        finally:
            agent.close()


def named(path: Path, ask: Ask) -> Identities:
    """The key of a file; where it is locked and the agent holds it, nobody is asked for what opens it."""
    data = read(path)
    public = public_part(data)
    if is_locked(data) and public and any(public == key for key in _held()):
        return Identities(agent=True, only=public)
    return Identities((opened(path, data, ask),))


def usual(folder: Path, ask: Ask) -> Identities:
    """What ssh would offer. Raises NotFound where there is no key at all."""
    held = _held()
    there = [folder / name for name in _USUAL if (folder / name).is_file()]
    files, locked = _open_ones(there)
    if not held and not files and locked:
        files = [read_key(locked[0], ask)]
    if not held and not files:
        raise NotFound(
            "There is no key to sign in with.",
            f"The agent holds none, and in {folder} there is none of {', '.join(_USUAL)} that can be used.",
            "Name one: -i KEY; or let the agent hold one: ssh-add KEY",
        )
    return Identities(tuple(files), agent=bool(held))


def _open_ones(paths: list[Path]) -> tuple[list[paramiko.PKey], list[Path]]:
    """The keys that need no passphrase, and the files of those that need one."""
    files, locked = [], []
    for path in paths:
        with contextlib.suppress(TroubleshooterError):  # nobody named it, and there may be others
            data = read(path)
            if is_locked(data):
                locked.append(path)
            else:
                files.append(opened(path, data, lambda _: None))
    return files, locked


def _limit(until: float) -> Callable[[], None]:
    def check() -> None:
        if time.monotonic() >= until:
            raise TimeoutError(f"no list of its keys within {AGENT:.0f} s")

    return check


def _held() -> tuple[bytes, ...]:
    """The public parts of the keys that the agent holds."""
    socket = os.environ.get("SSH_AUTH_SOCK")
    if not socket or not Path(socket).exists():
        return ()
    try:
        agent = apart(paramiko.Agent, _limit(time.monotonic() + AGENT), paramiko.Agent.close)
    except (paramiko.SSHException, OSError) as error:
        raise GaveUp(
            "The key agent does not answer.",
            f"It ended with: {str(error) or type(error).__name__}.",
            "Start it again, or do without it: unset SSH_AUTH_SOCK, and name a key by -i.",
        ) from error
    try:
        return tuple(key.asbytes() for key in agent.get_keys())
    finally:
        agent.close()
