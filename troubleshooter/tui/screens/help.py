"""Every key that this place knows, those that do nothing now dimmed, and what the symbols mean."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from troubleshooter.model.finding import Confidence
from troubleshooter.tui.screens.beside import BesideScreen
from troubleshooter.tui.text import glyphs
from troubleshooter.tui.widgets.node_grid import node_word
from troubleshooter.tui.widgets.remarks import Remark, Remarks

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.screen import Screen

    from troubleshooter.report.symbols import Glyphs


class HelpScreen(BesideScreen):
    BINDINGS: ClassVar = [
        Binding("escape,q,question_mark", "dismiss", "close", tooltip="Close the help", id="help.close"),
    ]

    def __init__(self, about: Screen[object]) -> None:
        super().__init__(about)
        self._keys = keys(about)

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="dialog"):
            yield Static(Content.styled("Keys", "bold"))
            table = Remarks()
            table.set_reactive(Remarks.remarks, self._table())
            yield table
            yield Static(Content.styled("Symbols", "bold"))
            yield Static(_legend(glyphs.of(self)))
            yield Static(Content.styled("Esc closes. Dimmed keys do nothing just now.", "$quiet"))

    def _table(self) -> tuple[Remark, ...]:
        width = max((len(key) for key, _, _ in self._keys), default=0)
        return tuple(
            Remark(f"{key:>{width}}  ", text, "$accent bold" if now else "$quiet", "" if now else "$quiet")
            for key, text, now in self._keys
        )


def keys(screen: Screen[object]) -> list[tuple[str, str, bool]]:
    """Keys, what they do, and whether they do it now; what belongs together shares a line."""
    active = {
        (id(each.node), each.binding.action) for each in screen.active_bindings.values() if each.enabled
    }
    found: dict[tuple[int, str], tuple[list[str], str, bool]] = {}
    moves: set[tuple[int, str]] = set()
    nodes = [screen.focused, *screen.focused.ancestors] if screen.focused else [screen, screen.app]
    for node in nodes:
        for _, binding in node._bindings:  # noqa: SLF001 - Textual lists only what is active
            if binding.id is None or "." not in binding.id:
                continue
            where = (id(node), binding.action)
            shown = binding.key_display or screen.app.get_key_display(binding)
            entry = found.setdefault(where, ([], binding.tooltip or binding.description, where in active))
            entry[0].append(shown)
            if not binding.show and node not in {screen, screen.app}:
                moves.add(where)
    ordered = sorted(found.items(), key=lambda each: each[0] in moves)  # those that do something come first
    return _each_once([(" ".join(dict.fromkeys(shown)), text, now) for _, (shown, text, now) in ordered])


def _each_once(listed: list[tuple[str, str, bool]]) -> list[tuple[str, str, bool]]:
    """Of two that share a key the one that it does now, else the one nearer to the focus."""
    does = {key: text for key, text, now in reversed(listed) if now}
    first = {key: text for key, text, _ in reversed(listed)}
    return [each for each in listed if each[1] == does.get(each[0], first[each[0]])]


def _legend(marks: Glyphs) -> Content:
    steps = (
        (marks.pending, "pending"),
        (marks.running, "running"),
        (marks.asking, "needs you"),
        (marks.done, "done"),
        (marks.attention, "done, look at it"),
        (marks.failed, "failed"),
        (marks.skipped, "skipped"),
    )
    states = ("idle", "running", "starting", "creating", "rebooting", "unusable", "starttaskfailed")
    nodes = (*((marks.node(state), node_word(state)) for state in states), (marks.unknown_node, "unknown"))
    sure = tuple((marks.certainty(confidence), confidence.value) for confidence in Confidence)
    lines = []
    for name, pairs in (("steps", steps), ("nodes", nodes), ("certainty", sure)):
        text = "   ".join(f"{symbol} {word}".replace(" ", "\N{NO-BREAK SPACE}") for symbol, word in pairs)
        for number, part in enumerate(textwrap.wrap(text, 34)):
            shown = part.replace("\N{NO-BREAK SPACE}", " ")
            lines.append(Content.assemble((f"{name if number == 0 else '':<11}", "$quiet"), shown))
    return Content("\n").join(lines)
