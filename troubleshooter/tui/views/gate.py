"""A gate: the exact plan, what is asked, and the answer. Nothing here decides; it says what was chosen."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar

from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widgets import Input, Static

from troubleshooter.forms import DefinitionChange, forms
from troubleshooter.model.run import ASIDE
from troubleshooter.tui.device import clipboard
from troubleshooter.tui.screens.forms import FormsScreen
from troubleshooter.tui.text import glyphs, plain
from troubleshooter.tui.widgets.choices import Choices, safest
from troubleshooter.tui.widgets.difference_view import DifferenceView
from troubleshooter.tui.widgets.failure import Failure
from troubleshooter.tui.widgets.remarks import Remark, Remarks
from troubleshooter.tui.widgets.scroll_pane import ScrollPane

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.app import ComposeResult

    from troubleshooter.model.run import Choice, Question
    from troubleshooter.model.step import ErrorText
    from troubleshooter.model.target import Target
    from troubleshooter.tui.widgets.moment import Moment


_FEW = 16
"""Lines of a view that are few: what each choice would do is then told of the marked one alone."""


class GateView(Vertical):
    """The plan scrolls, what is asked stays below it: both are on the screen, however small that is.

    The question comes first for the focus, which goes to the choices; Tab goes to the plan.
    """

    DEFAULT_CSS = """
    GateView { height: 1fr; }
    GateView > #gate-asked { dock: bottom; height: auto; max-height: 75%; overflow-y: auto; }
    GateView > #gate-asked { padding-top: 1; scrollbar-size-vertical: 1; }
    GateView.-alone > #gate-asked { dock: none; padding-top: 0; }
    GateView.-few > #gate-asked { padding-top: 0; }
    GateView #gate-asked > Static { height: auto; }
    GateView #gate-asked > Choices { margin-top: 1; }
    GateView.-few #gate-asked > Choices { margin-top: 0; }
    GateView.-alone #gate-asked > #gate-text { margin-bottom: 1; }
    GateView.-alone > #gate-plan { display: none; }
    GateView #gate-plan > * { margin: 0; }
    GateView #gate-plan > .-below, GateView #gate-plan > DifferenceView { margin-top: 1; }
    """
    BINDINGS: ClassVar = [
        Binding(
            "enter",
            "answer",
            "answer",
            key_display="enter",
            tooltip="Answer with the marked choice, or the text",
            id="gate.answer",
        ),
        Binding(
            "u", "unfold", "whole text", tooltip="Show or fold the lines that stay the same", id="gate.unfold"
        ),
        Binding("y", "copy", "copy", tooltip="Copy the commands, or the change for ARM", id="gate.copy"),
        Binding(
            "v",
            "forms",
            "the change",
            tooltip="The change in every form, to copy or write",
            id="gate.forms",
        ),
        Binding("pageup", "page(-1)", "Page up", show=False, tooltip="Scroll the plan up", id="gate.page-up"),
        Binding(
            "pagedown",
            "page(1)",
            "Page down",
            show=False,
            tooltip="Scroll the plan down",
            id="gate.page-down",
        ),
    ]

    error: reactive[ErrorText | None] = reactive(None)
    """Why the last answer was not taken."""

    class Answered(Message):
        """The operator chose, or typed; nothing is recorded yet."""

        def __init__(self, question: Question, choice: Choice | None, text: str) -> None:
            super().__init__()
            self.question = question
            self.choice = choice
            """None for free text."""
            self.text = text

    def __init__(
        self,
        question: Question,
        preset: str = "",
        target: Target | None = None,
        *,
        above: Moment | None = None,
    ) -> None:
        """`above` is what the operator is to know before the plan."""
        super().__init__()
        self._target = target
        self._above = above
        self.question = question
        self._preset = preset
        self._marked = safest(question.choices)

    def compose(self) -> ComposeResult:
        question = self.question
        with Vertical(id="gate-asked"):
            yield Static(Content.styled(question.text, "$warning bold"), id="gate-text")
            if question.choices:
                yield Choices(question.choices)
            else:
                hidden = bool(question.kept_as)
                yield Input(
                    "" if hidden else self._preset,
                    placeholder=question.hint,
                    id="gate-input",
                    password=hidden,
                )
                yield Static(_hint(question.hint), id="gate-hint")
            yield Failure(id="gate-error")
        with ScrollPane("what is known" if self._above else "the plan", id="gate-plan"):
            if self._above is not None and not self._to_be_made:
                yield self._above
            for name in ("gate-notes", "gate-commands"):
                remarks = Remarks(id=name)
                remarks.display = False
                yield remarks
            if self._above is not None and self._to_be_made:
                yield self._above
            if any(_compared(of_choice(question.plan, choice)) for choice in question.choices or (None,)):
                named = self._plan.get("called") or ("as it is", "as it will be")
                yield DifferenceView(
                    self._plan.get("before"), self._plan.get("after"), titles=(str(named[0]), str(named[1]))
                )

    def on_mount(self) -> None:
        self.set_class(not self.plans_something, "-alone")
        self._show()

    def on_resize(self) -> None:
        """What each choice would do has a line of its own only where there are lines."""
        few = self.size.height < _FEW and not self.has_class("-alone")
        if few != self.has_class("-few"):  # what is known and what is planned change their places
            self.query_one("#gate-plan").scroll_home(animate=False, force=True)
        self.set_class(few, "-few")
        self.remove_class("-pushed")
        for choices in self.query(Choices):
            choices.brief = few
        if self._above is not None and not self._to_be_made:
            # what is agreed to is seen first where not all is seen at once
            plan, remarks = self.query_one("#gate-plan"), self.query_one("#gate-notes")
            if few:
                plan.move_child(self._above, after=remarks)
            else:
                plan.move_child(self._above, before=remarks)
        self._show()

    @property
    def plans_something(self) -> bool:
        """Whether there is more to read than the question."""
        plans = [of_choice(self.question.plan, each) for each in self.question.choices or (None,)]
        return self._above is not None or any(
            self._notes(plan) or commands(plan) or _patch(plan) or _compared(plan) for plan in plans
        )

    @property
    def _to_be_made(self) -> bool:
        """Whether somebody is to type commands now: these are then seen before what was read a gate ago."""
        return "fixes" not in self.question.plan and bool(commands(self.question.plan))

    @property
    def _plan(self) -> Mapping[str, Any]:
        """What the marked choice is consent to."""
        return of_choice(self.question.plan, self._marked)

    def _show(self) -> None:
        plan = self._plan
        for view in self.query(DifferenceView):
            view.display = _compared(plan)
            view.compare(plan.get("before"), plan.get("after"))
        told = {"#gate-notes": (*self._detail(), *self._notes(plan)), "#gate-commands": _typed(plan)}
        for name, remarks in told.items():
            part = self.query_one(name, Remarks)
            if remarks != part.remarks:
                part.remarks, part.display = remarks, bool(remarks)
                self.query_one(ScrollPane).scroll_home(animate=False)
        if self._above is not None:
            self._set_apart(self._above, few=self.has_class("-few") or self.has_class("-pushed"))
            self.call_after_refresh(self._keep_notes_seen, self._above)
        self.refresh_bindings()

    def _keep_notes_seen(self, above: Moment) -> None:
        """What is agreed to is seen first as well where what is known would push all of it off the screen."""
        plan, notes = self.query_one("#gate-plan"), self.query_one("#gate-notes")
        settled = self._to_be_made or self.has_class("-few") or self.has_class("-pushed")
        if notes.display and not settled and above.outer_size.height + 1 >= plan.size.height:
            self.add_class("-pushed")
            plan.move_child(above, after=notes)
            self._set_apart(above, few=True)

    def _set_apart(self, above: Moment, *, few: bool) -> None:
        """A line between what is known and what is planned, whichever comes first."""
        few = few or self._to_be_made
        notes = self.query_one("#gate-notes")
        above.set_class(few and bool(notes.display), "-below")
        notes.set_class(not few, "-below")
        self.query_one("#gate-commands").set_class(few or not notes.display, "-below")

    def watch_error(self, error: ErrorText | None) -> None:
        for failure in self.query(Failure):
            failure.error = error

    def _detail(self) -> tuple[Remark, ...]:
        """What the marked choice would do, where it is not told beside it."""
        brief = any(choices.brief for choices in self.query(Choices))
        marked = self._marked if brief and self._marked and self._marked.detail else None
        return (Remark(f"{glyphs.of(self).chosen} ", marked.detail, "$accent"),) if marked else ()

    def _notes(self, plan: Mapping[str, Any]) -> tuple[Remark, ...]:
        marks = glyphs.of(self)
        notes = []
        if removes := _lines(plan.get("removes")):
            certain = self._marked is not None and self._marked.destructive
            style = "$error bold" if certain else "$quiet"
            gone = f"{marks.attention} {'Will' if certain else 'Would'} be gone: "
            notes += [Remark(gone, item, style) for item in removes]
        notes += [Remark(f"{marks.dot} ", item) for key in ("notes", ASIDE) for item in _lines(plan.get(key))]
        return tuple(notes)

    def on_choices_marked(self, message: Choices.Marked) -> None:
        message.stop()
        self._marked = message.choice
        self._show()

    def on_choices_answered(self, message: Choices.Answered) -> None:
        message.stop()
        self.post_message(self.Answered(self.question, message.choice, message.choice.value))

    def on_input_submitted(self, message: Input.Submitted) -> None:
        message.stop()
        text = message.value if self.question.kept_as else message.value.strip()
        if text:
            self.post_message(self.Answered(self.question, None, text))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        del parameters
        if action == "unfold":
            return any(view.display for view in self.query(DifferenceView))
        if action == "forms":
            return self._change is not None
        return bool(commands(self._plan) or self._change) if action == "copy" else True

    def action_answer(self) -> None:
        for choices in self.query(Choices):
            choices.action_answer()

    def action_page(self, by: int) -> None:
        pane = self.query_one(ScrollPane)
        pane.scroll_relative(y=by * max(1, pane.size.height - 1), animate=False)

    def action_unfold(self) -> None:
        view = self.query_one(DifferenceView)
        view.folded = not view.folded

    @property
    def _change(self) -> DefinitionChange | None:
        """What the marked choice changes in the pool's definition, where the plan holds it whole."""
        written = self._plan.get("change")
        return DefinitionChange.read(self._target, written) if self._target and written else None

    def action_forms(self) -> None:
        if (change := self._change) is not None:
            self.app.push_screen(FormsScreen(change))

    async def action_copy(self) -> None:
        name, text = next(iter(commands(self._plan).items()), ("", ""))
        if not name and (change := self._change) is not None:
            name, text = forms(change)[0].name, forms(change)[0].text
        where = await clipboard.copy(self.app, text)
        self.notify(f"Copied the {name} form {where}.", markup=False)


def _hint(hint: str) -> Content:
    how = ("Enter", "$accent bold"), (" answers", "$quiet")
    return Content.assemble(*how, (f"; {plain.one_line(hint)}" if hint else "", "$quiet"))


def _compared(plan: Mapping[str, Any]) -> bool:
    """Whether there is a difference to look at: a fix outside the pool changes nothing in its definition."""
    return plan.get("before") != plan.get("after")


def _typed(plan: Mapping[str, Any]) -> tuple[Remark, ...]:
    """What somebody types to make the change; it comes after what is known."""
    told: list[Remark] = []
    for form, text in [*commands(plan).items(), *_patch(plan)]:
        told += [Remark("", form, style="$quiet"), Remark("  ", text, style="$accent", verbatim=True)]
    return tuple(told)


def commands(plan: Mapping[str, Any]) -> dict[str, str]:
    """Form to text; several commands of one form stand on lines of their own."""
    found = plan.get("commands") or {}
    return {str(form): "\n".join(_lines(text)) for form, text in found.items()}


def of_choice(plan: Mapping[str, Any], choice: Choice | None) -> Mapping[str, Any]:
    """The plan as far as it concerns a choice: of several fixes the one that it names, or none."""
    if choice is None or "fixes" not in plan:
        return plan
    nothing: dict[str, Any] = {
        "number": choice.value,
        "patch": (),
        "commands": {},
        "after": plan.get("before"),
    }
    chosen = next((fix for fix in plan["fixes"] if str(fix.get("number")) == choice.value), nothing)
    return {**plan, "notes": (), **chosen}


def _patch(plan: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What a fix changes in the pool's definition, where the two documents do not show it yet."""
    patch = plan.get("patch") if "fixes" in plan and not _compared(plan) else None
    return [("changes the definition by", json.dumps(list(patch), indent=2))] if patch else []


def _lines(value: Any) -> list[str]:
    if value is None:
        return []
    return [value] if isinstance(value, str) else [str(item) for item in value]
