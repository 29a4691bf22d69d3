"""The change for the original, as a step leaves it: all that its forms are written from, and no secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.pooldef import pool_body
from troubleshooter.pooldef.write_only import write_only_fields

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troubleshooter.model.extension import Extension


def deliverable(definition: Any, patch: list[dict[str, Any]], extension: Extension) -> Mapping[str, Any]:
    """What forms.DefinitionChange reads."""
    after = pool_body.patched(definition, patch)
    return {
        "patch": patch,
        "original": pool_body.creatable(definition),
        "lacks": [
            {
                "path": field.path,
                "place": ["properties", *field.place],
                "name": field.name,
                "json_object": field.json_object,
            }
            for field in write_only_fields(after, extension)
        ],
    }
