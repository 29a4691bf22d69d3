"""What a gate declares decides how it is answered without anybody there."""

from __future__ import annotations

import ast
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import troubleshooter.engine
from tests.unit.engine.conftest import GATES, run_to_rest, step
from troubleshooter.actions import ACTIONS
from troubleshooter.actions import GATES as SHIPPED
from troubleshooter.engine.driver import ANSWERS, AnswerPolicy, drive
from troubleshooter.engine.gates import FORMS, Gate
from troubleshooter.engine.loader import load_playbook, playbook_file
from troubleshooter.engine.step_outcome import StepOutcome
from troubleshooter.errors import Refused, UsageProblem
from troubleshooter.model.handover import Reported, Stopped, Surveyed
from troubleshooter.model.playbook import Playbook
from troubleshooter.model.run import Answer, Choice, Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.engine.conftest import Bench
    from troubleshooter.engine.context import StepContext
    from troubleshooter.model.run import RunState

KEEP, REMOVE = Choice("keep", "keep"), Choice("remove", "remove", destructive=True)
ASKED = Question("g", "a", "Remove?", (KEEP, REMOVE), plan_hash="new", confirm="pool")


def policy(gate: Gate, *, yes: bool = False, **answers: str) -> AnswerPolicy:
    return AnswerPolicy({gate.name: gate}, answers, yes=yes)


def test_a_gate_that_declares_nothing_waits_for_somebody() -> None:
    assert policy(Gate("g"), yes=True).answer(ASKED) is None


def test_yes_answers_what_the_gate_declares() -> None:
    gate = Gate("g", yes="keep")
    assert policy(gate).answer(ASKED) is None
    assert policy(gate, yes=True).answer(ASKED) == ("keep", "yes")
    assert policy(gate, yes=True, g="remove").answer(ASKED) == ("remove", "option")


def test_yes_types_a_name_only_where_the_gate_declares_it() -> None:
    assert policy(Gate("g", yes="remove"), yes=True).typed(ASKED) == ""
    assert policy(Gate("g", yes="remove", yes_confirms=True), yes=True).typed(ASKED) == "pool"
    assert policy(Gate("g", yes="remove", yes_confirms=True)).typed(ASKED) == ""


def test_a_gate_allows_what_it_declares_and_what_the_operator_writes() -> None:
    gate = Gate("g", "What.", (("keep", "keeps it"), ("CIDR", "a range")))
    assert (gate.allows("keep"), gate.allows("10.0.0.0/8")) == (True, True)
    assert not Gate("g", "What.", (("keep", "keeps it"),)).allows("remove")
    assert Gate("g").allows("remove")


@pytest.mark.parametrize("gate", SHIPPED.values(), ids=lambda gate: gate.name)
def test_every_gate_says_what_it_decides_and_offers_what_stands_for_an_answer(gate: Gate) -> None:
    offered = dict(gate.offers)
    assert gate.decides.endswith(".")
    assert all(offered.values())
    assert all(gate.allows(answer) for answer in (gate.yes, gate.nobody, gate.otherwise) if answer)


def test_what_nobody_answers_may_have_an_answer_of_its_own() -> None:
    assert policy(Gate("g", nobody="keep")).answer(ASKED) == ("keep", "nobody")


def test_an_answer_that_is_not_offered_is_replaced_only_where_that_is_declared() -> None:
    assert policy(Gate("g"), g="sell").answer(ASKED) == ("sell", "option")
    assert policy(Gate("g", otherwise="keep"), g="sell").answer(ASKED) == ("keep", "option")
    assert policy(Gate("g", otherwise="keep"), g="remove").answer(ASKED) == ("remove", "option")


def test_things_that_are_asked_one_by_one_are_lines_of_one_answer() -> None:
    gate = Gate("g", one_by_one=True)
    for about, given in {"a": ("a", "option"), "b": ("b", "option"), "c": None}.items():
        assert policy(gate, g="a\nb").answer(replace(ASKED, about=about)) == given


@pytest.mark.parametrize(
    ("destroys", "choice", "earlier", "void"),
    [
        (True, "remove", "old", True),
        (False, "remove", "old", False),
        (True, "keep", "old", False),
        (True, "remove", "new", False),
    ],
)
def test_consent_to_an_earlier_plan_destroys_nothing(
    bench: Bench, destroys: bool, choice: str, earlier: str, void: bool
) -> None:
    run = bench.start(Playbook("p", "P", "", (step("a"),)), {"a": lambda _: StepOutcome("done")})
    state = replace(run.state, answers={"g": Answer("g", "remove", earlier)})
    assert policy(Gate("g", destroys=destroys)).void(state, ASKED, choice) is void


def test_an_unknown_gate_and_a_secret_one_take_no_answer_beforehand() -> None:
    for name in ("g", "secret"):
        with pytest.raises(UsageProblem, match=f"There is no gate {name}") as caught:
            AnswerPolicy(GATES, {name: "x"})
        assert "secret" not in caught.value.why


OFFERS = Gate("g", offers=(("keep", "keeps it"), ("remove", "removes it")))
FREE = Gate("g", offers=(("N", "the one of that number"), ("none", "none")))


@pytest.mark.parametrize("gate", [OFFERS, replace(OFFERS, one_by_one=True)])
def test_a_choice_that_its_gate_never_offers_is_refused_before_anything_is_done(gate: Gate) -> None:
    """Also where the gate may never be asked: it would be passed over in silence."""
    with pytest.raises(UsageProblem, match="g=Keep is not a choice") as caught:
        AnswerPolicy({"g": gate}, {"g": "Keep"})
    assert (caught.value.why, caught.value.do) == (
        "The gate offers keep, remove.",
        "Answer with one of them, e.g. --answer g=keep",
    )


@pytest.mark.parametrize(
    ("gate", "choice"),
    [
        (OFFERS, "remove"),
        (FREE, "9"),
        (replace(OFFERS, otherwise="keep"), "perhaps"),
        (replace(OFFERS, one_by_one=True), "keep\nremove"),
        (Gate("g"), "what there is to offer is not known yet"),
    ],
)
def test_what_a_gate_offers_or_leaves_to_the_operator_is_taken(gate: Gate, choice: str) -> None:
    assert AnswerPolicy({"g": gate}, {"g": choice}).answers == {"g": choice}


@pytest.mark.parametrize(
    ("gate", "slip", "meant"),
    [
        ("allow-from", "banana", "203.0.113.7/32"),
        ("allow-from", "0.0.0.0/0", "none"),
        ("identity", "id-render", "none"),
        ("read-nodes", "a,,b", "tvm-1,tvm-2"),
        ("fix", "the first", "1"),
        ("fix", "0", "none"),
    ],
)
def test_what_an_operator_writes_is_checked_before_anything_is_done(gate: str, slip: str, meant: str) -> None:
    """At its gate it would be refused as well: minutes later, with a debug pool made for nothing."""
    AnswerPolicy(SHIPPED, {gate: meant})
    with pytest.raises(UsageProblem, match=f"{gate}={slip} cannot be used") as caught:
        AnswerPolicy(SHIPPED, {gate: slip})
    assert all(value in caught.value.do for value, _ in SHIPPED[gate].offers)


def test_a_choice_of_an_earlier_day_does_not_bar_the_way_back() -> None:
    assert AnswerPolicy({"g": OFFERS}, {"g": "perhaps"}, fresh={}).answers == {"g": "perhaps"}


def test_a_gate_that_is_asked_for_ever_ends_the_drive(bench: Bench) -> None:
    """Each time about another plan, so that no answer holds."""
    plans: list[int] = []

    def restless(ctx: StepContext) -> StepOutcome:
        plans.append(len(plans))
        if len(plans) > 3 * ANSWERS:
            return StepOutcome("went on without a count")
        return StepOutcome(
            ctx.ask(GATES["plan"], "Go on?", {"round": len(plans)}, (Choice("approve", "on"),))
        )

    run = bench.start(Playbook("p", "P", "", (step("a"),)), {"a": restless})
    with pytest.raises(Refused, match="The gate plan was asked 11 times over"):
        drive(run, AnswerPolicy(GATES, yes=True), lambda _: None, threading.Event())
    assert (len(plans), run.state.question is not None) == (ANSWERS + 1, True)


def test_things_asked_one_by_one_are_counted_one_by_one(bench: Bench) -> None:
    fields = [f"field-{number}" for number in range(2 * ANSWERS)]

    def waives(ctx: StepContext) -> StepOutcome:
        for name in fields:
            ctx.ask(GATES["waive"], "Waive it?", {"field": name}, about=name)
        return StepOutcome("all are waived")

    run = bench.start(Playbook("p", "P", "", (step("a"),)), {"a": waives})
    drive(run, AnswerPolicy(GATES, {"waive": "\n".join(fields)}), lambda _: None, threading.Event())
    assert run.state.step("a").why == "all are waived"


def test_an_action_asks_only_what_its_row_declares(bench: Bench) -> None:
    """Nobody could answer it beforehand: that is a bug, and no state of the run."""

    def asks(ctx: StepContext) -> StepOutcome:
        return StepOutcome(ctx.ask(Gate("surprise"), "?", {}))

    run = bench.start(Playbook("p", "P", "", (step("a"),)), {"a": asks})
    with pytest.raises(LookupError, match="surprise"):
        run_to_rest(run)


def test_an_action_offers_only_what_its_gate_declares(bench: Bench) -> None:
    def asks(ctx: StepContext) -> StepOutcome:
        return StepOutcome(ctx.ask(GATES["clean-up"], "?", {}, (Choice("perhaps", "perhaps"),)))

    run = bench.start(Playbook("p", "P", "", (step("a"),)), {"a": asks})
    with pytest.raises(LookupError, match="perhaps"):
        run_to_rest(run)


def test_a_secret_is_asked_only_by_a_gate_that_declares_it(bench: Bench) -> None:
    def asks(ctx: StepContext) -> StepOutcome:
        return StepOutcome(ctx.ask_secret(GATES["plan"], "NAME", "?", "about", ""))

    run = bench.start(Playbook("p", "P", "", (step("a"),)), {"a": asks})
    with pytest.raises(LookupError, match="plan"):
        run_to_rest(run)


def test_what_a_step_lacks_is_told_and_not_guessed(bench: Bench) -> None:
    def needs(ctx: StepContext) -> StepOutcome:
        return StepOutcome(ctx.need(Surveyed).endpoint)

    run = bench.start(
        Playbook("p", "P", "", (step("a"), step("b"))),
        {"a": lambda _: StepOutcome("done", output=Reported("x")), "b": needs},
    )
    state: RunState = run_to_rest(run)

    assert state.of(Reported) == Reported("x")
    assert state.of(Surveyed) is None
    error = state.step("b").error
    assert error is not None
    assert "Surveyed" in error.what
    assert "playbooks validate" in error.do
    assert error.exit_code == Refused("", "", "").exit_code


def test_an_action_gives_only_what_its_row_declares(bench: Bench) -> None:
    run = bench.start(
        Playbook("p", "P", "", (step("a"),)), {"a": lambda _: StepOutcome("done", output=Stopped("x"))}
    )
    with pytest.raises(LookupError, match="gives Stopped"):
        run_to_rest(run)


def _texts(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield path.name, node.value


def test_the_engine_knows_no_gate_and_no_step_by_name() -> None:
    steps = [each.id for each in load_playbook(playbook_file("kv-extension"), ACTIONS).steps]
    names = {*SHIPPED, *steps} - {*FORMS}
    assert len(names) >= 20
    found = [each for each in _texts(Path(troubleshooter.engine.__path__[0])) if each[1] in names]
    assert found == []
