"""What a view has to tell, in one scroll area, with its title and how much more there is below."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import VerticalScroll

if TYPE_CHECKING:
    from textual.geometry import Size


class ScrollPane(VerticalScroll):
    DEFAULT_CSS = """
    ScrollPane {
        height: 1fr; scrollbar-size-vertical: 1; scrollbar-gutter: stable;
        border-top: solid $line; border-title-color: $quiet;
    }
    ScrollPane:focus { border-top: solid $accent; border-title-color: $accent; border-title-style: bold; }
    ScrollPane > Static { height: auto; }
    """
    BINDINGS: ClassVar = [
        Binding("up,k", "scroll_up", "Up", show=False, tooltip="Scroll up", id="pane.up"),
        Binding("down,j", "scroll_down", "Down", show=False, tooltip="Scroll down", id="pane.down"),
        Binding("pageup", "page_up", "Page up", show=False, tooltip="A page up", id="pane.page-up"),
        Binding(
            "pagedown,space", "page_down", "Page down", show=False, tooltip="A page down", id="pane.page-down"
        ),
        Binding("home,g", "scroll_home", "Start", show=False, tooltip="The beginning", id="pane.start"),
        Binding("end,G", "scroll_end", "End", show=False, tooltip="The end", id="pane.end"),
    ]

    def __init__(
        self,
        title: str,
        *,
        id: str | None = None,  # noqa: A002 - Textual's name for it
        key: str = "PgDn",
    ) -> None:
        """`key` leads to what is below; beside a table, which has the focus at first, that is Tab."""
        super().__init__(id=id)
        self._title = title
        self._key = key
        self._width = 0
        self.border_title = title

    def entitle(self, title: str) -> None:
        """Another name for what it holds now."""
        self._title = title
        self._say_more()

    def watch_virtual_size(self, _size: Size) -> None:
        self.call_after_refresh(self._say_more)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._say_more()

    def on_resize(self) -> None:
        """In another width its lines break elsewhere: what was in sight is not, and so its beginning is."""
        if self.size.width != self._width:
            self._width = self.size.width
            self.scroll_home(animate=False, force=True)
        self._say_more()

    def _say_more(self) -> None:
        below = int(self.max_scroll_y - self.scroll_y)
        lines = f"{below} more line{'s' * (below != 1)} below, {self._key}"
        self.border_title = f"{self._title}: {lines}" if below > 0 else self._title
