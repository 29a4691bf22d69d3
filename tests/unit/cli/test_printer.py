from __future__ import annotations

import io
import json
import os
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from troubleshooter.model.change import Change, ChangeState
from troubleshooter.model.progress import Collecting, Moved, Waiting
from troubleshooter.model.run import Note, RunState
from troubleshooter.model.step import ErrorText, StepRecord, StepState
from troubleshooter.model.target import Target
from troubleshooter.printer import Form, Printer
from troubleshooter.report.matched import BEGIN, END

if TYPE_CHECKING:
    from pathlib import Path


class Terminal(io.StringIO):
    """A stream that says it is a terminal; of 80 columns, since it has no descriptor to ask."""

    def isatty(self) -> bool:
        return True


def moved(*steps: StepRecord, notes: tuple[Note, ...] = ()) -> Moved:
    return Moved("", RunState("1", Target("s", "g", "a", "p"), "kv", "", "", steps, notes=notes))


def shown(terminal: io.StringIO) -> list[str]:
    """Read the lines as they stay on the terminal."""
    return [line.split("\r\x1b[K")[-1] for line in terminal.getvalue().split("\n")]


def on_one_terminal(**environ: str) -> tuple[Printer, Terminal]:
    both = Terminal()
    return Printer(Form.TEXT, both, both, {"TERM": "xterm", "NO_COLOR": "1"} | environ), both


def printer(form: Form = Form.TEXT, **environ: str) -> tuple[Printer, io.StringIO, io.StringIO]:
    out, err = io.StringIO(), io.StringIO()
    return Printer(form, out, err, environ), out, err


def wait(ready: int, elapsed: float) -> Waiting:
    return Waiting("wait-for-idle", "pool-dbg", {"idle": ready, "starting": 0}, (), ready, 2, elapsed, 60, "")


def test_a_result_goes_to_standard_output_alone() -> None:
    told, out, err = printer()
    told.result({"version": 1}, "fine")

    assert (out.getvalue(), err.getvalue()) == ("fine\n", "")


def test_an_error_is_added_to_the_document_there_is() -> None:
    told, out, _ = printer(Form.JSON)
    told.failed("a", "b", "c", {"version": 1, "run": "7f3a"})

    assert json.loads(out.getvalue()) == {
        "version": 1,
        "run": "7f3a",
        "error": {"what": "a", "why": "b", "do": "c"},
    }


def test_an_error_after_the_result_does_not_print_a_second_document() -> None:
    told, out, err = printer(Form.JSON)
    told.result({"version": 1}, "fine")
    told.failed("a", "b", "c")

    assert json.loads(out.getvalue()) == {"version": 1}
    assert "✖ a" in err.getvalue()


def test_hostile_text_cannot_move_the_cursor() -> None:
    told, _, err = printer()
    told.failed("\x1b[2J evil\r\n", "\u202e", "")

    assert "\x1b" not in err.getvalue()
    assert "\u202e" not in err.getvalue()


def test_a_failure_is_broken_between_words_on_a_terminal_and_never_in_a_pipe() -> None:
    """Of a terminal whose size nobody tells, 80 columns."""
    why = "It belongs to the demo, and what it made in its simulated Azure ended with it, as told before."
    for err, most in ((Terminal(), 80), (io.StringIO(), 200)):
        Printer(Form.TEXT, io.StringIO(), err, {"TERM": "dumb"}).failed("a", why, "c")
        lines = err.getvalue().splitlines()
        assert max(map(len, lines)) <= most
        assert " ".join(line.strip() for line in lines[1:-1]) == why
        assert (len(lines) > 3) is (most == 80)


def test_a_wait_says_only_what_changed_where_lines_stay() -> None:
    told, _, err = printer()
    for event in (wait(0, 1), wait(0, 2), wait(1, 3), wait(1, 4), wait(1, 70)):
        told.follow(event)

    assert [line.split("ready")[0].strip() for line in err.getvalue().splitlines()] == [
        "pool-dbg: waiting for 2 nodes, 1:00 at most",
        "pool-dbg: 0 of 2",
        "pool-dbg: 1 of 2",
        "pool-dbg: 1 of 2",
    ]


def test_a_terminal_has_its_line_replaced_and_cleared() -> None:
    err = Terminal()
    told = Printer(Form.TEXT, io.StringIO(), err, {"TERM": "xterm"})
    told.follow(wait(0, 1))
    told.follow(Collecting("collect", 1, 0, 2))
    told.say("done")

    assert err.getvalue().endswith("\r\x1b[Kdone\n")
    assert err.getvalue().count("\n") == len(("how long it may take", "done"))


@pytest.mark.parametrize("environ", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_colour_is_honoured(environ: dict[str, str]) -> None:
    err = Terminal()
    Printer(Form.TEXT, io.StringIO(), err, environ).failed("a", "b", "c")

    assert "\x1b" not in err.getvalue()


def test_a_terminal_without_unicode_gets_words_for_symbols() -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    Printer(Form.TEXT, stream, io.StringIO(), {}).result({}, "✔ done ☃")
    stream.seek(0)

    assert stream.read() == "[x] done \\u2603\n"


def test_a_reader_that_went_away_is_no_failure() -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w") as stream:
        told = Printer(Form.TEXT, stream, io.StringIO(), {})
        told.result({}, "x" * 100_000)

    assert told.answered


def test_on_a_terminal_a_step_is_one_line_and_its_notes_stand_above_it() -> None:
    told, terminal = on_one_terminal()
    told.follow(moved(StepRecord("plan", StepState.RUNNING)))
    told.follow(moved(StepRecord("plan", StepState.RUNNING), notes=(Note("", "plan", "looked"),)))
    assert shown(terminal)[-1] == "◐ plan"
    told.follow(
        moved(StepRecord("plan", StepState.DONE, 1.5, why="planned"), notes=(Note("", "plan", "looked"),))
    )

    assert shown(terminal) == ["    looked", "✔ plan  1.5 s  planned", ""]


def test_a_step_that_wants_a_look_is_no_green_tick() -> None:
    told, _, err = printer()
    told.follow(moved(StepRecord("wait-for-idle", StepState.DONE, why="unusable", attention=True)))

    assert err.getvalue() == "▲ wait-for-idle  unusable\n"


def test_what_is_narrated_is_no_wider_than_the_terminal_and_breaks_between_words() -> None:
    told, terminal = on_one_terminal()
    told.follow(moved(StepRecord("plan", StepState.DONE, why="word " * 40)))

    lines = shown(terminal)
    assert len(lines) > 3
    assert max(map(len, lines)) <= 80
    assert not {word for line in lines for word in line.split()} - {"✔", "plan", "word"}


def test_quietly_nothing_is_narrated_but_warnings_and_failures_are_told() -> None:
    told, out, err = printer()
    told.quiet = True
    told.follow(moved(StepRecord("plan", StepState.DONE)))
    told.say("Run 1")
    told.warn("▲ left out x")
    told.result({}, "fine", ErrorText("a", "b", "c"))

    assert out.getvalue() == "fine\n"
    assert err.getvalue() == "▲ left out x\n✖ a\n  b\n  → c\n"


def test_quietly_what_is_away_is_still_known() -> None:
    told, _, _ = printer()
    told.quiet = True
    away = Change("original-pool", "p", ChangeState.INTENDED, {"deleting": True, "deleted": True})
    event = moved(StepRecord("verify"))
    told.follow(replace(event, state=replace(event.state, changes=(away,))))

    assert "Pool p is away" in told.first_line()


def test_a_failure_that_the_result_tells_is_not_told_twice_on_one_terminal() -> None:
    told, terminal = on_one_terminal()
    told.result({}, "✖ a\n  1. Do\n     c.", ErrorText("a", "b", "Do c."))
    assert terminal.getvalue().count("c.") == 1

    piped, out, err = printer()
    piped.result({}, "✖ a\n  1. Do c.", ErrorText("a", "b", "Do c."))
    assert "Do c." in out.getvalue()
    assert "→ Do c." in err.getvalue()


def test_what_matched_is_bold_on_a_terminal_and_in_signs_elsewhere() -> None:
    text = f"    proof  the answer is {BEGIN}Forbidden\n           ByRbac{END}, no more"
    plain = "    proof  the answer is »Forbidden\n           ByRbac«, no more\n"
    terminal = Terminal()
    Printer(Form.TEXT, terminal, terminal, {"TERM": "xterm"}).result({}, text)
    without, shown_without = on_one_terminal()
    without.result({}, text)
    piped, out, _ = printer()
    piped.result({}, text)

    assert "is \x1b[1;4mForbidden\x1b[0m\n           \x1b[1;4mByRbac\x1b[0m, no more" in terminal.getvalue()
    assert shown_without.getvalue().endswith(plain)
    assert out.getvalue() == plain


def test_last_words_in_a_signal_are_told_and_are_one_document(tmp_path: Path) -> None:
    """The handler may have come in the middle of a line: they go past it, escaped all the same."""
    out, err = tmp_path / "out", tmp_path / "err"
    with out.open("w", encoding="utf-8") as one, err.open("w", encoding="utf-8") as other:
        told = Printer(Form.JSON, one, other, {})
        told.cut_in("Stopping.")
        told.end_at_once("Interrupted.", "It was asked twice.", "Go on with \x1b]0;owned\x07")

    assert err.read_text() == "\nStopping.\nInterrupted. Go on with \\x1b]0;owned\\x07\n"
    assert json.loads(out.read_text())["error"]["why"] == "It was asked twice."


def test_a_line_end_in_a_warning_forges_no_line() -> None:
    told, _, err = printer()
    told.warn("▲ left out a\n✔ all is well", "▲ left out b")

    assert err.getvalue() == "▲ left out a\\n✔ all is well\n▲ left out b\n"


def test_what_takes_a_moment_leaves_an_empty_line() -> None:
    told, _, err = printer()
    with told.meanwhile("Opening."):
        assert err.getvalue() == "Opening.\r"

    assert err.getvalue() == "Opening.\r        \r"


def test_a_word_without_an_end_hides_no_sentence() -> None:
    err = io.StringIO()
    printer = Printer(Form.TEXT, io.StringIO(), err, {})
    printer.failed(f"There is no scenario {'x' * 5000}.", "Why.", f"troubleshooter demo {'y' * 5000}")
    what, _, do = err.getvalue().splitlines()
    assert what.startswith("✖ There is no scenario xxx")
    assert what.endswith("x.")
    assert len(what) < 400
    assert do.endswith("y" * 5000)  # what is to be pasted stays whole
