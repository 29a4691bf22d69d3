"""Collects from one node: sign in, run the script, take in what it sends."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from typing import TYPE_CHECKING

from troubleshooter.collect.command import Command
from troubleshooter.collect.intake import LARGEST_FILE, LARGEST_TOTAL, MOST_FILES, Intake
from troubleshooter.collect.nodes import NodeCollection, NodeProblem
from troubleshooter.collect.patience import Patience
from troubleshooter.collect.ssh import connected
from troubleshooter.errors import ExitCode
from troubleshooter.model.run import ErrorText

if TYPE_CHECKING:
    import threading

    import paramiko

    from troubleshooter.collect.key import SessionKey
    from troubleshooter.collect.nodes import Keep, NodeLogin
    from troubleshooter.collect.wanted import Wanted
    from troubleshooter.model.run import KeptFile

TOTAL = 180.0
"""Seconds that one node may take, everything together."""
_SHELL = f'sh -s -- "${{TROUBLESHOOTER_NODE_ROOT:-}}" {LARGEST_FILE} {LARGEST_TOTAL} {MOST_FILES}'


def script(wanted: Wanted) -> bytes:
    """Give the text that runs on the node."""
    text = (files("troubleshooter.collect") / "collect.sh").read_bytes().replace(b"\r\n", b"\n")
    return wanted.variables() + text


def collect_node(
    login: NodeLogin,
    key: SessionKey,
    keep: Keep,
    cancel: threading.Event,
    wanted: Wanted,
    known: str = "",
) -> NodeCollection:
    patience = Patience(login.node, TOTAL, cancel)
    visit = _Visit(login, keep, patience, wanted)
    problem = None
    try:
        with connected(login, key, known, patience) as (transport, visit.host_key):
            visit.collect(transport)
            visit.keep_list()
    except NodeProblem as error:
        problem = error.text
    return NodeCollection(
        login.node,
        tuple(visit.kept),
        visit.host_key,
        tuple(visit.partial),
        tuple(visit.left_out),
        problem,
    )


class _Visit:
    """What has been got from one node so far."""

    def __init__(self, login: NodeLogin, keep: Keep, patience: Patience, wanted: Wanted) -> None:
        self._login = login
        self._keep = keep
        self._patience = patience
        self._wanted = wanted
        self.host_key = ""
        self.kept: list[KeptFile] = []
        self.partial: list[str] = []
        self.left_out: list[str] = []

    def collect(self, transport: paramiko.Transport) -> None:
        status, complaint = self._run(transport, f"sudo -n {_SHELL}")
        if status != 0 and not self.kept:
            refused = complaint or f"it ended with status {status}"
            self.partial = [f"sudo refused ({refused}): only what {self._login.user} may read was taken."]
            self.left_out = []
            status, complaint = self._run(transport, _SHELL)
        if status != 0 and not self.kept:
            raise NodeProblem(
                ErrorText(
                    f"{self._login.node} sent no file.",
                    f"The collection script ended with status {status}. {complaint}".strip(),
                    "Check that the node has sh, tar, find, sed, awk, head and tail, or collect again.",
                    int(ExitCode.INCOMPLETE),
                ),
            )
        if status not in {0, 1}:  # tar says 1 when a file grew while it was read
            self.partial.append(
                f"The collection script ended with status {status}: {complaint or 'no reason given'}."
            )

    def keep_list(self) -> None:
        """Keep the list of what was left out beside the files, so that nobody takes a gap for an answer."""
        if self.left_out or self.partial:
            text = "".join(f"{line}\n" for line in (*self.partial, *self.left_out)).encode()
            self.kept.append(
                self._keep(
                    self._login.node, "answers/left-out.txt", text, hashlib.sha256(text).hexdigest(), ""
                )
            )

    def _run(self, transport: paramiko.Transport, line: str) -> tuple[int, str]:
        """Run the script and keep what it sends; give its status and last complaint."""
        command = Command(transport, line, script(self._wanted), self._patience)
        intake = Intake(self._wanted)
        try:
            for arrived in intake.files(command.read):
                kept = self._keep(
                    self._login.node, arrived.name, arrived.data, arrived.sha256_read, arrived.cut
                )
                self.kept.append(kept)
            status = command.status() if intake.complete else -1
            return status, command.complaint()
        finally:
            command.close()
            self.partial += intake.partial
            self.left_out += intake.left_out
