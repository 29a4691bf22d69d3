"""Every cross-check, in the order in which a node meets what they look at."""

from __future__ import annotations

from troubleshooter.checks.check import CrossCheck
from troubleshooter.checks.identity import identities_exist
from troubleshooter.model.reply import Kind

ROWS: tuple[CrossCheck, ...] = (CrossCheck("batch-pool-identity-gone", (Kind.IDENTITY,), identities_exist),)
