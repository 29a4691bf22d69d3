"""All shipped extensions as one file, read without YAML: `python -m tests.playbooks.digest` writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from troubleshooter import extensions, settings

if TYPE_CHECKING:
    from troubleshooter.model.extension import Extension

FOLDER = settings.playbooks_folder() / "extensions"


def written() -> tuple[Extension, ...]:
    """As the files say it, Key Vault's first."""
    found = [extensions.read(file) for file in sorted(FOLDER.glob("*.yaml"))]
    return tuple(sorted(found, key=lambda one: one.id != "key-vault"))


if __name__ == "__main__":
    text = msgspec.json.format(msgspec.json.encode(written()), indent=1)
    (FOLDER / extensions.DIGEST).write_bytes(text)
