"""Which states are kept as pictures, and how. Of every other state what must hold is checked, no more.

A state that looks like another, or differs in a word, is not kept: the first of its kind stands for it.
"""

from __future__ import annotations

from contextvars import ContextVar
from typing import NamedTuple

from troubleshooter.tui.themes import DARK, LIGHT

SIZES = ((120, 40), (60, 16), (80, 24), (200, 60))
"""The walk goes on at the first."""
THEMES = (DARK.name, LIGHT.name)
PLAIN = (80, 24)
"""The size at which the fullest state of each screen is kept in the other themes as well."""
MOST = 300

SCENE: ContextVar[str] = ContextVar("the scene that is walked")

CHOSEN: dict[str, str] = {
    "offline": """home-empty home-help home-commands open-pool-filled open-pool-refused look look-missing
        look-nothing-found look-findings look-evidence look-matrix look-moments""",
    "several": "home home-left-behind read",
    "crowd": "look-findings look-matrix-end look-moments waiting",
    "worlds": "worlds worlds-none demo-plan",
    "outside": """next allow-from plan plan-help waiting-nothing-yet waiting-starting collecting choose-fix
        outside-fix verify-under-way clean-up clean-up-confirm-hears end findings explain evidence
        evidence-searching matrix moments report commands step-06-collect step-13-clean-up""",
    "definition": "fix forms write 02-apply the-change end",
    "in-place": "02-plan-in-place-marked 03-jobs 04-route-typed 04-route-under-way end",
    "away": "end leaving home",
    "healthy": "end",
    "windows": "end",
    "quota": "end",
    "few-cores": "end",
    "refused": "end home-delete",
    "stopped": "waiting-for-many stopped home-something-left clean-up",
    "absent": "not-found home",
}
"""Scene to the names of its states."""

FULLEST = {
    "several": "home",
    "offline": "home-help home-commands open-pool-refused look-findings",
    "worlds": "worlds",
    "outside": "choose-fix explain evidence matrix moments report",
    "definition": "the-change write",
    "away": "leaving",
    "stopped": "clean-up",
}
"""Scene to those of its states that are each their screen's fullest."""


class Look(NamedTuple):
    """One picture of a state."""

    size: tuple[int, int]
    theme: str

    @property
    def name(self) -> str:
        width, height = self.size
        return f"{width}x{height}" if self.theme == THEMES[0] else f"{width}x{height}-{self.theme}"


def looks(scene: str, state: str) -> tuple[Look, ...]:
    """How a state of a scene is kept: not at all, or at every size, and perhaps in every theme."""
    if state not in CHOSEN[scene].split():
        return ()
    full = THEMES[1:] if state in FULLEST.get(scene, "").split() else ()
    return (*(Look(size, THEMES[0]) for size in SIZES), *(Look(PLAIN, theme) for theme in full))


def names(scene: str) -> set[str]:
    """What the pictures of a scene are called."""
    return {f"{state}@{look.name}" for state in CHOSEN[scene].split() for look in looks(scene, state)}
