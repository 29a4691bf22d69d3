"""Text files that an operator named, or that lie in a folder that was."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from troubleshooter.errors import NotFound, UsageProblem
from troubleshooter.fence import LeftOut, Spent

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from troubleshooter.archives.budget import Budget
    from troubleshooter.model.extension import Extension

DEFINITIONS = frozenset({".json", ".settings"})
SOURCES = frozenset(
    {
        ".tf",
        ".tfvars",
        ".hcl",
        ".bicep",
        ".bicepparam",
        ".ps1",
        ".psm1",
        ".psd1",
        ".sh",
        ".bash",
        ".zsh",
        ".cmd",
    }
    | {".bat", ".yml", ".yaml", ".cs", ".csx", ".py", ".md", ".txt", ".eml"}
)
"""What may hold settings among much else: only those are read that have a sign of them."""
_OTHERS = frozenset(
    {
        ".git",
        ".terraform",
        ".hg",
        ".svn",
        ".tox",
        ".venv",
        "venv",
        "__pycache__",
        "node_modules",
        ".mypy_cache",
    }
)
"""Folders that hold copies, or what others wrote."""


@dataclass(slots=True)
class Folder:
    """What came from folders: nobody named these files, so one that cannot be read is left out and said."""

    files: set[str] = field(default_factory=set)
    left_out: list[LeftOut] = field(default_factory=list)

    def passes_over(self, file: str, text: str, known: Iterable[Extension]) -> bool:
        """Whether a source in a folder holds no sign of an extension: nobody named it, so nothing is said."""
        if file not in self.files or Path(file).suffix.lower() in DEFINITIONS:
            return False
        small = text.lower()
        return not any(sign.lower() in small for one in known for sign in one.settings.signs)

    def opened(self, paths: Sequence[str]) -> Iterator[str]:
        """Yield the files themselves, and the definitions in the folders, in the order of their names."""
        budget: Budget | None = None
        for path in paths:
            if path == "-" or not os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises where a folder is closed
                yield path
                continue
            from troubleshooter.archives.budget import Budget
            from troubleshooter.folders import files_below

            budget = budget or Budget()
            try:
                for file in files_below(path, budget, self.left_out.append, but=_OTHERS):
                    if Path(file).suffix.lower() in DEFINITIONS | SOURCES:
                        self.files.add(file)
                        yield file
            except Spent as limit:
                self.left_out.append(LeftOut(path, f"{limit}; those that come after them were not read"))


def read_text(path: str, limit: int) -> str:
    """Read one text file of an operator's, `-` being standard input."""
    try:
        data = sys.stdin.buffer.read(limit + 1) if path == "-" else _head(Path(path), limit + 1)
    except FileNotFoundError as error:
        raise NotFound(
            f"{path} is not there.", "No file or folder has that name.", "Check the path."
        ) from error
    except OSError as error:
        raise UsageProblem(
            f"{path} cannot be read.", f"{error.strerror}.", "Check the path and its permissions."
        ) from error
    if len(data) > limit:
        raise UsageProblem(
            f"{path} is too large.", f"It has more than {limit} bytes.", "Give the extension's part alone."
        )
    try:
        return data.decode(_encoding(data))
    except UnicodeDecodeError as error:
        raise UsageProblem(
            f"{path} is not text.", f"Byte {error.start} is not {error.encoding}.", "Save it as UTF-8."
        ) from error


def _encoding(data: bytes) -> str:
    """UTF-16 shows itself by its mark; without one by the empty half of its first character."""
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return "utf-16"
    if len(data) > 1 and (data[0] == 0) != (data[1] == 0):
        return "utf-16-be" if data[0] == 0 else "utf-16-le"
    return "utf-8-sig"


def _head(path: Path, size: int) -> bytes:
    with path.open("rb") as file:
        return file.read(size)
