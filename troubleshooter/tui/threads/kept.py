"""The evidence that a run has kept, read back. Called in threads, since logs are large."""

from __future__ import annotations

from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING

from troubleshooter.model.evidence import SourceFile

if TYPE_CHECKING:
    from troubleshooter.analyse.timeline import Moment
    from troubleshooter.model.run import KeptFile, RunState
    from troubleshooter.workbench import Workbench


def content(workbench: Workbench, state: RunState, node: str | None, name: str) -> bytes | None:
    """The kept file of that name, the newest if there are several."""
    kept = _newest(state).get((node or "", name))
    return workbench.evidence(state.id, kept) if kept else None


def moments(workbench: Workbench, state: RunState) -> tuple[Moment, ...]:
    """What happened when, in everything that was kept."""
    from troubleshooter.analyse.timeline import timeline  # noqa: PLC0415 - compiling patterns takes its time

    def opened(kept: KeptFile) -> BytesIO:
        return BytesIO(workbench.evidence(state.id, kept))

    found = _newest(state).values()
    return timeline(SourceFile(kept.name, partial(opened, kept), kept.node or None) for kept in found)


def _newest(state: RunState) -> dict[tuple[str, str], KeptFile]:
    return {(kept.node, kept.name): kept for kept in state.files}
