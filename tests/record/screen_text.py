"""A running application's screen as text: its lines, then for each line where which style stands.

    |contoso-batch > render-pool                                                run 7f3a0001|

    theme night
        1  1+13 quiet, 17+11 bold, 76+12 quiet, 0+90 on panel
    19-36  29+1 line

A mark is `column+cells style`, columns counted from 0, under the number of its line;
what is plain text on the background has none. First what stands there, then the ground it stands on.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any

from rich.cells import cell_len

from tests.record.palette import Palette

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.style import Style
    from textual.app import App

ATTRIBUTES = ("bold", "dim", "italic", "underline", "reverse", "strike")
SEEN_ON_BLANKS = frozenset({"underline", "reverse", "strike"})
PLAIN = "foreground"
GROUND = "background"


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    """One character; empty for the second half of a wide one."""
    front: str
    """Attributes and colour of what stands there; of a blank only what can be seen of it."""
    ground: str


def cells(app: App[Any], palette: Palette) -> list[list[Cell]]:
    """Every cell of what the compositor would draw now, dialogs and what is behind them included."""
    strips = app.screen._compositor.render_strips()
    return [[cell for text, style, _ in strip for cell in _cells(text, style, palette)] for strip in strips]


def as_text(
    app: App[Any], stable: Callable[[str], str] = lambda line: line, palette: Palette | None = None
) -> str:
    """The screen's record. `stable` puts stand-ins into a line without changing its length."""
    rows = cells(app, palette or Palette(app))
    shown = ["".join(cell.text for cell in row) for row in rows]
    lines = [_stable(line, stable) for line in shown]
    rows = [_blanked(row, *texts) for row, *texts in zip(rows, shown, lines, strict=True)]
    marks = [f"theme {app.theme}", *_marks(rows)]
    return "\n".join([*(f"|{line}|" for line in lines), "", *marks, ""])


def _stable(line: str, stable: Callable[[str], str]) -> str:
    changed = stable(line)
    assert cell_len(changed) == cell_len(line), f"a stand-in moves the layout: {line!r} -> {changed!r}"
    return changed


def _blanked(row: list[Cell], shown: str, line: str) -> list[Cell]:
    """Where a stand-in is shorter than what it stands for, what is left is marked as blank, too."""
    if shown == line or len(shown) != len(row):
        return row
    shorter = (old != " " and new == " " for old, new in zip(shown, line, strict=True))
    return [Cell(" ", "", cell.ground) if gone else cell for cell, gone in zip(row, shorter, strict=True)]


def _cells(text: str, style: Style | None, palette: Palette) -> Iterator[Cell]:
    full, blank, ground = palette.named(style, _words)
    for character in text:
        width = 1 if character.isascii() else cell_len(character)
        if not width:
            continue  # joined to the one before; no cell of its own
        front = blank if character == " " else full
        yield Cell(character, front, ground)
        if width == 2:
            yield Cell("", front, ground)


def _words(style: Style | None, palette: Palette) -> tuple[str, str, str]:
    """A style's front on text, its front on a blank, and its ground."""
    if style is None:
        return "", "", ""
    words = [name for name in ATTRIBUTES if getattr(style, name)]
    colour, ground = (_colour(each, palette) for each in (style.color, style.bgcolor))
    front = " ".join([*words, *([colour] if colour not in {"", PLAIN} else [])])
    seen = front if SEEN_ON_BLANKS.intersection(words) else ""
    return front, seen, ground if ground != GROUND else ""


def _colour(colour: Any, palette: Palette) -> str:
    if colour is None:
        return ""
    return str(colour.name) if colour.triplet is None else palette.name(*colour.triplet)


def _marks(rows: list[list[Cell]]) -> Iterator[str]:
    """Of each line; neighbours with the same marks have them once."""
    at = 1
    for mark, same in groupby(_row_marks(row) for row in rows):
        last = at + len(list(same)) - 1
        if mark:
            yield f"{at if at == last else f'{at}-{last}':>5}  {mark}"
        at = last + 1


def _row_marks(row: list[Cell]) -> str:
    grounds = ["on " + cell.ground if cell.ground else "" for cell in row]
    return ", ".join([*_runs(_joined(row)), *_runs(grounds)])


def _runs(styles: list[str]) -> Iterator[str]:
    at = 0
    for style, run in groupby(styles):
        length = len(list(run))
        if style:
            yield f"{at}+{length} {style}"
        at += length


def _joined(row: list[Cell]) -> list[str]:
    """The fronts of a row, blanks between words of one front taken for part of it."""
    fronts = [cell.front for cell in row]
    words = [at for at, cell in enumerate(row) if cell.text != " "]
    for left, right in pairwise(words):
        if fronts[left] == fronts[right] and not any(fronts[left + 1 : right]):
            fronts[left:right] = [fronts[left]] * (right - left)
    return fronts
