"""What settings in a source have to be: a source is left as it is, so that this is printed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection


@dataclass(frozen=True, slots=True)
class Correction:
    line: int
    """Of the settings in the source, counted from 1."""
    settings: Any
    """As they stand there; what is computed is text with `${…}` in it."""
    patches: tuple[tuple[str, tuple[Mapping[str, Any], ...]], ...] = ()
    """Each with the id of its finding, to be applied one after the other."""
    argument: str = ""
    """The command line's argument in the right quotes, where these are what is wrong."""

    def text(self, spared: Collection[str] = ()) -> str:
        """The settings as JSON, without the repair of what is spared; empty where nothing is repaired."""
        import jsonpatch  # noqa: PLC0415 - nobody waits for it who repairs nothing

        if self.argument:
            return self.argument
        changed: Any = deepcopy(self.settings)
        for name, patch in self.patches:
            if name in spared:
                continue
            try:
                changed = jsonpatch.apply_patch(changed, [dict(step) for step in patch])
            except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException):
                continue  # another one took away what it stands on
        if changed == self.settings and type(changed) is type(self.settings):
            return ""
        return json.dumps(changed, indent=2, ensure_ascii=False)
