"""The certificates that a pool's extension wants, and as whom it reads each."""

from __future__ import annotations

from typing import Any

import pytest

from tests.known import KNOWN
from troubleshooter.pooldef.wanted import wanted

KEY_VAULT = next(one for one in KNOWN if one.id == "key-vault")
CLIENT, OTHER = "11111111-0000-0000-0000-000000000001", "11111111-0000-0000-0000-000000000002"
URL = "https://KV.vault.azure.net/secrets/web"


BOTH = {
    "/id-a": {"clientId": CLIENT, "principalId": "p-a"},
    "/id-b": {"clientId": OTHER, "principalId": "p-b"},
}


def pool(
    certificates: Any,
    client: str | None = CLIENT,
    identities: dict[str, Any] | None = None,
    *,
    as_text: bool = False,
) -> dict[str, Any]:
    settings: Any = {"secretsManagementSettings": {"observedCertificates": certificates}}
    if client is not None:
        settings["authenticationSettings"] = {"msiClientId": client}
    if as_text:
        settings = str(settings).replace("'", '"')
    entry = {"publisher": "Microsoft.Azure.KeyVault", "type": "KeyVaultForLinux", "settings": settings}
    known = {"/id-a": {"clientId": CLIENT, "principalId": "p-a"}} if identities is None else identities
    return {
        "identity": {"userAssignedIdentities": known},
        "properties": {"deploymentConfiguration": {"virtualMachineConfiguration": {"extensions": [entry]}}},
    }


@pytest.mark.parametrize("certificates", [[URL], [{"url": URL}]])
@pytest.mark.parametrize("as_text", [False, True])
def test_both_forms_also_as_text(certificates: list[Any], *, as_text: bool) -> None:
    (one,) = wanted(pool(certificates, as_text=as_text), KEY_VAULT)

    assert (one.host, one.name, one.version) == ("kv.vault.azure.net", "web", "")
    assert (one.client_id, one.identity, one.principal) == (CLIENT, "/id-a", "p-a")


def test_a_version_is_told() -> None:
    (one,) = wanted(pool([f"{URL}/abc"]), KEY_VAULT)

    assert one.version == "abc"


def test_a_certificates_own_identity_goes_before_that_of_all() -> None:
    own = {"url": URL, "authenticationOverride": {"msiClientId": OTHER.upper()}}
    first, second = wanted(pool([own, {"url": URL}], identities=BOTH), KEY_VAULT)

    assert (first.principal, second.principal) == ("p-b", "p-a")


@pytest.mark.parametrize(
    ("client", "identities", "principal"),
    [
        (None, None, "p-a"),
        (OTHER, None, ""),
        (
            None,
            {"/a": {"clientId": CLIENT, "principalId": "p"}, "/b": {"clientId": OTHER, "principalId": "q"}},
            "",
        ),
        (CLIENT, {}, ""),
        (CLIENT, {"/a": {}}, ""),
    ],
)
def test_who_reads_is_told_only_where_it_is_plain(
    client: str | None, identities: Any, principal: str
) -> None:
    (one,) = wanted(pool([URL], client, identities), KEY_VAULT)

    assert one.principal == principal


@pytest.mark.parametrize(
    "certificates", [None, {}, "x", [7], ["no url"], ["https://kv/"], ["https://[bad/secrets/x"], [{}]]
)
def test_what_is_no_url_of_a_secret_is_left_to_the_linter(certificates: Any) -> None:
    assert wanted(pool(certificates), KEY_VAULT) == ()
