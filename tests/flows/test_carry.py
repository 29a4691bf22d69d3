"""Fields that Azure does not return: nothing is lost without a word, and no secret stays behind."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest

from troubleshooter.engine.outcome import exit_code
from troubleshooter.model.handover import Made
from troubleshooter.model.step import StepState

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.flows.inside import Inside
    from troubleshooter.simulator.server import Simulator

PASSWORD = "Correct-Horse-9-Battery"
SETTINGS = '{"workspaceKey": "Staple-7-Canary-Key"}'
ACCOUNT = "userAccounts[0].password"
SHARE = "mountConfiguration[0].azureFileShareConfiguration.accountKey"
AGENT = "extensions[agent].protectedSettings"


def enrich(properties: dict[str, Any]) -> None:
    """Add a user account, a mount by key and another extension."""
    properties["userAccounts"] = [{"name": "operator", "password": "original-password"}]
    share = {
        "accountName": "a",
        "azureFileUrl": "https://a.file.core.windows.net/s",
        "accountKey": "original-key",
        "relativeMountPath": "share",
    }
    properties["mountConfiguration"] = [{"azureFileShareConfiguration": share}]
    agent = {
        "name": "agent",
        "publisher": "Contoso.Monitor",
        "type": "Agent",
        "typeHandlerVersion": "1.0",
        "protectedSettings": {"workspaceKey": "original"},
    }
    properties["deploymentConfiguration"]["virtualMachineConfiguration"]["extensions"].append(agent)


@pytest.fixture
def world(simulator: Callable[..., Simulator], inside: Callable[..., Inside]) -> Inside:
    return inside(simulator("wrong-client-id"))


def test_without_an_answer_it_ends_before_any_change_and_names_every_field(world: Inside) -> None:
    target = world.make_pool("rich", enrich)
    state = world.drive(world.start(target), {})

    assert exit_code(state) == 9
    assert state.changes == ()
    assert state.question is not None
    assert all(path in state.question.text for path in (ACCOUNT, SHARE, AGENT))
    assert "TROUBLESHOOTER_SECRET_USERACCOUNTS_0_PASSWORD" in state.question.text


def test_waived_by_name_the_run_proves_the_fix_without_them(world: Inside) -> None:
    target = world.make_pool("rich", enrich)
    run = world.start(target)
    state = world.drive(run, {"waive": f"{ACCOUNT}\n{SHARE}\n{AGENT}"}, until="recreate")
    (made,) = [pool for pool in world.pools() if "-dbg-" in pool]
    definition = world.definition(made)["properties"]

    assert not definition.get("userAccounts")
    assert not definition.get("mountConfiguration")
    assert state.of(Made) == Made(made)

    ended = world.resumed(run)
    assert (ended.verified, ended.open_changes) == (True, ())


def test_one_that_is_neither_waived_nor_supplied_stops_the_run(world: Inside) -> None:
    target = world.make_pool("rich", enrich)
    state = world.drive(world.start(target), {"waive": ACCOUNT})

    assert state.question is not None
    assert state.question.about == SHARE


def test_what_the_environment_supplies_reaches_the_pool_and_nothing_else(
    world: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TROUBLESHOOTER_SECRET_USERACCOUNTS_0_PASSWORD", PASSWORD)
    monkeypatch.setenv("TROUBLESHOOTER_SECRET_EXTENSIONS_AGENT_PROTECTEDSETTINGS", SETTINGS)
    target = world.make_pool("rich", enrich)
    run = world.start(target)
    state = world.drive(run, {"waive": SHARE}, until="recreate")
    (made,) = [pool for pool in world.pools() if "-dbg-" in pool]

    assert state.step("recreate").state is StepState.DONE
    assert [each["name"] for each in world.definition(made)["properties"]["userAccounts"]] == ["operator"]

    ended = world.resumed(run)
    assert (ended.verified, ended.open_changes) == (True, ())
    kept = b"".join(path.read_bytes() for path in world.home.rglob("*") if path.is_file())
    assert PASSWORD.encode() not in kept
    assert b"Staple-7-Canary-Key" not in kept


def test_what_was_typed_is_held_in_memory_and_asked_for_again_by_a_new_process(world: Inside) -> None:
    target = world.make_pool("rich", enrich)
    run = world.start(target)
    answers = {"waive": f"{SHARE}\n{AGENT}"}
    state = world.drive(run, answers, yes=True)
    assert state.question is not None
    run.answer("waive", "supply", lambda _: None)
    again = world.bench.resume(run.id, threading.Event())
    state = world.drive(again, answers)

    assert state.question is not None
    assert (state.question.gate, state.question.about) == ("secret", ACCOUNT)
    again = world.bench.resume(run.id, threading.Event())
    again.answer("secret", PASSWORD, lambda _: None)
    state = world.drive(again, answers, until="plan")
    assert state.step("plan").state is StepState.DONE
    assert state.answers[f"secret {ACCOUNT}"].choice == "supplied"

    elsewhere = world.resumed(run, answers)
    assert elsewhere.question is not None
    assert (elsewhere.question.gate, elsewhere.question.step) == ("secret", "recreate")
    assert elsewhere.changes == ()
    kept = b"".join(path.read_bytes() for path in world.home.rglob("*") if path.is_file())
    assert PASSWORD.encode() not in kept
