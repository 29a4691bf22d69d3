"""All routes of ARM's other providers."""

from __future__ import annotations

from troubleshooter.simulator.wire.resources import authorization, identities, lists, networks, vaults

ROUTES = (
    *lists.SUBSCRIPTIONS,
    *lists.RESOURCES,
    *identities.ROUTES,
    *vaults.ROUTES,
    *networks.NETWORK,
    *networks.PREFIXES,
    *networks.PRIVATE_DNS,
    *authorization.ROUTES,
    *lists.LOCKS,
    *lists.POLICIES,
    *lists.DEFINITIONS,
)
