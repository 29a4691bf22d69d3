"""What this run has made or changed in Azure and not taken back yet: + its own, ~ what was there before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from troubleshooter.model.change import (
    DELETED,
    DELETING,
    NODE_USER,
    NODES,
    ORIGINAL,
    STAGE,
    ChangeState,
)
from troubleshooter.tui.text import glyphs, plain

if TYPE_CHECKING:
    from troubleshooter.model.change import Change

_WORDS = {
    ChangeState.INTENDED: "not sure yet",
    ChangeState.REMOVING: "going",
    ChangeState.UNKNOWN: "not seen",
}
_WORDS_OF_JOBS = {
    ChangeState.INTENDED: "being disabled",
    ChangeState.MADE: "disabled",
    ChangeState.REMOVING: "being enabled",
    ChangeState.UNKNOWN: "not known",
}
_STAGES = {
    "debug": "a debug copy",
    "without-extension": "without extension",
    "older-extension": "an older extension",
}


class ChangeList(Widget):
    DEFAULT_CSS = "ChangeList { height: 1fr; }"

    changes: reactive[tuple[Change, ...]] = reactive(())
    known: reactive[bool] = reactive(False)
    """False before a run has said what it did."""

    def render(self) -> Content:
        lines = [Content.styled("Left in Azure", "$quiet")]
        if not self.changes:
            lines.append(Content.styled("  nothing" if self.known else "", "$quiet"))
            return Content("\n").join(lines)
        room = max(1, self.size.height - 1)
        drawn = [self._lines(change) for change in sorted(self.changes, key=_weight)]
        shown = len(drawn)
        while shown > 1 and sum(map(len, drawn[:shown])) + (shown < len(drawn)) > room:
            shown -= 1
        lines += [line for each in drawn[:shown] for line in each]
        if shown < len(drawn):
            lines.append(Content.styled(f"  and {len(drawn) - shown} more", "$quiet"))
        return Content("\n").join(lines)

    def _lines(self, change: Change) -> list[Content]:
        """One line, or two where the name and how it stands do not fit beside each other."""
        tone = "$error bold" if change.not_itself else "$warning bold"
        word, mark = standing(change), "~" if change.not_itself else "+"
        name, room = _name(change), self.size.width - 2
        style = "$error" if change.not_itself else ""
        if not word or len(name) + len(word) + 1 <= room:
            beside = f" {word}" if word else ""
            cut = plain.middle(name, room - len(beside), glyphs.of(self).cut)
            return [Content.assemble((f"{mark} ", tone), (cut, style), (beside, style or "$quiet"))]
        cut = plain.middle(name, room, glyphs.of(self).cut)
        below = plain.fit(word, room - 2, glyphs.of(self).cut).rstrip()
        return [
            Content.assemble((f"{mark} ", tone), (cut, style)),
            Content.assemble("    ", (below, style or "$quiet")),
        ]


def _weight(change: Change) -> int:
    """What was there before goes first, the original before all."""
    return 0 if change.kind == ORIGINAL else 1 if change.not_itself else 2


def _name(change: Change) -> str:
    if change.kind == NODE_USER:
        return "user on " + change.id.partition("/")[2].partition("/")[0]
    return change.id if change.kind == ORIGINAL else f"{change.kind.replace('-', ' ')} {change.id}"


def standing(change: Change) -> str:
    """How it stands now, in a few words; empty for what simply is there."""
    if change.kind == ORIGINAL:
        return _original(change)
    words = _WORDS_OF_JOBS if change.not_itself else _WORDS
    return words.get(change.state, "")


def _original(change: Change) -> str:
    if change.state is ChangeState.INTENDED and change.detail.get(DELETED):
        return "deleted"
    if change.detail.get(DELETING):
        return "being deleted"
    stage = str(change.detail.get(STAGE) or "")
    nodes = change.detail.get(NODES)
    size = f", {nodes} node{'s' * (nodes != 1)}" if nodes else ""
    return _STAGES.get(stage, stage) + size
