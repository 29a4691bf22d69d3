"""Every configuration found in the wild, with a table of what is said of it."""

from __future__ import annotations

import json

import pytest

from tests import ground_truth
from tests.known import KNOWN
from tests.unit.lint.corpus import (
    GRANT_TO_THE_MACHINE,
    SAMPLES,
    SYSTEM_ASSIGNED,
    USER_ASSIGNED,
    Sample,
    plan_of_049,
    sample,
    template,
)
from troubleshooter.lint import findings_of, lint_text
from troubleshooter.lint.jsontext import BrokenJson, parse
from troubleshooter.model.finding import Severity

pytestmark = ground_truth.needs_samples

FITTING = {
    "005": {"kv-certificate-url-missing"},
    "015": {"kv-config-not-an-object"},
    "033": {"kv-config-other-json-type"},
    "038": {"kv-authconfig-nonexistent"},
    "040": {"kv-config-not-a-string"},
    "042": {"kv-config-not-an-object"},
    "045": {"kv-uri-no-hostname"},
    "049": {"kv-initial-sync-identity-unnamed"},
    "118": {"kv-initial-sync-identity-unnamed"},
}
"""The mistake of 049 and 118 is one of the machine around them; alone they show that none is named."""

FLAGGED = {
    "kv-config-not-an-object": "015 042",
    "kv-settings-missing": "009 010 012 013 014 085 091",
    "kv-authconfig-nonexistent": "038 044 101",
    "kv-authsettings-nested-too-deep": "067 068",
    "kv-config-not-a-string": "020 040 056 101",
    "kv-polling-not-digits": "034",
    "kv-config-other-json-type": "033 034 038 044 084",
    "kv-certificates-new-form": "081",
    "kv-certificate-url-missing": "005",
    "kv-certificates-path": "083 035",
    "kv-url-pinned": "006 007 008 083 020 089 092 093",
    "kv-uri-no-hostname": "033 034 045 083",
    "msi-client-id-wrong-kind": "033 034 038 062 045",
    "batch-pool-identity-missing": "002",
    "batch-provision-after-unknown": "013",
    "kv-unknown-key": "087",
    "kv-extension-name-wrong": "020 056 067 091 106",
    "win-store-location-case": "020 033 034 056",
    "win-store-name-missing": "005 006 027",
    "linux-setting-ignored": "032 037 063",
    "kv-observed-certificates-empty": "084",
}
"""Id to every sample that the rules say it must be said of."""
SPARED = {
    "kv-config-not-an-object": "003 011",
    "kv-settings-missing": "038 044 119",
    "kv-authconfig-nonexistent": "050 103",
    "kv-config-not-a-string": "027 087 094 074 075",
    "kv-polling-out-of-range": "028 032 054 080 093 100 110 111 112 097",
    "kv-config-other-json-type": "075 116 027 037 070 087 102 103 104",
    "kv-v4-legacy-url-list": "004 007 030 073 019 111 112 113 114",
    "kv-certificate-url-missing": "006 053 079",
    "kv-url-pinned": "024 049 050 054 079 080 021",
    "msi-endpoint-unknown": "054",
    "kv-uri-no-hostname": "030",
    "msi-client-id-wrong-kind": "019 103 024",
    "kv-authsettings-missing": "052 053 057 077",
    "batch-pool-identity-missing": "004 005 006 007 008",
    "batch-provision-after-unknown": "012",
    "kv-unknown-key": "052 053",
    "kv-extension-name-wrong": "088",
    "win-store-location-case": "074",
    "win-store-name-missing": "070",
    "linux-setting-ignored": "075",
    "kv-v4-removed-settings": "053 057 058 094 099 110 079 097",
    "kv-observed-certificates-empty": "119",
    "identity-deadlock-initial-sync": "049 050",
}
"""Near misses, of which the id must not be said."""


def said(text: str, severity: Severity | None = None) -> set[str]:
    findings = lint_text(text, "f.json", KNOWN).findings
    return {found.id for found in findings if severity in {None, found.severity}}


def test_the_table() -> None:
    wrong = []
    for one in SAMPLES:
        result = lint_text(one.text, one.file, KNOWN)
        shown = ", ".join(f"{str(found.severity)[0]}:{found.id}" for found in result.findings)
        print(f"{one.file[:50]:52} {one.label:10} {shown or '-'}")
        heard = {found.id for found in result.findings if found.severity is not Severity.INFO}
        errors = {found.id for found in result.findings if found.severity is Severity.ERROR}
        if one.label == "known-good" and errors:
            wrong.append((one.file, errors))
        if one.label == "known-bad":
            assert one.number in FITTING, f"{one.file} is known to be bad: say which id fits"
            if not heard & FITTING[one.number]:
                wrong.append((one.file, heard))
        assert result.extensions == (0 if one.number == "119" else 1), one.file
    assert wrong == []


def saying(numbers: str, identity: str) -> list[str]:
    return [one for one in numbers.split() if identity in said(sample(one).text)]


def test_what_the_rules_flag() -> None:
    assert {identity: saying(numbers, identity) for identity, numbers in FLAGGED.items()} == {
        identity: numbers.split() for identity, numbers in FLAGGED.items()
    }


def test_what_the_rules_spare() -> None:
    heard = {identity: saying(numbers, identity) for identity, numbers in SPARED.items()}
    assert {identity: numbers for identity, numbers in heard.items() if numbers} == {}


class TestInTheirSurroundings:
    """What a machine's identity decides, where the document shows the machine."""

    @pytest.mark.parametrize("number", ["021", "022", "027", "032", "049"])
    def test_an_identity_that_is_not_named(self, number: str) -> None:
        text = json.dumps(template(sample(number), USER_ASSIGNED))
        assert "kv-authsettings-missing" in said(text, Severity.WARNING)

    def test_049_in_its_plan(self) -> None:
        result = lint_text(json.dumps(plan_of_049(sample("049")), indent=1), "plan.json", KNOWN)
        assert result.extensions == 1
        assert [found.id for found in result.findings] == [
            "kv-authsettings-missing",
            "install-version-unsupported",
        ]

    def test_118_in_its_template(self) -> None:
        text = json.dumps(template(sample("118"), SYSTEM_ASSIGNED, GRANT_TO_THE_MACHINE))
        assert "identity-deadlock-initial-sync" in said(text, Severity.WARNING)

    @pytest.mark.parametrize("number", ["049", "118"])
    def test_rights_given_elsewhere_are_no_deadlock(self, number: str) -> None:
        heard = said(json.dumps(template(sample(number), SYSTEM_ASSIGNED)))
        assert not heard & {"identity-deadlock-initial-sync", "kv-initial-sync-identity-unnamed"}

    @pytest.mark.parametrize("number", ["050", "054"])
    def test_a_named_identity_is_well(self, number: str) -> None:
        text = json.dumps(template(sample(number), USER_ASSIGNED, GRANT_TO_THE_MACHINE))
        assert said(text, Severity.ERROR) | said(text, Severity.WARNING) == set()

    @pytest.mark.parametrize("number", ["110", "111", "112", "113", "114"])
    def test_arcs_endpoint_is_right_on_arc_and_wrong_elsewhere(self, number: str) -> None:
        there = sample(number)
        assert said(json.dumps(template(there, SYSTEM_ASSIGNED)), Severity.ERROR) == set()
        moved = Sample(number, there.file, "vm", there.label, there.entry)
        text = json.dumps(template(moved, SYSTEM_ASSIGNED))
        assert "msi-endpoint-of-another-host" in said(text, Severity.ERROR)


def test_the_documented_windows_pool_is_repaired() -> None:
    text = (ground_truth.SAMPLES / "doc-pool-windows.json").read_text(encoding="utf-8")
    result = lint_text(text, "doc-pool-windows.json", KNOWN)
    errors = [(found.id, found.line) for found in result.findings if found.severity is Severity.ERROR]
    assert errors == [("kv-doc-sample-invalid-json", 31)]
    assert result.repaired is not None
    assert result.repaired.splitlines()[30].replace('"url": ', "") == f"{text.splitlines()[30]},"
    assert said(json.dumps(json.loads(result.repaired))) == {
        "win-store-name-missing",
        "batch-size-support-ends",
    }


class TestAsPublished:
    def test_members_without_their_braces(self) -> None:
        result = lint_text(sample("005").entry["raw"], "005", KNOWN)
        assert result.repaired is not None
        url = json.loads(result.repaired)["settings"]["secretsManagementSettings"]["observedCertificates"][0]
        assert f'"{url["url"]}"' in sample("005").entry["raw"]
        slips = [found.line for found in result.findings if found.id == "kv-doc-sample-invalid-json"]
        assert slips == [1, 7]
        assert result.extensions == 1

    def test_dots_and_a_comma_behind_the_last(self) -> None:
        result = lint_text(sample("045").entry["raw"], "045", KNOWN)
        assert result.repaired is not None
        assert json.loads(result.repaired) == {"observedCertificates": [{"accounts": ["Network Service"]}]}
        assert {found.id for found in result.findings} == {"kv-doc-sample-invalid-json"}

    @pytest.mark.parametrize("number", ["006", "008"])
    def test_what_starts_in_the_middle_is_told_with_its_place(self, number: str) -> None:
        raw = sample(number).entry["raw"]
        with pytest.raises(BrokenJson, match="never opened") as caught:
            parse(raw)
        assert raw[caught.value.column - 1] == "}"
        assert said(raw) == {"not-json"}

    @pytest.mark.parametrize("number", ["006", "008"])
    def test_its_trailing_commas_are_repaired_in_the_whole(self, number: str) -> None:
        """The published body has them after the extension's settings and after scaleSettings."""
        lines = sample(number).text.splitlines()
        scale = next(index for index, line in enumerate(lines) if '"scaleSettings"' in line)
        close = next(index for index, line in enumerate(lines) if index > scale and line == "  }")
        settings = next(index for index, line in enumerate(lines) if line == "      }")
        for index in (settings, close):
            lines[index] += ","
        result = lint_text("\n".join(lines), number, KNOWN)
        slips = [found.line for found in result.findings if found.id == "kv-doc-sample-invalid-json"]
        assert slips == [settings + 1, close + 1]
        assert result.repaired is not None
        assert json.loads(result.repaired) == sample(number).document


@pytest.mark.parametrize("entry", SAMPLES, ids=lambda entry: entry.number)
def test_a_heading_begins_with_a_capital_or_with_the_name_of_a_setting(entry: Sample) -> None:
    told = findings_of(lint_text(entry.text, entry.file, KNOWN).findings)
    first = {finding.title.split(" ", 1)[0] for finding in told}
    assert not {word for word in first if word.isalpha() and word.islower()} - {
        "settings",
        "publisher",
        "type",
    }
