"""The bottom line: the keys that do something now, the most important first, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content
from textual.keys import key_to_character
from textual.widget import Widget

from troubleshooter.tui.text import glyphs

if TYPE_CHECKING:
    from textual import events
    from textual.binding import ActiveBinding
    from textual.screen import Screen

_ALWAYS = {
    "app.help",
    "app.help-anywhere",
    "run.leave",
    "home.quit",
    "evidence.back",
    "report.back",
    "forms.back",
    "matrix.back",
    "moments.back",
    "look.back",
    "worlds.back",
}
"""Ids of bindings that keep their place whatever the width."""
_LATE: tuple[str | None, ...] = (
    "gate.answer",
    "gate.copy",
    "end.copy",
    "home.clean-up",
    "home.resume",
    "home.find",
    "findings.open",
    "run.now",
    "app.commands",
    "run.cancel",
    "run.retry",
    "run.findings",
    "run.report",
    "forms.copy",
    "forms.write",
    "forms.edit",
    "run.change",
    "gate.forms",
    "run.moments",
)
"""Those that go last where it is narrow, the last of these first; all others go before them."""


class KeyBar(Widget):
    DEFAULT_CSS = "KeyBar { dock: bottom; height: 1; padding: 0 1; background: $panel; color: $quiet; }"

    def __init__(self) -> None:
        super().__init__()
        self._spots: list[tuple[int, int, str]] = []

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._bindings_changed)

    def on_unmount(self) -> None:
        self.screen.bindings_updated_signal.unsubscribe(self)

    def _bindings_changed(self, _screen: Screen[object]) -> None:
        self.refresh()

    def render(self) -> Content:
        separator = f" {glyphs.of(self).dot} "
        keys = self._keys()
        budget = (
            self.size.width - 2 - sum(self._width(key) + len(separator) for key in keys if self._kept(key))
        )
        fitting: list[ActiveBinding] = [key for key in keys if self._kept(key)]
        for key in sorted(keys, key=_weight):
            needed = self._width(key) + len(separator)
            if not self._kept(key) and needed <= budget:
                fitting.append(key)
                budget -= needed
        shown = [key for key in keys if key in fitting]
        parts: list[str | tuple[str, str]] = []
        self._spots, x = [], 1
        for index, active in enumerate(shown):
            parts += [(separator, "$line")] if index else []
            x += len(separator) if index else 0
            parts += [(self._key(active), "$accent bold"), f" {active.binding.description}"]
            self._spots.append((x, x + self._width(active), active.binding.key))
            x += self._width(active)
        return Content.assemble(*parts)

    def _keys(self) -> list[ActiveBinding]:
        """One entry per action, without the letters that a focused text field would swallow."""
        focused = self.screen.focused
        seen: set[str] = set()
        found = []
        for active in self.screen.active_bindings.values():
            binding = active.binding
            character = key_to_character(binding.key)
            swallowed = (
                focused is not None
                and character is not None
                and focused.check_consume_key(binding.key, character)
                and not binding.priority
            )
            if not binding.show or not active.enabled or swallowed or binding.action in seen:
                continue
            seen.add(binding.action)
            found.append(active)
        return found

    def _kept(self, active: ActiveBinding) -> bool:
        return active.binding.id in _ALWAYS

    def _key(self, active: ActiveBinding) -> str:
        return active.binding.key_display or self.app.get_key_display(active.binding)

    def _width(self, active: ActiveBinding) -> int:
        return cell_len(self._key(active)) + 1 + cell_len(active.binding.description)

    def on_click(self, event: events.Click) -> None:
        for start, end, key in self._spots:
            if start <= event.x < end:
                self.app.simulate_key(key)


def _weight(active: ActiveBinding) -> int:
    name = active.binding.id
    return _LATE.index(name) if name in _LATE else len(_LATE)
