"""Checks definitions of known extensions, and the Key Vault extension's settings. Works offline."""

from __future__ import annotations

from troubleshooter.lint.finding import LintFinding, LintResult, findings_of
from troubleshooter.lint.linter import lint_pool, lint_text

__all__ = ["LintFinding", "LintResult", "findings_of", "lint_pool", "lint_text"]
