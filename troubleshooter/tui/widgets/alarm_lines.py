"""Above everything else: which originals are away, each with the command that puts it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from troubleshooter.report.away import told
from troubleshooter.tui.text import glyphs, plain

if TYPE_CHECKING:
    from troubleshooter.model.change import Away

_MOST = 4
"""Lines that leave a small terminal room for the rest."""


class AlarmLines(Static):
    DEFAULT_CSS = """
    AlarmLines { height: auto; padding: 0 1; display: none; }
    AlarmLines.-raised { display: block; }
    """

    own: reactive[Away | None] = reactive(None)
    """Of the run that is looked at; it comes first."""
    working: reactive[bool] = reactive(False)
    """Whether that run is at it now."""
    others: reactive[tuple[Away, ...]] = reactive(())

    def watch_own(self) -> None:
        self._raise()

    def watch_working(self) -> None:
        self._raise()

    def watch_others(self) -> None:
        self._raise()

    def _raise(self) -> None:
        away = (*([self.own] if self.own else []), *self.others)
        self.set_class(bool(away), "-raised")
        mark = glyphs.of(self).failed
        shown = away if len(away) <= _MOST else away[: _MOST - 1]
        lines = [
            f"{mark} {plain.one_line(told(each, working=self.working and each is self.own))}"
            for each in shown
        ]
        if len(shown) < len(away):
            lines.append(f"{mark} And {len(away) - len(shown)} more: troubleshooter runs list names them all")
        self.update(Content.styled("\n".join(lines), "$error bold"))
