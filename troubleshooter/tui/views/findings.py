"""What was found out, on the run screen and for files at hand alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.content import Content
from textual.reactive import reactive
from textual.widgets import Static

from troubleshooter.model.finding import Diagnosis
from troubleshooter.tui.text import glyphs
from troubleshooter.tui.widgets.finding_lines import summary
from troubleshooter.tui.widgets.finding_list import FindingList

if TYPE_CHECKING:
    from textual.app import ComposeResult

    from troubleshooter.tui.widgets.moment import Moment


class FindingsView(Vertical):
    DEFAULT_CSS = """
    FindingsView { height: 1fr; }
    FindingsView > #findings-head { height: auto; margin-bottom: 1; }
    """

    diagnosis: reactive[Diagnosis] = reactive(Diagnosis)

    def __init__(
        self,
        diagnosis: Diagnosis,
        read: str = "",
        answer: Moment | None = None,
        proven: str = "",
        *,
        of_run: bool = False,
    ) -> None:
        """`answer` is the cause in short, where a run has one; `proven` the finding whose fix was proven."""
        super().__init__()
        self._proven = proven
        self._of_run = of_run
        self._answer = answer
        self.set_reactive(FindingsView.diagnosis, diagnosis)
        self._read = read
        """What was read, in words: 3 nodes, 5 files."""

    def compose(self) -> ComposeResult:
        if self._answer is not None:
            yield self._answer
        yield Static(id="findings-head", markup=False)
        yield FindingList(self.diagnosis, self._proven, of_run=self._of_run)

    def on_mount(self) -> None:
        self._show()

    def watch_diagnosis(self) -> None:
        if self.is_mounted:
            self._show()

    def _show(self) -> None:
        parts = [part for part in (self._read, summary(self.diagnosis)) if part]
        text = f"  {glyphs.of(self).dot}  ".join(parts)
        self.query_one("#findings-head", Static).update(Content.styled(text, "$quiet"))
        self.query_one(FindingList).diagnosis = self.diagnosis
        self.set_class(bool(self.diagnosis.findings), "-listed")
