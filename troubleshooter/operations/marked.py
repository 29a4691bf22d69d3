"""Cleaning up without a journal: only pools that carry a run's mark, each agreed to by its own name.

Anyone can write metadata, so the mark alone proves nothing: only what by mark and name a run made beside the
original is deleted. An original is never deleted; its mark is taken off, and its jobs are enabled.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from troubleshooter.cloud.wait import poll
from troubleshooter.errors import Interrupted, NotPermitted, TroubleshooterError
from troubleshooter.model.change import JOB, JOB_SCHEDULE, ORIGINAL, POOL
from troubleshooter.pooldef.mark import Mark, mark_of, without_mark
from troubleshooter.pooldef.traces import traces

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from troubleshooter.cloud.azure import Azure
    from troubleshooter.model.extension import Extension
    from troubleshooter.model.facts import JobFacts
    from troubleshooter.model.target import Target

_LIMIT = 1800.0
_OFF = ("disabled", "disabling", "enabling")
"""States of a job that does not run yet; the last is on its way."""


@dataclass(frozen=True, slots=True)
class Found:
    """One pool that carries the run's mark."""

    pool: str
    kind: str
    """pool: made beside the original; original-pool: never deleted."""
    traces: tuple[str, ...]
    """In what it is no ordinary pool."""
    mark: Mark


@dataclass
class Cleared:
    """What was found by the mark."""

    found: list[Found] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unmarked: list[Found] = field(default_factory=list)
    """Originals that carry the mark no more, and stand as they stood."""
    enabled: list[tuple[str, str]] = field(default_factory=list)
    """Kind and name of jobs."""
    left: dict[tuple[str, str], str] = field(default_factory=dict)
    """Kind and name to why it is left."""


class Clearing:
    """Goes over an account's marked pools."""

    def __init__(
        self,
        azure: Azure,
        account: Target,
        extension: Extension,
        agreed: Callable[[Found], bool],
        clock: Callable[[], float],
        cancel: threading.Event,
    ) -> None:
        self._azure = azure
        self._account = account
        self._extension = extension
        self._agreed = agreed
        self._clock = clock
        self._cancel = cancel
        self._cleared = Cleared()

    def clear(self, run: str) -> Cleared:
        """Take back what the run's mark tells of, where the operator gave the pool's name."""
        for body in self._azure.arm.pools(self._account):
            mark = mark_of(body)
            if mark is not None and mark.run == run:
                self._take_back(body, mark)
        return self._cleared

    def _take_back(self, body: Any, mark: Mark) -> None:
        pool = str(body["name"])
        beside = mark.made_beside(pool)
        kind = POOL if beside else ORIGINAL
        found = Found(pool, kind, traces(body, self._extension), mark)
        self._cleared.found.append(found)
        if not self._agreed(found):
            self._cleared.left[kind, pool] = f"its name was not confirmed: --confirm {pool}"
        elif beside:
            self._try(kind, pool, partial(self._remove, pool))
        else:
            self._try(kind, pool, partial(self._let_go, found, body))

    def _try(self, kind: str, name: str, act: Callable[[], None]) -> bool:
        """Whether it succeeded. One that fails keeps none of the others."""
        try:
            act()
        except (Interrupted, NotPermitted):
            raise
        except TroubleshooterError as error:
            self._cleared.left[kind, name] = f"{error.what} {error.why}"
            return False
        return True

    def _remove(self, pool: str) -> None:
        self._azure.arm.delete_pool(self._account, pool)
        self._until(f"pool {pool} to be deleted", lambda: self._azure.arm.pool_gone(self._account, pool))
        self._cleared.removed.append(pool)

    def _let_go(self, found: Found, body: Any) -> None:
        """Enable the jobs that its mark lists, and take the mark off last: it is all that tells of them."""
        endpoint = self._azure.arm.account(self._account).endpoint
        jobs = [(JOB_SCHEDULE if job.schedule else JOB, job) for job in self._waiting(endpoint, found)]
        done = [self._try(kind, job.id, partial(self._enable, endpoint, kind, job)) for kind, job in jobs]
        if not all(done):
            why = "its mark stays until the jobs that it lists are enabled"
            self._cleared.left[ORIGINAL, found.pool] = why
            return
        metadata = without_mark(body["properties"]["metadata"])
        self._azure.arm.update_pool(self._account, found.pool, {"metadata": metadata})
        self._cleared.unmarked.append(found)

    def _waiting(self, endpoint: str, found: Found) -> tuple[JobFacts, ...]:
        """Only jobs of this very pool that are disabled: the list comes from metadata."""
        batch, mark = self._azure.batch, found.mark
        listed = {True: mark.schedules, False: mark.jobs}
        seen = (*batch.schedules(endpoint, found.pool), *batch.jobs(endpoint, found.pool))
        return tuple(job for job in seen if job.state in _OFF[:2] and job.id in listed[job.schedule])

    def _enable(self, endpoint: str, kind: str, job: JobFacts) -> None:
        batch = self._azure.batch
        batch.enable_job(endpoint, job)
        if not job.schedule:
            self._until(f"job {job.id} to be active", lambda: batch.job(endpoint, job.id).state not in _OFF)
        self._cleared.enabled.append((kind, job.id))

    def _until(self, subject: str, look: Callable[[], bool]) -> None:
        poll(
            lambda: look() or None,
            subject=subject,
            cancel=self._cancel,
            clock=self._clock,
            limit=_LIMIT,
            hint=lambda: self._azure.hint,
        )
