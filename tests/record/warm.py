"""The program in a process that has everything loaded, forked once for each command line.

Two seconds of importing for each of hundreds of commands would make the record too slow to be looked at.
Reads a JSON line for each command (folder, arguments, environ), and writes one when it has begun and one when
it has ended.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import troubleshooter
import troubleshooter.analyse
from tests.record.chance import held
from troubleshooter.cli import main
from troubleshooter.diagnosis import rule_book

if TYPE_CHECKING:
    from collections.abc import Callable

    from troubleshooter.analyse import RuleBook
    from troubleshooter.model.extension import Extension

OUTPUT, ERRORS = "out", "err"
"""Files in a command's folder that hold what it wrote."""


def load() -> None:
    """Import all that a command without a screen may import, and read the rules that it may ask for."""
    for module in pkgutil.walk_packages(troubleshooter.__path__, "troubleshooter."):
        if not module.name.startswith(("troubleshooter.tui", "troubleshooter.__main__")):
            importlib.import_module(module.name)
    # the rules are the same for every command, and to compile them is a third of what a command costs
    troubleshooter.analyse.load_rules = _once(troubleshooter.analyse.load_rules)
    rule_book()


def _once(read: Callable[..., RuleBook]) -> Callable[..., RuleBook]:
    """Read rules once for the same places and extensions, which hold what cannot be a key."""
    kept: dict[str, RuleBook] = {}

    def rules(*places: Path, known: tuple[Extension, ...]) -> RuleBook:
        key = f"{places}{known}"
        if key not in kept:
            kept[key] = read(*places, known=known)
        return kept[key]

    return rules


def next_command() -> dict[str, Any]:
    """Serve until this process is one that shall run a command, and say which."""
    os.setpgid(0, 0)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the children
    for line in sys.stdin:
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            wanted: dict[str, Any] = json.loads(line)
            if (process := os.fork()) == 0:
                return wanted
            _tell(wanted["folder"], "pid", process)
            _, status = os.waitpid(process, 0)
            _tell(wanted["folder"], "code", os.waitstatus_to_exitcode(status))
            os._exit(0)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    os.killpg(0, signal.SIGTERM)  # nothing outlives whoever asked for it, however that ended
    os._exit(0)


def become(wanted: dict[str, Any]) -> None:
    """Make this process look as if it had been started with these arguments and nothing else."""
    folder = Path(wanted["folder"])
    for descriptor, name in ((1, OUTPUT), (2, ERRORS)):
        opened = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(opened, descriptor)
        os.close(opened)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.environ.clear()
    os.environ.update(wanted["environ"])
    os.chdir(folder)
    sys.argv = ["troubleshooter", *wanted["arguments"]]


def _tell(folder: str, key: str, number: int) -> None:
    os.write(1, json.dumps({"folder": folder, key: number}).encode() + b"\n")  # one write: never in pieces


if __name__ == "__main__":
    load()
    become(next_command())
    with held():  # ids have their part in where a line is wrapped
        main()
