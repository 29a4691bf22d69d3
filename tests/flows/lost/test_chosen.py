"""A cell of the tables for each thing that a lost, refused or late answer can mean; two minutes in all."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from tests.flows.lost.cells import BESIDE, IN_PLACE, Cell
from tests.flows.lost.table import ground, judged

if TYPE_CHECKING:
    from tests.flows.lost.table import Ground

pytestmark = pytest.mark.slow(every_change=True)

POOL, ARM = "/pools/render-pool", "ARM/pools/render-pool"
DEBUG, FIX = "ARM/pools/render-pool-dbg-RUN", "ARM/pools/render-pool-fix-RUN"
JOB, USERS = "/jobs/nightly-frames", "/pools/render-pool/nodes/NODE/users"
DEBUG_USERS = "/pools/render-pool-dbg-RUN/nodes/NODE/users"

CHOSEN = (
    (IN_PLACE, f"DELETE {POOL}", "lost", "412", "calm", "cleanup"),
    (IN_PLACE, f"DELETE {POOL}", "lost", "silence", "blind", "restore"),
    (IN_PLACE, f"DELETE {POOL}", "refused", "409", "calm", "cleanup"),
    (IN_PLACE, f"DELETE {POOL}", "late", "silence", "calm", "resume"),
    (IN_PLACE, f"DELETE {POOL}", "late", "silence", "calm", "cleanup"),
    (IN_PLACE, f"DELETE {POOL}", "late", "silence", "calm", "restore"),
    (IN_PLACE, f"DELETE {POOL}", "lost", "404", "calm", "cleanup"),
    (IN_PLACE, f"DELETE {POOL}", "lost", "real", "calm", "resume"),
    (IN_PLACE, f"DELETE {POOL} (2)", "early", "silence", "cancel", "cleanup"),
    (IN_PLACE, f"DELETE {POOL} (2)", "refused", "412", "calm", "resume"),
    (IN_PLACE, f"PUT {ARM}", "lost", "silence", "calm", "cleanup"),
    (IN_PLACE, f"PUT {ARM}", "refused", "409", "calm", "restore"),
    (IN_PLACE, f"PUT {ARM}", "late", "silence", "calm", "restore"),
    (IN_PLACE, f"PUT {ARM} (2)", "early", "silence", "cancel", "resume"),
    (IN_PLACE, f"PUT {ARM} (2)", "refused", "500", "blind", "cleanup"),
    (IN_PLACE, f"PATCH {ARM}", "lost", "412", "calm", "cleanup"),
    (IN_PLACE, f"PATCH {ARM} (2)", "refused", "500", "cancel", "cleanup"),
    (IN_PLACE, f"POST {JOB}/disable", "lost", "409", "calm", "cleanup"),
    (IN_PLACE, f"POST {JOB}/disable", "refused", "409", "blind, cancel", "cleanup"),
    (IN_PLACE, f"POST {JOB}/disable", "refused", "404", "calm", "resume"),
    (IN_PLACE, f"POST {JOB}/disable", "late", "silence", "calm", "cleanup"),
    (IN_PLACE, f"POST {JOB}/enable", "lost", "409", "calm", "resume"),
    (IN_PLACE, f"POST {JOB}/enable", "refused", "409", "calm", "cleanup"),
    (IN_PLACE, f"POST {JOB}/enable", "refused", "500", "cancel", "restore"),
    (IN_PLACE, f"POST {USERS}", "lost", "409", "calm", "cleanup"),
    (IN_PLACE, f"DELETE {USERS}/USER", "lost", "404", "calm", "resume"),
    (IN_PLACE, f"DELETE {USERS}/USER", "refused", "500", "cancel", "cleanup"),
    (BESIDE, f"PUT {DEBUG}", "lost", "silence", "cancel", "resume"),
    (BESIDE, f"PUT {DEBUG}", "lost", "409", "calm", "cleanup"),
    (BESIDE, f"PUT {DEBUG}", "refused", "409", "calm", "resume"),
    (BESIDE, f"PUT {DEBUG}", "late", "silence", "calm", "cleanup"),
    (BESIDE, f"PUT {DEBUG}", "early", "silence", "calm", "resume"),
    (BESIDE, f"DELETE {DEBUG}", "lost", "404", "calm", "resume"),
    (BESIDE, f"DELETE {DEBUG}", "refused", "500", "cancel", "cleanup"),
    (BESIDE, f"PUT {FIX}", "refused", "500", "calm", "cleanup"),
    (BESIDE, f"DELETE {FIX}", "early", "silence", "calm", "cleanup"),
    (BESIDE, f"POST {DEBUG_USERS}", "refused", "404", "calm", "resume"),
    (BESIDE, f"POST {DEBUG_USERS}", "early", "silence", "calm", "cleanup"),
    (BESIDE, f"DELETE {DEBUG_USERS}/USER", "refused", "500", "calm", "cleanup"),
    (BESIDE, f"POST {JOB}/disable", "refused", "500", "calm", "resume"),
    (BESIDE, f"DELETE {POOL}", "refused", "412", "calm", "resume"),
    (BESIDE, f"DELETE {POOL}", "lost", "silence", "cancel", "cleanup"),
    (BESIDE, f"PUT {ARM}", "refused", "500", "calm", "restore"),
    (BESIDE, f"PUT {ARM}", "early", "silence", "cancel", "resume"),
)

known = cache(ground)


@pytest.mark.parametrize(("route", "operation", "first", "retry", "then", "way"), CHOSEN)
def test_what_is_said_is_what_is_so(
    route: str, operation: str, first: str, retry: str, then: str, way: str
) -> None:
    undisturbed: Ground = known(route)
    asked = {str(each): each for each in undisturbed.operations}[operation]
    verdict = judged(Cell(asked, first, retry, then, way, "json", route), undisturbed.judge)

    assert verdict.wrong == (), verdict.told
    assert verdict.met
