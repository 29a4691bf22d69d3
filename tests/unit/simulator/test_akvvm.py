from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from troubleshooter.simulator.around.conditions import Identity
from troubleshooter.simulator.around.vault_gate import Origin
from troubleshooter.simulator.around.vaults import AccessPolicy
from troubleshooter.simulator.extension import akvvm, vault_door
from troubleshooter.simulator.scenarios import IDENTITY, SECRET, VAULT, WELL, working_settings

if TYPE_CHECKING:
    from troubleshooter.simulator.around.conditions import Conditions

ADDRESS = "203.0.113.10"
HERE = Origin(ADDRESS)
STARTED = datetime(2026, 5, 1, 10, 0, 0, tzinfo=UTC)
OTHER = Identity("/other", "00000000-0000-0000-0000-00000000000a", "00000000-0000-0000-0000-00000000000b")
STOCKED = replace(VAULT, secrets=(SECRET,))


def fate(
    conditions: Conditions = WELL,
    identities: tuple[Identity, ...] = (IDENTITY,),
    settings: Any = None,
) -> akvvm.Fate:
    extension = {
        "name": "kv",
        "publisher": akvvm.PUBLISHER,
        "type": "KeyVaultForLinux",
        "typeHandlerVersion": "3.0",
        "settings": working_settings() if settings is None else settings,
    }
    return akvvm.fate(extension, identities, HERE, conditions, STARTED)


def failure(one: akvvm.Fate) -> str:
    return next(text for _, _, text in one.steps if "failed with exception" in text)


def test_all_well_means_success_with_its_time_stamp() -> None:
    one = fate()
    assert (one.status, one.blocks) == ("success", False)
    assert one.message == "Successfully started Key Vault extension service. 2026-05-01T10:00:00Z"


def test_unreadable_settings_block_the_node_whatever_initial_sync_says() -> None:
    settings = working_settings()
    settings["secretsManagementSettings"] |= {"pollingIntervalInS": 3600, "requireInitialSync": False}
    one = fate(settings=settings)
    assert (one.status, one.operation, one.blocks) == ("error", "Service start - Settings Load.", True)


@pytest.mark.parametrize("required", [True, False])
def test_a_failed_download_blocks_only_where_initial_sync_is_required(required: bool) -> None:
    settings = working_settings()
    settings["secretsManagementSettings"]["requireInitialSync"] = required
    one = fate(replace(WELL, assignments=()), settings=settings)
    assert (one.status, one.blocks) == ("transitioning", required)
    assert one.message == "Failed to download one or more certificates, retrying..."


GUARDED = replace(STOCKED, default_deny=True)


@pytest.mark.parametrize(
    ("conditions", "sign"),
    [
        (replace(WELL, assignments=()), '"innererror":{"code":"ForbiddenByRbac"}'),
        (replace(WELL, vaults=(GUARDED,), assignments=()), '"innererror":{"code":"ForbiddenByFirewall"}'),
        (
            replace(WELL, vaults=(replace(GUARDED, public=False),)),
            '"innererror":{"code":"ForbiddenByConnection"}',
        ),
        (replace(WELL, vaults=(VAULT,), assignments=()), '"innererror":{"code":"ForbiddenByRbac"}'),
        (replace(WELL, vaults=(VAULT,)), '"code":"SecretNotFound"'),
        (
            replace(WELL, vaults=(replace(VAULT, secrets=(replace(SECRET, enabled=False),)),)),
            '"innererror":{"code":"SecretDisabled"}',
        ),
        (replace(WELL, vaults=(replace(STOCKED, rbac=False),)), '"innererror":{"code":"AccessDenied"}'),
        (replace(WELL, vaults=()), "Error resolving address"),
    ],
)
def test_the_vault_checks_firewall_then_permission_then_secret(conditions: Conditions, sign: str) -> None:
    assert sign in failure(fate(conditions))


def test_an_allowed_address_and_an_access_policy_let_in() -> None:
    guarded = replace(
        GUARDED, allowed=(ADDRESS,), rbac=False, policies=(AccessPolicy(IDENTITY.principal_id),)
    )
    assert fate(replace(WELL, vaults=(guarded,), assignments=())).status == "success"


@pytest.mark.parametrize(
    ("login", "identities", "sign"),
    [
        ({"msiClientId": IDENTITY.principal_id}, (IDENTITY,), "Identity not found"),
        ({}, (), "Identity not found"),
        ({"msiClientId": None}, (IDENTITY, OTHER), "Multiple user assigned identities exist"),
        (
            {"msiEndpoint": "http:///169.254.169.254/metadata/identity"},
            (IDENTITY,),
            "URI must contain a hostname.",
        ),
        ({"msiEndpoint": None}, (IDENTITY,), "URI must contain a hostname."),
        ({"msiEndpoint": "169.254.169.254/metadata"}, (IDENTITY,), "URI scheme must be 'http' or 'https'"),
        (
            {"msiEndpoint": "http://10.0.0.1/metadata"},
            (IDENTITY,),
            "Failed to connect to any resolved endpoint",
        ),
    ],
)
def test_the_token_request_fails_as_reported(
    login: dict[str, str | None], identities: tuple[Identity, ...], sign: str
) -> None:
    settings = working_settings()
    merged = {**settings["authenticationSettings"], **login}
    settings["authenticationSettings"] = {name: value for name, value in merged.items() if value is not None}
    one = fate(identities=identities, settings=settings)
    assert sign in failure(one)
    assert one.status == "transitioning"


def test_a_refusal_stays_on_one_line_of_the_log() -> None:
    one = fate(replace(WELL, assignments=()))
    assert "\n" not in failure(one)
    assert f"oid={IDENTITY.principal_id}" in failure(one)
    assert failure(one).startswith(f"Refreshing 'https://{VAULT.host}/secrets/{SECRET.name}/' failed with")


def test_a_token_is_given_for_the_named_identity() -> None:
    endpoint = "http://169.254.169.254/metadata/identity"
    assert vault_door.token(endpoint, OTHER.client_id, (IDENTITY, OTHER)) == OTHER
