"""Who is signed in, by the token's own claims: what a role is given to goes into a command."""

from __future__ import annotations

from typing import Any

import pytest

from troubleshooter.cloud.sign_in import SignedIn, signed_in

OID = "f11729e1-b693-5eee-94e4-dca6fbf8f771"


@pytest.mark.parametrize(
    ("claims", "told"),
    [
        (
            {"oid": OID, "idtyp": "app", "appid": "5b0c"},
            SignedIn("application 5b0c", OID, "ServicePrincipal"),
        ),
        ({"oid": OID, "upn": "ada@contoso.com"}, SignedIn("ada@contoso.com", OID, "User")),
        ({"oid": OID, "preferred_username": "ada"}, SignedIn("ada", OID, "User")),
        ({"oid": OID.upper(), "appid": "5b0c"}, SignedIn("application 5b0c", OID.upper(), "")),
        ({"appid": "5b0c"}, SignedIn("application 5b0c")),
        ({}, SignedIn("someone the token does not name")),
    ],
)
def test_who_it_is_is_what_the_token_says(claims: dict[str, Any], told: SignedIn) -> None:
    assert signed_in(claims) == told


@pytest.mark.parametrize("oid", ["; rm -rf /", f"{OID} --role Owner", f"{OID}\n", 7, None, [OID]])
def test_what_is_no_object_id_goes_into_no_command(oid: object) -> None:
    assert signed_in({"oid": oid, "upn": "ada"}) == SignedIn("ada")
