"""How whoever reads a finding learns what its id means."""

from __future__ import annotations

import shlex

from troubleshooter.text import one_line


def look_up(identity: str) -> str:
    """The command that explains an id; one of a rule of the operator's own may need quoting."""
    return f"troubleshooter explain {shlex.quote(one_line(identity))}"
