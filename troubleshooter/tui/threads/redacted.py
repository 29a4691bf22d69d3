"""What did not come through a run, and so not through its redactor: files at hand, failures outside a run."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from troubleshooter.redact import Redactor


@cache
def redactor() -> Redactor:
    """One for as long as the program runs."""
    from troubleshooter.redact import outside  # noqa: PLC0415 - quick start: rarely needed

    return outside(os.environ)
