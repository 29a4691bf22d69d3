"""The collection script as a Batch task runs it: in what environment, by what line, and what it leaves.

A task has no place for a script but its line, its environment, and files in a storage account that nobody
is asked for. How long a line or a value may be is documented nowhere; each is kept below what the narrowest
part of a way takes, the 8,191 characters of a Windows command line.
"""

from __future__ import annotations

import base64
import gzip
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from troubleshooter.errors import Refused
from troubleshooter.model.extension import System

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping  # noqa: TC004 - used only in annotations

    from troubleshooter.collect.order import Order

FOLDER = "wd"
"""Of the task's folder, where what the scripts sent lies; beside each file, what they complained of."""
COMPLAINTS = ".err"
SAID = "stdout.txt"
"""Its first line names the node that gave the answer; the others, how each script ended."""
NODE, ENDED = "node ", "ended "
"""How these lines begin."""
_PART = "TROUBLESHOOTER_{}_{}"
_ONLY = "TROUBLESHOOTER_NODES"
"""Where it may read, by commas; without it everywhere."""
_POWERSHELL = "powershell.exe -NoLogo -NoProfile -NonInteractive -ExecutionPolicy Bypass"
"""Windows' own, which every image of it has; the policy is for files, and the machine's goes before it."""
_LONGEST = 8000
"""Characters of one value."""


@dataclass(frozen=True, slots=True)
class TaskScript:
    environment: Mapping[str, str]
    """Of the job: it is the same for all of its tasks."""
    line: str


def for_system(system: System, orders: tuple[Order, ...], only: tuple[str, ...] = ()) -> TaskScript:
    """`only` are the nodes that it may read where not all of a pool's are; elsewhere it ends at once.

    Raises Refused where these are more than one value holds: a task may come to any node.
    """
    made = _OF[system](orders)
    if not only:
        return made
    names = ",".join(only)
    if len(names) > _LONGEST:
        raise Refused(
            f"{len(only)} nodes are too many to be read in one run.",
            f"Their ids are {len(names)} characters long, and a task takes {_LONGEST}.",
            "Name fewer nodes in a new run: of many that are alike a few tell the same.",
        )
    return TaskScript({**made.environment, _ONLY: names}, made.line)


def _linux(orders: tuple[Order, ...]) -> TaskScript:
    """Packed, since a script may be longer than a value; no tool is needed that an image of Batch lacks."""
    environment: dict[str, str] = {}
    own = "$AZ_BATCH_NODE_ID"
    allowed = f"case ,${{{_ONLY}-{own}}}, in *,{own},*) ;; *) exit 0 ;; esac"
    steps = [f"echo {NODE}{own}", allowed]
    for number, order in enumerate(orders):
        parts = _packed(number, order)
        environment |= {**parts, **dict(order.given)}
        whole = "".join(f"${name}" for name in parts)
        runs = f"{{ echo {whole} | base64 -d | gzip -dc | {order.line}; }}"
        steps += [
            f"{runs} > {order.name} 2> {order.name}{COMPLAINTS}",
            f"echo {ENDED}{order.name} $?",
        ]
    return TaskScript(environment, f"/bin/sh -c '{'; '.join(steps)}'")


def _windows(orders: tuple[Order, ...]) -> TaskScript:
    """What unpacks and runs them is the line itself, as -EncodedCommand takes it (UTF-16, base64)."""
    environment: dict[str, str] = {}
    rows = []
    for number, order in enumerate(orders):
        parts = _packed(number, order)
        environment |= {**parts, **dict(order.given)}
        names = ", ".join(f"'{name}'" for name in parts)
        rows.append(f"@('{order.name}', @({names}), {order.seconds})")
    listed = f"$orders = @(,{', '.join(rows)})" if len(rows) == 1 else f"$orders = @({', '.join(rows)})"
    text = (files("troubleshooter.collect.roads") / "run.ps1").read_text(encoding="ascii")
    encoded = base64.b64encode(f"{listed}\n{_bare(text)}".encode("utf-16-le")).decode("ascii")
    return TaskScript(environment, f"{_POWERSHELL} -EncodedCommand {encoded}")


def _packed(number: int, order: Order) -> dict[str, str]:
    """The parts of a script by the names of the variables that hold them."""
    text = base64.b64encode(gzip.compress(order.feed, mtime=0)).decode("ascii")
    starts = range(0, len(text), _LONGEST)
    return {_PART.format(number, at): text[at : at + _LONGEST] for at in starts}


def _bare(text: str) -> str:
    """Without remarks and indents: a line has an end."""
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("#"))


_OF: Mapping[System, Callable[[tuple[Order, ...]], TaskScript]] = {
    System.LINUX: _linux,
    System.WINDOWS: _windows,
}
