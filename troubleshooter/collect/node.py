"""Collects from one node: open it, run the script, take in what it sends."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from importlib.resources import files
from typing import TYPE_CHECKING

from troubleshooter.collect import probe
from troubleshooter.collect.intake import LARGEST_FILE, LARGEST_TOTAL, MOST_FILES, Intake
from troubleshooter.collect.nodes import NodeCollection, NodeProblem
from troubleshooter.collect.order import Order
from troubleshooter.collect.patience import TOTAL, Patience
from troubleshooter.collect.roads.ssh_failure import Reason, SshFailed
from troubleshooter.collect.withheld import reason_by_content
from troubleshooter.errors import ExitCode
from troubleshooter.fence import fence
from troubleshooter.model.extension import System
from troubleshooter.model.step import ErrorText
from troubleshooter.redact import TooDense
from troubleshooter.report.counted import counted

if TYPE_CHECKING:
    import threading

    from troubleshooter.collect.nodes import Keep
    from troubleshooter.collect.roads.road import Reading, Way
    from troubleshooter.collect.room import Room
    from troubleshooter.collect.wanted import Wanted
    from troubleshooter.fence import LeftOut
    from troubleshooter.model.run import KeptFile

MOST_SECRETS = 50_000
"""Of one file: one in 84 bytes of a log of 4 MiB. Hiding one costs a hundred times its size in memory."""
_SUDO = re.compile(r"sudo: |Sorry, |\S+ is not (in the sudoers|allowed to run)|.*\bsudo: .*not found$")
"""How a line begins that sudo says, or the shell for want of it."""
SHELL = f'sh -s -- "${{TROUBLESHOOTER_NODE_ROOT:-}}" {LARGEST_FILE} {LARGEST_TOTAL} {MOST_FILES}'
_PROBE = 'sh -s -- "${TROUBLESHOOTER_NODE_ROOT:-}"'
_AS_ADMINISTRATOR = 'if [ "$(id -u)" = 0 ]; then exec {0}; fi; exec sudo -n {0}'
"""Root needs no sudo, and an image that is small has none."""
_AS_IT_IS = "{0}"
_RIGHTS = "For the rest collect as root, or as a user who may use sudo without a password."
_NEEDS = {
    System.LINUX: "Check that the node has sh, tar, find, sed, od, head and tail, or collect again.",
    System.WINDOWS: "Check that its policies let an administrator run Windows PowerShell, or collect again.",
}


_POWERSHELL_SECONDS = 150
"""In which the collection of a Windows node is over; on Linux the road's own patience ends it."""


def script(wanted: Wanted) -> bytes:
    """Give the text that runs on the node."""
    name = "collect.ps1" if wanted.system is System.WINDOWS else "collect.sh"
    text = (files("troubleshooter.collect") / name).read_bytes().replace(b"\r\n", b"\n")
    return wanted.variables() + _most(wanted.system) + text


def _most(system: System) -> bytes:
    """How much it may send; the other script is told by its arguments."""
    if system is System.LINUX:
        return b""
    return (
        f"$largest = {LARGEST_FILE}\n$largest_total = {LARGEST_TOTAL}\n$most_files = {MOST_FILES}\n".encode()
    )


def orders(wanted: Wanted) -> tuple[Order, ...]:
    """All that a node is to run, for a road that has to say so before it can be read."""
    asks = () if wanted.asked is None else (_asking(wanted),)
    return (_collecting(wanted), *asks)


def _collecting(wanted: Wanted) -> Order:
    if wanted.system is System.WINDOWS:
        return Order("collected.tar", "", script(wanted), _POWERSHELL_SECONDS)
    return Order("collected.tar", SHELL, script(wanted))


def _asking(wanted: Wanted) -> Order:
    if wanted.system is System.WINDOWS:
        return Order("probe.txt", "", probe.script(wanted), probe.LONGEST_WINDOWS, probe.given(wanted))
    return Order("probe.txt", _PROBE, probe.script(wanted))


def collect_node(
    road: Way, node: str, keep: Keep, cancel: threading.Event, wanted: Wanted, room: Room
) -> NodeCollection:
    """Never raises for what the node does: that is its result's problem, foreseen or not."""
    patience = Patience(node, cancel, TOTAL)
    visit = _Visit(node, keep, wanted, patience, room)
    problems: list[ErrorText] = []
    reason = ""
    with fence(node, lambda left: problems.append(_not_foreseen(left))):
        try:
            with road.open(node, patience) as reading:
                visit.host_key = reading.host_key
                visit.collect(reading)
                visit.ask(reading)
                visit.keep_list()
        except NodeProblem as error:
            problems.append(error.text)
            reason = error.reason
    return NodeCollection(
        node,
        tuple(visit.kept),
        visit.host_key,
        tuple(visit.partial),
        tuple(visit.left_out),
        visit.broken_off(problems[0]) if problems else None,
        reason,
    )


def _not_foreseen(left: LeftOut) -> ErrorText:
    return ErrorText(
        f"Collecting from {left.name} ended.",
        f"{left.why[:1].upper()}{left.why[1:]}.",
        "Collect again; if it ends so again, report it with these words.",
        int(ExitCode.INCOMPLETE),
    )


class _Visit:
    """What has been got from one node so far."""

    def __init__(self, node: str, keep: Keep, wanted: Wanted, patience: Patience, room: Room) -> None:
        self._node = node
        self._keep = keep
        self._wanted = wanted
        self._patience = patience
        self._room = room
        self._by = _AS_ADMINISTRATOR
        """How a script is run there."""
        self._listed = False
        """Whether the list of what was left out is among what was kept."""
        self.host_key = ""
        self.kept: list[KeptFile] = []
        self.partial: list[str] = []
        self.left_out: list[str] = []

    def collect(self, reading: Reading) -> None:
        if reading.elevated:
            self._by = _AS_IT_IS
        order = _collecting(self._wanted)
        status, complaint = self._run(reading, self._by.format(order.line))
        if status != 0 and not self.kept and self._by != _AS_IT_IS:
            said = complaint or f"it ended with status {status}"
            who = "sudo refused" if _SUDO.match(complaint) else "as administrator the script sent nothing"
            self.partial = [f"{who} ({said}): only what {reading.user} may read was taken. {_RIGHTS}"]
            self.left_out = []
            self._by = _AS_IT_IS
            status, complaint = self._run(reading, order.line)
        if status != 0 and not self.kept:
            raise NodeProblem(
                ErrorText(
                    f"{self._node} sent no file.",
                    f"The collection script ended with status {status}. {complaint}".strip(),
                    _NEEDS[self._wanted.system],
                    int(ExitCode.INCOMPLETE),
                ),
                Reason.NO_FILES,
            )
        if status not in {0, 1}:  # tar says 1 when a file grew while it was read
            self.partial.append(
                f"The collection script ended with status {status}: {complaint or 'no reason given'}."
            )

    def ask(self, reading: Reading) -> None:
        """Ask the node itself. What it leaves unanswered is a gap, and no problem of what was collected."""
        if self._wanted.asked is None:
            return
        try:
            data, complaint = self._answers(reading)
        except (NodeProblem, SshFailed) as error:
            why = error.text.why if isinstance(error, NodeProblem) else f"{error.said}."
            self.partial.append(f"The node was asked, and its answers did not come: {why}")
            return
        if not data.startswith(probe.BEGINS):
            self.partial.append(f"The node was asked and answered nothing: {complaint or 'no reason given'}.")
        elif len(data) == probe.MOST or reason_by_content(data):
            self.partial.append("What the node answered is no answer of the probe: none of it was kept.")
        else:
            self._take(probe.KEPT_AS, data, hashlib.sha256(data).hexdigest(), "")

    def _answers(self, reading: Reading) -> tuple[bytes, str]:
        order = _asking(self._wanted)
        command = reading.run(self._by.format(order.line), order.feed)
        try:
            return command.read(probe.MOST), command.complaint()
        finally:
            command.close()

    def broken_off(self, problem: ErrorText) -> ErrorText:
        """The same, with how far it came: what was kept is evidence, and a gap is no answer."""
        number = len(self.kept) - self._listed
        if not number:
            return problem
        read = f"Until then {counted(number, 'file')} of it had been read; the rest was not."
        return replace(problem, why=f"{problem.why} {read}")

    def keep_list(self) -> None:
        """Keep the list of what was left out beside the files, so that nobody takes a gap for an answer."""
        if self.left_out or self.partial:
            text = "".join(f"{line}\n" for line in (*self.partial, *self.left_out)).encode()
            self._take("answers/left-out.txt", text, hashlib.sha256(text).hexdigest(), "")
            self._listed = True

    def _take(self, name: str, data: bytes, sha256_read: str, cut: str) -> None:
        self._checked()
        try:
            with self._room.of(len(data), self._checked):
                self.kept.append(self._keep(self._node, name, data, sha256_read, cut, self._checked))
        except TooDense:
            self.partial.append(
                f"{name} holds more than {MOST_SECRETS} secrets by its looks: none of it was kept."
            )
        self._checked()

    def _checked(self) -> None:
        self._patience.check("its files were taken in")

    def _run(self, reading: Reading, line: str) -> tuple[int, str]:
        """Run the script and keep what it sends; give its status and last complaint."""
        command = reading.run(line, script(self._wanted))
        intake = Intake(self._wanted, self._checked, self._room)
        try:
            for arrived in intake.files(command.read):
                self._take(arrived.name, arrived.data, arrived.sha256_read, arrived.cut)
            status = command.status() if intake.complete else -1
            return status, command.complaint()
        finally:
            command.close()
            self.partial += intake.partial
            self.left_out += intake.left_out
