"""Which set of symbols the terminal is drawn with."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, cast

from troubleshooter.report.symbols import ASCII, UNICODE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from textual.widget import Widget

    from troubleshooter.report.symbols import Glyphs


def choose(environ: Mapping[str, str], encoding: str | None) -> Glyphs:
    """ASCII when the operator asks for it, or when the terminal's locale cannot say anything else."""
    asked = environ.get("TROUBLESHOOTER_ASCII", "").lower() not in {"", "0", "no", "false"}
    narrow = (encoding or "utf-8").lower().replace("-", "").replace("_", "") not in {"utf8", "utf8sig"}
    return ASCII if asked or narrow else UNICODE


def of_terminal() -> Glyphs:
    return choose(os.environ, sys.__stdout__.encoding if sys.__stdout__ else None)


def of(widget: Widget) -> Glyphs:
    """The set its application chose at the start."""
    return cast("Glyphs", getattr(widget.app, "glyphs", UNICODE))
