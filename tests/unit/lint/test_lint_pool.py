from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import jsonpatch
import pytest

from tests.known import KNOWN
from tests.unit.lint.pools import CLIENT, EXTENSION, IDENTITY, PRINCIPAL, extension, good, machine, settings
from troubleshooter.lint import findings_of, lint_pool
from troubleshooter.model.finding import Confidence, Severity

Change = Callable[[dict[str, Any]], object]


def wrapped(pool: dict[str, Any]) -> None:
    inner = settings(pool)
    auth = inner.pop("authenticationSettings")
    extension(pool)["settings"] = {"settings": inner, "authenticationSettings": auth}


def secrets(pool: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = settings(pool)["secretsManagementSettings"]
    return found


def auth(pool: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = settings(pool)["authenticationSettings"]
    return found


def beside_settings(pool: dict[str, Any]) -> None:
    extension(pool)["authenticationSettings"] = settings(pool).pop("authenticationSettings")


def inside_secrets(pool: dict[str, Any]) -> None:
    secrets(pool)["authenticationSettings"] = settings(pool).pop("authenticationSettings")


def misspelled(pool: dict[str, Any]) -> None:
    secrets(pool)["requiredInitialSync"] = secrets(pool).pop("requireInitialSync")


def a_string(pool: dict[str, Any]) -> None:
    extension(pool)["settings"] = json.dumps(settings(pool))


def secret(**values: Any) -> Change:
    return lambda pool: secrets(pool).update(values)


def authentication(**values: Any) -> Change:
    return lambda pool: auth(pool).update(values)


def of_extension(**values: Any) -> Change:
    return lambda pool: extension(pool).update(values)


NOBODYS = "99999999-9999-4999-8999-999999999999"
VAULT = "https://v.vault.azure.net"

CASES: list[tuple[str, Change]] = [
    ("kv-authconfig-nonexistent", wrapped),
    ("kv-authconfig-nonexistent", beside_settings),
    ("kv-authsettings-nested-too-deep", inside_secrets),
    ("kv-config-not-a-string", secret(pollingIntervalInS=3600)),
    ("kv-config-not-an-object", a_string),
    ("kv-config-other-json-type", secret(requireInitialSync="true")),
    ("kv-config-other-json-type", secret(observedCertificates=f"{VAULT}/secrets/w")),
    ("kv-certificates-path", secret(observedCertificates=[{"url": f"{VAULT}/certificates/w"}])),
    ("kv-uri-no-hostname", authentication(msiEndpoint="http:///169.254.169.254/metadata/identity")),
    ("kv-uri-scheme-missing", authentication(msiEndpoint="169.254.169.254/metadata/identity")),
    ("msi-client-id-wrong-kind", authentication(msiClientId=IDENTITY)),
    ("imds-identity-not-found", authentication(msiClientId=NOBODYS)),
    ("imds-identity-not-found", authentication(msiClientId=PRINCIPAL)),
    ("kv-unknown-key", misspelled),
    ("kv-extension-name-wrong", of_extension(publisher="Microsoft.Azure.KeyVault.Edp")),
    ("batch-provision-after-unknown", of_extension(provisionAfterExtensions=["gone"])),
]


def errors(pool: dict[str, Any]) -> list[str]:
    return [found.id for found in lint_pool(pool, KNOWN) if found.severity is Severity.ERROR]


def test_a_good_pool_has_nothing_wrong() -> None:
    assert lint_pool(good(), KNOWN) == ()


@pytest.mark.parametrize(("wanted", "change"), CASES)
def test_a_mistake_is_found_and_its_patch_cures_it(wanted: str, change: Change) -> None:
    pool = good()
    change(pool)
    assert errors(pool) == [wanted]
    found = lint_pool(pool, KNOWN)[0]
    assert found.fix is not None
    cured = jsonpatch.apply_patch(pool, list(found.fix.patch))
    assert errors(cured) == []


@pytest.mark.parametrize(
    ("change", "stands"),
    [
        (authentication(msiClientId=NOBODYS), f'"{NOBODYS}" - msiClientId is not'),
        (secret(requireInitialSync="yes"), '"yes" - requireInitialSync is text'),
        (secret(pollingIntervalInS=60), "/pollingIntervalInS: pollingIntervalInS is the number 60"),
    ],
)
def test_the_proof_of_a_mistake_shows_what_stands_there(change: Change, stands: str) -> None:
    pool = good()
    change(pool)
    (proof,) = findings_of(lint_pool(pool, KNOWN))[0].evidence
    assert stands in proof.text


def test_what_stands_under_an_unknown_name_is_not_shown() -> None:
    """It may be a secret, and the linter's findings are printed as they are."""
    pool = good()
    misspelled(pool)
    secret(requiredInitialSync="hunter2")(pool)
    proofs = [proof.text for finding in findings_of(lint_pool(pool, KNOWN)) for proof in finding.evidence]
    assert any("/requiredInitialSync: " in text for text in proofs)
    assert not any("hunter2" in text for text in proofs)


class TestIdentity:
    def test_a_missing_identity_is_attached_by_a_gate(self) -> None:
        pool = good()
        pool["identity"] = {"type": "None"}
        (found,) = lint_pool(pool, KNOWN)
        assert found.id == "batch-pool-identity-missing"
        assert "imds-identity-not-found" in found.explains
        assert found.fix is not None
        assert found.fix.needs == ("identity",)
        text = json.dumps(list(found.fix.patch)).replace("${identity}", IDENTITY)
        cured = jsonpatch.apply_patch(pool, json.loads(text))
        assert list(cured["identity"]["userAssignedIdentities"]) == [IDENTITY]
        assert errors(cured) == []

    def test_no_identity_key_is_the_same(self) -> None:
        pool = good()
        del pool["identity"]
        assert errors(pool) == ["batch-pool-identity-missing"]

    def test_of_several_identities_the_operator_names_one(self) -> None:
        pool = good()
        other = IDENTITY + "2"
        pool["identity"]["userAssignedIdentities"][other] = {
            "clientId": "33333333-3333-4333-8333-333333333333"
        }
        auth(pool)["msiClientId"] = NOBODYS
        (found,) = lint_pool(pool, KNOWN)
        assert found.fix is not None
        assert found.fix.needs == ("identity",)
        assert found.fix.patch[0]["value"] == "${identity.client_id}"

    def test_client_ids_that_get_does_not_show_decide_nothing(self) -> None:
        pool = good()
        pool["identity"]["userAssignedIdentities"] = {IDENTITY: {}}
        auth(pool)["msiClientId"] = NOBODYS
        assert lint_pool(pool, KNOWN) == ()

    def test_no_authentication_settings_is_a_warning(self) -> None:
        pool = good()
        del settings(pool)["authenticationSettings"]
        (found,) = lint_pool(pool, KNOWN)
        assert (found.id, found.severity) == ("kv-authsettings-missing", Severity.WARNING)
        assert found.fix is not None
        assert lint_pool(jsonpatch.apply_patch(pool, list(found.fix.patch)), KNOWN) == ()


class TestVersions:
    @pytest.mark.parametrize(
        ("version", "wanted"),
        [
            ("2.0", [("install-version-unsupported", "info")]),
            ("3.0", [("kv-certificates-legacy-form", "info")]),
            ("4.0", [("kv-v4-legacy-url-list", "error")]),
        ],
    )
    def test_a_list_of_urls(self, version: str, wanted: list[tuple[str, str]]) -> None:
        pool = good()
        extension(pool)["typeHandlerVersion"] = version
        machine(pool)["nodeAgentSkuId"] = "batch.node.ubuntu 24.04"
        secrets(pool).update(observedCertificates=["https://v.vault.azure.net/secrets/web"])
        del secrets(pool)["requireInitialSync"]
        assert [(found.id, str(found.severity)) for found in lint_pool(pool, KNOWN)] == wanted

    def test_what_version_4_removed(self) -> None:
        pool = good()
        extension(pool)["typeHandlerVersion"] = "4.0"
        machine(pool)["nodeAgentSkuId"] = "batch.node.ubuntu 24.04"
        assert [found.id for found in lint_pool(pool, KNOWN)] == ["kv-v4-removed-settings"]


def test_findings_of_a_definition_are_likely_at_most() -> None:
    pool = good()
    secrets(pool).update(pollingIntervalInS=3600)
    (finding,) = findings_of(lint_pool(pool, KNOWN))
    assert finding.confidence is Confidence.LIKELY
    assert finding.evidence[0].file == "pool definition"
    assert EXTENSION in finding.evidence[0].text
    assert finding.fixes[0].patch[0]["value"] == "3600"


def test_a_mistake_in_several_places_is_one_finding_with_one_fix() -> None:
    pool = good()
    secrets(pool).update(requireInitialSync="true", aclEnabled="false")
    extension(pool)["provisionAfterExtensions"] = ["gone", "lost"]
    found = findings_of(lint_pool(pool, KNOWN))
    assert {finding.id: len(finding.evidence) for finding in found} == {
        "kv-config-other-json-type": 2,
        "batch-provision-after-unknown": 2,
    }
    for finding in found:
        (fix,) = finding.fixes
        pool = jsonpatch.apply_patch(pool, list(fix.patch))
    assert lint_pool(pool, KNOWN) == ()


def test_times_in_arms_answer_do_not_excuse_a_string() -> None:
    pool = good()
    a_string(pool)
    pool["properties"] |= {"creationTime": "2026-01-01T00:00:00Z", "lastModified": "2026-01-01T00:00:00Z"}
    assert errors(pool) == ["kv-config-not-an-object"]


def test_a_client_id_in_capitals_is_the_same() -> None:
    pool = good()
    auth(pool)["msiClientId"] = CLIENT.upper()
    assert lint_pool(pool, KNOWN) == ()
