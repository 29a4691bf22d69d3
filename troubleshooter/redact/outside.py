"""What did not come through a run, and so not through its redactor: files at hand, failures outside a run."""

from __future__ import annotations

import os
from functools import cache
from typing import TYPE_CHECKING

from troubleshooter.redact.environment import environment_secrets
from troubleshooter.redact.redactor import Redactor

if TYPE_CHECKING:
    from collections.abc import Mapping


def outside(environ: Mapping[str, str]) -> Redactor:
    """Equal secrets get equal stand-ins wherever this process shows them."""
    return Redactor(environment_secrets(environ), _salt())


@cache
def _salt() -> bytes:
    return os.urandom(16)
