"""A gate: what is asked, the exact plan, and the answer. Nothing here decides; it only says what was chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Input, Static

from troubleshooter.tui import glyphs, plain
from troubleshooter.tui.widgets.choices import Choices
from troubleshooter.tui.widgets.difference_view import DifferenceView
from troubleshooter.tui.widgets.failure import Failure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.app import ComposeResult

    from troubleshooter.model.run import Choice, ErrorText, Question


class GateView(Vertical):
    DEFAULT_CSS = """
    GateView { height: 1fr; }
    GateView > Static { height: auto; }
    GateView > #gate-text { margin-bottom: 1; }
    GateView > Choices, GateView > Input { margin-bottom: 1; }
    GateView > #gate-notes { height: auto; max-height: 40%; }
    GateView > #gate-notes > Static { height: auto; }
    """
    BINDINGS: ClassVar = [
        Binding(
            "u", "unfold", "whole text", tooltip="Show or fold the lines that stay the same", id="gate.unfold"
        ),
        Binding("y", "copy", "copy commands", tooltip="Copy the commands to the clipboard", id="gate.copy"),
    ]

    error: reactive[ErrorText | None] = reactive(None)
    """Why the last answer was not taken."""

    class Answered(Message):
        def __init__(self, question: Question, choice: Choice | None, text: str) -> None:
            super().__init__()
            self.question = question
            self.choice = choice
            """None for free text."""
            self.text = text

    def __init__(self, question: Question, preset: str = "") -> None:
        super().__init__()
        self.question = question
        self._preset = preset

    def compose(self) -> ComposeResult:
        question, plan = self.question, self.question.plan
        yield Static(Content.styled(question.text, "$warning bold"), id="gate-text")
        if question.choices:
            yield Choices(question.choices)
        else:
            yield Input(self._preset, placeholder=question.hint, id="gate-input")
        yield Failure(id="gate-error")
        if "before" in plan or "after" in plan:
            yield DifferenceView(plan.get("before"), plan.get("after"))
        with VerticalScroll(id="gate-notes", can_focus=False):
            yield Static(self._notes())

    def watch_error(self, error: ErrorText | None) -> None:
        for failure in self.query(Failure):
            failure.error = error

    def _notes(self) -> Content:
        marks, plan = glyphs.of(self), self.question.plan
        lines = [
            Content.assemble((f"{marks.attention} ", "$error bold"), ("Will be gone: ", "bold"), _said(item))
            for item in _lines(plan.get("removes"))
        ]
        lines += [
            Content.assemble((f"{marks.dot} ", "$quiet"), _said(item)) for item in _lines(plan.get("notes"))
        ]
        for form, text in commands(plan).items():
            lines.append(Content.styled(f"{form}", "$quiet"))
            lines += [Content.styled("  " + plain.visible(line), "$accent") for line in text.splitlines()]
        return Content("\n").join(lines)

    def on_choices_answered(self, message: Choices.Answered) -> None:
        message.stop()
        self.post_message(self.Answered(self.question, message.choice, message.choice.value))

    def on_input_submitted(self, message: Input.Submitted) -> None:
        message.stop()
        if text := message.value.strip():
            self.post_message(self.Answered(self.question, None, text))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        del parameters
        if action == "unfold":
            return bool(self.query(DifferenceView))
        return bool(commands(self.question.plan)) if action == "copy" else True

    def action_unfold(self) -> None:
        view = self.query_one(DifferenceView)
        view.folded = not view.folded

    def action_copy(self) -> None:
        found = commands(self.question.plan)
        self.app.copy_to_clipboard(next(iter(found.values())))
        self.notify(f"Copied the {next(iter(found))} form.", markup=False)


def commands(plan: Mapping[str, Any]) -> dict[str, str]:
    """Form to text; several commands of one form stand on lines of their own."""
    found = plan.get("commands") or {}
    return {str(form): "\n".join(_lines(text)) for form, text in found.items()}


def _lines(value: Any) -> list[str]:
    if value is None:
        return []
    return [value] if isinstance(value, str) else [str(item) for item in value]


def _said(text: str) -> str:
    return plain.one_line(text)
