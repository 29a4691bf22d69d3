"""From the first screen to the cause: how many keys an operator presses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.tui.test_pools import listed, of, opened, shown
from tests.tui.walker import run_state, until
from troubleshooter.tui.world import World
from troubleshooter.workbench import RunOptions

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.flows.inside import Inside
    from troubleshooter.simulator.server import Simulator

MOST = 8
CAUSES = {
    "vault-rbac-denied": "kv-403-rbac",
    "secret-disabled": "kv-403-secret-disabled",
    "wrong-client-id": "imds-identity-not-found",
    "windows-rbac-denied": "kv-403-rbac",
}


@pytest.mark.parametrize("scenario", CAUSES)
async def test_the_cause_is_a_key_away(
    scenario: str, simulator: Callable[..., Simulator], inside: Callable[..., Inside]
) -> None:
    here = inside(simulator(scenario))
    keys: list[str] = []
    async with opened(World(here.bench, RunOptions(), pools=of(here))) as pilot:

        async def press(key: str) -> None:
            keys.append(key)
            await pilot.press(key)

        await until(pilot, lambda: listed(pilot), "the pools")
        await press("enter")
        await until(pilot, lambda: run_state(pilot) is not None, "the run")
        await until(pilot, lambda: "Cause found" in shown(pilot), "the cause")
        state = run_state(pilot)
        assert state is not None
        known = state.diagnosis if state.diagnosed else state.likely
        assert known.cause is not None
        assert known.cause.id == CAUSES[scenario]
        assert known.cause.title in shown(pilot).replace(" │ ", " ")
    print(f"{scenario}: {len(keys)} of at most {MOST} keys")
    assert len(keys) <= MOST
