"""What was done in Azure, act by act with its time, and below it what is being done now."""

from __future__ import annotations

import textwrap
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget

from troubleshooter.model.change import NODE_USER, ORIGINAL, Verb
from troubleshooter.model.step import StepState
from troubleshooter.report.acts import acts_told, doing
from troubleshooter.report.counted import counted
from troubleshooter.tui.text import glyphs, plain
from troubleshooter.tui.text.clock import since, time_of_day

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.geometry import Size

    from troubleshooter.model.change import Act, Change
    from troubleshooter.model.run import RunState

_TIME = 10


class _Line(NamedTuple):
    lead: str
    text: str
    lead_style: str
    style: str


class ActList(Widget):
    DEFAULT_CSS = "ActList { height: auto; }"

    state: reactive[RunState | None] = reactive(None, layout=True)

    def __init__(self, state: RunState, *, after: str = "", most: int = 12) -> None:
        """`after` leaves out what was done before; of more acts than `most` the newest are shown."""
        super().__init__()
        self._after = after
        self._most = most
        self.set_reactive(ActList.state, state)

    def on_mount(self) -> None:
        self.set_interval(1.0, self._tick)

    def _tick(self) -> None:
        """Only what is under way has a clock that runs."""
        if self.state is not None and any(doing(change) for change in self.state.open_changes):
            self.refresh()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        del container, viewport
        return sum(len(_wrapped(line, width)) for line in self._lines())

    def render(self) -> Content:
        drawn = []
        for line in self._lines():
            for number, text in enumerate(_wrapped(line, self.size.width)):
                lead = line.lead if number == 0 else " " * len(line.lead)
                drawn.append(Content.assemble((lead, line.lead_style), (text, line.style)))
        return Content("\n").join(drawn)

    def _lines(self) -> list[_Line]:
        state = self.state
        if state is None:
            return []
        acts = [act for act in state.acts if act.at >= self._after]
        told = list(_told(acts, red=any(each.kind == ORIGINAL for each in state.open_changes)))
        left_out = len(told) - self._most
        if left_out > 0:
            them = "it" if left_out == 1 else "them"
            earlier = f"{counted(left_out, 'act')} before: the report has {them}"
            told = [_Line(" " * _TIME, earlier, "", "$quiet"), *told[-self._most :]]
        stopped = state.current is not None and state.current.state is StepState.FAILED
        return [*told, *self._under_way(state.open_changes, stopped=stopped)]

    def _under_way(self, changes: tuple[Change, ...], *, stopped: bool) -> Iterator[_Line]:
        """What was begun and has no outcome yet; nobody works on it once the step has stopped."""
        now, marks = datetime.now(UTC), glyphs.of(self)
        users = [each for each in changes if each.kind == NODE_USER and doing(each)]
        for change in changes:
            if change in users[1:] or not (text := doing(change)):
                continue
            if change.kind == NODE_USER and len(users) > 1:
                text = f"{text.partition(' ')[0]} {len(users)} node users"
            lead = marks.attention if stopped else f"{marks.running} {since(change.moved, now)}"
            begun = f", {'stopped; begun' if stopped else 'since'} {time_of_day(change.moved)}"
            yield _Line(
                lead.ljust(_TIME),
                text + begun,
                "$warning bold" if stopped else "$accent bold",
                "$error bold" if change.kind == ORIGINAL else "bold",
            )


def _told(acts: list[Act], *, red: bool) -> Iterator[_Line]:
    """The original's acts are red from the moment it was deleted until it is as it should be."""
    for at, text in acts_told(acts):
        own = any(act.at == at and act.kind == ORIGINAL for act in acts)
        settled = any(act.at == at and act.verb is Verb.SETTLED for act in acts)
        style = "$error" if own and red and not settled else ""
        yield _Line(f"{time_of_day(at)}  ", text, "$quiet", style)


def _wrapped(line: _Line, width: int) -> list[str]:
    room = max(20, width - len(line.lead))
    return textwrap.wrap(plain.one_line(line.text), room, break_on_hyphens=False) or [""]
