"""All documents that stand in a page, whatever their form."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from troubleshooter.analyse.printed.jsons import jsons
from troubleshooter.analyse.printed.lists import lists
from troubleshooter.analyse.printed.nodes import node_lines
from troubleshooter.analyse.printed.rows import rows
from troubleshooter.analyse.printed.tables import tables

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from troubleshooter.analyse.printed.document import Document
    from troubleshooter.analyse.printed.page import Page


def documents(page: Page, look: Callable[[int], object]) -> Iterator[Document]:
    """The surest form first: whoever reads a line as one leaves it to none of the others.

    `look` counts what reading them takes.
    """
    look(len(page.text) >> 9)
    yield from chain(rows(page.lines), jsons(page.text, look), tables(page.lines), lists(page.lines))
    yield from node_lines(page.lines)
