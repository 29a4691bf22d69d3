"""All that is read of a node, as one list: what every node has, and what an extension's file adds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from troubleshooter.model.extension import Edition, Reads, System

if TYPE_CHECKING:
    from troubleshooter.model.extension import Extension

EVERY_NODE = {
    System.LINUX: Reads(files=("/etc/os-release", "/usr/lib/os-release"), logs=("/var/log/waagent.log",)),
}
"""By system; of several files the first that is no link. The agent's log is read last: it may be long."""
_ASKED = "answers/"
"""Where the script puts what it asked the node: names of its own making."""


@dataclass(frozen=True, slots=True)
class Wanted:
    every: Reads
    edition: Edition

    @property
    def paths(self) -> tuple[str, ...]:
        """Files and folders of which something is taken, by name or glob."""
        own = self.edition.reads
        return (*self.every.files, *self.every.logs, *own.files, *own.logs)

    def asks_for(self, name: str) -> bool:
        """Whether a name, below the node's root, is of what was asked for."""
        places = tuple(f"{_literal(path)}/" for path in self.paths if "*" in path)
        whole = {path.lstrip("/") for path in self.paths if "*" not in path}
        return name.startswith((_ASKED, *(place.lstrip("/") for place in places))) or name in whole

    def variables(self) -> bytes:
        """What the script reads, as assignments that stand before it; each a list, one a line."""
        own, edition = self.edition.reads, self.edition
        lists = {
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
        return "".join(f"{name}={_quoted(values)}\n" for name, values in lists.items()).encode()


def wanted(extension: Extension, system: System = System.LINUX) -> Wanted:
    return Wanted(EVERY_NODE[system], extension.edition(system))


def _literal(glob: str) -> str:
    """The folder above the first part of a path that has a glob in it."""
    return glob.partition("*")[0].rpartition("/")[0]


def _quoted(values: tuple[str, ...]) -> str:
    """A shell word that holds no shell text, whatever the values are."""
    text = "\n".join(value.lstrip("/") for value in values)
    return "'" + text.replace("'", "'\\''") + "'"
