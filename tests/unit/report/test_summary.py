"""The three moments, and what is to be done: what a reader is told where a run stands."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from troubleshooter.model.change import FINAL, STAGE, Act, Change, ChangeState, Verb
from troubleshooter.model.evidence import Evidence
from troubleshooter.model.finding import Confidence, Diagnosis, Finding, Fix, Outside, Severity
from troubleshooter.model.handover import (
    Chosen,
    Collected,
    Mend,
    NoNodes,
    NoWayIn,
    PoolInShort,
    Proved,
    Stopped,
    Surveyed,
)
from troubleshooter.model.run import NOTHING_TO_REPAIR, Answer, KeptFile, Question, RunState
from troubleshooter.model.step import ErrorText, StepRecord, StepState
from troubleshooter.model.target import Target
from troubleshooter.report.summary import Mood, Stage, end, found, proven

if TYPE_CHECKING:
    from collections.abc import Mapping

GRANT = Fix("Give ada the role", outside=Outside("assign-role"), commands={"az": "az role"})
CHANGE = Fix("Set msiClientId to b", patch=({"op": "replace", "path": "/a", "value": "b"},))
SYMPTOM = Finding("kv-status", Severity.WARNING, Confidence.CONFIRMED, "The extension keeps trying", (), "")
CLOCK = Finding("clock", Severity.ERROR, Confidence.LIKELY, "The clock is wrong", (), "")
SURVEY = Surveyed(
    "https://a.example",
    counts={"unusable": 2},
    statuses={"a": "transitioning  x", "b": "transitioning  y"},
)
PROOF = Proved(True, "p-fix-1", 1, {"idle": 1}, {"success": 1})
NAMES = (
    "survey",
    "plan",
    "wait-for-idle",
    "diagnose",
    "choose-fix",
    "verify",
    "verify-all",
    "apply",
    "clean-up",
)


def told(*fixes: Fix, sure: Confidence = Confidence.LIKELY) -> Diagnosis:
    cause = Finding("c", Severity.ERROR, sure, "It may not read", (), "Because.", fixes=fixes,
                    explains=("kv-status",), confirm=("read it",))  # fmt: skip
    return Diagnosis((cause, SYMPTOM, CLOCK))


def a_run(outputs: Mapping[str, Any], now: StepRecord | None = None, **fields: Any) -> RunState:
    """Make one that is over, or stands at a step."""
    ids = NAMES[: NAMES.index(now.id)] if now else NAMES
    done = tuple(StepRecord(each, StepState.DONE, output=outputs.get(each)) for each in ids)
    steps = (*done, now) if now else done
    return RunState("1", Target("s", "g", "acc", "p"), "kv", "", "", steps, **fields)


def a_proven_run(fix: Fix, **fields: Any) -> RunState:
    chosen = Chosen(1, "c", tuple(map(dict, fix.patch)))
    outputs = {"survey": SURVEY, "choose-fix": chosen, "verify": PROOF}
    return a_run(outputs, diagnosis=told(fix), diagnosed=True, verified=True, **fields)


def test_a_likely_cause_says_why_it_is_not_surer_and_what_it_explains() -> None:
    state = a_run({}, StepRecord("choose-fix"), diagnosis=told(GRANT), diagnosed=True)
    answer = found(state)

    assert (answer.stage, answer.what, answer.sure) == (Stage.FOUND, "It may not read", "Likely")
    assert "second witness" in answer.why_not_surer
    assert answer.make_sure == ("read it",)
    assert answer.explains == ("The extension keeps trying",)
    assert answer.others == ("The clock is wrong",)
    assert "outside the pool" in answer.next


@pytest.mark.parametrize(
    ("hit", "well", "said"),
    [
        ("a", "b", "1 of 2 nodes whose logs were read; the other reports success"),
        ("a", "", "1 of 2 nodes whose logs were read"),
        ("ab", "", "both nodes whose logs were read"),
        ("x", "ab", ""),
    ],
)
def test_a_cause_says_how_many_nodes_have_it(hit: str, well: str, said: str) -> None:
    """Of the nodes whose logs were read: nodes of which there is only Azure's word tell it neither way."""
    known = told(CHANGE)
    cause = replace(known.findings[0], nodes=tuple(hit))
    files = tuple(KeptFile(node, "l", "", "", 1, step="collect") for node in "ab")
    survey = KeptFile("x", "view", "", "", 1, step="survey")
    diagnosis = replace(known, findings=(cause,), nodes=("a", "b", "x"), succeeded=tuple(well))
    state = a_run({}, diagnosis=diagnosis, diagnosed=True, files=(*files, survey))
    assert found(state).on == said


def test_a_confirmed_cause_gives_no_reason_against_it() -> None:
    answer = found(a_run({}, diagnosis=told(CHANGE, sure=Confidence.CONFIRMED), diagnosed=True))

    assert (answer.sure, answer.why_not_surer, answer.make_sure) == ("Confirmed", "", ())


def test_what_the_survey_makes_likely_says_that_no_log_was_read() -> None:
    answer = found(a_run({}, StepRecord("plan"), likely=told(CHANGE)))

    assert answer.stage is Stage.LIKELY
    assert answer.why_not_surer.startswith("No log was read")
    assert "before anything is made" in answer.next


@pytest.mark.parametrize("sure", [Confidence.CONFIRMED, Confidence.LIKELY])
def test_the_first_line_is_as_sure_as_the_cause(sure: Confidence) -> None:
    state = a_run({}, StepRecord("plan"), likely=told(CHANGE, sure=sure))
    word = "Cause found" if sure is Confidence.CONFIRMED else "Likely cause"

    assert found(state).headline == f"{word}, before any log was read"
    ending = end(replace(state, steps=(StepRecord("plan", StepState.DONE),)))
    assert ending.headline.startswith(f"{word}, before any log was read: ")
    assert any("if the likely cause" in each.text for each in ending.to_do) is (sure is Confidence.LIKELY)


def test_a_debug_pool_without_nodes_says_that_nothing_can_be_proven() -> None:
    outputs = {"wait-for-idle": NoNodes("AccountCoreQuotaReached")}
    answer = found(a_run(outputs, StepRecord("choose-fix"), diagnosis=told(CHANGE), diagnosed=True))

    assert "no fix can be proven now" in answer.next


def test_what_stopped_the_debug_pool_is_not_the_cause_of_nodes_that_exist() -> None:
    outputs = {"survey": SURVEY, "wait-for-idle": NoNodes("AccountCoreQuotaReached")}
    ending = end(a_run(outputs, diagnosis=told(Fix("Raise the quota")), diagnosed=True))

    assert ending.found.stage is Stage.BLOCKED
    assert ending.headline == "Cause not found: the debug pool got no nodes"
    assert ending.found.known == "p: 2 nodes unusable, extension: transitioning (x)"
    assert [each.text.partition(":")[0] for each in ending.to_do] == [
        "You must do this, if the likely cause is the right one",
        "Then look for the cause with a new run. With no room for a debug pool, it can work on p itself",
    ]


def test_a_run_that_was_stopped_at_its_plan_leaves_something_to_look_at() -> None:
    planned = Stopped("az keyvault show --name v", "0 of 4 cores of the account are free")
    ending = end(a_run({"survey": SURVEY, "plan": planned}))
    quota, looks, again = ending.to_do
    assert ending.found.known == "p: 2 nodes unusable, extension: transitioning (x)"
    assert "0 of 4 cores of the account are free" in quota.text
    assert "--mode in-place deletes that" in quota.text
    assert looks.text.startswith("Meanwhile, look at the usual causes")
    assert looks.commands == {"az": "az keyvault show --name v"}
    assert again.text.startswith("Start a new run")


def test_with_cores_enough_nobody_is_sent_for_more() -> None:
    planned = Stopped("az keyvault show --name v")
    looks, _ = end(a_run({"survey": SURVEY, "plan": planned})).to_do
    assert looks.text.startswith("Without a debug pool, look at the usual causes")


def test_while_the_quota_is_raised_there_is_something_to_look_at() -> None:
    stopped = NoNodes("AccountCoreQuotaReached", "az keyvault show --name v")
    outputs = {"survey": SURVEY, "wait-for-idle": stopped}
    ending = end(a_run(outputs, diagnosis=told(Fix("Raise the quota")), diagnosed=True))
    assert ending.to_do[1].text.startswith("Meanwhile, look at the usual causes")
    assert ending.to_do[1].commands == {"az": "az keyvault show --name v"}


def test_a_pool_without_nodes_has_what_stopped_them_as_its_cause() -> None:
    outputs = {"survey": Surveyed("https://a.example"), "wait-for-idle": NoNodes("AccountCoreQuotaReached")}
    assert end(a_run(outputs, diagnosis=told(CHANGE), diagnosed=True)).found.stage is Stage.FOUND


def test_a_fix_that_was_tried_in_vain_is_not_ordered_once_more() -> None:
    outputs = {"survey": SURVEY, "choose-fix": Chosen(1, "c", ()), "verify": replace(PROOF, proven=False)}
    ending = end(
        a_run(outputs, diagnosis=told(GRANT), diagnosed=True, not_verified_because="still transitioning")
    )

    assert ending.proven is not None
    assert ending.proven.fix == "Give ada the role; it was said to be done"
    assert [each.text.partition(":")[0] for each in ending.to_do] == [
        "Make sure that this was done some minutes before the proof",
        "Then look for a second cause with a new run",
    ]
    assert "It stays as it is" in ending.to_do[0].text
    assert not ending.to_do[0].commands, "what was made is not ordered again"


def test_no_cause_is_no_health() -> None:
    ending = end(a_run({}, diagnosed=True))

    assert ending.found.stage is Stage.NOTHING
    assert ending.mood is Mood.CARE
    assert ending.to_do[0].commands == {"shell": "troubleshooter runs export 1 --out 1.tar.gz"}, "no circle"


def test_no_cause_tells_what_was_seen_and_read() -> None:
    failed = {"b": "SSH to b broke off. It ended with: EOFError."}
    files = (KeptFile("a", "l", "", "", 1, step="collect"), KeptFile("a", "m", "", "", 1, step="collect"))
    collect = StepRecord("collect", StepState.DONE, output=Collected(failed=failed))
    state = a_run({"survey": SURVEY}, diagnosed=True, files=files)
    ending = end(replace(state, steps=(*state.steps, collect)))

    assert ending.found.known == "p: 2 nodes unusable, extension: transitioning (x)"
    assert ending.found.read == f"2 files of 1 node; nothing of 1 node: {failed['b']}"
    (only,) = ending.to_do
    assert only.text.endswith(f"What failed: {failed['b']}")
    assert "start a new run" in only.text


def test_lines_that_nobody_explains_are_named() -> None:
    line = Evidence("/var/log/x.log", 7, "boom")
    ending = end(a_run({}, diagnosis=Diagnosis(unexplained=(line,)), diagnosed=True))

    assert "1 kind of error lines" in ending.to_do[0].text
    assert "x.log:7" in ending.to_do[0].text


def test_a_pool_that_nobody_can_sign_in_to_says_why() -> None:
    barred = NoWayIn("A Windows pool.", "No SSH.", "Use Remote Desktop.")
    ending = end(a_run({"survey": replace(SURVEY, no_way_in=barred)}, diagnosed=True))

    assert ending.headline == "No cause found: no log was read. A Windows pool. No SSH."
    assert [each.text for each in ending.to_do] == ["Use Remote Desktop."]


def test_without_logs_the_usual_causes_are_named_with_their_commands() -> None:
    barred = NoWayIn("w", "y", "d", "az keyvault show --name v")
    first, second = end(a_run({"survey": replace(SURVEY, no_way_in=barred)}, diagnosed=True)).to_do

    assert first.text.startswith("Without logs, look at the usual causes")
    assert "Over each command stands what is a cause" in first.text, "of a run of an earlier version"
    assert first.commands == {"az": "az keyvault show --name v"}
    assert second.text == "If no cause shows: d"


MENDS = (
    Mend("assign-role", "It is the cause if no role is listed.", "az role assignment create"),
    Mend("", "It is the cause if nobody knows what mends it.", ""),
)
LOOKS = "az keyvault show --name v"


@pytest.mark.parametrize(
    "outputs",
    [
        {"survey": replace(SURVEY, no_way_in=NoWayIn("w", "y", "d", LOOKS, MENDS))},
        {"survey": SURVEY, "plan": Stopped(LOOKS, "", MENDS)},
        {"survey": SURVEY, "wait-for-idle": NoNodes("AccountCoreQuotaReached", LOOKS, MENDS)},
        {
            "survey": SURVEY,
            "choose-fix": Chosen(1, "c", ()),
            "verify": replace(PROOF, proven=False, looks=LOOKS, mends=MENDS),
        },
    ],
    ids=["no way in", "stopped at the plan", "no nodes", "not proven"],
)
def test_what_looks_comes_before_what_mends_and_apart_from_it(outputs: dict[str, Any]) -> None:
    known = Diagnosis() if outputs["survey"].no_way_in else told(GRANT)
    every = end(a_run(outputs, diagnosis=known, diagnosed=True)).to_do
    at = next(number for number, one in enumerate(every) if "look at the usual causes" in one.text)
    look, role, nobody, after = every[at : at + 4]

    assert "run them all before you change anything" in look.text
    assert "one fault hides those behind it" in look.text
    assert look.commands == {"az": LOOKS}, "what looks is not copied with what changes something"
    assert role.text == f"{MENDS[0].shows} Somebody who may assign roles on the vault mends it with:"
    assert role.commands == {"az": "az role assignment create"}
    assert (nobody.text, nobody.commands) == (MENDS[1].shows, {})
    assert after.text.startswith("After a mend, look at the pool again")


def test_a_healthy_pool_leaves_nothing_to_do() -> None:
    well = Surveyed("https://a.example", counts={"idle": 2}, statuses={"a": "success  ", "b": "success  "})
    ending = end(a_run({"survey": well}, not_verified_because=NOTHING_TO_REPAIR))

    assert ending.headline.startswith("Healthy: 2 nodes (2 idle)")
    assert (ending.mood, ending.to_do, ending.not_proven) == (Mood.GOOD, (), "")


def test_a_proof_tells_on_what_and_how_the_nodes_were_before_and_after() -> None:
    proof = proven(a_proven_run(CHANGE))

    assert proof is not None
    assert (proof.holds, proof.fix) == (True, "Set msiClientId to b")
    assert proof.headline == "With the fix a fresh node became idle, and every extension reports success"
    assert proof.on == "1 node of p-fix-1, beside the original"
    assert proof.before.told == "2 nodes unusable, extension: transitioning"
    assert proof.after is not None
    assert proof.after.told == "1 node idle, extension: success"


def test_a_proven_finding_says_so() -> None:
    answer = found(a_proven_run(CHANGE))

    assert (answer.sure, answer.why_not_surer, answer.make_sure) == ("Proven", "", ())


def test_a_proven_change_is_still_to_be_made_on_the_original() -> None:
    (only,) = end(a_proven_run(CHANGE)).to_do

    assert only.text.startswith("Create p again with the change. Until then its 2 nodes stay unusable")


def test_a_proven_change_outside_asks_to_look_at_the_old_nodes() -> None:
    look, anew = end(a_proven_run(GRANT)).to_do

    assert look.text == "Look at p again: 2 nodes were unusable."
    assert "resize" not in look.commands["az"], "what looks is not copied with what stops nodes"
    assert anew.text.startswith("If they do not come right in some minutes")


OPEN = Fix("Let its addresses in", outside=Outside("allow-network", {"no_subnet": "yes"}))
DONE = Answer("outside-fix", "done", "")


def test_what_others_did_is_told_as_a_change_that_stays() -> None:
    assert end(a_proven_run(GRANT, answers={"outside-fix": DONE})).changed == (
        (
            "Outside this run, as was answered here, and it stays: Give ada the role."
            " What exactly was done there this run did not see."
        ),
        "This run itself changed nothing in Azure.",
    )


@pytest.mark.parametrize("answers", [{}, {"outside-fix": replace(DONE, choice="skip")}])
def test_what_nobody_said_was_done_is_no_change(answers: Mapping[str, Answer]) -> None:
    assert not any("Outside this run" in text for text in end(a_proven_run(GRANT, answers=answers)).changed)


def test_a_firewall_opened_to_addresses_may_stay_shut_for_the_original() -> None:
    first, second, third = end(a_proven_run(OPEN)).to_do
    assert first.text.startswith("Look whether every address that the nodes of p leave by is allowed too")
    assert second.text.startswith("Look at p again")
    assert "other addresses" in third.text


def test_a_firewall_opened_to_addresses_of_the_original_itself_does_not_last() -> None:
    stands = Change("original-pool", "p", ChangeState.REMOVED, {STAGE: FINAL})
    (last,) = end(a_proven_run(OPEN, changes=(stands,))).to_do
    assert last.text.startswith("Nothing at once; then make it last.")


def test_a_certificate_that_was_made_or_brought_back_is_looked_at() -> None:
    made = Fix("Recover or create c", outside=Outside("create-secret", {"vault": "v", "secret": "c"}))
    first = end(a_proven_run(made)).to_do[0]
    assert first.text.startswith("Look whether the certificate in the vault is the one that is wanted")
    assert first.commands["az"].startswith("az keyvault certificate show --vault-name v --name c ")


def test_a_firewall_in_front_warns_of_what_it_hides() -> None:
    state = a_run({}, StepRecord("choose-fix"), diagnosis=told(OPEN), diagnosed=True)
    assert "a missing permission may hide behind them" in found(state).next
    state = replace(state, diagnosis=told(GRANT))
    assert "hide" not in found(state).next


def test_what_needs_a_node_is_said_before_the_node_is_removed() -> None:
    at_the_end = StepRecord("clean-up", StepState.ASKING)
    on_the_node = replace(told(GRANT).findings[0], confirm=("ls /var/lib/waagent, on the node",))
    state = a_run({}, at_the_end, diagnosis=Diagnosis((on_the_node,)), diagnosed=True)
    assert "choose keep" in found(state).next
    assert not found(replace(state, diagnosis=told(GRANT))).next
    certain = replace(on_the_node, confidence=Confidence.CONFIRMED)
    assert not found(replace(state, diagnosis=Diagnosis((certain,)))).next


def test_an_original_that_stands_with_the_fix_leaves_its_template() -> None:
    stands = Change("original-pool", "p", ChangeState.REMOVED, {STAGE: FINAL})
    acts = tuple(
        Act("original-pool", "p", verb, "")
        for verb in (Verb.REMOVED, Verb.CREATED, Verb.REMOVED, Verb.CREATED, Verb.SETTLED)
    )
    ending = end(a_proven_run(CHANGE, changes=(stands,), acts=acts))

    assert ending.changed == (
        (
            "p itself was deleted and created again twice; the nodes that it had, and the files on them,"
            " are gone; it stands with the fix."
        ),
        "If p had a nodeDeallocationOption, it is Requeue now: Azure does not return it.",
    )
    assert [each.text.split()[0] for each in ending.to_do] == ["Carry"]
    assert ending.proven is not None
    assert ending.proven.headline.startswith("p itself runs with the fix")


def test_an_option_that_a_resize_showed_is_not_called_lost() -> None:
    stands = Change("original-pool", "p", ChangeState.REMOVED, {STAGE: FINAL})
    acts = tuple(Act("original-pool", "p", verb, "") for verb in (Verb.REMOVED, Verb.CREATED, Verb.SETTLED))
    for option, said in (("", True), ("TaskCompletion", False)):
        surveyed = replace(SURVEY, pool=PoolInShort(deallocation=option))
        outputs = {"survey": surveyed, "verify": PROOF}
        state = a_run(outputs, diagnosis=told(CHANGE), diagnosed=True, verified=True)
        state = replace(state, changes=(stands,), acts=acts)
        assert ("nodeDeallocationOption" in "".join(end(state).changed)) is said


def test_what_cures_a_confirmed_cause_is_said_without_an_if() -> None:
    diagnosis = told(GRANT, sure=Confidence.CONFIRMED)
    ending = end(a_run({"survey": SURVEY}, diagnosis=diagnosis, diagnosed=True, not_verified_because="no"))
    assert (
        ending.to_do[0].text == "Somebody who may assign roles on the vault must do this: Give ada the role."
    )


def test_a_fix_that_is_not_proven_names_who_must_make_it() -> None:
    ending = end(
        a_run({"survey": SURVEY}, diagnosis=told(GRANT), diagnosed=True, not_verified_because="not made")
    )

    assert ending.headline == "Cause found (likely), no fix proven: not made"
    assert ending.to_do[0].text == (
        "Somebody who may assign roles on the vault must do this, if the likely cause is the right one:"
        " Give ada the role."
    )
    assert ending.to_do[0].commands == {"az": "az role"}
    assert ending.to_do[1].commands["shell"].startswith("troubleshooter run /subscriptions/s/")


def test_a_run_that_ends_early_tells_what_is_known() -> None:
    refused = StepRecord(
        "survey", StepState.FAILED, error=ErrorText("A Windows pool.", "No SSH.", "Read it.")
    )
    ending = end(a_run({}, refused, likely=told(GRANT)))

    assert ending.found.what == "It may not read"
    assert [each.text for each in ending.to_do] == [
        "Read it.",
        (
            "Somebody who may assign roles on the vault must do this, if the likely cause is the right one:"
            " Give ada the role."
        ),
    ]
    assert end(a_run({}, refused)).found.what == "A Windows pool. No SSH."


def test_an_original_that_is_away_comes_before_all_else() -> None:
    gone = Change("original-pool", "p", ChangeState.INTENDED, {"deleting": True, "deleted": True})
    ending = end(a_run({}, StepRecord("verify"), changes=(gone,), diagnosis=told(CHANGE), diagnosed=True))

    assert ending.mood is Mood.BAD
    assert [each.commands["shell"] for each in ending.to_do] == ["troubleshooter runs restore 1 --confirm p"]


def test_what_is_left_is_to_be_taken_back() -> None:
    left = Change("pool", "p-dbg-1", ChangeState.MADE, seen=True)
    lost = Change("pool", "p-fix-1", ChangeState.UNKNOWN)
    acts = (Act("pool", "p-dbg-1", Verb.CREATED, ""),)
    ending = end(a_run({}, diagnosed=True, changes=(left, lost), acts=acts))

    assert ending.changed == (
        "1 pool of this run's own was created; still there: p-dbg-1.",
        "Whether pool p-fix-1 was made is not known.",
        "p itself was not touched.",
    )
    assert [each.text.split(":")[0] for each in ending.to_do[1:]] == [
        "Take back what is left in Azure",
        "Look again whether it came about",
    ]


def test_a_pool_kept_in_a_demo_is_named_with_what_it_costs() -> None:
    left = Change("pool", "p-dbg-1", ChangeState.MADE, seen=True)
    ending = end(
        a_run({}, options={"rehearsal": True}, not_verified_because=NOTHING_TO_REPAIR, changes=(left,))
    )

    (only,) = ending.to_do
    assert only.text == (
        "Remove what was kept: p-dbg-1. It costs money as long as it exists; in a demo, until it is closed."
    )
    assert not only.commands, "its Azure ends with the demo, so no command would reach it"


def test_an_open_question_is_what_is_to_be_done() -> None:
    asking = StepRecord("plan", StepState.ASKING)
    (only,) = end(a_run({}, asking, question=Question("plan", "plan", "Create it?"))).to_do

    assert only.text.endswith("Create it?")
    assert only.commands == {"shell": "troubleshooter runs resume 1"}


@pytest.mark.parametrize(
    ("jobs", "said"),
    [
        (1, "1 job (0) was disabled, and is enabled again."),
        (2, "2 jobs (0 and 1) were disabled, and are enabled again."),
        (4, "4 jobs were disabled, and are enabled again."),
    ],
)
def test_jobs_are_counted_in_the_right_form(jobs: int, said: str) -> None:
    acts = tuple(Act("job", str(n), verb, "") for n in range(jobs) for verb in (Verb.DISABLED, Verb.ENABLED))

    assert said in end(replace(a_proven_run(CHANGE), acts=acts)).changed
