"""Commands on a machine whose shells nobody prepared: what speaks before the script is passed over."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass

from troubleshooter.collect.patience import Patience
from troubleshooter.collect.roads.ssh_command import Command
from troubleshooter.collect.roads.ssh_failure import Reason, SshFailed
from troubleshooter.collect.roads.ssh_session import Connection
from troubleshooter.model.excerpt import cut
from troubleshooter.text import one_line

MARK = b"troubleshooter: what follows is the script's\n"
_BEFORE = 64 << 10
"""Bytes that a shell's own start-up may say."""
_SAID = 200
_NO_SH = re.compile(r"\bsh\b.*(not found|No such file|Permission denied|[Uu]nknown command|not recognized)")
NO_ROOM = "No space left on device"


@dataclass(frozen=True, slots=True)
class MachineReading:
    connection: Connection
    user: str
    host_key: str
    """Its kind and fingerprint."""
    patience: Patience
    elevated: bool = False

    def run(self, line: str, feed: bytes) -> Command:
        """The line goes to sh whatever the user's shell is, in quotes that every shell reads alike."""
        text = f"echo {shlex.quote(MARK.decode().strip())}; {line}"
        command = Command(self.connection, f"sh -c {shlex.quote(text)}", feed, self.patience)
        said = b""
        while not said.endswith(MARK):
            piece = command.read(1)
            said += piece
            if not piece or len(said) > _BEFORE:
                raise _no_shell(command, said, ended=not piece)
        return command


def _no_shell(command: Command, said: bytes, *, ended: bool) -> SshFailed:
    status, complaint = command.status() if ended else -1, command.complaint()
    first = cut(one_line(said[:_SAID].decode("utf-8", "backslashreplace")), _SAID)
    told = first or complaint or f"nothing, and ended with status {status}"
    if NO_ROOM in f"{first} {complaint}":
        return SshFailed(Reason.DISK_FULL, complaint or first)
    if status == 127 or _NO_SH.search(f"{first} {complaint}"):
        return SshFailed(Reason.NO_SH, complaint or told)
    return SshFailed(Reason.NO_SHELL, told)
