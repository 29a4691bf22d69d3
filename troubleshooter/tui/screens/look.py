"""Files at hand: logs, a folder, an archive or a bundle are analysed here, offline, with the same rules."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import Screen
from textual.widgets import Input, Static

from troubleshooter.errors import UsageProblem
from troubleshooter.settings import typed_path
from troubleshooter.text import one_line, visible
from troubleshooter.tui.screens.evidence import EvidenceScreen
from troubleshooter.tui.screens.matrix import MatrixScreen
from troubleshooter.tui.screens.moments import MomentsScreen
from troubleshooter.tui.threads import offline
from troubleshooter.tui.threads.background import error_text, in_background
from troubleshooter.tui.views.findings import FindingsView
from troubleshooter.tui.widgets.failure import Failure
from troubleshooter.tui.widgets.finding_list import FindingList
from troubleshooter.tui.widgets.key_bar import KeyBar
from troubleshooter.tui.widgets.where_bar import WhereBar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult

    from troubleshooter.model.finding import Diagnosis
    from troubleshooter.model.step import ErrorText

_LEFT_OUT = 3
"""Lines of what was not read that are shown; `analyze` tells all."""


class LookScreen(Screen[None]):
    BINDINGS: ClassVar = [
        Binding("l", "path", "other files", tooltip="Give another path", id="look.path"),
        Binding("m", "matrix", "matrix", tooltip="Which node has which finding", id="look.matrix"),
        Binding(
            "t",
            "moments",
            "timeline",
            tooltip="What happened when, all files on one clock",
            id="look.moments",
        ),
        Binding("escape,q", "back", "back", tooltip="Back to the runs", id="look.back"),
    ]

    class Analysed(Message):
        """The rules have had their say."""

        def __init__(
            self,
            path: str,
            diagnosis: Diagnosis | None,
            error: ErrorText | None = None,
            left_out: Sequence[str] = (),
        ) -> None:
            super().__init__()
            self.path = path
            self.diagnosis = diagnosis
            self.error = error
            self.left_out = left_out
            """What of it was not read, a line each."""

    def __init__(self) -> None:
        super().__init__()
        self._asked = ""
        self._diagnosis: Diagnosis | None = None

    def compose(self) -> ComposeResult:
        bar = WhereBar("files")
        bar.set_reactive(WhereBar.lasting, ("offline",))
        yield bar
        with Vertical(id="look-main"):
            yield Static(Content.styled("Look at files", "bold"))
            yield Static(
                Content.styled(
                    "Logs, status files, a folder, an archive or a bundle. Nothing leaves this machine.",
                    "$quiet",
                )
            )
            yield Input(placeholder="path", id="look-path")
            yield Failure()
            yield Vertical(id="look-stage")
        yield KeyBar()

    @on(Input.Submitted)
    def _submitted(self, message: Input.Submitted) -> None:
        if not (given := message.value.strip()):
            return
        try:
            path = str(typed_path(given))
        except UsageProblem as error:
            self.query_one(Failure).error = error_text(error)
            return
        self._asked, self._diagnosis = path, None
        self.refresh_bindings()
        self.query_one(Failure).error = None
        self.query_one("#look-stage").remove_children()
        self.query_one("#look-stage").mount(Static(Content.styled("Reading.", "$quiet")))
        in_background(self, partial(self._analyse, path), partial(self.Analysed, path, None))

    def _analyse(self, path: str) -> Analysed:
        left_out: list[str] = []
        diagnosis = offline.diagnose(path, left_out.append)
        return self.Analysed(path, diagnosis, left_out=left_out)

    @on(Analysed)
    async def _analysed(self, message: Analysed) -> None:
        if message.path != self._asked:
            return
        self._diagnosis = message.diagnosis
        self.query_one("#look-main").set_class(message.diagnosis is not None, "-read")
        self.query_one(Failure).error = message.error
        stage = self.query_one("#look-stage")
        await stage.remove_children()
        if message.diagnosis is not None:
            if message.left_out:
                await stage.mount(Static(_left_out(message.left_out), classes="left-out"))
            await stage.mount(FindingsView(message.diagnosis, visible(message.path)))
            self.query_one(FindingList).focus()

    @on(FindingList.Opened)
    def _proof(self, message: FindingList.Opened) -> None:
        self.app.push_screen(EvidenceScreen(("files",), message.proofs, message.at, self._load))

    @property
    def _load(self) -> Callable[[str | None, str], bytes | None]:
        return partial(offline.content, self._asked)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        del parameters
        return action not in {"matrix", "moments"} or self._diagnosis is not None

    def action_matrix(self) -> None:
        if self._diagnosis is not None:
            self.app.push_screen(MatrixScreen(("files",), self._diagnosis, self._load))

    def action_moments(self) -> None:
        if self._diagnosis is not None:
            read = partial(offline.moments, self._asked)
            self.app.push_screen(MomentsScreen(("files",), self._diagnosis, read, self._load))

    def action_path(self) -> None:
        self.query_one("#look-path").focus()

    def action_back(self) -> None:
        if self.query_one("#look-path").has_focus and self.query(FindingList):
            self.query_one(FindingList).focus()
        else:
            self.dismiss()


def _left_out(lines: Sequence[str]) -> Content:
    shown = [f"▲ left out {one_line(line)}" for line in lines[:_LEFT_OUT]]
    more = len(lines) - len(shown)
    shown += [f"▲ and {more} more, which `troubleshooter analyze` lists"] if more else []
    return Content.styled("\n".join(shown), "$warning")
