"""Every listed error code of Azure has a row, and a row says all that is asked of it."""

from __future__ import annotations

import builtins
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from azure.core import exceptions

from tests.ground_truth import FOLDER, SAMPLES, SPECIFICATION, needs_samples
from troubleshooter.cloud.refusals import table
from troubleshooter.cloud.refusals.call import GROUPS, Call, expanded
from troubleshooter.datafiles import read_many

if TYPE_CHECKING:
    from collections.abc import Iterator


class Listed(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Codes that one source names."""

    source: str
    note: str
    codes: tuple[str, ...]


LISTS = read_many(Path(__file__).with_name("listed_codes.yaml"), Listed)
CODES = sorted({code for each in LISTS for code in each.codes})
ROWS = [each for several in table.rows().values() for each in several]
PARTS_OF_A_REASON = {"Reason", "PropertyName", "PropertyPath"}
"""ARM's details have the form of errors and are none."""
NO_CODES = {
    *dir(builtins), *dir(exceptions),  # Python's exceptions, and the SDKs'
    "BatchErrorException",
    # names of lists of codes, of a metric, of a match condition
    "BatchErrorCode", "PoolResizeErrorCodes", "ExtensionErrorCodes", "UnusableNodeCount", "IfMissing",
    # words of the guest agent and its log, of an installer, of a proof, of another tool
    "ArtifactVersionNotFound", "ExtensionDownloadError", "ExtensionOperationError", "ProvisioningError",
    "DeniedWithNoValidRBAC", "TimedOut", "NotReady",
    # said there to be in no list of Microsoft's
    "AccountPoolQuotaReached", "NodeNotReady", "TooMany",
}  # fmt: skip
"""What looks like a code in the facts and is none."""
LIKE_A_CODE = re.compile(
    r"\b(?=[A-Za-z]*(?:Quota|Failed|Error|NotFound|Exists|Denied|Forbidden|Being|Reached|NotMet|Invalid|Busy|"
    r"Time[dD]|Locked|Expired|Disallowed|Throttl|Unusable|Disabled|TooMany|Insufficient|Unsupported|Missing|"
    r"Stopped|InUse|NotReady))[A-Z][a-z]+(?:[A-Z][A-Za-z]*)+\b"
)


def test_there_are_as_many_as_were_looked_up() -> None:
    assert len(LISTS[0].codes) == len(set(LISTS[0].codes)) == 112
    assert len(CODES) > 150


@pytest.mark.parametrize("code", CODES)
def test_a_listed_code_has_a_row(code: str) -> None:
    assert table.rows().get(code), f"{code} is listed, and nothing is known of it"


def test_no_row_is_of_a_code_that_nobody_lists() -> None:
    simulated = {
        "PreconditionFailed", "InternalServerError", "ServiceUnavailable", "InvalidAuthenticationToken",
        "ExpiredAuthenticationToken", "NoRegisteredProviderFound", "MissingApiVersionParameter",
    }  # fmt: skip
    """ARM's own, which every service behind it shares."""
    assert set(table.rows()) - set(CODES) == simulated


@needs_samples
def test_every_recorded_code_has_a_row() -> None:
    recorded = set(recorded_codes())
    assert len(recorded) > 40
    assert recorded - set(table.rows()) == set()
    listed = next(each for each in LISTS if each.source == "recordings")
    assert recorded == set(listed.codes)


def recorded_codes() -> Iterator[str]:
    for path in [*SPECIFICATION.glob("*/recordings/*.json"), *(SAMPLES / "recordings").glob("*.json")]:
        read = json.loads(path.read_text(encoding="utf-8"))
        answer = read.get("response", read)
        if isinstance(answer.get("status"), int) and answer["status"] >= 400:
            yield from codes_in(answer.get("body"))
    for each in json.loads((SPECIFICATION / "quoted-errors" / "errors.json").read_text())["errors"]:
        yield from codes_in(each["body"])


def codes_in(body: Any) -> Iterator[str]:
    if not isinstance(body, dict):
        return
    error = body.get("error", body)
    if isinstance(error, str):
        yield error
    elif isinstance(error, dict):
        if (code := error.get("code")) and code not in PARTS_OF_A_REASON:
            yield str(code)
        for each in (*(error.get("details") or []), error.get("innererror")):
            yield from codes_in({"error": each} if each else None)


@needs_samples
def test_every_code_of_the_facts_has_a_row_and_is_there() -> None:
    facts = {path.name: path.read_text(encoding="utf-8") for path in (FOLDER / "facts").glob("*.md")}
    found = {code for text in facts.values() for code in LIKE_A_CODE.findall(text)} - NO_CODES
    assert len(found) > 40
    assert {code for code in found if code not in table.rows()} == set()
    listed = next(each for each in LISTS if each.source == "facts")
    assert [code for code in listed.codes if not any(code in text for text in facts.values())] == []


def test_a_row_says_all_that_is_asked_of_it() -> None:
    for each in ROWS:
        assert each.codes
        assert set(each.calls) <= {call.label for call in Call} | GROUPS.keys()
        assert bool(each.do) is (each.whose != "caller")
        assert not re.search(r"\brole\b|Contributor|Reader|Operator", each.do), (
            "a right is told by its action"
        )
        assert each.do == "" or each.do.endswith(".")


def test_each_call_is_of_one_plane_and_can_meet_something() -> None:
    named = {call.label for call in Call} - {"sign-in"}
    assert expanded(("any",)) == named
    assert not expanded(("arm",)) & expanded(("batch",))


def test_a_code_that_means_another_thing_elsewhere_has_a_row_for_each() -> None:
    made, read = table.row("ConditionNotMet", Call.POOL_CREATE), table.row("ConditionNotMet", Call.JOB_CHANGE)
    assert made is not None
    assert read is not None
    assert made.do != read.do
    assert table.row("NoSuchCode", Call.POOL_READ) is None


@pytest.mark.parametrize(
    "text",
    [
        "- {codes: [A], calls: [nowhere], again: never, whose: request, do: 'X.'}",
        "- {codes: [A], calls: [any], again: never, whose: request}",
        "- {codes: [A], calls: [any], again: never, whose: caller, do: 'X.'}",
        "- {codes: [A, A], calls: [any], again: never, whose: request, do: 'X.'}",
        (
            "- {codes: [A], calls: [arm], again: never, whose: request, do: 'X.'}\n"
            "- {codes: [A], calls: [pool-read], again: never, whose: request, do: 'Y.'}"
        ),
    ],
)
def test_a_table_that_contradicts_itself_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    path = tmp_path / "table.yaml"
    path.write_text(text, encoding="utf-8")
    monkeypatch.setattr(table, "TABLE", path)
    with pytest.raises(ValueError, match=r"unknown call|stands twice"):
        table.rows.__wrapped__()
