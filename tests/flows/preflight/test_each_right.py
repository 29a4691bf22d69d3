"""The full set of a route's rights minus one: told before its first change, and refused where it goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.flows.preflight.conftest import BATCH, BESIDE, JOBS, JOIN_ADDRESS, NAMED, OWN
from troubleshooter.engine.outcome import exit_code
from troubleshooter.model.handover import Planned
from troubleshooter.model.need import Needs, Standing

if TYPE_CHECKING:
    from tests.flows.preflight.conftest import World
    from troubleshooter.model.run import RunState

pytestmark = pytest.mark.slow
ROUTES = {
    "debug-pool": ((*BESIDE, *NAMED), ()),
    "by tasks": ((*BESIDE, *NAMED), tuple(f"{BATCH}/jobs/{verb}" for verb in ("read", "write", "delete"))),
    "in-place": ((*BESIDE, *NAMED, JOIN_ADDRESS), JOBS),
}
"""Each route's actions and data actions: written down here once more, apart from the product's."""
BEFORE_IT = frozenset({f"{BATCH}/read", f"{BATCH}/pools/read"})
"""Without these nothing is seen, so that the survey ends by Azure's refusal, before any plan."""
BY_ACCOUNT = frozenset({f"{BATCH}/jobs/read", f"{BATCH}/jobSchedules/read"})
"""Reads that the data plane lets whoever may read the account, as documented."""
GOES_ON = frozenset({("by tasks", f"{BATCH}/jobs/write")})
"""Refused, and yet no end: no log is read, and what Azure's own answers confirm is proven without one."""
MINUS = [(route, one) for route, (actions, data) in ROUTES.items() for one in (*actions, *data)]


def missing(state: RunState) -> list[str]:
    needs = state.of(Needs)
    return [one.right.action for one in needs.lacking] if needs else []


def said(state: RunState) -> str:
    """What ended it, as Azure or the product put it."""
    failed = state.current
    assert failed is not None
    assert failed.error is not None
    return f"{failed.error.what} {failed.error.why} {failed.error.do}"


@pytest.mark.parametrize("route", ROUTES)
def test_with_exactly_its_rights_a_route_comes_to_its_end(route: str, named: World) -> None:
    actions, data = ROUTES[route]
    named.hold((*actions, OWN), data)
    state = named.run(route)
    assert (exit_code(state), state.verified, state.open_changes) == (0, True, ())
    planned = state.of(Planned)
    assert planned is not None
    assert planned.needs is not None
    assert {one.right.action for one in planned.needs.always} == {*actions, *data}
    assert all(one.standing is Standing.HELD for one in planned.needs.always)
    assert not set(named.refusals()) & {*actions, *data}


@pytest.mark.parametrize(("route", "lacks"), [one for one in MINUS if one[1] not in BY_ACCOUNT])
def test_what_is_lacking_is_told_before_and_refused_after(route: str, lacks: str, named: World) -> None:
    less, less_data = ([each for each in those if each != lacks] for those in ROUTES[route])

    named.hold((*less, OWN), less_data)
    before = named.run(route)
    changed = named.changes()

    named.hold(less, less_data)  # what one holds cannot be read any more, so the run goes on
    after = named.run(route)
    refused = named.refusals()

    by = "the plan" if missing(before) else "the survey"
    print(
        f"| {route} | {lacks} | told by {by} | refused after: {lacks if lacks in refused else said(after)} |"
    )
    assert changed == []
    assert (exit_code(before), exit_code(after)) == (6, 0 if (route, lacks) in GOES_ON else 6)
    assert missing(before) == ([] if lacks in BEFORE_IT else [lacks])
    assert lacks in refused or lacks in said(after)


@pytest.mark.parametrize(("route", "lacks"), [one for one in MINUS if one[1] in BY_ACCOUNT])
def test_a_read_that_the_account_lets_is_held_by_that(route: str, lacks: str, named: World) -> None:
    actions, data = ROUTES[route]
    named.hold((*actions, OWN), [each for each in data if each != lacks])
    state = named.run(route, until="plan")
    planned = state.of(Planned)
    assert planned is not None
    assert planned.needs is not None
    held = next(one for one in planned.needs.rights if one.right.action == lacks)
    print(f"| {route} | {lacks} | {held.standing.value}, {held.because} | not refused |")
    assert held.standing is Standing.HELD
    assert held.because.endswith(f", by {BATCH}/read, which lets it (documented)")
    assert lacks not in named.refusals()
