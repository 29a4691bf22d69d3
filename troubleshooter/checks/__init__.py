"""Cross-checks: what Azure says of a pool's identity, vault, secret and network, judged.

Facts in, verdicts out: a check never calls Azure. It can be tried on facts alone, and repeated on newer ones.
"""

from __future__ import annotations

from troubleshooter.checks.check import judged
from troubleshooter.checks.rows import ROWS, named

__all__ = ["ROWS", "judged", "named"]
