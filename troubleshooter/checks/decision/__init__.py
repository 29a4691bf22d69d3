"""Extension, network or Batch? One decision on nodes that are unusable, or hang, and say no error.

Nothing is asked here: what was read of the pool goes in, with every answer that is missing named as such.
"""

from __future__ import annotations

from troubleshooter.checks.decision.decide import decide
from troubleshooter.checks.decision.seen import Seen

__all__ = ["Seen", "decide"]
