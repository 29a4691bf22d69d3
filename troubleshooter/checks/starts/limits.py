"""After what waiting is pointless: each limit with how it is known, and where that stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING

from troubleshooter.model.starting import Figure, Label
from troubleshooter.text import span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

RESIZE = 900.0
"""Seconds of a resize unless the pool says otherwise: BatchPool.resizeTimeout of the specification."""
_RESIZES = "https://learn.microsoft.com/rest/api/batchservice/pools/get-pool"
_EXTENSION, _SCRIPT = 1200.0, 5400.0
"""Seconds that an extension has to run, and that Custom Script and Chef have (documented)."""
_BOOT = 600.0
"""Seconds allowed here for a machine to come up before its extensions run; no page says how long it takes."""
_EXTENSIONS = (
    "https://learn.microsoft.com/azure/virtual-machines/extensions/features-linux"
    "#common-reasons-for-extension-failures"
)
_KEY_VAULT = "https://learn.microsoft.com/azure/virtual-machines/extensions/key-vault-linux#extension-dependency-ordering"
_NODE = "https://learn.microsoft.com/azure/batch/batch-pool-node-error-checking"
_RECOVERED = 2700.0
"""Seconds after which a node that Batch could not reach was still recovered, by a report."""


@dataclass(frozen=True, slots=True)
class Pool:
    """What limits a pool's nodes."""

    resize_timeout: float | None = None
    """Seconds, by its definition; None where that does not say it."""
    resize_error: str = ""
    """Code of an error by which its resize ended below its size."""
    waits: str = ""
    """Name of the extension without whose success no node is ready."""
    scripts: bool = False
    """Whether it has an extension of the kinds that have longer to run."""
    failed: str = ""
    """What that extension reports, where it is an error."""
    sure: str = ""
    """Title of what was confirmed to keep it from succeeding."""


class There(Enum):
    """How far those are that are waited for."""

    MISSING = auto()
    """They were asked for and are not there."""
    BOOTING = auto()
    """They are there and not ready."""
    START_TASK = auto()
    """They are up, and wait for their start task."""
    UNREACHED = auto()
    """They are unusable and do not say why."""
    GIVEN_UP = auto()
    """They are unusable and say why, or their start task failed."""

    @property
    def gone(self) -> bool:
        return self in {There.UNREACHED, There.GIVEN_UP}


def limits(pool: Pool, there: There) -> tuple[Figure, ...]:
    """What holds for them: that which is so already first, then by time; what has no time comes last."""
    found = tuple(_OF[there](pool))
    return tuple(sorted(found, key=lambda one: (one.seconds is None, one.seconds or 0.0)))


def _missing(pool: Pool) -> Iterator[Figure]:
    if pool.resize_error:
        says = f"the resize ended with {pool.resize_error}, and Batch makes no node before the next one"
        yield Figure(0.0, says, Label.SEEN, "GET …/pools/<pool>: resizeErrors")
        return
    seconds = pool.resize_timeout or RESIZE
    whose = "the pool's resizeTimeout" if pool.resize_timeout else "the default of resizeTimeout"
    says = f"Batch gives a resize up then ({whose}), and makes no more nodes"
    yield Figure(seconds, says, Label.DOCUMENTED, _RESIZES)


def _booting(pool: Pool) -> Iterator[Figure]:
    if pool.waits and pool.sure:
        says = f"nodes wait for {pool.waits}, which cannot succeed until this is mended: {pool.sure}"
        yield Figure(0.0, says, Label.SEEN, "the confirmed cause, with its proof")
    if pool.waits and pool.failed:
        says = f"nodes wait for {pool.waits}, and it reports an error: {pool.failed}"
        yield Figure(0.0, says, Label.SEEN, "GET …/nodes/<node>/extensions: instanceView.statuses")
    yield _of_extensions(pool)
    if pool.waits:
        says = (
            f"{pool.waits} tries up to 25 times, with growing pauses, and then reports an error; how long"
            " that takes is documented nowhere"
        )
        yield Figure(None, says, Label.DOCUMENTED, _KEY_VAULT)


def _start_task(_: Pool) -> Iterator[Figure]:
    says = "a start task runs as long as its command does: no limit of it is documented"
    yield Figure(None, says, Label.DOCUMENTED, f"{_NODE}#start-task-failures")


def _given_up(_: Pool) -> Iterator[Figure]:
    says = "Batch runs a start task again only after a reboot, and does not mend what a node names as error"
    yield Figure(0.0, says, Label.DOCUMENTED, _NODE)


def _unreached(_: Pool) -> Iterator[Figure]:
    says = "Batch goes on trying to reach such a node (documented), and one came back within 45 min"
    yield Figure(_RECOVERED, says, Label.REPORTED, "https://github.com/Azure/azure-batch-samples/issues/238")


def _of_extensions(pool: Pool) -> Figure:
    """Batch itself comes onto a node by an extension of the kind that has longer."""
    short = bool(pool.waits) and not pool.scripts
    seconds = _EXTENSION if short else _SCRIPT
    whose = "an extension" if short else "an extension that runs a script, as Batch's own,"
    says = (
        f"{whose} has {span(seconds)} and then counts as timed out (documented), with {span(_BOOT)} allowed"
        " here for the machine to come up"
    )
    return Figure(seconds + _BOOT, says, Label.INFERRED, _EXTENSIONS)


_OF: dict[There, Callable[[Pool], Iterator[Figure]]] = {
    There.MISSING: _missing,
    There.BOOTING: _booting,
    There.START_TASK: _start_task,
    There.UNREACHED: _unreached,
    There.GIVEN_UP: _given_up,
}
