"""Rows of comma-separated values, as Log Analytics and the activity log export them."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

from troubleshooter.analyse.printed.document import Document

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_NAMES = re.compile(
    r'^\ufeff?"?[A-Za-z_][\w .\[\]()-]{0,80}"?(?:[,;\t]"?[A-Za-z_][\w .\[\]()/-]{0,80}"?){2,200}\s*$'
)
_LOOKED_AT = 5
"""Lines at the beginning among which the columns' names stand."""


def rows(lines: Sequence[str]) -> Iterator[Document]:
    """Each row as a mapping; one whose text goes over several lines is one row."""
    head = next((at for at, line in enumerate(lines[:_LOOKED_AT]) if _NAMES.match(line)), None)
    if head is None:
        return
    names = lines[head].lstrip("\ufeff")
    mark = max(",;\t", key=names.count)
    reader = csv.reader(lines[head:], delimiter=mark)
    before, columns = head, None
    try:
        for cells in reader:
            here, before = before, head + reader.line_num
            if columns is None:
                columns = [name.strip().lstrip("\ufeff") for name in cells]
            elif len(cells) > 1:
                told = zip(columns, cells, strict=False)
                yield Document({name: cell for name, cell in told if cell}, here, before - 1)
    except csv.Error:
        return  # a cell that is longer than any: what comes before it was read
