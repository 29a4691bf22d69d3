"""A check of a definition that found nothing shows the field that decided it, where it alone decides."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.known import KNOWN
from troubleshooter.lint import lint_text
from troubleshooter.lint.catalogue import FoundBy, checks
from troubleshooter.lint.looked_at import checked
from troubleshooter.model.finding import Verdict

if TYPE_CHECKING:
    from troubleshooter.model.finding import Check

GOOD: dict[str, Any] = {
    "publisher": "Microsoft.Azure.KeyVault",
    "type": "KeyVaultForLinux",
    "typeHandlerVersion": "3.0",
    "settings": {
        "secretsManagementSettings": {
            "pollingIntervalInS": "3600",
            "observedCertificates": [{"url": "https://kv.vault.azure.net/secrets/web"}],
        },
        "authenticationSettings": {"msiClientId": "11111111-2222-3333-4444-555555555555"},
    },
}


def told(document: Any) -> dict[str, Check]:
    result = lint_text(json.dumps(document, indent=1), "pool.json", KNOWN)
    found = {finding.id for finding in result.findings}
    return {check.id: check for check in checked(result.looked_at, found, checks(), "pool.json")}


def polling(value: Any) -> Any:
    changed = json.loads(json.dumps(GOOD))
    changed["settings"]["secretsManagementSettings"]["pollingIntervalInS"] = value
    return changed


def test_the_field_and_its_line_decide() -> None:
    check = told(GOOD)["kv-config-not-a-string"]

    assert (check.verdict, check.because) == (Verdict.PASS, 'pollingIntervalInS is "3600" (pool.json:7)')


def test_a_mistake_is_no_pass() -> None:
    assert told(polling(3600))["kv-config-not-a-string"].verdict is Verdict.FAIL


@pytest.mark.parametrize("value", ["${var.polling}", "<seconds>", "[parameters('p')]"])
def test_what_is_computed_is_not_known(value: str) -> None:
    check = told(polling(value))["kv-polling-not-digits"]

    assert check.verdict is Verdict.UNKNOWN
    assert check.missing == "the value of pollingIntervalInS, which is not written out (pool.json:7)"


def test_without_the_version_its_checks_are_not_told() -> None:
    bare = GOOD["settings"]
    check = told(bare)["kv-certificates-legacy-form"]

    assert (check.verdict, check.missing) == (
        Verdict.UNKNOWN,
        "typeHandlerVersion, which pool.json does not say",
    )


def test_what_is_not_there_is_not_applicable() -> None:
    assert told(GOOD)["kv-uri-scheme-missing"].because == "pool.json has no msiEndpoint"


def test_a_value_that_may_be_a_secret_is_not_shown() -> None:
    changed = json.loads(json.dumps(GOOD))
    changed["settings"]["password"] = changed["protectedSettings"] = "hunter2"

    assert "hunter2" not in str(told(changed))


def test_azures_own_checks_look_at_no_field_of_a_definition() -> None:
    assert not [text.id for text in checks() if text.by is FoundBy.AZURE and text.looks_at]
    assert len([text for text in checks() if text.looks_at]) >= 20
