"""One line of a file that a rule tells of, with what it proves and whose it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from troubleshooter.analyse.rules import Rule
from troubleshooter.analyse.whose import Whose
from troubleshooter.model.evidence import Evidence


@dataclass(frozen=True, slots=True)
class Hit:
    rule: Rule
    evidence: Evidence
    values: Mapping[str, str]
    foreign: bool
    """It tells of another extension than the rule is for."""
    raised: tuple[str, ...] = ()
    """Codes on the line that make the finding confirmed."""
    whose: Whose | None = None
    """The extension that is named: on the line, in its record, around it, or by its file's place."""
