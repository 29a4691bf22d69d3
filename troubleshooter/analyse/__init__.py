"""From logs to findings. Works offline."""

from __future__ import annotations

from troubleshooter.analyse.diagnose import analyse, merge
from troubleshooter.analyse.rules import RuleBook, RuleText, load_rules

__all__ = ["RuleBook", "RuleText", "analyse", "load_rules", "merge"]
