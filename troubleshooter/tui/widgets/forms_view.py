"""The change for the original: what changes, and the block in the operator's own language."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.widgets import Static

from troubleshooter.errors import UsageProblem
from troubleshooter.forms import before_and_after, forms
from troubleshooter.text import visible
from troubleshooter.tui.device import clipboard
from troubleshooter.tui.device.editor import edit
from troubleshooter.tui.screens.write_file import WriteFileScreen
from troubleshooter.tui.text import glyphs, plain
from troubleshooter.tui.widgets.selectable import SelectableLines
from troubleshooter.tui.widgets.strips import strip

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from textual import events
    from textual.app import ComposeResult
    from textual.strip import Strip

    from troubleshooter.forms import DefinitionChange, Form
    from troubleshooter.tui.widgets.strips import Piece

_NARROWEST = 20
_STYLES = {"-": "$error on $gone", "+": "$success on $new"}


class FormsView(Vertical):
    DEFAULT_CSS = """
    FormsView { height: 1fr; }
    FormsView > #forms-names { height: auto; margin-bottom: 1; }
    """
    BINDINGS: ClassVar = [
        Binding("left,h", "turn(-1)", "form", show=False, tooltip="The form before", id="forms.before"),
        Binding("right,l", "turn(1)", "form", key_display="← →", tooltip="The next form", id="forms.after"),
        Binding("y", "copy", "copy", tooltip="Copy this form", id="forms.copy"),
        Binding("w", "write", "write", tooltip="Write this form to a file", id="forms.write"),
        Binding("E", "edit", "editor", tooltip="Open a copy of this form in your editor", id="forms.edit"),
    ]

    chosen: reactive[int] = reactive(0, init=False)
    """Which form is shown, counted from 0."""

    def __init__(self, change: DefinitionChange, lead: str = "") -> None:
        super().__init__()
        self._lead = lead
        self._told = before_and_after(change)
        self.forms = forms(change)

    def compose(self) -> ComposeResult:
        yield Static(id="forms-names")
        yield FormText()

    def on_mount(self) -> None:
        self._show()

    @property
    def form(self) -> Form:
        return self.forms[self.chosen]

    def watch_chosen(self) -> None:
        self._show()

    def _show(self) -> None:
        names: list[str | tuple[str, str]] = []
        for number, form in enumerate(self.forms):
            names += ["  "] if number else []
            names.append((form.name, "bold reverse" if number == self.chosen else "$accent"))
        self.query_one("#forms-names", Static).update(Content.assemble(*names))
        self.query_one(FormText).show(self._lead, self._told, self.form)

    def on_click(self, event: events.Click) -> None:
        """Clicking a name chooses it."""
        place = self.query_one("#forms-names").region
        if not place.contains(event.screen_x, event.screen_y) or event.screen_y != place.y:
            return
        start = place.x
        for number, form in enumerate(self.forms):
            if start <= event.screen_x < start + len(form.name):
                self.chosen = number
            start += len(form.name) + 2

    def action_turn(self, by: int) -> None:
        self.chosen = (self.chosen + by) % len(self.forms)

    async def action_copy(self) -> None:
        where = await clipboard.copy(self.app, self.form.text)
        self.notify(f"Copied the {self.form.name} form {where}.", markup=False)

    def action_write(self) -> None:
        def written(path: Path | None) -> None:
            if path is not None:
                self.notify(f"Written to {path}.", markup=False)

        self.app.push_screen(WriteFileScreen(self.form.file, self.form.text), written)

    def action_edit(self) -> None:
        try:
            kept = edit(self.app, self.form.file, self.form.text)
        except UsageProblem as error:
            self.notify(f"{error.what} {error.why} {error.do}", severity="warning", markup=False)
            return
        self.app.refresh()
        if kept is not None:
            self.notify(f"Your changed copy is kept: {kept}", markup=False)


class FormText(SelectableLines, ScrollView, can_focus=True):
    """Everything about one form in one place to scroll. Long lines go on in the next one."""

    BORDER_TITLE = "the change"

    DEFAULT_CSS = """
    FormText {
        height: 1fr; overflow-x: hidden; overflow-y: auto;
        scrollbar-size-vertical: 1; scrollbar-gutter: stable;
    }
    FormText:focus { background: $panel; }
    """
    BINDINGS: ClassVar = [
        Binding("up,k", "scroll_up", "Up", show=False, tooltip="Scroll up", id="form.up"),
        Binding("down,j", "scroll_down", "Down", show=False, tooltip="Scroll down", id="form.down"),
        Binding("space", "page_down", "Page down", show=False, tooltip="A page down", id="form.page-down"),
        Binding("home,g", "scroll_home", "Start", show=False, tooltip="The beginning", id="form.start"),
        Binding("end,G", "scroll_end", "End", show=False, tooltip="The end", id="form.end"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._content: tuple[str, tuple[str, ...], Form] | None = None
        self._drawn: list[list[Piece]] = []

    def show(self, lead: str, told: tuple[str, ...], form: Form) -> None:
        self._content = lead, told, form
        self._draw()
        self.scroll_home(animate=False)

    def on_resize(self, event: events.Resize) -> None:
        del event
        self._draw()

    def _draw(self) -> None:
        if self._content is None:
            return
        width = max(_NARROWEST, self.scrollable_content_region.width - 1)  # what ends at the edge is cut
        self._drawn = list(_lines(*self._content, width, glyphs.of(self).dot))
        self.virtual_size = Size(0, len(self._drawn))
        self.refresh()

    def draw_line(self, y: int) -> Strip:
        at = y + self.scroll_offset.y
        pieces = self._drawn[at] if at < len(self._drawn) else []
        return strip(self, pieces, self.scrollable_content_region.width)


def _lines(lead: str, told: tuple[str, ...], form: Form, width: int, dot: str) -> Iterator[list[Piece]]:
    if lead:
        yield from ([(line, "")] for line in textwrap.wrap(plain.one_line(lead), width))
        yield []
    for line in told:
        style = _STYLES.get(line[:1], "$quiet")
        yield from ([(piece, style)] for piece in plain.folded(line, width, "  "))
    yield []
    yield from ([(piece, "bold")] for piece in plain.folded(f"{form.title}, as {form.file}", width, "  "))
    for note in form.remarks:
        for number, line in enumerate(textwrap.wrap(note, width - 2)):
            yield [("  " if number else f"{dot} ", "$quiet"), (line, "$quiet")]
    yield []
    for line in form.text.splitlines():
        yield from ([(piece, "")] for piece in plain.folded(visible(line), width, "    "))
