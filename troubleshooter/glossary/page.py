"""What was looked up, as the blocks that a report is made of: for a terminal, as Markdown and as HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.glossary.entry import Kind
from troubleshooter.report.outline import Code, Facts, Heading, Item, Links, Paragraph, Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from troubleshooter.glossary.entry import Entry, Section, Value
    from troubleshooter.report.outline import Block

_CALLED = {
    Kind.RULE: "Log rule",
    Kind.CHECK: "Check",
    Kind.STEP: "Step",
    Kind.GATE: "Gate",
    Kind.EXTENSION: "Extension",
    Kind.CODE: "Code",
    Kind.EXIT_CODE: "Exit code of troubleshooter",
}


def page(entries: Sequence[Entry]) -> tuple[Block, ...]:
    """Of the entries of one name; those may be a rule and a check that tell of the same mistake."""
    titles = dict.fromkeys(entry.id for entry in entries)
    return (Heading(1, ", ".join(titles)), *(block for entry in entries for block in _entry(entry)))


def _entry(entry: Entry) -> Iterator[Block]:
    where = "".join(f" of {value}" for label, value in entry.facts if label == "playbook")
    yield Heading(2, f"{_CALLED[entry.kind]}{where}: {entry.title}")
    good = (("good state", entry.good),) if entry.good else ()
    rows = tuple(row for label, value in (*good, *entry.facts) for row in _rows(label, value))
    if rows:
        yield Facts(rows)
    if entry.about:
        yield Paragraph(entry.about)
    for section in entry.sections:
        yield from _section(section)


def _rows(label: str, value: Value) -> Iterator[tuple[str, str]]:
    if isinstance(value, bool):
        yield label, "yes" if value else "no"
    elif isinstance(value, str):
        yield label, value
    else:
        yield label, ", ".join(value) or "nothing"


def _section(section: Section) -> Iterator[Block]:
    if section.quoted:
        gap = "\n\n" if any("\n" in line for line in section.lines) else "\n"
        yield Code(section.title, gap.join(line.rstrip("\n") for line in section.lines))
        return
    yield Heading(3, section.title)
    if section.links:
        yield Links(section.lines)
    elif section.numbered:
        yield from (Item(number, line) for number, line in enumerate(section.lines, start=1))
    else:
        yield Facts(tuple((name, what) for name, _, what in (line.partition(": ") for line in section.lines)))


def mentions(entries: Sequence[Entry]) -> Table:
    """A list of those that say a word, to look up further."""
    return Table(("kind", "id", "what it is"), tuple((one.kind.value, one.id, one.title) for one in entries))
