"""A vault's firewall opened to addresses, which another pool, or the same made anew, does not share."""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from troubleshooter.report.made_outside import shows
from troubleshooter.report.renewal import looked

if TYPE_CHECKING:
    from troubleshooter.model.finding import Fix
    from troubleshooter.model.run import RunState

LASTS = (
    "a subnet with the service endpoint Microsoft.KeyVault, or public addresses of its own: Batch gives a"
    " pool in no subnet its addresses, and may give others, at the latest when it is made anew"
)


def by_address(fix: Fix | None) -> bool:
    """Whether that is what the fix does."""
    outside = fix.outside if fix is not None else None
    return outside is not None and outside.kind == "allow-network" and bool(outside.values.get("no_subnet"))


def addresses(state: RunState, fix: Fix | None) -> str:
    """Commands that list what the vault lets in and a pool's nodes, and tell the public address of one."""
    pool = f"--pool-id {quote(state.target.pool)}"
    let_in = shows(fix).get("az") if fix is not None else None
    one = f'# NODE: one of these ids\naz batch node remote-login-settings show {pool} --node-id "$NODE"'
    return "\n".join([*([let_in] if let_in else []), looked(state), one])
