"""A PUT that is to make a pool meets one: the service itself says 409 or 412, and either is understood."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from troubleshooter.errors import Refused
from troubleshooter.model.change import ORIGINAL, POOL, ChangeState
from troubleshooter.operations import original, pools
from troubleshooter.pooldef import bodies
from troubleshooter.simulator.world.world import Habits

if TYPE_CHECKING:
    from typing import Literal

    from tests.doors.bench import Bench


@pytest.fixture(params=[409, 412])
def status(request: pytest.FixtureRequest, bench: Bench) -> int:
    met: Literal[409, 412] = request.param
    bench.account.answers_with(Habits(already_there=met))
    return met


def puts(bench: Bench) -> list[int]:
    return [answer for call, answer in bench.account.calls() if call.startswith("PUT ")]


def test_its_own_whose_answer_was_lost(bench: Bench, status: int) -> None:
    name = f"{bench.pool}-dbg-{bench.id}"
    bench.account.fault(f"PUT /pools/{name}", after_effect=True, reset=True)
    pools.ensure_pool(bench.tools, bench.ctx(), name, bench.own_body())

    change = bench.change(POOL, name)
    assert change is not None
    assert change.state is ChangeState.MADE
    assert puts(bench)[-1] == status


def test_a_strangers(bench: Bench, status: int) -> None:
    name = f"{bench.pool}-dbg-{bench.id}"
    bench.account.put(name, bench.account.of_size(1))
    bench.account.forget_calls()
    with pytest.raises(Refused) as told:
        pools.ensure_pool(bench.tools, bench.ctx(), name, bench.own_body())

    assert told.value.what == f"Pool {name} was not created by this run."
    assert puts(bench) == [status]


def test_the_original_made_again_whose_answer_was_lost(bench: Bench, status: int) -> None:
    bench.surveyed()
    definition = bench.save()
    body = bench.own_body("debug")
    bench.account.fault(f"PUT /pools/{bench.pool}", after_effect=True, reset=True)
    original.replace(bench.tools, bench.ctx(), body, bodies.DEBUG, definition)

    change = bench.change(ORIGINAL, bench.pool)
    assert change is not None
    assert change.state is ChangeState.MADE
    assert puts(bench)[-1] == status
    assert original.stands(bench.tools, bench.ctx(), body)
