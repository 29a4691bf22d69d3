"""Refusals of the sign-in service by its codes, a token of another tenant, and the clouds that are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.unit.cloud.scripted_service import SUBSCRIPTION, Answer
from troubleshooter.cloud import session
from troubleshooter.cloud.signing.refused import right_tenant, rows
from troubleshooter.errors import NotPermitted, UsageProblem
from troubleshooter.settings import CLOUDS, Endpoints

if TYPE_CHECKING:
    from tests.unit.cloud.scripted_service import Service
    from troubleshooter.cloud.azure import Azure
    from troubleshooter.model.target import Target

RIGHT, WRONG = "00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000006"
OTHER_TENANT = (
    f"The access token is from the wrong issuer 'https://sts.windows.net/{WRONG}/'. It must match the tenant"
    f" 'https://sts.windows.net/{RIGHT}/' associated with this subscription. Please use the authority (URL)"
    f" 'https://login.windows.net/{RIGHT}' to get the token."
)
CHALLENGE = f'Bearer authorization_uri="https://login.windows.net/{RIGHT}", error="invalid_token"'


def refused_with(code: str) -> Answer:
    said = f"AADSTS{code}: As the service says it.\r\nTrace ID: 4\r\nTimestamp: 2026-11-27 06:03:00Z"
    return Answer(400, {"error": "invalid_grant", "error_description": said, "error_codes": [int(code)]})


SAID = {
    "50076": ("Conditional Access", "device-code"),
    "50079": ("Conditional Access", "az login --tenant"),
    "53003": ("Conditional Access", "sign-in log"),
    "700016": ("no application with this client id", "AZURE_CLIENT_ID"),
    "7000215": ("secret is wrong", "AZURE_CLIENT_SECRET"),
    "7000222": ("secret has expired", "AZURE_CLIENT_SECRET"),
    "700213": ("federated", "federated credentials"),
    "90002": ("no such tenant in this cloud", "AZURE_TENANT_ID"),
    "50020": ("of another tenant", "guest"),
    "65001": ("consented", "administrator"),
    "70043": ("expired", "az login"),
    "700082": ("expired", "az login"),
    "500011": ("does not know what the token is for", "--cloud"),
    "50053": ("locked", "administrator"),
    "500021": ("tenant restriction", "proxy"),
}


@pytest.mark.parametrize("code", SAID)
def test_a_code_of_the_sign_in_service_is_told_in_three_parts(
    code: str, service: Service, azure: Azure, target: Target
) -> None:
    service.answer("POST", "/token", refused_with(code))
    with pytest.raises(NotPermitted) as refused:
        azure.arm.pool(target)
    why, do = SAID[code]
    assert refused.value.what == "Could not sign in to Azure."
    assert f"AADSTS{code} means that" in refused.value.why
    assert why in refused.value.why
    assert do in refused.value.do


def test_a_code_that_is_not_known_is_said_to_be_and_where_to_look(
    service: Service, azure: Azure, target: Target
) -> None:
    service.answer("POST", "/token", refused_with("999999"))
    with pytest.raises(NotPermitted) as refused:
        azure.arm.pool(target)
    assert refused.value.do.startswith("AADSTS999999 is not known here")
    assert "error?code=999999" in refused.value.do


def test_the_table_says_what_each_code_means_with_its_source() -> None:
    assert len(rows()) > 80
    for row in rows().values():
        assert all(source.startswith("https://learn.microsoft.com/") for source in row.sources)
        assert row.do.endswith(".")
        assert not row.why.endswith(".")


def test_a_token_of_another_tenant_names_the_right_one(
    service: Service, azure: Azure, target: Target
) -> None:
    body = {"error": {"code": "InvalidAuthenticationTokenTenant", "message": OTHER_TENANT}}
    service.answer("GET", "/pools/", Answer(401, body))
    with pytest.raises(NotPermitted) as refused:
        azure.arm.pool(target)
    assert f"az login --tenant {RIGHT}" in refused.value.do
    assert WRONG not in refused.value.do


def test_the_header_names_it_where_the_message_does_not(
    service: Service, azure: Azure, target: Target
) -> None:
    body = {"error": {"code": "InvalidAuthenticationTokenTenant", "message": "Another tenant's."}}
    service.answer("GET", "/pools/", Answer(401, body, {"WWW-Authenticate": CHALLENGE}))
    with pytest.raises(NotPermitted) as refused:
        azure.arm.pool(target)
    assert f"az login --tenant {RIGHT}" in refused.value.do


def test_another_refusal_of_a_token_says_nothing_of_tenants(
    service: Service, azure: Azure, target: Target
) -> None:
    body = {"error": {"code": "ExpiredAuthenticationToken", "message": "It is over."}}
    service.answer("GET", "/pools/", Answer(401, body, {"WWW-Authenticate": CHALLENGE}))
    with pytest.raises(NotPermitted) as refused:
        azure.arm.pool(target)
    assert RIGHT not in refused.value.do


@pytest.mark.parametrize(
    "text", ["", "It must match the tenant 'https://sts.windows.net/contoso/'", "https://" * 900]
)
def test_what_names_no_tenant_names_none(text: str) -> None:
    assert right_tenant(text, text) == ""


KNOWN = {
    "public": (None, "https://management.azure.com/.default", "https://batch.core.windows.net//.default"),
    "us-government": (
        "https://login.microsoftonline.us",
        "https://management.core.usgovcloudapi.net/.default",
        "https://batch.core.usgovcloudapi.net//.default",
    ),
    "china": (
        "https://login.chinacloudapi.cn",
        "https://management.chinacloudapi.cn/.default",
        "https://batch.chinacloudapi.cn//.default",
    ),
}


@pytest.mark.parametrize("name", CLOUDS)
def test_each_cloud_has_its_authority_and_audiences(name: str) -> None:
    known = session._cloud(Endpoints(cloud=name).settings(SUBSCRIPTION))
    assert (known.authority, known.arm_scope, known.batch_scope) == KNOWN[name]


@pytest.mark.parametrize(
    "given",
    [
        Endpoints(cloud="germany"),
        Endpoints(cloud="china", arm_endpoint="https://arm.example"),
        Endpoints(sign_in="password"),
    ],
)
def test_what_is_no_cloud_and_no_way_is_refused(given: Endpoints) -> None:
    with pytest.raises(UsageProblem) as refused:
        given.settings(SUBSCRIPTION)
    assert refused.value.do
