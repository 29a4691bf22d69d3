"""Azure, or a box on the way to it, answers what nobody foresees: it is said, and it ends."""

from __future__ import annotations

import json
import signal
from typing import TYPE_CHECKING, Any

import pytest

from tests.attacks.wire import ALWAYS, ARM_POOL, JSON, POOL, azure, finished, until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.attacks.wire import Ended, Wire

HTML = {"body": "<html>\x1b[31msign in to the proxy</html>", "headers": {"Content-Type": "text/html"}}
DEEP = '{"a":' + "[" * 100_000 + "]" * 100_000 + "}"


@pytest.fixture
def scenario() -> str:
    return "vault-rbac-denied"


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    with azure(tmp_path_factory.mktemp("kept") / "data") as wire:
        yield wire


@pytest.fixture
def untouched(kept: Wire) -> Iterator[Wire]:
    """One account for all that ends before anything is changed."""
    yield kept
    kept.clear()


def pool(**properties: Any) -> Any:
    return {"name": POOL, "properties": properties}


def machine(**configuration: Any) -> Any:
    return pool(deploymentConfiguration={"virtualMachineConfiguration": configuration})


def assert_told(ended: Ended, wire: Wire) -> None:
    """A foreseen end in three parts, with nothing changed."""
    error = ended.document["error"]
    assert ended.code not in {0, 1}, error
    assert all(error[part] for part in ("what", "why", "do"))
    assert "\x1b" not in ended.out + ended.err
    assert list(wire.pools()) == [POOL]


@pytest.mark.parametrize(
    "wait", ["0", "-5", "NaN", "1e9", "Fri, 31 Dec 2999 23:59:59 GMT", "x" * 5000, "0.0000001"]
)
@pytest.mark.slow
def test_an_odd_time_to_wait_after_a_refusal_is_bounded(untouched: Wire, wait: str) -> None:
    untouched.control("DELETE", "calls")
    untouched.plant(f"GET {ARM_POOL}", status=429, headers={"Retry-After": wait}, times=ALWAYS)
    ended = untouched.asked(*untouched.running())

    assert_told(ended, untouched)
    assert ended.code == 7
    assert 1 <= len(untouched.calls("GET", f"/batchAccounts/contosobatch/pools/{POOL}")) <= 6


@pytest.mark.parametrize("wait", ["0", "86400"])
@pytest.mark.slow
def test_an_odd_time_to_wait_beside_an_answer_is_bounded(wire: Wire, wait: str) -> None:
    wire.plant("GET /pools/[^/]+/nodes", headers={"Retry-After": wait}, times=ALWAYS)
    ended = wire.asked(*wire.running("--limit", "15s"))

    assert ended.code in {3, 7}
    assert list(wire.pools()) == [POOL]
    assert len(wire.calls("GET", "/nodes")) < 1000


def test_a_page_of_html_for_the_pool_is_told(untouched: Wire) -> None:
    untouched.plant(f"GET {ARM_POOL}", **HTML, times=ALWAYS)
    assert_told(untouched.asked(*untouched.running()), untouched)


def test_a_page_of_html_for_a_change_that_was_made_is_looked_behind(wire: Wire) -> None:
    wire.plant("PUT /pools/", **HTML, after_effect=True, times=ALWAYS)
    ended = wire.asked(*wire.running())

    changes = ended.document["changes"]
    made = {change["id"] for change in changes["created"] if change["kind"] == "pool"}
    assert made
    assert {change["id"] for change in changes["removed"] if change["kind"] == "pool"} == made
    assert changes["left"] == changes["unknown"] == []
    assert list(wire.pools()) == [POOL]


def test_json_of_great_depth_is_told(untouched: Wire) -> None:
    untouched.plant(f"GET {ARM_POOL}", body=DEEP, times=ALWAYS)
    assert_told(untouched.asked(*untouched.running()), untouched)


SHAPES: dict[str, Any] = {
    "no object": [],
    "text": "pool",
    "number": 5,
    "nothing": None,
    "no name": {"properties": {}},
    "properties null": {"name": POOL, "properties": None},
    "properties a list": {"name": POOL, "properties": []},
    "deployment a list": pool(deploymentConfiguration=[]),
    "machine a text": pool(deploymentConfiguration={"virtualMachineConfiguration": "x"}),
    "extensions of all kinds": machine(extensions=["x", None, 3]),
    "extensions a text": machine(extensions="x"),
    "image a text": machine(imageReference="x"),
    "metadata a text": pool(metadata="x"),
    "scale a text": pool(scaleSettings="x"),
    "network a list": pool(networkConfiguration=[1]),
    "identity a text": {**pool(), "identity": "x"},
    "identities a list": {**pool(), "identity": {"type": "UserAssigned", "userAssignedIdentities": ["x"]}},
    "all at once": {
        **pool(metadata="x", scaleSettings="x"),
        **machine(extensions=["x", None, 3]),
        "identity": "x",
    },
}
QUICK = frozenset({"machine a text", "extensions of all kinds", "all at once"})


@pytest.mark.parametrize(
    "shape",
    [
        pytest.param(
            shape,
            id=name,
            marks=() if name in QUICK else pytest.mark.slow,
        )
        for name, shape in SHAPES.items()
    ],
)
def test_a_pool_of_a_wrong_shape_is_told(untouched: Wire, shape: Any) -> None:
    untouched.plant(f"GET {ARM_POOL}", body=json.dumps(shape), times=ALWAYS)
    assert_told(untouched.asked(*untouched.running()), untouched)


def test_entries_that_cannot_be_read_are_left_out_of_a_list(untouched: Wire) -> None:
    odd = [{"name": "strange", "properties": {"metadata": "x"}}, "x", None, pool()]
    untouched.plant("GET /batchAccounts/contosobatch/pools$", body=json.dumps({"value": odd}), times=ALWAYS)
    ended = untouched.asked(*untouched.running("--until", "survey"))

    assert ended.code not in {1, 7}
    assert "left out: pool strange: its properties.metadata is no list" in ended.err
    assert "2 of the entries are no objects" in ended.err
    assert list(untouched.pools()) == [POOL]


def endless_pages(wire: Wire, *options: str) -> Any:
    wire.plant("GET /pools/[^/]+/nodes$", repeat="odata.nextLink", times=ALWAYS)
    running = wire.start(*wire.running(*options), *JSON)
    until(lambda: len(wire.calls("GET", "/nodes")) > 5 or running.poll() is not None, "the sixth page")
    return running


@pytest.mark.slow(every_change=True)
def test_pages_without_end_are_bounded(wire: Wire) -> None:
    running = endless_pages(wire, "--limit", "5s")
    until(lambda: len(wire.calls("GET", "/nodes")) > 300 or running.poll() is not None, "an end of the pages")
    if running.poll() is None:
        running.kill()
    ended = finished(running)

    assert ended.code == 7
    assert_told(ended, wire)


@pytest.mark.slow
def test_pages_without_end_hear_ctrl_c(wire: Wire) -> None:
    running = endless_pages(wire)
    running.send_signal(signal.SIGINT)
    assert finished(running, 15).code == 130


def trickling(wire: Wire, *options: str) -> Any:
    wire.plant(f"GET {ARM_POOL}", body=" " * 100_000, trickle=5, times=ALWAYS)
    running = wire.start(*wire.running(*options), *JSON)
    until(lambda: wire.state()["faults"][0]["times"] != ALWAYS, "the body's first byte")
    return running


@pytest.mark.slow
def test_a_trickling_body_is_bounded(wire: Wire) -> None:
    ended = finished(trickling(wire, "--limit", "5s", "--total-limit", "10s"), 110)
    assert_told(ended, wire)


@pytest.mark.slow
def test_a_trickling_body_hears_ctrl_c(wire: Wire) -> None:
    running = trickling(wire)
    running.send_signal(signal.SIGINT)
    assert finished(running, 25).code == 130


@pytest.mark.slow
@pytest.mark.parametrize("body", [{"status": "InProgress"}, {"status": "Failed", "error": {"code": "X"}}])
def test_a_delete_that_never_ends_leaves_the_pool_listed(wire: Wire, body: Any) -> None:
    wire.plant("DELETE /pools/render-pool-dbg-[^/]+$", status=202, times=ALWAYS)
    wire.plant("GET /poolOperationResults/", body=json.dumps(body), times=ALWAYS)
    ended = wire.asked(*wire.running("--limit", "5s"))

    assert ended.code == 7
    ((kind, name),) = [(left["kind"], left["id"]) for left in ended.document["changes"]["left"]]
    assert (kind, name in wire.pools()) == ("pool", True)
    wire.clear()
    cleaned = wire.asked("runs", "cleanup", wire.latest(), "--yes")
    assert (cleaned.code, cleaned.document["left"], list(wire.pools())) == (0, [], [POOL])
