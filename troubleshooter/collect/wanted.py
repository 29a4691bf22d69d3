"""All that is read of a node, as one list: what every node has, and what an extension's file adds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from troubleshooter.model.extension import Edition, Reads, System

if TYPE_CHECKING:
    from troubleshooter.model.extension import Extension

EVERY_NODE = {
    System.LINUX: Reads(files=("/etc/os-release", "/usr/lib/os-release"), logs=("/var/log/waagent.log",)),
    System.WINDOWS: Reads(logs=("C:\\WindowsAzure\\Logs\\WaAppAgent.log",)),
}
"""By system; of several files the first that is no link. The agent's log is read last: it may be long."""
_ASKED = "answers/"
"""Where the script puts what it asked the node: names of its own making."""


@dataclass(frozen=True, slots=True)
class Wanted:
    every: Reads
    edition: Edition
    asked: tuple[tuple[str, str], ...] | None = None
    """What a node is asked for itself (collect/probe) where its settings name nothing.

    URL and client id of each certificate; None where no node is asked.
    """
    system: System = System.LINUX

    @property
    def paths(self) -> tuple[str, ...]:
        """Files and folders of which something is taken, by name or glob."""
        own = self.edition.reads
        return (*self.every.files, *self.every.logs, *own.files, *own.logs)

    def asks_for(self, name: str) -> bool:
        """Whether a name, below the node's root or its system drive, is of what was asked for."""
        places = tuple(_below(_literal(path)) for path in self.paths if "*" in path)
        whole = {_below(path) for path in self.paths if "*" not in path}
        asked = name
        if self.system is System.WINDOWS:  # which minds no capitals
            asked, places = name.casefold(), tuple(place.casefold() for place in places)
            whole = {path.casefold() for path in whole}
        return (
            name.startswith(_ASKED)
            or asked.startswith(tuple(f"{place}/" for place in places))
            or asked in whole
        )

    def lists(self) -> dict[str, tuple[str, ...]]:
        """What a script reads, as names and globs below the node's root or its system drive."""
        own, edition = self.edition.reads, self.edition
        return {
            "every_file": self.every.files,
            "every_log": self.every.logs,
            "own_files": own.files,
            "own_logs": own.logs,
            "own_folder": edition.folders[:1],
            "own_log_folder": edition.logs[:1],
            "own_stores": own.stores,
            "own_store_setting": (own.store_setting,),
            "own_units": edition.units,
        }

    def variables(self) -> bytes:
        """The same as assignments that stand before the script."""
        if self.system is System.WINDOWS:
            lists = ((name, (_powershell(one) for one in values)) for name, values in self.lists().items())
            return "".join(f"${name} = @({', '.join(values)})\n" for name, values in lists).encode()
        return "".join(f"{name}={_quoted(values)}\n" for name, values in self.lists().items()).encode()


def wanted(
    extension: Extension,
    system: System = System.LINUX,
    asked: tuple[tuple[str, str], ...] | None = None,
) -> Wanted:
    return Wanted(EVERY_NODE[system], extension.edition(system), asked, system)


def _literal(glob: str) -> str:
    """The folder above the first part of a path that has a glob in it."""
    return glob.replace("\\", "/").partition("*")[0].rpartition("/")[0]


def _below(path: str) -> str:
    """As entries of an archive are named: below the root or the system drive."""
    return path.replace("\\", "/").removeprefix("C:").lstrip("/")


def _powershell(path: str) -> str:
    """A literal of PowerShell's, whose quotes are of more than one form; below the system drive."""
    if not path.isascii():
        raise ValueError(f"{path!r} is no path that a script may be given")
    return "'" + path.removeprefix("C:").lstrip("\\").replace("'", "''") + "'"


def _quoted(values: tuple[str, ...]) -> str:
    """A shell word that holds no shell text, whatever the values are."""
    text = "\n".join(value.lstrip("/") for value in values)
    return "'" + text.replace("'", "'\\''") + "'"
