"""The one module that writes for headless use: the result on standard output, all else on standard error."""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any

from troubleshooter.model.step import StepState
from troubleshooter.report.away import alarm, away_json
from troubleshooter.report.calling import GIVE_TITLE_BACK, KEEP_TITLE, call, standing, title
from troubleshooter.report.counted import counted
from troubleshooter.report.matched import in_signs
from troubleshooter.report.painted import painted
from troubleshooter.report.symbols import UNICODE, step_symbol
from troubleshooter.report.wrapped import WIDTH, wrapped
from troubleshooter.text import Control, clock, in_short, one_line, visible
from troubleshooter.writer import Writer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import TextIO

    from troubleshooter.model.progress import Collecting, Moved, SigningIn, Waiting
    from troubleshooter.model.run import RunState
    from troubleshooter.model.step import ErrorText, StepRecord
    from troubleshooter.redact import Redactor

_ANEW = Control("\r\x1b[K")
"""Back to the beginning of the line, which is empty then."""
_BACK = Control("\r")
_REMINDER = 60.0
"""Seconds after which a wait is mentioned again although nothing changed, where lines cannot be replaced."""
_NEAR = 0.75
"""Share of a limit after which it is told what happens there."""


class Form(StrEnum):
    """The form of the result."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    TICKET = "ticket"
    """Text as well, of another kind."""

    @property
    def is_text(self) -> bool:
        """Whether it is read by people, so that a failure is told to them and needs no document."""
        return self in {Form.TEXT, Form.TICKET}


class Printer:
    """Writes one result, and narration that may come from any thread."""

    def __init__(self, form: Form, out: TextIO, err: TextIO, environ: Mapping[str, str]) -> None:
        self.form = form
        self.verbose = False
        self.quiet = False
        """Whether nothing is narrated: what must be heard, and the result, are told all the same."""
        self.notifies = True
        """Whether the operator is called back to the terminal when a run needs them."""
        self.answered = False
        """Whether the result has been written; there is exactly one."""
        self._environ = environ
        self._out = Writer(out)
        self._err = Writer(err, needed=False)
        self._plain = "NO_COLOR" in environ or environ.get("TERM") == "dumb"
        self._in_place = self._err.is_terminal and environ.get("TERM") != "dumb"
        self.seen_live = self._out.is_terminal and self._in_place
        """Whether whoever reads the result has seen the narration go by on the same terminal."""
        self._lock = threading.Lock()
        self._replaceable = False
        self._under_way = ""
        """The step that is running, where its line is replaced by the one that says how it ended."""
        self._entitled = False
        self._title = ""
        self._seen: dict[str, StepState] = {}
        self._notes = 0
        self._last_wait: tuple[object, float] = (None, 0.0)
        self._last_outlook: object = None
        self._waits: tuple[str, str] = ("", "")
        """The wait whose limit was told."""
        self._run: RunState | None = None
        """The run that is moved here, as it was last heard of."""

    @cached_property
    def redactor(self) -> Redactor:
        """What is printed did not always pass a run's own: files under analysis, failures before a run."""
        # re2 takes its time to load, and help is to be quick
        from troubleshooter.redact import outside  # noqa: PLC0415

        return outside(self._environ)

    @property
    def width(self) -> int:
        """Columns that prose in the result may take."""
        return self.columns or WIDTH

    @property
    def columns(self) -> int:
        """Columns of the terminal that shows the result; 0 where none does."""
        return self._out.columns

    def result(self, document: Mapping[str, Any], text: str, error: ErrorText | None = None) -> None:
        """Write what the command was asked for, and the failure that ended it before its time."""
        with self._lock:
            self._settle()
            if self.seen_live and self._seen and not self.quiet:
                self._line("")  # parts the result from what was told before it
            first = self.first_line()
            if first and not (self.form.is_text and text.startswith(first)):
                self._line(first)
            if error is None or self.form.is_text:
                self._answer(self.redactor.text(text) if self.form.is_text else self._written(document))
            if error is not None and not (self.seen_live and self._says(text, error.do)):
                self._fail(error.what, error.why, error.do, document)

    def _says(self, text: str, words: str) -> bool:
        return self.form.is_text and one_line(words) in one_line(text)

    def first_line(self) -> str:
        """What is said before all else, whatever ends the command: that the original is away."""
        return alarm(self._run.away) if self._run and self._run.away else ""

    def help(self, text: str) -> None:
        """Write a text that is all our own, so that nothing in it can be a secret."""
        with self._lock:
            self._answer(text if self.form.is_text else json.dumps({"version": 1, "help": text}, indent=2))

    def announce(self, document: Mapping[str, Any]) -> None:
        """Write a result of one line, for whoever reads line by line from a server that stays up.

        Not redacted: the made-up secret of the simulated Azure is what its clients sign in with.
        """
        with self._lock:
            self._answer(json.dumps(document))

    def watch(self) -> None:
        """From here on the window's title says where the run stands; `over` gives the old one back."""
        self._entitled = self.notifies and self._in_place
        if self._entitled:
            self._err.write(KEEP_TITLE)

    def over(self, state: RunState) -> None:
        """Call the operator back: the run has come to its end, or stands where nobody answers."""
        if self._entitled:
            with self._lock:
                self._err.write(*self._title_back(), call(standing(state), self._environ))

    def _title_back(self) -> tuple[Control, ...]:
        """What gives the window its old title back, once."""
        told, self._entitled = (GIVE_TITLE_BACK,) if self._entitled else (), False
        return told

    def _entitle(self, text: str) -> None:
        if self._entitled and text != self._title:
            self._title = text
            self._err.write(title(text, self._environ))

    def known(self) -> dict[str, Any]:
        """What every document says that is not the run's own: that the original is away."""
        away = self._run.away if self._run else None
        return {"original_away": away_json(away)} if away else {}

    def begin(self, state: RunState) -> None:
        """Take a run as already told, so that only what happens from now on is narrated."""
        self._run = state
        self._seen = {record.id: record.state for record in state.steps}
        self._notes = len(state.notes)

    def failed(self, what: str, why: str, do: str, document: Mapping[str, Any] | None = None) -> None:
        """Tell a failure; in the JSON forms the error is added to whatever document there is."""
        with self._lock:
            self._settle()
            if first := self.first_line():
                self._line(first)
            self._fail(what, why, do, document)

    def _fail(self, what: str, why: str, do: str, document: Mapping[str, Any] | None) -> None:
        told = (("✖ ", in_short(one_line(what))), ("  ", in_short(one_line(why))), ("  → ", one_line(do)))
        columns = self._err.columns
        for lead, text in told:
            if text and columns:
                self._line("\n".join(wrapped(text, columns, lead, " " * len(lead))))
            elif text:
                self._line(f"{lead}{text}")
        if not self.form.is_text and not self.answered:
            error = {"what": what, "why": why, "do": do}
            self._answer(self._written({"version": 1, **self.known(), **(document or {}), "error": error}))

    def say(self, *lines: str) -> None:
        """Narrate on standard error, unless nothing is to be narrated."""
        if not self.quiet:
            self.warn(*lines)

    def warn(self, *lines: str) -> None:
        """Tell on standard error what must be heard. A line's end inside of a line is somebody else's."""
        with self._lock:
            self._settle()
            self._line("\n".join(visible(self.redactor.text(line)) for line in lines))

    @contextmanager
    def meanwhile(self, text: str) -> Iterator[None]:
        """Say what takes a moment, on a line that is empty again afterwards: a blank terminal looks dead."""
        self._err.write(text, _BACK)
        try:
            yield
        finally:
            self._err.write(" " * len(text), _BACK)

    def cut_in(self, text: str) -> None:
        """Tell from within a signal's handler, which may have come in the middle of a line."""
        self._err.cut_in(f"\n{text}\n")

    def end_at_once(self, what: str, why: str, do: str) -> None:
        """The last words from within a signal's handler, in the form that was asked for."""
        first = self.first_line()
        self._err.cut_in(*self._title_back(), f"{first}\n" * bool(first), f"{what} {do}\n")
        if not self.form.is_text and not self.answered:
            error = {"what": what, "why": why, "do": do}
            self._out.cut_in(json.dumps({"version": 1, "error": error, **self.known()}) + "\n")

    def detail(self, text: str) -> None:
        """Narrate what only -v wants to know."""
        if self.verbose:
            self.say(text)

    def passing(self, text: str) -> None:
        """Show how far something is, where a line can be replaced; elsewhere nobody misses it."""
        with self._lock:
            if self._in_place and not self.quiet:
                self._replace(text)

    def follow(self, event: Moved | Waiting | Collecting | SigningIn) -> None:
        """Show how a run goes on; may be called from any thread."""
        from troubleshooter.model.progress import (  # noqa: PLC0415 - runs alone need it
            Collecting,
            Moved,
            SigningIn,
            Waiting,
        )

        with self._lock:
            if isinstance(event, Moved):
                self._run = event.state
            if self._run is not None and not isinstance(event, Collecting | SigningIn):
                self._entitle(standing(self._run, event if isinstance(event, Waiting) else None))
            if isinstance(event, SigningIn):
                self._told(one_line(event.text), "", "")
            if self.quiet:
                return
            match event:
                case Moved(state=state):
                    self._moved(state)
                case Waiting():
                    self._waiting(event)
                case Collecting():
                    self._collecting(event)

    def _moved(self, state: RunState) -> None:
        for record in state.steps:
            before = self._seen.get(record.id, StepState.PENDING)
            if record.state in {before, StepState.ASKING}:
                continue
            self._seen[record.id] = record.state
            self._step(record)
        for note in state.notes[self._notes :]:
            self._told(one_line(note.text), "    ", "    ")
            self._show_under_way()
        self._notes = max(self._notes, len(state.notes))

    def _step(self, record: StepRecord) -> None:
        """Where lines can be replaced each step is one line: under way, then how it ended."""
        self._under_way = f"{UNICODE.running} {record.id}"
        if record.state is StepState.RUNNING and self._in_place:
            self._show_under_way()
            return
        took = f"  {record.seconds:.1f} s" if record.state.over and record.seconds else ""
        first = f"{step_symbol(record)} {record.id}{took}"
        self._told(one_line(record.why), f"{first}  " if record.why else first, "    ")
        if record.state is not StepState.RUNNING:
            self._under_way = ""

    def _show_under_way(self) -> None:
        if self._in_place and self._under_way:
            self._replace(self._under_way)

    def _told(self, text: str, first: str, rest: str) -> None:
        """Narrate one thing, no wider than the terminal where there is one."""
        self._settle()
        width = self._err.columns or len(first) + len(text)
        self._line("\n".join(wrapped(text, width, first, rest)))

    def _waiting(self, wait: Waiting) -> None:
        if (wait.step, wait.subject) != self._waits:
            self._waits = wait.step, wait.subject
            self._told(f"{one_line(wait.subject)}: {_promise(wait)}", "    ", "    ")
        self._outlook(wait)
        if not wait.counts and not wait.elapsed:
            return  # nothing was looked at yet
        counts = ", ".join(f"{number} {word}" for word, number in wait.counts.items() if number)
        line = (
            f"    {one_line(wait.subject)}: {wait.ready} of {wait.wanted} ready "
            f"({counts or 'no node seen yet'}), {clock(wait.elapsed)} of {clock(wait.limit)}"
            f"{_rest(wait)}"
        )
        what = (wait.subject, wait.ready, counts)
        shown, at = self._last_wait
        if self._in_place or what != shown or wait.elapsed - at >= _REMINDER:
            self._last_wait = (what, wait.elapsed)
            self._replace(line)

    def _outlook(self, wait: Waiting) -> None:
        """Slow or broken: once, and when it is another; how long it has taken stands in every line."""
        if (outlook := wait.outlook) is None:
            return
        told = (wait.subject, outlook.usual, outlook.pointless, outlook.late)
        if told != self._last_outlook:
            self._last_outlook = told
            self._told(one_line(f"{wait.subject}: {outlook.told}"), "    ", "    ")

    def _collecting(self, event: Collecting) -> None:
        failed = f", {event.failed} failed" if event.failed else ""
        latest = f"  {one_line(event.latest)}" if event.latest else ""
        self._replace(f"    collected from {event.done} of {counted(event.total, 'node')}{failed}{latest}")

    def _replace(self, line: str) -> None:
        if not self._in_place:
            self._line(line)
            return
        shown = visible(self.redactor.text(line))[: self._err.columns - 1]
        self._err.write(_ANEW, *self._styled(self._err, shown))
        self._replaceable = True

    def _settle(self) -> None:
        """End a line that was being replaced, so that the next text does not run into it."""
        if self._replaceable:
            self._err.write(_ANEW)
            self._replaceable = False

    def _line(self, text: str) -> None:
        self._write(self._err, self.redactor.text(text) + "\n")

    def _written(self, document: Mapping[str, Any]) -> str:
        return json.dumps(self.redactor.json(document), indent=2)

    def _answer(self, text: str) -> None:
        self.answered = True
        self._write(self._out, text.rstrip("\n") + "\n")

    def _write(self, writer: Writer, text: str) -> None:
        writer.write(*self._styled(writer, text))

    def _styled(self, writer: Writer, text: str) -> Iterable[str]:
        return painted(text) if writer.is_terminal and not self._plain else (in_signs(text),)


def _promise(wait: Waiting) -> str:
    """How long it may take, and what happens then: told before the first second is over."""
    nodes = f"{wait.wanted} node{'s' * (wait.wanted != 1)}"
    then = f"; then it {one_line(wait.at_limit)}" if wait.at_limit else ""
    return f"waiting for {nodes}, {clock(wait.limit)} at most{then}"


def _rest(wait: Waiting) -> str:
    """What this run's own pace promises, and what happens at the limit where it comes near."""
    told = f", about {clock(wait.estimate)} more" if wait.estimate is not None else ""
    near = wait.elapsed > wait.limit * _NEAR
    return f"{told}; at the limit it {one_line(wait.at_limit)}" if near else told
