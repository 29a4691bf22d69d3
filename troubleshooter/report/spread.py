"""How many of the nodes a finding is on, of those whose logs were read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from troubleshooter.model.finding import Finding
    from troubleshooter.model.run import RunState


def spread(state: RunState, finding: Finding) -> str:
    """How many of the nodes whose logs were read have it, and how the others are."""
    read = {file.node for file in state.files if file.step == "collect" and file.node}
    hit = read & set(finding.nodes)
    if len(read) < 2 or not hit:
        return ""
    if hit == read:
        return f"all {len(read)} nodes whose logs were read"
    well = sum(node in read - hit for node in state.diagnosis.succeeded)
    others = len(read - hit)
    one = "the other reports" if others == 1 else f"the other {others} report"
    told = f"; {one} success" if well == others else f"; {well} of the others report success" * bool(well)
    return f"{len(hit)} of {len(read)} nodes whose logs were read{told}"
