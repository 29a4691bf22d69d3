"""Every key that this place knows, those that do nothing now dimmed, and what the symbols mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from troubleshooter.tui import glyphs

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.screen import Screen

    from troubleshooter.tui.glyphs import Glyphs


class HelpScreen(ModalScreen[None]):
    BINDINGS: ClassVar = [
        Binding("escape,q,question_mark", "dismiss", "close", tooltip="Close the help", id="help.close"),
    ]

    def __init__(self, about: Screen[object]) -> None:
        super().__init__()
        self._keys = keys(about)

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="dialog"):
            yield Static(Content.styled("Keys", "bold"))
            yield Static(self._table())
            yield Static(Content.styled("Symbols", "bold"))
            yield Static(_legend(glyphs.of(self)))
            yield Static(Content.styled("Esc closes. Dimmed keys do nothing just now.", "$quiet"))

    def _table(self) -> Content:
        width = max((len(key) for key, _, _ in self._keys), default=0)
        return Content("\n").join(
            Content.assemble(
                (f"{key:>{width}}  ", "$accent bold" if now else "$line"), (text, "" if now else "$quiet")
            )
            for key, text, now in self._keys
        )


def keys(screen: Screen[object]) -> list[tuple[str, str, bool]]:
    """Keys, what they do, and whether they do it now; what belongs together shares a line."""
    active = {
        (id(each.node), each.binding.action) for each in screen.active_bindings.values() if each.enabled
    }
    found: dict[tuple[int, str], tuple[list[str], str, bool]] = {}
    nodes = [screen.focused, *screen.focused.ancestors] if screen.focused else [screen, screen.app]
    for node in nodes:
        for _, binding in node._bindings:
            if binding.id is None or "." not in binding.id:
                continue
            where = (id(node), binding.action)
            shown = binding.key_display or screen.app.get_key_display(binding)
            entry = found.setdefault(where, ([], binding.tooltip or binding.description, where in active))
            entry[0].append(shown)
    return [(" ".join(dict.fromkeys(shown)), text, now) for shown, text, now in found.values()]


def _legend(marks: Glyphs) -> Content:
    lines = [
        (
            "steps",
            [
                (marks.pending, "pending"),
                (marks.running, "running"),
                (marks.asking, "needs you"),
                (marks.done, "done"),
                (marks.attention, "look"),
                (marks.failed, "failed"),
                (marks.skipped, "skipped"),
            ],
        ),
        (
            "nodes",
            [
                (marks.node("idle"), "idle"),
                (marks.node("running"), "running"),
                (marks.node("starting"), "starting"),
                (marks.node("creating"), "creating"),
                (marks.node("rebooting"), "rebooting"),
                (marks.node("unusable"), "unusable"),
                (marks.node("starttaskfailed"), "start task failed"),
                (marks.unknown_node, "unknown"),
            ],
        ),
        (
            "sure",
            [
                (marks.full * 3, "confirmed"),
                (marks.full * 2 + marks.hollow, "likely"),
                (marks.full + marks.hollow * 2, "possible"),
            ],
        ),
    ]
    return Content("\n").join(
        Content.assemble((f"{name}  ", "$quiet"), "  ".join(f"{symbol} {word}" for symbol, word in pairs))
        for name, pairs in lines
    )
