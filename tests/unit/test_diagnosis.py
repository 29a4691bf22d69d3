"""What rules, settings and Azure's side say of one id comes to one verdict with the reason that helps."""

from __future__ import annotations

import pytest

from troubleshooter.checks.rows import ROWS
from troubleshooter.diagnosis import of_one, rule_book, with_cross_checks
from troubleshooter.model.finding import Check, Diagnosis, Verdict

LOG = "the log of a refresh that came to its end"
GROUPS = "2 assignments belong to groups: who is in one is told by az ad group member check"
BY_RULE = Check("kv-403-rbac", Verdict.UNKNOWN, LOG, title="The identity may read secrets")


@pytest.mark.parametrize(
    ("by_rule", "crossed", "verdict", "missing"),
    [
        (BY_RULE, Check("kv-403-rbac", Verdict.UNKNOWN, GROUPS), Verdict.UNKNOWN, GROUPS),
        (BY_RULE, Check("kv-403-rbac", Verdict.UNKNOWN), Verdict.UNKNOWN, LOG),
        (BY_RULE, Check("kv-403-rbac", Verdict.NOT_APPLICABLE), Verdict.UNKNOWN, LOG),
        (BY_RULE, Check("kv-403-rbac", Verdict.PASS), Verdict.PASS, ""),
        (Check("kv-403-rbac", Verdict.FAIL), Check("kv-403-rbac", Verdict.UNKNOWN, GROUPS), Verdict.FAIL, ""),
    ],
)
def test_what_azure_lacked_to_tell_is_not_lost_beside_a_rule_that_wants_a_log(
    by_rule: Check, crossed: Check, verdict: Verdict, missing: str
) -> None:
    said = with_cross_checks(Diagnosis(checked=(by_rule,)), [crossed])
    assert [(one.verdict, one.missing) for one in said.checked] == [(verdict, missing)]


@pytest.mark.parametrize(
    ("crossed", "verdict", "because"),
    [
        (
            Check("kv-403-rbac", Verdict.NOT_APPLICABLE, because="by policies"),
            "not-applicable",
            "by policies",
        ),
        (Check("kv-403-rbac", Verdict.UNKNOWN, GROUPS), "unknown", ""),
        (Check("kv-403-policy-obo", Verdict.NOT_APPLICABLE, because="by roles"), "unknown", ""),
    ],
)
def test_of_one_check_that_it_does_not_apply_is_an_answer(crossed: Check, verdict: str, because: str) -> None:
    said = with_cross_checks(Diagnosis(checked=(BY_RULE,)), [crossed])
    (one,) = of_one(said, "kv-403-rbac", [crossed]).checked
    assert (one.verdict, one.because, one.title) == (verdict, because, BY_RULE.title)
    assert bool(one.missing) is (verdict == "unknown")


def test_the_good_state_stays_with_the_reason() -> None:
    said = with_cross_checks(Diagnosis(checked=(BY_RULE,)), [Check("kv-403-rbac", Verdict.UNKNOWN, GROUPS)])
    assert said.checked[0].title == BY_RULE.title


@pytest.mark.parametrize("verdict", list(Verdict))
def test_each_of_azures_side_says_which_good_state_it_looks_for(verdict: Verdict) -> None:
    crossed = [Check("kv-403-rbac", verdict, "it", "fact"), Check("batch-pool-identity-gone", verdict)]
    said = with_cross_checks(Diagnosis(checked=(BY_RULE,)), crossed)
    assert [one.title for one in said.checked] == [BY_RULE.title, "The pool's identities exist"]


def test_every_cross_check_has_words_for_its_good_state() -> None:
    rules = {rule.id for rule in rule_book().rules}
    said = with_cross_checks(Diagnosis(), [Check(row.id, Verdict.PASS) for row in ROWS])
    assert [one.id for one in said.checked if not one.title and one.id not in rules] == []
