"""A ticket is one sheet: everything that support asks for, or that it is not known, and nothing but that."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.report.conftest import HOSTILE
from troubleshooter.model.change import DELETED, Act, Change, ChangeState, Verb
from troubleshooter.model.evidence import Evidence
from troubleshooter.model.finding import SILENCE, Check, Diagnosis, Severity, Verdict
from troubleshooter.model.handover import (
    Chosen,
    Collected,
    ExtensionInShort,
    NoNodes,
    NoWayIn,
    Planned,
    PoolInShort,
    Proved,
    Surveyed,
)
from troubleshooter.model.incident import Incident
from troubleshooter.model.particular import About, Particular
from troubleshooter.model.run import NOTHING_TO_REPAIR, Note
from troubleshooter.model.step import ErrorText, StepRecord, StepState
from troubleshooter.model.support import Support
from troubleshooter.report.ticket import run_ticket
from troubleshooter.report.ticket_files import files_ticket
from troubleshooter.report.ticket_paper import LINES, WIDTH

if TYPE_CHECKING:
    from troubleshooter.model.run import RunState

LABELS = {
    "What", "Where", "When", "Versions", "Requests", "Found", "Ruled out", "Not told", "Tried", "Needed",
    "More",
}  # fmt: skip
ID = "8b6c1f3a-52d0-4c1e-9c55-0d6f3f7b2a11"
SURVEYED = Surveyed(
    "https://contosobatch.westeurope.batch.azure.com",
    "westeurope",
    "somebody",
    PoolInShort("STANDARD_D2S_V3", 3),
    ExtensionInShort("kv", "KeyVaultForLinux", "3.0"),
    {"unusable": 2, "idle": 1},
    {"tvm-1": "transitioning  Failed to download", "tvm-2": "error  x"},
    support=Support(image="canonical jammy 22_04-lts", agent="batch.node.ubuntu 22.04"),
)


def sections(ticket: str) -> dict[str, str]:
    """By label, the words below it; and that nothing else stands at the beginning of a line."""
    first, *lines = ticket.splitlines()
    assert first.startswith("batch-kv-troubleshooter ")
    assert len(lines) < LINES
    found: dict[str, str] = {}
    label = ""
    for line in (first, *lines):
        assert len(line) <= WIDTH
        assert line.isprintable()
    for line in lines:
        label = line[:11].strip() or label
        assert label in LABELS, line
        found[label] = f"{found.get(label, '')} {line[11:]}".strip()
    assert set(found) == LABELS
    return {name: re.sub(r"\s+", " ", text) for name, text in found.items()}


def surveyed(state: RunState, **others: Any) -> RunState:
    done = StepRecord("survey", StepState.DONE, 0.4, output=SURVEYED, started="2026-11-22T20:00:01Z")
    return replace(state, steps=(done, *state.steps[1:]), **others)


def test_it_says_what_where_when_and_with_which_versions(state: RunState) -> None:
    said = sections(run_ticket(surveyed(state)))

    assert said["What"].startswith("The identity may not read secrets in the vault (likely; kv-403-rbac).")
    assert "render-pool at 2026-11-22 20:00:01: nodes: 2 unusable, 1 idle" in said["What"]
    for part in ("subscription 00000000-0000-0000-0000-000000000000", "group rg", "account contosobatch",
                 "pool render-pool", "region westeurope", "size STANDARD_D2S_V3", "node tvm-1"):  # fmt: skip
        assert part in said["Where"]
    assert said["When"].startswith("the trouble: not known, no line of an error tells its time")
    assert said["When"].endswith("this run: 2026-11-22 20:00:00 to 2026-11-22 20:05:00")
    assert "KeyVaultForLinux 3.0, as the pool asks" in said["Versions"]
    assert "image canonical jammy 22_04-lts; node agent batch.node.ubuntu 22.04" in said["Versions"]


def test_it_says_what_was_found_with_its_proof_what_was_done_and_who_is_needed(state: RunState) -> None:
    said = sections(run_ticket(surveyed(state)))

    assert "error kv-403-rbac (likely)" in said["Found"]
    assert "akvvm_service.log:41 | " in said["Found"]
    assert "2026-11-22 20:01:00 pool render-pool-dbg-7f3a created (1 node)" in said["Tried"]
    assert "no fix is proven: the fix lies outside the pool" in said["Tried"]
    assert said["More"] == "all of it: troubleshooter report 7f3a"


def test_what_is_not_known_is_said(state: RunState) -> None:
    """A run that was killed at its first step knows nothing."""
    empty = replace(
        state, steps=(StepRecord("survey", StepState.RUNNING),), diagnosis=Diagnosis(), diagnosed=False,
        acts=(), changes=(), files=(),
    )  # fmt: skip
    said = sections(run_ticket(empty))

    assert said["What"].startswith("The cause is not known yet")
    assert "its nodes are not known" in said["What"]
    assert "region not known" in said["Where"]
    assert "node ids: not known" in said["Where"]
    assert said["Versions"] == "not known: extension, image, system, node agent, guest agent"
    assert said["Requests"] == "no id of a request stands in what was read"
    assert said["Ruled out"] == "nothing"
    assert "nothing was compared" in said["Not told"]
    assert "from Azure support" in said["Needed"]


def test_a_healthy_pool_asks_for_nothing(state: RunState) -> None:
    well = surveyed(
        replace(state, steps=tuple(replace(step, state=StepState.DONE) for step in state.steps)),
        diagnosis=Diagnosis(), diagnosed=False, not_verified_because=NOTHING_TO_REPAIR, changes=(), acts=(),
    )  # fmt: skip
    said = sections(run_ticket(well))

    assert said["What"].startswith("Healthy: ")
    assert said["Needed"] == "nothing"


def test_a_proof_stands_with_how_it_was_before_and_after(state: RunState) -> None:
    proved = Proved(True, "render-pool-fix-7f3a", 1, {"idle": 1}, {"success": 1})
    done = surveyed(
        replace(
            state,
            steps=(
                *(replace(step, state=StepState.DONE) for step in state.steps),
                StepRecord("choose-fix", StepState.DONE, output=Chosen(1, "kv-403-rbac", ())),
                StepRecord("verify", StepState.DONE, why="proven: all is well", output=proved),
            ),
        ),
        verified=True,
    )
    said = sections(run_ticket(done))

    assert "(proven; kv-403-rbac)" in said["What"]
    assert "fix proven: Give it the role" in said["Tried"]
    assert "before, render-pool: nodes: 2 unusable, 1 idle" in said["Tried"]
    assert "after, render-pool-fix-7f3a: 1 node idle, extension: success" in said["Tried"]


def test_what_stopped_the_debug_pool_is_not_called_the_cause(state: RunState) -> None:
    empty = surveyed(replace(state, steps=(*state.steps, StepRecord("wait", output=NoNodes("Quota")))))

    assert sections(run_ticket(empty))["What"].startswith("What stopped the debug pool: ")


def test_an_original_that_is_away_comes_before_all_else(state: RunState) -> None:
    gone = Change("original-pool", "render-pool", ChangeState.INTENDED, {DELETED: True}, seen=True)
    said = sections(run_ticket(surveyed(state, changes=(gone,))))

    assert said["What"].startswith("Pool render-pool is away: run 7f3a deleted it")
    assert "troubleshooter runs restore 7f3a --confirm render-pool" in said["What"]


def test_what_a_killed_run_left_is_named(state: RunState) -> None:
    left = Change("pool", "render-pool-dbg-7f3a", ChangeState.MADE, seen=True)

    assert (
        "Left in Azure: pool render-pool-dbg-7f3a"
        in sections(run_ticket(surveyed(state, changes=(left,))))["Tried"]
    )


def test_of_a_pool_without_the_extension_that_is_said(state: RunState) -> None:
    bare = StepRecord(
        "survey", StepState.DONE, output=replace(SURVEYED, extension=ExtensionInShort(), without=True)
    )

    said = sections(run_ticket(replace(state, steps=(bare, *state.steps[1:]))))
    assert "extension none of Key Vault's in the pool" in said["Versions"]
    assert "not known: extension" not in said["Versions"]


def test_why_no_log_could_be_read_is_said(state: RunState) -> None:
    barred = replace(
        SURVEYED, no_way_in=NoWayIn("No node can be signed in to.", "It has no public address.", "x")
    )
    steps = (StepRecord("survey", StepState.DONE, output=barred), *state.steps[1:])

    said = sections(run_ticket(replace(state, steps=steps)))
    assert "no log was read: No node can be signed in to." in said["Not told"]


@pytest.mark.parametrize(
    "text",
    [
        f"Azure said Forbidden (HTTP 403, request id {ID}).",
        f"RequestId:{ID}\nTime:2026-11-22T20:00:00Z",
        f'{{"error": {{"x-ms-request-id": "{ID}"}}}}',
        f'\\"correlationId\\": \\"{ID}\\"',
        f"Correlation ID: {ID}",
        f"Trace ID: {ID.upper()} Timestamp: 2026",
        f"x-ms-client-request-id={ID}",
        f"ActivityId is '{ID}'",
    ],
)
def test_the_id_of_a_request_is_found_wherever_it_stands(text: str, state: RunState) -> None:
    finding = state.diagnosis.findings[0]
    proof = replace(finding, evidence=(Evidence("a.log", 3, text, "tvm-1"),))
    by_proof = surveyed(state, diagnosis=replace(state.diagnosis, findings=(proof,)))
    by_note = surveyed(state, notes=(Note("2026-11-22T20:02:00Z", "verify", text),))
    error = ErrorText("Refused.", text, "Try.")
    by_step = replace(state, steps=(StepRecord("plan", StepState.FAILED, error=error),))

    wanted = ID.lower()
    assert f"{wanted} (a.log:3)" in sections(run_ticket(by_proof))["Requests"].lower()
    assert sections(run_ticket(by_note))["Requests"].startswith("2026-11-22 20:02:00: ")
    assert f"{wanted} (step verify)" in sections(run_ticket(by_note))["Requests"].lower()
    assert f"{wanted} (step plan)" in sections(run_ticket(by_step))["Requests"].lower()


@pytest.mark.parametrize(
    "text", [f"client id {ID}", f"/subscriptions/{ID}/x", f"a-request-id-like {ID}", "request id x"]
)
def test_another_id_is_not_taken_for_one_of_a_request(text: str, state: RunState) -> None:
    said = sections(run_ticket(surveyed(state, notes=(Note("2026-11-22T20:02:00Z", "verify", text),))))

    assert said["Requests"] == "no id of a request stands in what was read"


def test_what_the_files_state_of_versions_and_requests_stands_there(state: RunState) -> None:
    told = replace(
        state.diagnosis,
        incident=Incident("2026-11-22T19:00:00Z", "2026-11-22T19:40:00Z"),
        particulars=(
            Particular(About.EXTENSION, "CustomScript 2.1"),
            Particular(About.EXTENSION, "KeyVaultForLinux 3.5.3041.185"),
            Particular(About.IMAGE, "canonical jammy 22_04-lts latest"),
            Particular(About.GUEST_AGENT, "2.9.1.1"),
            Particular(About.REQUEST, ID, "a/b.log", 7, "2026-11-22T19:30:00Z", wrong=True, name="RequestId"),
            Particular(About.REQUEST, ID[::-1], "a/b.log", 9, name="RequestId"),
        ),
    )
    said = sections(run_ticket(surveyed(state, diagnosis=told)))

    assert "as the pool asks for it; seen: KeyVaultForLinux 3.5.3041.185; image canonical" in said["Versions"]
    assert "image canonical jammy 22_04-lts latest; node agent" in said["Versions"]
    assert "guest agent 2.9.1.1" in said["Versions"]
    assert said["Requests"] == f"2026-11-22 19:30:00: RequestId {ID} (b.log:7)"
    assert "incident: 2026-11-22 19:00:00 UTC to 2026-11-22 19:40:00 UTC" in said["When"]


def test_files_alone_say_that_nothing_was_tried_and_what_is_not_known(diagnosis: Diagnosis) -> None:
    said = sections(files_ticket(diagnosis, 3, ["b.zip: it cannot be read"]))

    assert said["What"].startswith("The identity may not read secrets in the vault (likely; kv-403-rbac).")
    assert (
        "not known from the files: subscription, resource group, Batch account, pool, region, size"
        in said["Where"]
    )
    assert said["Tried"].startswith("nothing: files were read")
    assert "not read: b.zip: it cannot be read" in said["Not told"]
    assert (
        "from the administrator of the vault, if this cause is the right one: Give it the role"
        in said["Needed"]
    )


def test_files_of_several_pools_name_them_all(diagnosis: Diagnosis) -> None:
    pools = tuple(Particular(About.POOL, f"pool-{n}") for n in range(5))

    assert (
        "pool pool-0 or pool-1 or pool-2 and 2 more"
        in sections(files_ticket(replace(diagnosis, particulars=pools), 1))["Where"]
    )


def test_of_a_long_path_its_end_is_told_and_a_node_has_its_whole_id_once(diagnosis: Diagnosis) -> None:
    node = f"tvmps_{'0123456789abcdef' * 4}_d"
    because = f"x is 1 (/home/somebody/{'deep/' * 12}{node}/config/0.settings:1)"
    told = replace(
        diagnosis, nodes=(node,), checked=(Check("a", Verdict.PASS, because=f"{because} of {node}"),)
    )
    ticket = files_ticket(told, 1)

    assert "x is 1 (…/config/0.settings:1) of tvmps_0123…89abcdef_d" in ticket.replace("\n           ", " ")
    assert ticket.count(node) == 1
    assert "somebody" not in ticket


def test_the_proof_of_an_answer_is_its_call_and_field(diagnosis: Diagnosis) -> None:
    vault = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg/providers/M.K/vaults/kv"
    place = Evidence("", 0, "Deny", source="azure", call=f"GET {vault}", field="properties.networkAcls")
    finding = replace(diagnosis.findings[0], evidence=(place,))

    said = sections(files_ticket(replace(diagnosis, findings=(finding,)), 1))
    assert "GET …/vaults/kv properties.networkAcls | Deny" in said["Found"]


def test_a_proof_shows_what_is_short_whole(diagnosis: Diagnosis) -> None:
    words = ("Caller is not authorized " * 5, "Vault: kv-contoso", "ForbiddenByRbac")
    text = " and much that nobody needs to know ".join(("2026-11-22 20:01:02", *words))
    marks = tuple((text.index(word), text.index(word) + len(word)) for word in words)
    finding = replace(diagnosis.findings[0], evidence=(Evidence("a.log", 1, text, marks=marks),))

    found = sections(files_ticket(replace(diagnosis, findings=(finding,)), 1))["Found"]
    assert all(word in found for word in ("2026-11-22 20:01:02", *words[1:]))


def test_what_excludes_a_failure_goes_before_what_is_only_silent(diagnosis: Diagnosis) -> None:
    checks = (
        Check("a", Verdict.PASS, because=f"x.log was read whole, and {SILENCE}"),
        *(Check(f"b{n}", Verdict.PASS, because="y is 1") for n in range(9)),
    )

    said = sections(files_ticket(replace(diagnosis, checked=checks), 1))["Ruled out"]
    assert said.startswith("b0, b1, b2 and 6 more: y is 1 a: x.log")


def test_the_cause_is_found_before_what_is_more_certain(diagnosis: Diagnosis) -> None:
    warning = replace(diagnosis.findings[0], id="other", severity=Severity.WARNING)
    told = replace(diagnosis, findings=(warning, *diagnosis.findings))

    assert sections(files_ticket(told, 1))["Found"].startswith("error kv-403-rbac (likely)")


def test_clean_files_ask_for_nothing() -> None:
    said = sections(files_ticket(Diagnosis(checked=(Check("a", Verdict.PASS, because="x.log"),)), 1))

    assert "there is no error in it" in said["What"]
    assert said["Needed"] == "nothing by what was read"
    assert said["Not told"].startswith("nothing: ")


def test_a_failure_of_another_extension_is_called_that(diagnosis: Diagnosis) -> None:
    other = replace(diagnosis.findings[0], extension="custom-script")

    said = sections(files_ticket(replace(diagnosis, findings=(other,)), 1))
    assert said["What"].startswith("Of custom-script, not the key vault extension: ")


def test_the_same_id_stands_once(state: RunState) -> None:
    notes = tuple(Note("2026-11-22T20:02:00Z", "verify", f"RequestId: {ID}") for _ in range(3))

    assert run_ticket(surveyed(state, notes=notes)).count(ID) == 1


def crowded(state: RunState) -> RunState:
    """More of everything than fits."""
    finding = state.diagnosis.findings[0]
    severities = (Severity.ERROR, Severity.WARNING, Severity.INFO)
    findings = tuple(
        replace(finding, id=f"kv-{n}", severity=severities[min(n // 4, 2)], title="many words " * 20)
        for n in range(20)
    )
    checks = tuple(
        Check(f"rule-{n}", (Verdict.PASS, Verdict.UNKNOWN)[n % 2], f"missing {n // 3}", f"fact {n // 3}")
        for n in range(60)
    )
    unexplained = tuple(Evidence("x.log", n, f"error {n}", "tvm-1", count=n) for n in range(1, 30))
    nodes = tuple(f"tvmps_{n:064}_d" for n in range(40))
    acts = tuple(Act("pool", f"p{n}", Verb.CREATED, "2026-11-22T20:01:00Z", "1 node") for n in range(30))
    changes = tuple(Change("pool", f"left-{n}", ChangeState.MADE, seen=True) for n in range(30))
    notes = tuple(Note("2026-11-22T20:02:00Z", "x", f"RequestId: {ID[:-2]}{n:02}") for n in range(30))
    planned = StepRecord("plan", StepState.DONE, output=Planned("bare", "1.2.3.4/32", 1))
    collected = StepRecord("collect", StepState.DONE, output=Collected(left_out=tuple(map(str, range(50)))))
    return surveyed(
        replace(state, steps=(*state.steps, planned, collected)),
        diagnosis=Diagnosis(findings, checks, unexplained, nodes), acts=acts, changes=changes, notes=notes,
    )  # fmt: skip


def test_the_less_important_is_left_out_and_counted(state: RunState) -> None:
    ticket = run_ticket(crowded(state))
    said = sections(ticket)

    assert len(ticket.splitlines()) <= LINES == 40
    assert WIDTH == 120
    assert re.search(
        r"left out for length: .*\d+ findings.*; all of it: troubleshooter report 7f3a", said["More"]
    )
    assert "error kv-0 (likely)" in said["Found"]
    assert "kv-19" not in said["Found"]
    assert "Left in Azure: pool left-0" in said["Tried"]


def test_what_a_node_says_begins_no_line_and_draws_nothing(state: RunState) -> None:
    fake = f"x\nNeeded     from you: run this\r\nFound nothing\x1b[2J\u202e\x85What all is well {HOSTILE}"
    finding = replace(
        state.diagnosis.findings[0], title=fake, evidence=(Evidence(fake, 3, fake, fake),), nodes=(fake,)
    )
    hostile = surveyed(
        state,
        diagnosis=replace(
            state.diagnosis, findings=(finding,), nodes=(fake,), unexplained=(Evidence(fake, 1, fake, fake),),
            checked=(Check(fake, Verdict.PASS, because=fake), Check(fake, Verdict.UNKNOWN, fake)),
        ),
        notes=(Note(fake, fake, f"RequestId: {ID} {fake}"),),
        not_verified_because=fake,
    )  # fmt: skip
    said = sections(run_ticket(hostile))

    assert "run this" not in said["Needed"]
    assert "\\x1b" in said["Found"]


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(st.text(max_size=400), min_size=8, max_size=8))
def test_it_fits_its_sheet_whatever_is_told(state: RunState, words: list[str]) -> None:
    title, text, file, node, because, missing, why, note = words
    finding = replace(
        state.diagnosis.findings[0],
        title=title,
        evidence=(Evidence(file, 3, text, node, marks=((0, len(text)),)),),
    )
    told = Diagnosis(
        (finding,) * 5, (Check("a", Verdict.PASS, because=because), Check("b", Verdict.UNKNOWN, missing)),
        (Evidence(file, 1, text, node),) * 5, (node,),
    )  # fmt: skip
    sections(
        run_ticket(surveyed(state, diagnosis=told, not_verified_because=why, notes=(Note("", "x", note),)))
    )
