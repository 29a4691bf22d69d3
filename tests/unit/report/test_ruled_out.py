"""What is ruled out stands with the fact that does it, in every form of an answer."""

from __future__ import annotations

from tests.unit.analyse.sources import BOOK, source
from troubleshooter.analyse import analyse
from troubleshooter.model.finding import Check, Diagnosis, Verdict
from troubleshooter.report.json_report import diagnosis_json
from troubleshooter.report.ruled_out import ruled_out, ruled_out_told
from troubleshooter.report.text import diagnosis_text

ANSWERED = "a service answered ForbiddenByRbac (a.log:2), so the call came that far"
SILENT = "b.status reports success"
CHECKED = Diagnosis(
    checked=(
        Check("one", Verdict.PASS, because=SILENT),
        Check("two", Verdict.PASS, because=SILENT),
        Check("three", Verdict.PASS, because=ANSWERED),
        Check("four", Verdict.UNKNOWN, "one of: status"),
        Check("five", Verdict.FAIL, because="a.log:2"),
        Check("six", Verdict.NOT_APPLICABLE, because="windows; this is linux"),
    )
)


def test_the_sharpest_fact_comes_first() -> None:
    assert list(ruled_out(CHECKED)) == [(ANSWERED, ("three",)), (SILENT, ("one", "two"))]


def test_text_says_found_ruled_out_and_could_not_tell() -> None:
    text = diagnosis_text(CHECKED, width=200)

    assert f"Ruled out\n  {ANSWERED}:\n      three\n  {SILENT}:\n      one, two\n" in text
    assert "Could not tell, for want of\n  the extension's status file: 1 known failure\n" in text
    assert "1 found, 3 ruled out, 1 could not be told, 1 cannot occur here" in text


def test_json_says_the_fact_of_each() -> None:
    told = {check["id"]: check for check in diagnosis_json(CHECKED)["checked"]}

    assert told["three"] == {
        "id": "three",
        "verdict": "pass",
        "because": ANSWERED,
        "missing": "",
        "title": "",
    }
    assert told["four"]["missing"] == "one of: status"
    assert told["six"]["because"] == "windows; this is linux"


def titled(number: int) -> Diagnosis:
    return Diagnosis(
        checked=tuple(
            Check(f"rule-{at}", Verdict.PASS, because=ANSWERED, title=f"Thing {at} works")
            for at in range(number)
        )
    )


def test_few_are_told_by_the_good_state_of_each() -> None:
    text = diagnosis_text(titled(2), width=200)
    assert f"  {ANSWERED}:\n      Thing 0 works (rule-0)\n      Thing 1 works (rule-1)\n" in text
    assert diagnosis_json(titled(1))["checked"][0]["title"] == "Thing 0 works"


def test_many_are_told_by_their_ids() -> None:
    assert [told for _, told in ruled_out_told(titled(9))] == [(", ".join(f"rule-{at}" for at in range(9)),)]


def test_what_an_earlier_version_wrote_down_is_told_by_ids() -> None:
    assert list(ruled_out_told(CHECKED)) == [(ANSWERED, ("three",)), (SILENT, ("one, two",))]


def test_a_rules_check_has_its_good_state() -> None:
    checked = analyse([source("nothing")], BOOK).checked
    assert {check.id: check.title for check in checked} == {rule.id: rule.text.good for rule in BOOK.rules}
