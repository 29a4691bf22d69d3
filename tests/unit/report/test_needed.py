"""What is said of a route's rights: beside a plan, for scripts, and to whoever gives them."""

from __future__ import annotations

import shlex
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from troubleshooter.model.need import Need, Needs, Right, Standing
from troubleshooter.model.step import ErrorText, StepRecord, StepState
from troubleshooter.report.json_report import run_json
from troubleshooter.report.needed import commands, lines, missing, request, rights_json, run_needs
from troubleshooter.report.to_do import to_do

if TYPE_CHECKING:
    from troubleshooter.model.run import RunState

ACCOUNT = "/subscriptions/s/resourceGroups/my rg/providers/Microsoft.Batch/batchAccounts/a"
IDENTITY = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/i"
WRITE, DELETE = (f"Microsoft.Batch/batchAccounts/pools/{verb}" for verb in ("write", "delete"))
ROLE, PAGE = "Azure Batch Data Contributor", "https://learn.microsoft.com/roles#data"
OID = "f11729e1-b693-5eee-94e4-dca6fbf8f771"


def lacks(action: str, scope: str = ACCOUNT, role: str = ROLE) -> Need:
    return Need(
        Right(action, scope, "it makes pools"), Standing.MISSING, "not in the list", role=role, source=PAGE
    )


HELD = Need(
    Right("Microsoft.Batch/batchAccounts/read", ACCOUNT, "it reads"), Standing.HELD, "GET permissions has it"
)
OPEN = replace(HELD, standing=Standing.UNKNOWN, because="GET denyAssignments could not be read")
DENIED = Need(
    Right(DELETE, IDENTITY, "it removes"),
    Standing.MISSING,
    "the deny assignment lock forbids it",
    denied=True,
)
SHORT = Needs(
    (HELD, lacks(WRITE), lacks(DELETE)), OID, "ServicePrincipal", "application 5b0c", "/run/rights.txt"
)


def test_where_all_is_held_two_lines_say_it_all() -> None:
    told = lines(Needs((HELD,)))
    assert told[0] == "1 of 1 right that it needs from here to its clean-up you have now"
    assert told[1].startswith("not known before it is tried: what a policy makes of a request")
    assert len(told) == 2


def test_what_is_not_known_is_told_with_why() -> None:
    assert lines(Needs((HELD, OPEN)))[:2] == [
        "1 of 2 rights that it needs from here to its clean-up you have now",
        "not known: Microsoft.Batch/batchAccounts/read on a: GET denyAssignments could not be read",
    ]


def test_one_role_at_one_place_is_one_command_that_a_shell_reads_as_it_is() -> None:
    (command,) = commands(SHORT).splitlines()
    assert shlex.split(command) == [
        "az", "role", "assignment", "create",
        "--assignee-object-id", OID, "--assignee-principal-type", "ServicePrincipal",
        "--role", ROLE, "--scope", ACCOUNT,
    ]  # fmt: skip


def test_who_is_not_known_is_left_to_be_filled_in() -> None:
    assert "--assignee-object-id '<object id>' --role" in commands(replace(SHORT, who="", kind=""))


def test_a_denial_has_no_command() -> None:
    needs = replace(SHORT, rights=(DENIED,))
    assert commands(needs) == ""
    told = request(needs, "p")
    assert "but    the deny assignment lock forbids it" in told
    assert "With az" not in told


def test_the_request_says_who_what_where_and_what_gives_it() -> None:
    told = request(replace(SHORT, rights=(*SHORT.rights, lacks("x/y", IDENTITY, role=""))), "render-pool")
    assert f"ServicePrincipal {OID}, application 5b0c" in told
    for line in (f"what   {WRITE}", f"where  {ACCOUNT}", f"role   {ROLE}, the least built-in one: {PAGE}"):
        assert f"  {line}\n" in told
    assert "role   a custom one: none is known that has it" in told
    assert commands(SHORT) in told


def test_the_request_holds_no_line_of_anybody_elses() -> None:
    told = request(replace(SHORT, name="ada\nrm -rf /\x1b[2J"), "render-pool")
    assert "\nrm" not in told
    assert "\x1b" not in told


def test_what_is_missing_is_one_sentence_by_what_decided_it() -> None:
    needs = replace(SHORT, rights=(*SHORT.rights, DENIED))
    told = f"{WRITE} (it makes pools), {DELETE} (it makes pools): not in the list"
    assert missing(needs) == f"{told}; {DELETE} (it removes): the deny assignment lock forbids it."


@pytest.mark.parametrize(
    ("needs", "said"),
    [
        (Needs((HELD,)), ["1 right, all of which you have now."]),
        (Needs((HELD, OPEN)), ["2 rights, of which 1 could not be looked at."]),
        (
            SHORT,
            [
                f"3 rights, of which you lack 2: {missing(SHORT)}",
                "Send what stands in /run/rights.txt to whoever gives rights there.",
            ],
        ),
    ],
)
def test_a_pool_that_was_only_looked_at_says_what_a_run_needs(
    needs: Needs, said: list[str], state: RunState
) -> None:
    looked = replace(state, steps=(StepRecord("needs", StepState.DONE, output=needs),), changes=())
    assert [text for _, text in run_needs(looked)] == said
    assert [*run_needs(replace(looked, steps=(*looked.steps, StepRecord("plan"))))] == []


def test_a_plan_that_was_not_begun_is_to_be_asked_for(state: RunState) -> None:
    error = ErrorText("You lack 2.", "why", "Send what stands in /run/rights.txt.", 6)
    failed = StepRecord("plan", StepState.FAILED, exit_code=6, output=SHORT, error=error)
    stopped = replace(state, steps=(failed,), changes=(), verified=False, diagnosed=False)
    first = to_do(stopped)[0]
    assert first.text == error.do
    assert first.commands == {"az": commands(SHORT)}
    assert run_json(stopped, 6)["needs"] == rights_json(SHORT)
    assert rights_json(SHORT)["rights"][1] == {
        "action": WRITE,
        "scope": ACCOUNT,
        "standing": "missing",
        "for": "it makes pools",
        "because": "not in the list",
        "role": ROLE,
    }
