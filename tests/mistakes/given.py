"""What the program says of the ground truth's samples: as the record has it, and now."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.ground_truth import SAMPLES
from tests.mistakes.mistake import analysed, linted
from tests.record.entries import KEPT
from tests.record.samples import CASES, FOLDERS, files
from tests.unit.lint.corpus import SAMPLES as CONFIGS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import PurePath

    from tests.mistakes.mistake import Spoken

Given = tuple[str, str, str]
"""Folder and number of a sample, severity and id of what is said of it."""


def recorded() -> set[Given]:
    """Of the files as they lie there; these pages are kept in the repository."""
    found: set[Given] = set()
    for folder in {*FOLDERS} - {CASES}:
        for command in ("lint", "analyze"):
            page = KEPT / "samples" / f"{command}-{'pools' if folder == '.' else folder}.txt"
            of = ""
            for line in page.read_text(encoding="utf-8").splitlines():
                if not line.startswith(" "):
                    of = number(line.split()[0])
                elif match := re.match("  (error|warning|info) ([a-z]\\S+)", line):
                    found.add((of, match[1], match[2]))
    return found


def given() -> set[Given]:
    """Of the documents that the configurations were cut out of, and of the logs and pools."""
    return {(sample, severity, identity) for sample, spoken in _spoken() for severity, identity, _ in spoken}


def _spoken() -> Iterator[tuple[str, Spoken]]:
    for config in CONFIGS:
        for text in (config.text, *([config.entry["raw"]] if "raw" in config.entry else [])):
            yield f"configs/{config.number}", linted(text)
    for path in (*files("logs"), *files(".")):
        text = path.read_text(encoding="utf-8")
        yield number(path.relative_to(SAMPLES)), analysed(text, path.name)


def number(path: str | PurePath) -> str:
    """configs/015-….json is configs/015, doc-pool-linux.json is pools/linux."""
    text = str(path)
    pools = re.fullmatch("doc-pool-(\\w+)\\.json", text)
    return f"pools/{pools[1]}" if pools else re.sub("(\\d)-.*", "\\1", text)
