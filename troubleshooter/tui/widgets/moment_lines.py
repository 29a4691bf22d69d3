"""The three moments of a run as lines for a given width: the cause, the proof, the end."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from rich.cells import cell_len

from troubleshooter.report.summary import Mood, Stage
from troubleshooter.text import visible
from troubleshooter.tui.text import plain
from troubleshooter.tui.widgets.finding_lines import Stop, proof_drawn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from troubleshooter.report.summary import End, Found, NodesSeen, Proven
    from troubleshooter.report.symbols import Glyphs
    from troubleshooter.report.to_do import ToDo
    from troubleshooter.tui.widgets.strips import Piece

_LABEL = 10
Line = tuple["Piece", ...]

_HEADS = {Stage.FOUND: "$error bold", Stage.LIKELY: "$warning bold", Stage.HEALTHY: "$success bold"}
_TONES = {
    Mood.GOOD: "$success bold",
    Mood.CARE: "$warning bold",
    Mood.BAD: "$error bold",
    Mood.OPEN: "$accent bold",
}


class Room(Enum):
    """How much of an answer is shown: what is asked below it needs its own room."""

    ALL = "all"
    LEAST = "least"
    """The cause and its proof: the plan below says what is next."""


def found_lines(
    found: Found, width: int, marks: Glyphs, room: Room = Room.ALL, *, more: bool = True
) -> Iterator[Line]:
    """The cause with its certainty and its proof, then why not surer, what it explains, what is next."""
    yield from _head(found, width, marks)
    yield from _paragraph(_what(found), width, "bold" if found.finding else "")
    if found.finding is None:
        yield from _seen(found, width)
        yield from _labelled("next", found.next, width)
        return
    yield from _labelled("on", found.on, width)
    yield from _proof(found, width, marks, more=more)
    yield from _labelled("known", found.known, width)
    if room is Room.LEAST:
        return
    yield from _doubt(found, width)
    yield from _joined("explains", found.explains, width)
    yield from _joined("also", found.others, width)
    yield from _labelled("next", found.next, width)


def proven_lines(proven: Proven, width: int, marks: Glyphs) -> Iterator[Line]:
    """Whether it is proven, on what, and the nodes before and after."""
    mark, tone = (marks.done, "$success bold") if proven.holds else (marks.attention, "$warning bold")
    head = f"Proven: {proven.headline}" if proven.holds else proven.headline
    yield from _marked(mark, head, width, tone)
    yield from _proof_facts(proven, width)


def _proof_facts(proven: Proven, width: int) -> Iterator[Line]:
    if not proven.holds:
        yield from _labelled("why", proven.why, width)
    yield from _labelled("fix", proven.fix, width)
    yield from _labelled("on", proven.on, width)
    yield from _nodes("before", proven.before, width, "$warning")
    if proven.after is not None:
        yield from _nodes("after", proven.after, width, "$success" if proven.holds else "$warning")


def end_lines(end: End, width: int, marks: Glyphs, *, change: bool = False) -> Iterator[Line]:
    """How it ended, what is to be done now, then everything that stands behind that.

    `change` is whether there is a change for the original to look at.
    """
    mark = {Mood.GOOD: marks.done, Mood.BAD: marks.failed, Mood.OPEN: marks.running}.get(
        end.mood, marks.attention
    )
    yield from _marked(mark, end.headline, width, _TONES[end.mood])
    if end.found.finding is not None and end.found.what not in end.headline:
        cause = f"Cause ({end.found.sure.lower()}): {end.found.what}"
        yield from _marked(" ", _what(end.found) if end.found.stage is Stage.BLOCKED else cause, width, "")
    yield ()
    yield from to_do_lines(end.to_do, width, marks)
    if change:
        yield (("    v", "$accent bold"), (" shows the change, to copy and to write to a file", "$quiet"))
    yield from _section("What was changed in Azure", _bullets(end.changed, width - 2, marks))
    if seen := tuple(_found_at_the_end(end, width, marks)):
        yield from _section("Found", seen)
    if end.proven is not None:
        yield from _section(
            "Proven" if end.proven.holds else "Not proven", _proof_facts(end.proven, width - 2)
        )


def to_do_lines(to_do: Sequence[ToDo], width: int, marks: Glyphs) -> Iterator[Line]:
    yield (("What you must do now", "$accent bold"),)
    if not to_do:
        yield (("  Nothing.", ""),)
    for number, one in enumerate(to_do, 1):
        lead = f"{number} " if len(to_do) > 1 else f"{marks.pointer} "
        for line, text in enumerate(_wrapped(one.text, width - 2 - len(lead))):
            yield (("  " + (lead if line == 0 else " " * len(lead)), "$accent bold"), (text, "bold"))
        if command := one.commands.get("shell") or one.commands.get("az"):
            yield from _command(command, width, 2 + len(lead))


def _found_at_the_end(end: End, width: int, marks: Glyphs) -> Iterator[Line]:
    found = end.found
    if found.finding is None:
        if found.what not in end.headline:
            yield from _paragraph(found.what, width - 2)
        yield from _seen(found, width - 2)
        return
    yield from _head(found, width - 2, marks)
    yield from _paragraph(_what(found), width - 2)
    yield from _labelled("on", found.on, width - 2)
    yield from _proof(found, width - 2, marks)
    yield from _doubt(found, width - 2)
    yield from _labelled("known", found.known, width - 2)
    yield from _joined("explains", found.explains, width - 2)
    yield from _joined("also", found.others, width - 2)


def _doubt(found: Found, width: int) -> Iterator[Line]:
    """Why it is not certain, and how an operator makes sure."""
    yield from _labelled("not surer", found.why_not_surer, width, "$quiet")
    for number, text in enumerate(found.make_sure):
        yield from _labelled("make sure" if number == 0 else "", text, width, "$quiet")


def _what(found: Found) -> str:
    """What only blocked the way is no cause, however sure it is."""
    blocked = f"Stopped by ({found.sure.lower()}): {found.what}"
    return blocked if found.stage is Stage.BLOCKED else found.what


def _seen(found: Found, width: int) -> Iterator[Line]:
    yield from _labelled("known", found.known, width)
    yield from _labelled("read", found.read, width)


def _head(found: Found, width: int, marks: Glyphs) -> Iterator[Line]:
    """✖ Cause found   ●●● Confirmed, or the certainty below where both have no room on one line."""
    mark = marks.failed if found.finding else marks.done if found.stage is Stage.HEALTHY else marks.attention
    tone = _HEADS.get(found.stage, "$warning bold")
    if found.sure == "Proven":
        mark, tone = marks.done, "$success bold"
    dots = marks.full * 3 if found.sure == "Proven" else ""
    if found.finding is not None and not dots:
        dots = marks.certainty(found.finding.confidence)
    # of what is likely the headline says all that is known; what blocked the way is not the cause
    told = found.sure and found.stage not in {Stage.LIKELY, Stage.BLOCKED}
    *above, last = _marked(mark, found.headline, width, tone)
    yield from above
    room = width - sum(cell_len(text) for text, _ in last)
    if told and cell_len(f"   {dots} {found.sure}") <= room:
        yield (*last, (f"   {dots} ", tone), (found.sure, "bold"))
        return
    yield last
    if told:
        yield ((f"  {dots} ", tone), (found.sure, "bold"))


def _proof(found: Found, width: int, marks: Glyphs, *, more: bool = True) -> Iterator[Line]:
    if found.proof:
        for line in proof_drawn("proof", _LABEL, Stop(found.finding, found.proof), width, marks):
            yield line.pieces
        others = len(found.proof) - 1
        if others and more:
            told = f"and {others} more: f shows {'it' if others == 1 else 'them'}"
            yield ((" " * _LABEL, ""), (told, "$quiet"))


def _nodes(label: str, nodes: NodesSeen, width: int, style: str) -> Iterator[Line]:
    yield from _labelled(label, f"{nodes.pool}: {nodes.told}", width, style)


def _section(title: str, lines: Iterable[Line]) -> Iterator[Line]:
    yield ()
    yield ((title, "$accent bold"),)
    for line in lines:
        yield (("  ", ""), *line)


def _bullets(texts: Iterable[str], width: int, marks: Glyphs) -> Iterator[Line]:
    for text in texts:
        yield from _marked(marks.dot, text, width, "$quiet", "")


def _marked(mark: str, text: str, width: int, tone: str, style: str | None = None) -> Iterator[Line]:
    lead = f"{mark} "
    for number, part in enumerate(_wrapped(text, width - cell_len(lead))):
        yield (
            (lead if number == 0 else " " * cell_len(lead), tone),
            (part, tone if style is None else style),
        )


def _paragraph(text: str, width: int, style: str = "") -> Iterator[Line]:
    yield from (((part, style),) for part in _wrapped(text, width))


def _joined(label: str, texts: Sequence[str], width: int) -> Iterator[Line]:
    for number, text in enumerate(texts):
        yield from _labelled(label if number == 0 else "", text, width, "$quiet")


def _labelled(label: str, text: str, width: int, style: str = "") -> Iterator[Line]:
    for part in _wrapped(text, width - _LABEL) if text else ():
        yield ((label.ljust(_LABEL), "$quiet"), (part, style))
        label = ""


def _command(text: str, width: int, indent: int) -> Iterator[Line]:
    for line in visible(text.replace("\n", "\x00")).replace("\\x00", "\n").splitlines():
        for part in plain.folded(line, max(20, width - indent), "    "):
            yield ((" " * indent, ""), (part, "$accent"))


def _wrapped(text: str, width: int) -> list[str]:
    return plain.wrapped(text, max(20, width))
