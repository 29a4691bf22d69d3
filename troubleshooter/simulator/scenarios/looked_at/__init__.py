"""Worlds that are looked at from Azure's side: what is wrong, right, nearly right, or not to be seen.

The demo does not list them.
"""

from __future__ import annotations

from troubleshooter.simulator.scenarios.looked_at import access, networks, secrets, twins, unseen

LOOKED_AT = {
    scenario.name: scenario
    for scenario in (
        *access.ROLES,
        *access.POLICIES,
        *access.IDENTITIES,
        *secrets.SECRETS,
        *networks.FIREWALLS,
        *networks.PRIVATE,
        *networks.WAYS_OUT,
        *unseen.UNSEEN,
        *unseen.ALL_PASSES,
        *twins.TWINS,
    )
}
