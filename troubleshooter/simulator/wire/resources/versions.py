"""Which api-versions ARM and each of its providers take: those of the specifications, and some older ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.simulator.around.refusal import Refusal
from troubleshooter.simulator.around.scopes import type_of

if TYPE_CHECKING:
    from troubleshooter.simulator.wire.exchange import Call
    from troubleshooter.simulator.world.world import World

_OF_ARM = ("2015-11-01", "2019-10-01", "2021-04-01", "2022-09-01", "2022-12-01", "2024-11-01", "2025-04-01")
_OF = {
    "microsoft.batch": ("2024-07-01", "2025-06-01"),
    "microsoft.managedidentity": ("2018-11-30", "2023-01-31", "2024-11-30"),
    "microsoft.keyvault": ("2022-07-01", "2023-07-01", "2024-11-01", "2026-02-01"),
    "microsoft.network": ("2024-05-01", "2025-05-01", "2026-03-01"),
    "microsoft.network/privatednszones": ("2020-06-01", "2024-06-01"),
    "microsoft.authorization/roleassignments": ("2022-04-01",),
    "microsoft.authorization/roledefinitions": ("2022-04-01", "2022-05-01-preview"),
    "microsoft.authorization/denyassignments": ("2022-04-01", "2024-07-01-preview"),
    "microsoft.authorization/permissions": ("2022-04-01", "2022-05-01-preview"),
    "microsoft.authorization/locks": ("2016-09-01", "2020-05-01"),
    **{
        f"microsoft.authorization/{kind}": ("2024-05-01", "2025-03-01", "2025-11-01", "2026-06-01")
        for kind in ("policyassignments", "policydefinitions", "policysetdefinitions")
    },
    "microsoft.authorization/policyexemptions": ("2020-07-01-preview", "2022-07-01-preview"),
}
"""By provider, or by its first two segments where its types differ."""


def check(world: World, call: Call) -> None:
    """Refuse a call without an api-version, or with one that nobody there takes."""
    version = call.query.get("api-version")
    if not version:
        text = "The api-version query parameter (?api-version=) is required for all requests."
        raise Refusal(400, "MissingApiVersionParameter", text)
    kind = type_of(call.path)
    provider, _, types = kind.partition("/")
    known = _OF.get("/".join((provider, types.partition("/")[0])).lower(), _OF.get(provider.lower(), _OF_ARM))
    if version in known:
        return
    told = ", ".join(known)
    if known is _OF_ARM:  # code and wording are assumed
        text = f"The api-version '{version}' is invalid. The supported versions are '{told}'."
        raise Refusal(400, "InvalidApiVersionParameter", text)
    where = f"location '{world.account.location}'"
    text = (
        f"No registered resource provider found for {where} and API version '{version}' for type '{types}'."
        f" The supported api-versions are '{told}'."
    )
    raise Refusal(400, "NoRegisteredProviderFound", text)
