"""The command line: one module per command, each loaded when its command is called."""

from __future__ import annotations

from troubleshooter.cli.entry import main

__all__ = ["main"]
