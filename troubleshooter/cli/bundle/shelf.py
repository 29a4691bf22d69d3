"""Where files of machines stand until they are packed."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from troubleshooter.collect.node import MOST_SECRETS
from troubleshooter.engine.evidence import EvidenceStore
from troubleshooter.errors import GaveUp
from troubleshooter.model.run import KeptFile

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Shelf:
    """What was kept of each node, redacted, in a folder that is gone at the end."""

    folder: Path
    store: EvidenceStore
    by_node: dict[str, list[KeptFile]] = field(default_factory=dict)

    def keep(
        self, node: str, name: str, data: bytes, sha256_read: str, cut: str, check: Callable[[], None], /
    ) -> KeptFile:
        try:
            kept = self.store.keep(node, name, data, sha256_read, cut, MOST_SECRETS)
        except GaveUp as full:
            raise GaveUp(
                "What the machines sent cannot be kept until it is packed.",
                f"{self.folder} takes no more. {full.why}",
                "Make room there, or set TMPDIR to a folder with room; then collect again.",
            ) from full
        check()
        self.by_node.setdefault(node, []).append(kept)
        return kept

    def content(self, kept: KeptFile) -> BinaryIO:
        return self.store.path(kept.sha256).open("rb")
