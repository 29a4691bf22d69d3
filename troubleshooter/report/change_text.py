"""The change for the original, for a terminal: what changes, and the block in the form asked for."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from troubleshooter.forms import before_and_after, change_of, forms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.model.run import RunState


_WIDTH = 100


def change_text(state: RunState, wanted: str) -> Iterator[str]:
    """Nothing where the run chose no change of the definition."""
    change = change_of(state)
    if change is None:
        return
    written = forms(change)
    shown = next((form for form in written if form.name == wanted), written[-1])
    yield ""
    yield f"The change for {state.target.pool}:"
    yield from textwrap.wrap(change.why_anew, _WIDTH, initial_indent="  ", subsequent_indent="  ")
    yield from (f"  {line}" for line in before_and_after(change))
    yield ""
    yield f"{shown.title}, as {shown.file}:"
    for note in shown.remarks:
        yield from textwrap.wrap(note, _WIDTH, initial_indent="  ", subsequent_indent="  ")
    yield ""
    yield shown.text.rstrip("\n")
    yield ""
    if others := [form.name for form in written if form is not shown]:
        yield f"Other forms: troubleshooter runs show {state.id} --form {'|'.join(others)}"
