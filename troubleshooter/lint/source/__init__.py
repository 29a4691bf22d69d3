"""Settings of extensions that stand in a source."""

from __future__ import annotations

from troubleshooter.lint.source.lint import lint_source

__all__ = ["lint_source"]
