"""Reads one text file that an operator named."""

from __future__ import annotations

import sys
from pathlib import Path

from troubleshooter.errors import NotFound, UsageProblem


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
        encoding = "utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig"
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UsageProblem(
            f"{path} is not text.", f"Byte {error.start} is not {error.encoding}.", "Save it as UTF-8."
        ) from error


def _head(path: Path, size: int) -> bytes:
    with path.open("rb") as file:
        return file.read(size)
