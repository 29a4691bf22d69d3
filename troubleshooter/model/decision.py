"""Whose fault it is that nodes do not come: one decision, what speaks for it, and what would decide it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from troubleshooter.model.evidence import Evidence


class Whose(StrEnum):
    EXTENSION = "extension"
    """It ran on the node and failed, or goes on failing: its settings, identity, vault or secret."""
    NETWORK = "network"
    """The nodes do not reach Batch, the vault or what answers for them: rules, routes, names, endpoints."""
    BATCH = "batch"
    """The service itself, the machine it got, its agent, or what the pool has it do at the start."""


@dataclass(frozen=True, slots=True)
class Reason:
    says: str
    whose: Whose
    speaks: str = "for"
    """`for`, `against`, or `open` where what was read does not tell."""
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    whose: Whose | None = None
    """None where it cannot be decided, and where no node is ill."""
    firm: bool = False
    """Documented facts decide it; otherwise it is only the likeliest."""
    reasons: tuple[Reason, ...] = ()
    would_decide: tuple[str, ...] = ()
    """Where it is not firm: what would make it so, each as something to do."""
