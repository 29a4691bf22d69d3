"""Putting a text where the operator can paste it, and saying where that is."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING

import pyperclip

from troubleshooter.text import visible

if TYPE_CHECKING:
    from typing import Any

    from textual.app import App

_PATIENCE = 3.0
"""Seconds after which a clipboard program that does not end is left behind."""


async def copy(app: App[Any], text: str) -> str:
    """Copy it, and say where to. On another machine's clipboard, over SSH, it would be of no use.

    Its controls are written out: what is pasted into a shell is obeyed as if it had been typed. Tabs stay.
    """
    text = "\t".join(visible(part, keep_newlines=True) for part in text.split("\t"))
    if not ("SSH_CONNECTION" in os.environ or "SSH_TTY" in os.environ):
        try:
            await asyncio.wait_for(asyncio.to_thread(_to_system, text), _PATIENCE)
        except (pyperclip.PyperclipException, OSError, TimeoutError):
            pass  # there is none, or it does not answer: the terminal is asked
        else:
            return "to the clipboard"
    app.copy_to_clipboard(text)
    return "through the terminal (OSC 52), if it allows that"


def _to_system(text: str) -> None:
    to_clipboard, _ = pyperclip.determine_clipboard()
    to_clipboard(text)
