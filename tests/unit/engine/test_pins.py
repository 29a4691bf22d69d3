"""A node's host key is kept when it is first shown, and holds for the rest of the run."""

from __future__ import annotations

import base64
import random
import threading
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.engine.conftest import step
from troubleshooter.engine.replay import Replay
from troubleshooter.engine.step_outcome import StepOutcome
from troubleshooter.errors import GaveUp
from troubleshooter.model.change import DELETED, DELETING, NODES, ORIGINAL, POOL, STAGE
from troubleshooter.model.event import EventKind
from troubleshooter.model.host_key import fingerprint, of_line
from troubleshooter.model.playbook import Playbook
from troubleshooter.redact import Redactor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.unit.engine.conftest import Bench
    from troubleshooter.engine.context import StepContext
    from troubleshooter.engine.runner import Run

FIRST, SECOND = (fingerprint("ssh-ed25519", each) for each in (b"first", b"second"))
BOOK = Playbook("p", "P", "", (step("collect"),))
Move = tuple[EventKind, dict[str, Any]]
MADE: Move = (EventKind.CHANGE_MADE, {NODES: 1})
GROWN: Move = (EventKind.CHANGE_MADE, {NODES: 5})
INTENDED: Move = (EventKind.CHANGE_INTENDED, {})
REMOVED: Move = (EventKind.CHANGE_REMOVED, {})
DEBUG, FIXED = {STAGE: "debug"}, {STAGE: "fixed"}


def tried(run: Run) -> str:
    """What the step says at this try."""
    run.run_step("collect", lambda _: None, threading.Event())
    return run.state.step("collect").why


def shows(bench: Bench, *shown: str) -> Callable[[StepContext], StepOutcome]:
    """At each try the node shows the next of these, and after it the connection breaks off."""
    keys: Iterator[str] = iter(shown)

    def act(ctx: StepContext) -> StepOutcome:
        raise GaveUp(ctx.pin("dbg", "n1", next(keys)), "The line was cut.", "Try again.")

    assert bench.folder.is_dir()
    return act


def test_the_first_holds_when_the_step_failed_and_when_it_was_reset(bench: Bench) -> None:
    run = bench.start(BOOK, {"collect": shows(bench, FIRST, SECOND, SECOND)})
    assert tried(run) == FIRST
    assert tried(run) == FIRST
    run.retry("collect", lambda _: None)
    assert tried(run) == FIRST
    assert [event.kind for event in bench.journal.events(run.id)].count(EventKind.HOST_KEY_SEEN) == 1


def test_the_first_holds_in_another_process(bench: Bench) -> None:
    run = bench.start(BOOK, {"collect": shows(bench, FIRST)})
    tried(run)
    run.close()
    again = bench.open(run.id, BOOK, {"collect": shows(bench, SECOND)})
    assert tried(again) == FIRST


def test_it_is_written_down_before_it_is_used(bench: Bench) -> None:
    seen: list[dict[str, str]] = []

    def act(ctx: StepContext) -> StepOutcome:
        ctx.pin("dbg", "n1", FIRST)
        seen.append(dict(Replay(bench.journal).read(ctx.state.id).host_keys))
        return StepOutcome("done")

    tried(bench.start(BOOK, {"collect": act}))
    assert seen == [{"dbg/n1": FIRST}]


def test_it_is_of_one_node_of_one_pool(bench: Bench) -> None:
    def act(ctx: StepContext) -> StepOutcome:
        places = [("dbg", "n1", FIRST), ("dbg", "n2", SECOND), ("other", "n1", SECOND), ("dbg", "n2", FIRST)]
        return StepOutcome(" ".join(ctx.pin(*each) for each in places))

    assert tried(bench.start(BOOK, {"collect": act})) == f"{FIRST} {SECOND} {SECOND} {SECOND}"


def test_another_machine_in_the_place_of_one_that_was_taken_away_has_its_own(bench: Bench) -> None:
    def act(ctx: StepContext) -> StepOutcome:
        for node in ("n1", "n2"):
            ctx.pin("dbg", node, FIRST)
        ctx.taken_away("dbg", "n1")
        return StepOutcome(" ".join(ctx.pin("dbg", node, SECOND) for node in ("n1", "n2")))

    run = bench.start(BOOK, {"collect": act})
    assert tried(run) == f"{SECOND} {FIRST}"
    assert Replay(bench.journal).read(run.id).host_keys == {"dbg/n1": SECOND, "dbg/n2": FIRST}


@pytest.mark.parametrize(
    ("kind", "moves", "holds"),
    [
        (POOL, [INTENDED, MADE], True),
        (POOL, [INTENDED, MADE, GROWN], True),
        (POOL, [INTENDED, MADE, REMOVED], True),
        (POOL, [INTENDED, MADE, REMOVED, INTENDED, MADE], False),
        (ORIGINAL, [(EventKind.CHANGE_MADE, DEBUG)], True),
        (
            ORIGINAL,
            [
                (EventKind.CHANGE_INTENDED, DEBUG | {DELETING: True}),
                (EventKind.CHANGE_INTENDED, DEBUG | {DELETED: True}),
                (EventKind.CHANGE_MADE, FIXED),
            ],
            False,
        ),
        (
            ORIGINAL,
            [(EventKind.CHANGE_INTENDED, DEBUG | {DELETING: True}), (EventKind.CHANGE_MADE, DEBUG)],
            True,
        ),
        ("job", [INTENDED, MADE], True),
    ],
)  # fmt: skip
def test_a_pool_that_the_run_made_anew_has_other_nodes(
    bench: Bench, kind: str, moves: list[Any], *, holds: bool
) -> None:
    """One that only grew, or that a lost deletion left standing, has the same."""
    first = 2 if kind == POOL else 0

    def act(ctx: StepContext) -> StepOutcome:
        for number, (event, detail) in enumerate(moves):
            if number == first:
                ctx.pin("dbg", "n1", FIRST)
            ctx.write_change(event, kind, "dbg", detail)
        if len(moves) == first:
            ctx.pin("dbg", "n1", FIRST)
        return StepOutcome(ctx.pin("dbg", "n1", SECOND))

    assert tried(bench.start(BOOK, {"collect": act})) == (FIRST if holds else SECOND)


def test_what_an_earlier_version_kept_as_output_holds_too(bench: Bench) -> None:
    public = base64.b64encode(b"first").decode()
    book = Playbook("p", "P", "", (step("make"), step("collect")))
    run = bench.start(book, {"make": lambda _: StepOutcome("made"), "collect": shows(bench, SECOND)})
    finished = {"state": "done", "seconds": 1.0, "why": ""}
    written = [
        {**finished, "step": "make", "gives": "Made", "output": {"pool": "dbg"}},
        {**finished, "step": "collect", "gives": "Collected", "output": {
            "host_keys": {"n1": f"ssh-ed25519 {public}", "n2": "damaged"}, "files": 1,
        }},
    ]  # fmt: skip
    bench.journal.append(run.id, [(EventKind.STEP_FINISHED, each) for each in written], after=1)
    run.close()
    again = bench.open(run.id, book, {"make": lambda _: StepOutcome("made"), "collect": shows(bench, SECOND)})
    assert again.state.host_keys == {"dbg/n1": FIRST}
    again.retry("collect", lambda _: None)
    assert tried(again) == FIRST


@pytest.mark.parametrize("line", ["", "ssh-ed25519", "ssh-ed25519 ", "ssh-ed25519 a", "ssh-ed25519 ä", " "])
def test_a_line_that_is_no_key_has_no_fingerprint(line: str) -> None:
    assert of_line(line) == ""


def test_the_fingerprint_is_that_of_openssh() -> None:
    line = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f name@host"
    assert of_line(line) == "ssh-ed25519 SHA256:ZkAslGjFiUHdGf/WUL8rQvkib4PTvQatUV0OUQSncCA"


def test_no_fingerprint_is_taken_for_a_secret() -> None:
    """What is hidden when it is written down could never be compared again."""
    redactor, chance = Redactor(["correct-horse"], salt=b"salt"), random.Random(1)
    seen = [fingerprint("ssh-ed25519", chance.randbytes(32)) for _ in range(2000)]
    assert redactor.json({"fingerprint": seen}) == {"fingerprint": seen}
