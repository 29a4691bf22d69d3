"""Secrets that the operator supplies to a run: in memory only, never in the journal, never an argument."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.redact.environment import SUPPLIED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Secrets:
    """Known by name. What was typed lives as long as the process; the environment is asked after it."""

    def __init__(self, environ: Mapping[str, str], learn: Callable[[str], None]) -> None:
        self._environ = environ
        self._learn = learn
        """Told every secret before anybody is given it, so that it is redacted from then on."""
        self._typed: dict[str, str] = {}

    def get(self, name: str) -> str | None:
        found = self._typed.get(name) or self._environ.get(SUPPLIED + name)
        if found:
            self._learn(found)
        return found or None

    def put(self, name: str, value: str) -> None:
        self._learn(value)
        self._typed[name] = value
