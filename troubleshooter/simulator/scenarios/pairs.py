"""Two faults at once, of which one hides the other; the administrator cures the one that is seen.

The order is Key Vault's own (documented), and before it what must work for a request to be made: agent,
settings, token, network; then firewall, permission, secret. Cured one by one, the next shows.
"""

from __future__ import annotations

from dataclasses import replace

from troubleshooter.simulator.around.conditions import Flaw, Network, Road
from troubleshooter.simulator.scenarios.agent import custom_image, with_flaws
from troubleshooter.simulator.scenarios.ground import VAULT, in_subnet, with_own_addresses
from troubleshooter.simulator.scenarios.remedies import (
    FIREWALL_TOO,
    clear_network,
    grant_role,
    name_identity,
    open_to_subnet,
    publish_image,
)
from troubleshooter.simulator.scenarios.scene import Scenario
from troubleshooter.simulator.scenarios.settings import three_slashes
from troubleshooter.simulator.scenarios.vault import UNGRANTED, guarded
from troubleshooter.simulator.world.pool import RESERVED

PAIRS = (
    Scenario(
        "firewall-hides-permission",
        "The vault's firewall is closed, and behind it the identity has no role",
        conditions=replace(guarded(()), assignments=()),
        body=in_subnet,
        remedy=open_to_subnet,
        others=FIREWALL_TOO,
    ),
    Scenario(
        "own-addresses",
        "The identity has no role; the vault lets in the pool's own public addresses, and no others",
        conditions=replace(guarded(RESERVED), assignments=()),
        body=with_own_addresses,
        remedy=grant_role,
    ),
    Scenario(
        "permission-hides-secret",
        "The identity has no role, and the certificate is not there either",
        conditions=replace(UNGRANTED, vaults=(VAULT,)),
        remedy=grant_role,
    ),
    Scenario(
        "network-hides-firewall",
        "The nodes cannot resolve the vault, whose firewall is closed to them too",
        conditions=replace(guarded(()), network=Network(to_vault=Road.UNRESOLVED)),
        remedy=clear_network,
    ),
    Scenario(
        "identity-hides-firewall",
        "The pool has no identity, and the vault's firewall is closed",
        conditions=guarded(()),
        identity=False,
        remedy=name_identity,
    ),
    Scenario(
        "settings-hide-permission",
        "msiEndpoint has no host, and the identity has no role",
        conditions=UNGRANTED,
        settings=three_slashes,
        remedy=grant_role,
    ),
    Scenario(
        "agent-hides-permission",
        "Nothing may run below /var, and the identity has no role",
        conditions=replace(with_flaws(Flaw.VAR_NOEXEC), assignments=()),
        body=custom_image,
        remedy=publish_image,
    ),
)
