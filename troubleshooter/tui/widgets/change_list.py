"""What this run has made in Azure and not yet taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from troubleshooter.model.change import ChangeState
from troubleshooter.tui import glyphs, plain

if TYPE_CHECKING:
    from troubleshooter.model.change import Change

_WORDS = {
    ChangeState.INTENDED: "not sure yet",
    ChangeState.REMOVING: "going",
    ChangeState.UNKNOWN: "not seen",
}


class ChangeList(Widget):
    DEFAULT_CSS = "ChangeList { height: 1fr; }"

    changes: reactive[tuple[Change, ...]] = reactive(())
    known: reactive[bool] = reactive(False)
    """False before a run has said what it did."""

    def render(self) -> Content:
        lines = [Content.styled("Changed in Azure", "$quiet")]
        if not self.changes:
            lines.append(Content.styled("  nothing" if self.known else "", "$quiet"))
            return Content("\n").join(lines)
        room = max(1, self.size.height - 1)
        shown = self.changes if len(self.changes) <= room else self.changes[: room - 1]
        lines += [self._line(change) for change in shown]
        if len(shown) < len(self.changes):
            lines.append(Content.styled(f"  and {len(self.changes) - len(shown)} more", "$quiet"))
        return Content("\n").join(lines)

    def _line(self, change: Change) -> Content:
        kind = "user" if change.kind == "node-user" else change.kind
        word = _WORDS.get(change.state, "")
        name = change.id.rpartition("/")[2] if change.kind == "pool" else change.id.partition("/")[2]
        room = self.size.width - len(kind) - 3 - (len(word) + 1 if word else 0)
        return Content.assemble(
            ("+ ", "$warning bold"),
            (f"{kind} ", "$quiet"),
            plain.middle(name, room, glyphs.of(self).cut),
            (f" {word}" if word else "", "$quiet"),
        )
