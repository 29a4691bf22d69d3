"""The rail folded to one line, for narrow terminals: 4/11 ◐ Wait for idle   ✔✔✔◐○○○○○○○."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from troubleshooter.tui.text import glyphs, plain
from troubleshooter.tui.text.steps import tone

if TYPE_CHECKING:
    from troubleshooter.model.change import Change
    from troubleshooter.tui.text.steps import StepRow


class StepLine(Widget):
    DEFAULT_CSS = "StepLine { height: 1; }"

    rows: reactive[tuple[StepRow, ...]] = reactive(())
    looked_at: reactive[str] = reactive("")
    changes: reactive[tuple[Change, ...]] = reactive(())
    """What is not taken back yet."""

    def render(self) -> Content:
        marks = glyphs.of(self)
        ids = [row.record.id for row in self.rows]
        if self.looked_at not in ids:
            return Content("")
        index = ids.index(self.looked_at)
        row = self.rows[index]
        left, left_style = self._left()
        room = self.size.width - len(self.rows) - len(left) - 3
        head = f"{index + 1}/{len(ids)} "
        name = plain.fit(row.name, room - len(head), marks.cut)
        strip = [
            (marks.step(each.record), tone(each.record) + (" reverse" if each is row else ""))
            for each in self.rows
        ]
        return Content.assemble(
            (head, "$quiet"),
            (f"{marks.step(row.record)} ", tone(row.record)),
            (name, "bold"),
            (left, left_style),
            *strip,
        )

    def _left(self) -> tuple[str, str]:
        """How many things are there because of this run; in red when one was there before it."""
        ours = sum(not change.not_itself for change in self.changes)
        changed = len(self.changes) - ours
        words = [f"~{changed} not as before" if changed else "", f"+{ours} in Azure" if ours else ""]
        said = " ".join(word for word in words if word)
        return (f"{said}  " if said else "", "$error bold" if changed else "$warning")
