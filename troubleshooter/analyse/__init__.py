"""From logs to findings. Works offline."""

from __future__ import annotations

from troubleshooter.analyse.definitions import definitions
from troubleshooter.analyse.diagnose import analyse, merge
from troubleshooter.analyse.rule_book import RuleBook, load_rules
from troubleshooter.analyse.rules import RuleText

__all__ = ["RuleBook", "RuleText", "analyse", "definitions", "load_rules", "merge"]
