"""Room for many nodes: each that can be signed in to costs a descriptor, and each connection one more."""

from __future__ import annotations

import sys

WANTED = 8192


def raise_limit() -> None:
    """Raise this process's soft limit of open files towards `WANTED`, as far as the system lets it."""
    if sys.platform == "win32":
        return  # there is no such limit to raise
    import resource  # noqa: PLC0415 - not there on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    allowed = WANTED if hard == resource.RLIM_INFINITY else min(WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
