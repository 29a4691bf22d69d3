"""The scenes of the record of screens, and where their pictures are kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.record import (
    scene_away,
    scene_crowd,
    scene_definition,
    scene_ends,
    scene_in_place,
    scene_offline,
    scene_outside,
    scene_several,
    scene_worlds,
)
from tests.record.chosen import SCENE
from tests.record.studio import alone

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

KEPT = Path(__file__).with_name("screens")
RENEW = "python -m tests.record.renew_screens"

SCENES: dict[str, Callable[[], Awaitable[dict[str, str]]]] = {
    "offline": scene_offline.walk,
    "outside": scene_outside.walk,
    "in-place": scene_in_place.walk,
    "definition": scene_definition.walk,
    "away": scene_away.walk,
    "several": scene_several.walk,
    "crowd": scene_crowd.walk,
    "worlds": scene_worlds.walk,
    "healthy": scene_ends.healthy,
    "windows": scene_ends.windows,
    "quota": scene_ends.quota,
    "few-cores": scene_ends.too_few_cores,
    "refused": scene_ends.refused,
    "stopped": scene_ends.stopped,
    "absent": scene_ends.absent,
}
IN_THE_DEFAULT_RUN = ("windows",)


async def pictures(scene: str, folder: Path) -> dict[str, str]:
    """Walk a scene in an empty folder; the name of each state and size, and its text."""
    token = SCENE.set(scene)
    try:
        with alone(folder):
            return await SCENES[scene]()
    finally:
        SCENE.reset(token)


def kept(scene: str) -> dict[str, str]:
    return {path.stem: path.read_text(encoding="utf-8") for path in (KEPT / scene).glob("*.txt")}
