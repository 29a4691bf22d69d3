"""All shipped extensions, and all checks, as one file each, read without YAML.

    python -m tests.playbooks.digest

writes both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from troubleshooter import extensions, settings
from troubleshooter.lint import catalogue

if TYPE_CHECKING:
    from pathlib import Path

    from troubleshooter.lint.catalogue import CheckText
    from troubleshooter.model.extension import Extension

FOLDER = settings.playbooks_folder() / "extensions"
CHECKS = settings.playbooks_folder() / "checks"


def written() -> tuple[Extension, ...]:
    """As the files say it, Key Vault's first."""
    found = [extensions.read(file) for file in sorted(FOLDER.glob("*.yaml"))]
    return tuple(sorted(found, key=lambda one: one.id != "key-vault"))


def written_checks() -> tuple[CheckText, ...]:
    """As the files say it, in the order of their names."""
    return catalogue.read_checks([CHECKS])


def _write(path: Path, content: object) -> None:
    path.write_bytes(msgspec.json.format(msgspec.json.encode(content), indent=1))


if __name__ == "__main__":
    _write(FOLDER / extensions.DIGEST, written())
    _write(CHECKS / catalogue.DIGEST, written_checks())
