"""Where a file lies in a bundle: below its node's folder, under a name that every system can unpack.

Nodes name their files, and may be hostile: no name climbs out, stands for a device, or takes another's place.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

_LONGEST = 200
"""Bytes of one part of a path; most systems take 255."""
_BARRED = frozenset('\\:*?"<>|')
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
"""What no file of Windows may be called."""


class Layout:
    """Hands out paths, each once."""

    def __init__(self) -> None:
        self._files: set[str] = set()
        self._folders: set[str] = set()

    def place(self, folder: str, name: str) -> str:
        """`folder` is one part of the path, `name` a path with slashes."""
        parts = [folder, *(part for part in name.split("/") if part)]
        taken: list[str] = []
        for at, part in enumerate(parts):
            last = at == len(parts) - 1
            taken.append(self._free(taken, safe(part), last=last))
            (self._files if last else self._folders).add(_same("/".join(taken)))
        return "/".join(taken)

    def _free(self, above: list[str], part: str, *, last: bool) -> str:
        """The part, or with a number after it where a file or folder is in its place."""
        number, free = 1, part
        while self._is_taken(_same("/".join([*above, free])), last=last):
            number += 1
            free = f"{part}~{number}"
        return free

    def _is_taken(self, path: str, *, last: bool) -> bool:
        return path in self._files or (last and path in self._folders)


def safe(part: str) -> str:
    """One part of a path that cannot climb out of the archive."""
    cleaned = "".join(char if char.isprintable() and char not in _BARRED else "_" for char in part)
    cleaned = cleaned.replace("/", "_")
    if not cleaned:
        return "_"
    if cleaned[-1] in ". ":
        cleaned = f"{cleaned[:-1]}_"
    if cleaned.startswith("-") or _DEVICE.match(cleaned):
        cleaned = f"_{cleaned}"
    written = cleaned.encode("utf-8", "backslashreplace")
    if len(written) <= _LONGEST:
        return cleaned
    digest = hashlib.sha256(written).hexdigest()[:8]
    return f"{written[: _LONGEST - 9].decode('utf-8', 'ignore')}~{digest}"


def _same(path: str) -> str:
    """As a system sees it that tells neither case nor the ways to write an accent apart."""
    return unicodedata.normalize("NFC", path).casefold()
