"""What stands instead of a broken layout while the terminal is too small; it goes when there is room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

if TYPE_CHECKING:
    from textual.app import ComposeResult

WIDTH, HEIGHT = 60, 16


class TooSmallScreen(ModalScreen[None]):
    def compose(self) -> ComposeResult:
        needed = f"It needs {WIDTH} columns and {HEIGHT} lines."
        yield Static(Content(f"This terminal is too small.\n{needed}\nNothing is lost."), id="too-small")
