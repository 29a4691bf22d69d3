"""A page of each log rule and each check, in playbooks/pages.

`python -m tests.playbooks.pages` writes them anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter import settings
from troubleshooter.glossary.entry import Kind
from troubleshooter.glossary.glossary import glossary
from troubleshooter.glossary.page import page
from troubleshooter.report.escape import markdown
from troubleshooter.report.markdown import blocks_markdown
from troubleshooter.report.outline import Paragraph

if TYPE_CHECKING:
    from troubleshooter.glossary.entry import Entry

FOLDER = settings.playbooks_folder() / "pages"
INDEX = "README.md"
MADE = "python -m tests.playbooks.pages"
_NOTE = f"Made by {MADE} from playbooks/rules and playbooks/checks: what is changed here is lost."


def pages() -> dict[str, str]:
    """File name to text: one for each id, and one that lists them."""
    found: dict[str, list[Entry]] = {}
    for entry in glossary().entries:
        if entry.kind in {Kind.RULE, Kind.CHECK}:
            found.setdefault(entry.id, []).append(entry)
    written = {f"{name}.md": _page(entries) for name, entries in found.items()}
    return {INDEX: _index(found), **written}


def _page(entries: list[Entry]) -> str:
    shown = Paragraph(f"On a terminal: troubleshooter explain {entries[0].id}")
    return blocks_markdown([*page(entries), shown, Paragraph(_NOTE)])


def _index(found: dict[str, list[Entry]]) -> str:
    lines = [
        "# What can be found",
        "",
        markdown(_NOTE),
        "",
        "| id | problem | good state | where |",
        "| --- | --- | --- | --- |",
    ]
    for name in sorted(found):
        first, where = found[name][0], " and ".join(one.kind.value for one in found[name])
        lines.append(f"| [{name}]({name}.md) | {markdown(first.title)} | {markdown(first.good)} | {where} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    wanted = pages()
    for old in FOLDER.iterdir():
        if old.name not in wanted:
            old.unlink()
    for name, text in wanted.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
