"""authenticationOverride of 4.x: an identity for one certificate, held to the same rules as that for all."""

from __future__ import annotations

from typing import Any

import pytest

from tests.known import KNOWN
from tests.unit.analyse.sources import BOOK
from tests.unit.lint.pools import CLIENT, EXTENSION, IDENTITY, PRINCIPAL, extension, good, machine, settings
from troubleshooter.analyse.facts import pool_values
from troubleshooter.lint import lint_pool

NOBODYS = "33333333-3333-4333-8333-333333333333"
SECOND = "44444444-4444-4444-8444-444444444444"
FIRST = f"{EXTENSION}/settings/secretsManagementSettings/observedCertificates/0"


def pool(certificate: dict[str, Any], version: str = "4.0") -> dict[str, Any]:
    found = good()
    machine(found)["nodeAgentSkuId"] = "batch.node.ubuntu 24.04"
    extension(found)["typeHandlerVersion"] = version
    secrets = settings(found)["secretsManagementSettings"]
    del secrets["requireInitialSync"]
    secrets["observedCertificates"][0].update(certificate)
    return found


def read_as(client: Any, **also: Any) -> dict[str, Any]:
    return pool({"authenticationOverride": {"msiClientId": client}, **also})


def heard(definition: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(one.id, str(one.severity), one.path) for one in lint_pool(definition, KNOWN)]


@pytest.mark.parametrize("client", [CLIENT, CLIENT.upper(), "[parameters('reader')]", "${reader.clientId}"])
def test_an_identity_of_the_pool_and_what_is_not_known_yet_are_well(client: str) -> None:
    assert heard(read_as(client)) == []


@pytest.mark.parametrize("client", ["reader", "", 7, IDENTITY])
def test_what_is_no_guid(client: Any) -> None:
    at = f"{FIRST}/authenticationOverride/msiClientId"
    assert heard(read_as(client)) == [("msi-client-id-wrong-kind", "error", at)]


@pytest.mark.parametrize("client", [NOBODYS, PRINCIPAL])
def test_an_identity_that_is_not_on_the_pool(client: str) -> None:
    at = f"{FIRST}/authenticationOverride/msiClientId"
    assert heard(read_as(client)) == [("imds-identity-not-found", "error", at)]


@pytest.mark.parametrize(
    "key", ["authenticationOveride", "AuthenticationOverride", "authenticationOverrides"]
)
def test_a_misspelt_key_is_told_with_the_one_that_was_meant(key: str) -> None:
    (found,) = lint_pool(pool({key: {"msiClientId": CLIENT}}), KNOWN)
    assert (found.id, found.path) == ("kv-unknown-key", f"{FIRST}/{key}")
    assert "did you mean authenticationOverride?" in found.message


def test_what_stands_under_a_misspelt_key_is_judged_all_the_same() -> None:
    told = heard(pool({"authenticationOveride": {"msiClientID": NOBODYS}}))
    assert {one[0] for one in told} == {"kv-unknown-key", "imds-identity-not-found"}
    keys = [
        one.message for one in lint_pool(pool({"authenticationOverride": {"msiClientID": CLIENT}}), KNOWN)
    ]
    assert keys == ["msiClientID is not a setting; did you mean msiClientId?"]


@pytest.mark.parametrize("value", [CLIENT, [CLIENT], True])
def test_what_is_no_object(value: Any) -> None:
    told = heard(pool({"authenticationOverride": value}))
    assert told == [("kv-config-other-json-type", "error", f"{FIRST}/authenticationOverride")]


@pytest.mark.parametrize(("version", "said"), [("3.0", True), ("3.3", True), ("4.0", False), ("", False)])
def test_before_4_it_is_not_known(version: str, *, said: bool) -> None:
    definition = pool({"authenticationOverride": {"msiClientId": CLIENT}}, version or "[parameters('v')]")
    at = f"{FIRST}/authenticationOverride"
    assert heard(definition) == ([("kv-override-before-4", "warning", at)] if said else [])


def test_where_each_certificate_names_its_reader_none_is_wanted_for_all() -> None:
    definition = read_as(CLIENT)
    del settings(definition)["authenticationSettings"]
    assert heard(definition) == []
    secrets = settings(definition)["secretsManagementSettings"]
    secrets["observedCertificates"].append({"url": "https://v.vault.azure.net/secrets/other"})
    assert [one[0] for one in heard(definition)] == ["kv-authsettings-missing"]


def test_a_pool_without_any_identity() -> None:
    definition = read_as(CLIENT)
    del settings(definition)["authenticationSettings"]
    definition["identity"] = {"type": "None"}
    at = f"{FIRST}/authenticationOverride/msiClientId"
    assert heard(definition) == [("batch-pool-identity-missing", "error", at)]


class TestWhoReadsTheVault:
    def two(self, client: str) -> dict[str, Any]:
        definition = read_as(client)
        definition["identity"]["userAssignedIdentities"][f"{IDENTITY}-2"] = {
            "clientId": SECOND,
            "principalId": "55555555-5555-4555-8555-555555555555",
        }
        return definition

    def test_the_one_that_the_certificate_names(self) -> None:
        assert pool_values(self.two(SECOND), BOOK.known).values["identity"] == f"{IDENTITY}-2"

    def test_none_is_named_where_certificates_differ(self) -> None:
        definition = self.two(SECOND)
        secrets = settings(definition)["secretsManagementSettings"]
        secrets["observedCertificates"].append({"url": "https://v.vault.azure.net/secrets/other"})
        assert "identity" not in pool_values(definition, BOOK.known).values
