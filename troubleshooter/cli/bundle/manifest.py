"""What is in a bundle: the nodes, and of each file where it was read and whether it is all of it."""

from __future__ import annotations

import json
import platform
from typing import TYPE_CHECKING, Any

from troubleshooter import __version__
from troubleshooter.collect.intake import LARGEST_FILE, LARGEST_TOTAL, MOST_FILES
from troubleshooter.collect.patience import TOTAL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from troubleshooter.model.run import KeptFile

EVIDENCE = "evidence"
LIMITS = {
    "file_bytes": LARGEST_FILE,
    "node_bytes": LARGEST_TOTAL,
    "node_files": MOST_FILES,
    "node_seconds": TOTAL,
}


def row(kept: KeptFile, path: str) -> dict[str, Any]:
    """One file: where it was read, where it lies, and whether it is all of it."""
    return {
        "path": path,
        "node": kept.node,
        "name": kept.name,
        "size": kept.size,
        "sha256": kept.sha256,
        "sha256_read": kept.sha256_read,
        "cut": kept.cut,
    }


def manifest(
    top: str,
    kind: str,
    run: str,
    at: datetime,
    nodes: Sequence[Mapping[str, Any]],
    rows: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    return {
        "version": 1,
        "tool": __version__,
        "bundle": top,
        "kind": kind,
        "run": run,
        "created": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "packed": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "versions": {"troubleshooter": __version__, "python": platform.python_version()},
        "limits": LIMITS,
        "nodes": list(nodes),
        "files": list(rows),
    }


def as_json(value: Any, indent: int | None = 2) -> bytes:
    return (json.dumps(value, indent=indent) + "\n").encode()
