from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import click

from troubleshooter.cli.options import everywhere, option, own_extensions
from troubleshooter.errors import NotFound
from troubleshooter.model.excerpt import cut
from troubleshooter.report.counted import counted
from troubleshooter.text import visible

if TYPE_CHECKING:
    from collections.abc import Sequence

    from troubleshooter.glossary.entry import Entry
    from troubleshooter.glossary.glossary import Glossary
    from troubleshooter.printer import Printer
    from troubleshooter.report.outline import Block


_QUOTED = 60
"""Letters of a word that is said back: an id has fewer."""


@click.command()
@click.argument("words", nargs=-1, metavar="ID|WORD...")
@option(
    "--rules", type=click.Path(exists=True), help="Own rules, a file or a folder, beside the shipped ones."
)
@own_extensions
@option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "html", "json"]),
    help="Form of the page; unless said it is as the ending of FILE, else text.",
)
@option("--out", "-o", metavar="FILE", help="Write it to a file instead of standard output.")
@everywhere()
@click.pass_obj
def command(
    printer: Printer, /, words: tuple[str, ...], rules: str | None, out: str | None, **given: str | None
) -> int:
    """Say what a rule, check, step, gate or error code means.

    An ID is explained, also an extension's. A WORD lists what mentions it, several narrow the list; without
    any all is listed.
    """
    from troubleshooter.extensions import own
    from troubleshooter.glossary.glossary import glossary
    from troubleshooter.report.wrapped import WIDTH

    place, form = given["extensions"], given["form"]
    known = glossary(Path(rules) if rules else None, own(Path(place)) if place else None)
    entries, others = _looked_up(known, words)
    document = {
        "version": 1,
        "asked": list(words),
        "entries": [entry.json() for entry in entries],
        "mentioned_by": [entry.short() for entry in others],
    }
    blocks = _blocks(words, entries, others)
    chosen = form or (_form_of(out) if out else "text")
    width = WIDTH if out else printer.width
    text = (
        json.dumps(document, indent=2) + "\n" if chosen == "json" else _written(blocks, words, chosen, width)
    )
    if out is None:
        printer.result(document | ({"text": text} if form and form != "json" else {}), text)
        return 0
    from troubleshooter.cli.report import write

    write(Path(out), text.encode())
    printer.result({"version": 1, "file": out}, f"Written to {visible(out)}")
    return 0


def _looked_up(known: Glossary, words: tuple[str, ...]) -> tuple[tuple[Entry, ...], tuple[Entry, ...]]:
    """What is explained, and what else mentions it; or what mentions the words alone."""
    if not words:
        return (), known.entries
    asked = " ".join(words)
    named = known.named(asked) or tuple(one for found in _each(known, words) for one in found)
    if named:
        return named, tuple(one for one in known.entries if one not in named and _names(one, named))
    found = known.mentioning(words)
    if not found:
        raise _not_found(known, words)
    return (found, ()) if len(found) == 1 else ((), found)


def _each(known: Glossary, words: tuple[str, ...]) -> list[tuple[Entry, ...]]:
    """Of each word what it names, where every one of them names something."""
    found = [known.named(word) for word in dict.fromkeys(words)]
    return found if all(found) else []


def _names(entry: Entry, named: Sequence[Entry]) -> bool:
    """Whether it mentions one by its id, of those whose id is no word of every day."""
    from troubleshooter.glossary.entry import Kind

    ids = {
        one.id for one in named if one.kind is Kind.CODE or ("-" in one.id and one.kind is not Kind.EXTENSION)
    }
    return any(re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", entry.text) for name in ids)


def _not_found(known: Glossary, words: tuple[str, ...]) -> NotFound:
    asked = " ".join(words)
    alone = [word for word in words if not known.named(word) and not known.mentioning([word])]
    what = ", ".join(repr(cut(word, _QUOTED)) for word in alone) or "all of these words"
    why = f"Nothing has that id or mentions {'it' if len(words) == 1 else what}."
    near = known.near(asked) or tuple(name for word in alone for name in known.near(word))
    own_rules = "Of rules of your own: --rules FILE, --extensions FOLDER."
    do = (
        f"Did you mean {' or '.join(near[:3])}? troubleshooter explain {near[0]}"
        if near
        else f"See what there is: troubleshooter explain. {own_rules}"
    )
    return NotFound(f"There is nothing to explain for {cut(asked, _QUOTED)!r}.", why, do)


def _blocks(words: tuple[str, ...], entries: Sequence[Entry], others: Sequence[Entry]) -> list[Block]:
    from troubleshooter.glossary.page import mentions, page
    from troubleshooter.report.outline import Heading

    blocks: list[Block] = list(page(entries)) if entries else []
    if entries and others:
        blocks += [Heading(2, "Mentioned by"), mentions(others)]
    elif others:
        asked = f"that mention {' and '.join(words)}" if words else "that can be explained"
        blocks += [Heading(1, f"{counted(len(others), 'thing')} {asked}"), mentions(others)]
    return blocks


def _written(blocks: Sequence[Block], words: tuple[str, ...], form: str, width: int) -> str:
    from troubleshooter.report.html import blocks_html
    from troubleshooter.report.markdown import blocks_markdown
    from troubleshooter.report.paper_text import blocks_text

    if form == "text":
        return blocks_text(blocks, width).rstrip("\n")
    title = " ".join(words) or "What can be explained"
    return blocks_html(title, blocks) if form == "html" else blocks_markdown(blocks)


def _form_of(file: str) -> str:
    endings = {".html": "html", ".htm": "html", ".md": "markdown", ".json": "json"}
    return endings.get(Path(file).suffix.lower(), "text")
