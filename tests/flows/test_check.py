"""`check`: the cause from Azure's side alone, by reads alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.flows.matrix.look import call
from troubleshooter.engine.outcome import exit_code
from troubleshooter.model.finding import Confidence, Verdict
from troubleshooter.model.handover import CrossChecked
from troubleshooter.report.decided import decision_of
from troubleshooter.report.json_report import run_json
from troubleshooter.report.markdown import run_markdown
from troubleshooter.report.text import run_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.flows.inside import Inside
    from troubleshooter.model.run import RunState
    from troubleshooter.simulator.server import Simulator

CONFIRMED, LIKELY = Confidence.CONFIRMED, Confidence.LIKELY
SEEN = {
    "vault-rbac-denied": ("kv-403-rbac", CONFIRMED),
    "vault-access-policy": ("kv-403-access-policy", CONFIRMED),
    "vault-policy-obo": ("kv-403-policy-obo", CONFIRMED),
    "vault-firewall": ("kv-403-firewall", LIKELY),
    "vault-private-only": ("kv-403-public-access-disabled", LIKELY),
    "secret-not-found": ("kv-404-secret-not-found", CONFIRMED),
    "secret-disabled": ("kv-403-secret-disabled", CONFIRMED),
    "wrong-client-id": ("imds-identity-not-found", CONFIRMED),
    "identity-missing": ("batch-pool-identity-missing", CONFIRMED),
    "identities-none-named": ("imds-multiple-identities", CONFIRMED),
    "secret-no-certificate": ("cert-content-type", CONFIRMED),
    "vault-other-tenant": ("kv-401-invalid-issuer", CONFIRMED),
}
"""Scenario to the cause that check names, and how sure it is."""
UNSEEN = ("vault-unresolved", "vault-unreachable", "metadata-captured")
"""Where everything that Azure tells is well, and the nodes fail all the same."""


def checked(world: Inside) -> RunState:
    return world.drive(world.start(playbook="check"), {}, yes=False)


@pytest.mark.parametrize("scenario", SEEN)
def test_the_cause_is_seen_without_a_node(
    scenario: str, simulator: Callable[..., Simulator], inside: Callable[..., Inside]
) -> None:
    world = inside(simulator(scenario))
    state = checked(world)
    root, sure = SEEN[scenario]

    assert (state.diagnosis.root_cause, exit_code(state)) == (root, 3)
    assert state.diagnosis.cause is not None
    assert state.diagnosis.cause.confidence is sure
    assert bool(state.diagnosis.cause.why_not_surer) is (sure is not CONFIRMED)
    assert state.acts == ()


@pytest.mark.parametrize("scenario", ["vault-rbac-denied", "healthy", "vault-unresolved"])
def test_nothing_is_sent_but_reads(
    scenario: str, simulator: Callable[..., Simulator], inside: Callable[..., Inside]
) -> None:
    world = inside(simulator(scenario))
    checked(world)
    calls = world.client.control("GET", "/calls")["calls"]

    sent = {call["method"] for call in calls if "/oauth2/" not in call["path"]}
    assert sent <= {"GET", "HEAD"}
    assert not [call for call in calls if call["path"].endswith("/getSecret/action")]


@pytest.mark.parametrize("scenario", UNSEEN)
def test_where_all_that_azure_tells_is_well_no_cause_is_named(
    scenario: str, simulator: Callable[..., Simulator], inside: Callable[..., Inside]
) -> None:
    state = checked(inside(simulator(scenario)))

    assert state.diagnosis.root_cause is None
    decision = decision_of(state)
    assert decision is not None
    assert (decision.whose, decision.firm, bool(decision.would_decide)) == (None, False, True)
    crossed = state.of(CrossChecked)
    assert crossed is not None
    assert [check.id for check in crossed.checks if check.verdict is Verdict.FAIL] == []
    assert "kv-403-rbac" in {check.id for check in crossed.checks if check.verdict is Verdict.PASS}


def test_the_command_that_mends_it_names_everything(
    simulator: Callable[..., Simulator], inside: Callable[..., Inside]
) -> None:
    cause = checked(inside(simulator("vault-rbac-denied"))).diagnosis.cause

    assert cause is not None
    (command,) = [fix.commands["az"] for fix in cause.fixes]
    assert command.startswith("az role assignment create --role 4633458b-17de-408a-b874-0445c86b69e6")
    assert "vaults/kv-contoso-certs" in command
    assert "$" not in command  # nothing is left to look up


def test_a_cause_that_is_mended_is_no_cause_any_more(
    simulator: Callable[..., Simulator], inside: Callable[..., Inside]
) -> None:
    world = inside(simulator("vault-rbac-denied"))
    world.client.control("POST", "/cure")
    state = checked(world)
    crossed = state.of(CrossChecked) or CrossChecked()

    assert state.diagnosis.root_cause is None
    assert [check for check in crossed.checks if check.verdict is Verdict.FAIL] == []


def test_it_says_whose_fault_it_is_with_what_proves_it(
    simulator: Callable[..., Simulator], inside: Callable[..., Inside]
) -> None:
    state = checked(inside(simulator("vault-rbac-denied")))
    told = run_json(state, 3)["decision"]

    assert (told["whose"], told["firm"]) == ("extension", True)
    assert told["reasons"][0]["evidence"][0]["field"] == "instanceView.statuses"
    assert "It is the extension." in run_text(state)
    assert "It is the extension." in run_markdown(state)


def test_where_no_node_is_ill_nothing_is_decided(
    simulator: Callable[..., Simulator], inside: Callable[..., Inside]
) -> None:
    assert "decision" not in run_json(checked(inside(simulator("healthy"))), 0)


WHOSE = {
    "subnet-denies-internet": ("network", True),
    "subnet-routes-to-appliance": ("network", False),
    "package-unreachable": ("network", False),
    "batch-unreachable": ("batch", True),
    "disk-full": ("batch", True),
    "node-extension-failed": ("batch", True),
    "v4-distribution": ("extension", True),
    "vault-firewall": ("extension", False),
    "proxy-unresolved": (None, False),
}
"""Scenario to whose fault it is, and whether that is firm."""


@pytest.mark.slow(every_change=True)
@pytest.mark.parametrize("scenario", WHOSE)
def test_extension_network_or_batch(
    scenario: str, simulator: Callable[..., Simulator], inside: Callable[..., Inside]
) -> None:
    decision = decision_of(checked(inside(simulator(scenario))))

    assert decision is not None
    assert (decision.whose, decision.firm) == WHOSE[scenario]
    assert decision.firm or decision.would_decide


def test_one_check_is_repeated_by_itself(
    simulator: Callable[..., Simulator], inside: Callable[..., Inside]
) -> None:
    """Its answer is of now: failed before the role was given, passed after it, whatever else is wrong."""
    world = inside(simulator("vault-rbac-denied"))

    def only(check: str) -> tuple[str | None, int, list[str]]:
        state = world.drive(world.start(playbook="check", only=check), {}, yes=False)
        told = [(each.id, each.verdict.value) for each in state.diagnosis.checked]
        assert [each for each, _ in told] == [check]
        return state.diagnosis.root_cause, exit_code(state), [verdict for _, verdict in told]

    assert only("kv-403-rbac") == ("kv-403-rbac", 3, ["fail"])
    assert only("kv-403-secret-disabled") == (None, 0, ["pass"])
    assert only("kv-403-access-policy") == (None, 0, ["not-applicable"])
    world.client.control("POST", "/cure")
    assert only("kv-403-rbac") == (None, 0, ["pass"])


def test_a_check_that_there_is_not_is_refused_with_what_is_like_it() -> None:
    code, document = call("check", "account/pool", "--only", "kv-403-rbca")

    assert (code, document["error"]["why"]) == (
        2,
        "Did you mean kv-403-rbac or kv-403-firewall or kv-403-policy-obo?",
    )


def test_what_a_run_would_need_is_told_and_nothing_ends_by_it(
    simulator: Callable[..., Simulator], inside: Callable[..., Inside]
) -> None:
    world = inside(simulator("vault-rbac-denied"))
    all_held = checked(world)
    assert "5 rights, all of which you have now." in run_text(all_held)

    world.client.control("POST", "/operator", {"lacks": ["Microsoft.Batch/batchAccounts/pools/write"]})
    short = checked(world)
    assert (short.diagnosis.root_cause, exit_code(short)) == ("kv-403-rbac", 3)
    told = run_json(short, 3)["needs"]
    assert [one["action"] for one in told["rights"] if one["standing"] == "missing"] == [
        "Microsoft.Batch/batchAccounts/pools/write"
    ]
    assert told["commands"].startswith("az role assignment create --assignee-object-id ")
    assert "you lack 1" in run_text(short)
    assert "you lack 1" in run_markdown(short)


@pytest.mark.parametrize(
    "fault",
    [
        {"match": "GET /extensions$", "body": "<html>"},
        {"match": "GET /extensions$", "body": "{}"},
        {"match": "GET /nodes$", "body": '{"value": [{"id": "../../x", "state": "unusable"}, {}]}'},
    ],
    ids=["a page", "no list", "names that no node has"],
)
def test_one_nodes_answer_that_cannot_be_read_hides_no_cause(
    fault: dict[str, Any], simulator: Callable[..., Simulator], inside: Callable[..., Inside]
) -> None:
    world = inside(simulator("vault-rbac-denied"))
    world.client.control("POST", "/fault", {**fault, "times": 99})
    state = checked(world)

    assert (state.diagnosis.root_cause, exit_code(state)) == ("kv-403-rbac", 3)
