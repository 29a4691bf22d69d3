"""Runs on pools of every kind: each body that goes out to Azure is one that the specification allows."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.bodies import described, originals, recorded
from tests.bodies.checker import problems
from tests.bodies.sent import Wire
from tests.ground_truth import needs_samples
from tests.known import KEY_VAULT
from troubleshooter.pooldef.write_only import write_only_fields
from troubleshooter.redact.environment import SUPPLIED

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.bodies.sent import Sent
    from tests.flows.inside import Inside
    from troubleshooter.model.target import Target
    from troubleshooter.simulator.server import Simulator

POOL = "original"
IN_PLACE = {"route": "in-place", "jobs": "requeue"}
NO_WAY_IN = "PoolCreate_NoPublicIPAddresses"
RECORDED = [name for name in recorded.NAMES if name != NO_WAY_IN]
READ_ONLY = {
    name
    for name, field in described.DEFINITIONS["PoolProperties"]["properties"].items()
    if field.get("readOnly")
}
KINDS = [
    *originals.MADE_UP,
    *(pytest.param(name, marks=[needs_samples, pytest.mark.slow]) for name in RECORDED),
]  # slow: a run takes seconds, and there are many


@pytest.fixture
def world(simulator: Callable[..., Simulator], inside: Callable[..., Inside]) -> Inside:
    return inside(simulator("wrong-client-id"))


def make(world: Inside, kind: str) -> Target:
    body = originals.with_extension(originals.pool(kind), world.definition(world.connection["pool"]))
    made = world.client.arm("PUT", f"{world.client.account_path}/pools/{POOL}", originals.on_linux(body))
    assert made.status == 200, made.body
    return replace(world.target, pool=POOL)


def supply(world: Inside, patch: pytest.MonkeyPatch) -> None:
    """Every secret of the pool, as an operator would."""
    for field in write_only_fields(world.definition(POOL), KEY_VAULT):
        patch.setenv(SUPPLIED + field.name, "{}" if field.json_object else "supplied")


def stage(sent: Sent) -> str:
    """As what the body says that it stands."""
    items = {item["name"]: item["value"] for item in sent.body["properties"].get("metadata") or ()}
    return str(items.get("troubleshooter-stage", "as its owner's"))


def told(sent: list[Sent]) -> list[tuple[str, str]]:
    return [(one.method, stage(one)) for one in sent]


def refused(sent: list[Sent]) -> list[Any]:
    return [
        (one.method, stage(one), problem)
        for one in sent
        for problem in problems(one.pool, one.body, change=one.method == "PATCH")
    ]


@pytest.mark.slow(every_change=True)
@pytest.mark.parametrize("kind", KINDS)
def test_beside_the_original(world: Inside, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    target = make(world, kind)
    supply(world, monkeypatch)
    wire = Wire(monkeypatch)
    state = world.drive(world.start(target), {})

    assert (state.verified, state.open_changes) == (True, ())
    assert told(wire.pools()) == [("PUT", "debug"), ("PUT", "with the fix")]
    assert refused(wire.pools()) == []


@pytest.mark.slow(every_change=True)
@pytest.mark.parametrize("kind", KINDS)
def test_in_its_place_and_back(world: Inside, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    target = make(world, kind)
    before = world.definition(POOL)
    supply(world, monkeypatch)
    wire = Wire(monkeypatch)
    run = world.start(target, mode="in-place")
    state = world.drive(run, IN_PLACE, confirm=POOL)
    world.bench.restore(run.id, lambda _: None, threading.Event())

    assert (state.verified, state.open_changes) == (True, ())
    debug, fix, *changes, back = wire.pools()
    assert told([debug, fix, back]) == [("PUT", "debug"), ("PUT", "with the fix"), ("PUT", "as its owner's")]
    assert {one.method for one in changes} == {"PATCH"}
    assert back.body["properties"].keys() == before["properties"].keys() - READ_ONLY
    assert refused(wire.pools()) == []


def test_with_every_secret_waived(world: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    target = make(world, "everything")
    fields = write_only_fields(world.definition(POOL), KEY_VAULT)
    wire = Wire(monkeypatch)
    world.drive(world.start(target), {"waive": "\n".join(field.path for field in fields)}, until="recreate")

    assert len(fields) == 9
    assert told(wire.pools()) == [("PUT", "debug")]
    assert refused(wire.pools()) == []


@needs_samples
def test_where_no_way_in_is_allowed_no_port_is_asked_for(
    world: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tasks read its nodes."""
    target = make(world, NO_WAY_IN)
    wire = Wire(monkeypatch)
    state = world.drive(world.start(target), {})

    assert state.open_changes == ()
    assert told(wire.pools())[0] == ("PUT", "debug")
    assert [one for one in wire.pools() if "inboundNatPools" in json.dumps(one.body)] == []
    assert refused(wire.pools()) == []
