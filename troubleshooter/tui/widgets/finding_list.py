"""Findings with their proof. The cursor goes from finding to proof; Enter opens the proof where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.geometry import Size
from textual.message import Message
from textual.reactive import reactive
from textual.scroll_view import ScrollView

from troubleshooter.model.finding import Diagnosis
from troubleshooter.tui.device import clipboard
from troubleshooter.tui.text import glyphs
from troubleshooter.tui.widgets.finding_lines import lines
from troubleshooter.tui.widgets.selectable import SelectableLines
from troubleshooter.tui.widgets.strips import strip

if TYPE_CHECKING:
    from textual import events
    from textual.strip import Strip

    from troubleshooter.model.evidence import Evidence
    from troubleshooter.tui.widgets.finding_lines import DrawnLine, Stop


class FindingList(SelectableLines, ScrollView, can_focus=True):
    BORDER_TITLE = "what was found"
    DEFAULT_CSS = """
    FindingList {
        height: 1fr; overflow-x: hidden; overflow-y: auto;
        scrollbar-size-vertical: 1; scrollbar-gutter: stable;
    }
    """
    BINDINGS: ClassVar = [
        Binding("up,k", "move(-1)", "Up", show=False, tooltip="The finding or proof above", id="findings.up"),
        Binding(
            "down,j", "move(1)", "Down", show=False, tooltip="The finding or proof below", id="findings.down"
        ),
        Binding("pageup", "page(-1)", "Page up", show=False, tooltip="A page up", id="findings.page-up"),
        Binding(
            "pagedown", "page(1)", "Page down", show=False, tooltip="A page down", id="findings.page-down"
        ),
        Binding(
            "enter",
            "open",
            "show proof",
            key_display="enter",
            tooltip="Open the file at this proof",
            id="findings.open",
        ),
        Binding(
            "a",
            "ask_again",
            "ask again",
            tooltip="Ask Azure about this one once more, past all that was read before",
            id="findings.ask-again",
        ),
        Binding(
            "y", "copy", "copy", tooltip="Copy the command that cures it, or the proof", id="findings.copy"
        ),
    ]

    diagnosis: reactive[Diagnosis] = reactive(Diagnosis, init=False)
    cursor: reactive[int] = reactive(0, repaint=False)
    """Which stop the cursor is on."""

    class Opened(Message):
        """A proof is to be shown, among the others of its finding."""

        def __init__(self, proofs: tuple[Evidence, ...], at: int) -> None:
            super().__init__()
            self.proofs = proofs
            self.at = at

    class AskedAgain(Message):
        """Azure is to be asked once more about a finding that its own answers prove."""

        def __init__(self, check: str) -> None:
            super().__init__()
            self.check = check

    def __init__(self, diagnosis: Diagnosis, proven: str = "", *, of_run: bool = False) -> None:
        """`proven` is the id of the finding whose fix was proven; of files nothing can be asked again."""
        super().__init__()
        self._of_run = of_run
        self._proven = proven
        self.set_reactive(FindingList.diagnosis, diagnosis)
        self._drawn: list[DrawnLine] = []
        self._stops: list[int] = []

    def watch_diagnosis(self) -> None:
        self._draw()

    def on_resize(self, event: events.Resize) -> None:
        """What the cursor stands on stays in sight, though its lines break elsewhere."""
        del event
        self._draw()
        self.call_after_refresh(self._show_cursor)

    def _draw(self) -> None:
        width = self.scrollable_content_region.width
        if width <= 0:
            return
        self._drawn = lines(self.diagnosis, width - 1, glyphs.of(self), self._proven)
        lines_of = {id(line.stop): at for at, line in reversed(list(enumerate(self._drawn))) if line.stop}
        self._stops = sorted(lines_of.values())
        self.virtual_size = Size(0, len(self._drawn))
        self.refresh()

    @property
    def stop(self) -> Stop | None:
        return self._drawn[self._stops[self.cursor]].stop if self.cursor < len(self._stops) else None

    def draw_line(self, y: int) -> Strip:
        at = y + self.scroll_offset.y
        width = self.scrollable_content_region.width
        if at >= len(self._drawn):
            return strip(self, [], width)
        here = self.stop is not None and self._drawn[at].stop is self.stop
        background = ("on $chosen" if self.has_focus else "on $panel") if here else ""
        return strip(self, self._drawn[at].pieces, width, background)

    def watch_cursor(self, before: int, now: int) -> None:
        for index in (before, now):
            for line in self._lines_of(index):
                self.refresh_line(line)
        self._show_cursor()
        self.refresh_bindings()

    def _show_cursor(self) -> None:
        for line in reversed(self._lines_of(self.cursor)):
            self._keep_visible(line)

    def _lines_of(self, index: int) -> range:
        """The lines of one stop; a proof may take two."""
        if index >= len(self._stops):
            return range(0)
        first = last = self._stops[index]
        while last + 1 < len(self._drawn) and self._drawn[last + 1].stop is self._drawn[first].stop:
            last += 1
        return range(first, last + 1)

    def _keep_visible(self, line: int) -> None:
        height = max(1, self.scrollable_content_region.height)
        top = self.scroll_offset.y
        if self.cursor == 0:
            self.scroll_to(y=0, animate=False)
        elif line < top:
            self.scroll_to(y=line, animate=False)
        elif line >= top + height:
            self.scroll_to(y=line - height + 1, animate=False)

    def action_move(self, by: int) -> None:
        there = self.cursor + by
        if 0 <= there < len(self._stops):
            self.cursor = there
        else:
            self.scroll_relative(y=by, animate=False)

    def action_page(self, by: int) -> None:
        self.scroll_relative(y=by * max(1, self.size.height - 1), animate=False)

    def action_open(self) -> None:
        if self.stop is not None and self.stop.proofs:
            self.post_message(self.Opened(self.stop.proofs, self.stop.at))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        del parameters
        return action != "ask_again" or bool(self._of_run and self._asked_of_azure())

    def _asked_of_azure(self) -> str:
        """Id of the finding under the cursor where an answer of Azure's proves it, else empty."""
        finding = self.stop.finding if self.stop else None
        if finding is None or not any(proof.source == "azure" for proof in finding.evidence):
            return ""
        return finding.id

    def action_ask_again(self) -> None:
        if check := self._asked_of_azure():
            self.post_message(self.AskedAgain(check))

    async def action_copy(self) -> None:
        stop = self.stop
        if stop is None:
            return
        commands = stop.finding.fixes[0].commands if stop.finding and stop.finding.fixes else {}
        text = next(iter(commands.values()), "") or (stop.proofs[stop.at].text if stop.proofs else "")
        if text:
            where = await clipboard.copy(self.app, text)
            self.notify(f"Copied the {'command' if commands else 'line'} {where}.", markup=False)

    def on_click(self, event: events.Click) -> None:
        place = event.get_content_offset(self)
        at = place.y + self.scroll_offset.y if place else -1
        clicked = next((i for i in range(len(self._stops)) if at in self._lines_of(i)), None)
        if clicked is not None:
            self.cursor = clicked
            if event.chain == 2:
                self.action_open()

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()
