"""What was read of which nodes, and how many of them a finding is on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.model.handover import Collected
from troubleshooter.report.counted import counted
from troubleshooter.report.roads import lower_road

if TYPE_CHECKING:
    from troubleshooter.model.finding import Finding
    from troubleshooter.model.run import RunState


_OF_WINDOWS = ("WindowsAzure/", "Packages/Plugins/")
"""How names begin of what a task's script takes there, below the system drive."""


def spread(state: RunState, finding: Finding) -> str:
    """How many of the nodes whose logs were read have it, and how the others are."""
    read = {file.node for file in state.files if file.step == "collect" and file.node}
    hit = read & set(finding.nodes)
    if len(read) < 2 or not hit:
        return ""
    if hit == read:
        return f"{'both' if len(read) == 2 else f'all {len(read)}'} nodes whose logs were read"
    well = sum(node in read - hit for node in state.diagnosis.succeeded)
    others = len(read - hit)
    one = "the other reports" if others == 1 else f"the other {others} report"
    told = f"; {one} success" if well == others else f"; {well} of the others report success" * bool(well)
    return f"{len(hit)} of {len(read)} nodes whose logs were read{told}"


def read_by(state: RunState) -> str:
    """By which script, where that is one of which nobody knows yet how it does on a live node."""
    names = (file.name.lstrip("/") for file in state.files if file.step == "collect")
    if not any(name.startswith(_OF_WINDOWS) for name in names):
        return ""
    return "a script for Windows PowerShell that has not been run against live Windows yet"


def what_was_read(state: RunState) -> str:
    """Files of so many nodes, and why there are no more; empty where nobody could be signed in to."""
    collected = state.of(Collected)
    files = [file for file in state.files if file.step == "collect"]
    failed = collected.failed if collected else {}
    if not files and not failed:
        return ""
    nodes = len({file.node for file in files})
    told = f"{counted(len(files), 'file')} of {counted(nodes, 'node')}" if files else "no log of any node"
    if how := lower_road(collected.rungs if collected else ()):
        told += f", {how}"
    return (
        f"{told}; nothing of {counted(len(failed), 'node')}: {next(iter(failed.values()))}"
        if failed
        else told
    )
