from __future__ import annotations

from troubleshooter.simulator.wire.tokens import TokenMaker

AUDIENCE = "https://batch.core.windows.net/"


def maker() -> TokenMaker:
    return TokenMaker("https://127.0.0.1/tenant/", "tenant", "client")


def test_a_token_says_for_whom_and_by_whom() -> None:
    tokens = maker()
    claims = tokens.claims(tokens.make(AUDIENCE))
    assert claims is not None
    assert (claims["aud"], claims["appid"], claims["tid"]) == (AUDIENCE, "client", "tenant")
    assert claims["exp"] > claims["iat"]


def test_a_token_of_another_world_or_a_changed_one_is_none_of_ours() -> None:
    tokens = maker()
    token = tokens.make(AUDIENCE)
    head, _, tail = token.partition(".")
    for foreign in (maker().make(AUDIENCE), f"{head}.x{tail}", "nonsense", ""):
        assert tokens.claims(foreign) is None
