"""What is asked of a node itself, beside what is read there: a script for each system, in parts."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING

from troubleshooter.model.extension import System

if TYPE_CHECKING:
    from troubleshooter.collect.wanted import Wanted

LONGEST = 100
"""Seconds in which the script for sh ends, whatever does not answer it."""
LONGEST_WINDOWS = 120
"""The same of that for Windows, with what its shell takes to begin; after that it is ended."""
MOST = 1 << 18
"""Bytes taken of what it says, a few times what it ever does."""
ASKED = "TROUBLESHOOTER_ASKED"
"""Of a task's environment: what to ask for where the node's own settings name nothing."""
KEPT_AS = "answers/probe.txt"
BEGINS = b"troubleshooter probe 1\n"
"""As the script says it; what does not begin so is not its."""
_PLAIN = re.compile(r"https://[!#-&(-\[\]-~]+")
"""Neither a space nor a quote."""
_PARTS = ("answers", "calls", "settings", "services", "node", "main")


def script(wanted: Wanted) -> bytes:
    """Give the text that runs on the node: for its sh to read, or for Windows PowerShell."""
    if wanted.system is System.WINDOWS:
        return wanted.variables() + _text("ps1")
    return wanted.variables() + f"asked_certificates='{_asked(wanted)}'\n".encode() + _text("sh")


def given(wanted: Wanted) -> tuple[tuple[str, str], ...]:
    """What the script for Windows reads from its environment."""
    asked = _asked(wanted)
    return ((ASKED, asked),) if asked else ()


def _text(kind: str) -> bytes:
    folder = files("troubleshooter.collect.probe")
    return b"".join((folder / f"{part}.{kind}").read_bytes().replace(b"\r\n", b"\n") for part in _PARTS)


def _asked(wanted: Wanted) -> str:
    """As the scripts read it: "URL CLIENT" a line, without what could be taken for more than one of them."""
    certificates = wanted.asked or ()
    return "\n".join(f"{url} {client}" for url, client in certificates if _PLAIN.fullmatch(url + client))
