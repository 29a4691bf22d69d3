"""The operator's own editor, on a copy of a text, while the screen stands aside."""

from __future__ import annotations

import os
import shlex
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from troubleshooter.errors import UsageProblem

if TYPE_CHECKING:
    from textual.app import App


def edit(app: App[object], name: str, text: str) -> Path | None:
    """Open it. Gives where it lies if it was changed there; an unchanged copy is removed again."""
    command = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "")
    if not command:
        raise UsageProblem(
            "There is no editor.", "Neither VISUAL nor EDITOR is set.", "Set one, or press w to write a file."
        )
    path = Path(tempfile.mkdtemp(prefix="troubleshooter-")) / name
    path.write_text(text, encoding="utf-8")
    try:
        with app.suspend():
            subprocess.run([*command, str(path)], check=False)  # noqa: S603 - the operator's own choice
    except SuspendNotSupported as error:
        raise UsageProblem(
            "The editor cannot be opened.", "This terminal cannot be lent to it.", "Press w to write a file."
        ) from error
    except OSError as error:
        raise UsageProblem(
            f"{command[0]} cannot be started.", f"{error.strerror}.", "Set VISUAL or EDITOR to another one."
        ) from error
    finally:
        kept = path.exists() and path.read_text(encoding="utf-8", errors="replace") != text
        if not kept:
            path.unlink(missing_ok=True)
            path.parent.rmdir()
    return path if kept else None
