"""What must hold on every screen holds in every state, theme and size; no picture is kept of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.record.camera import BROKEN
from tests.record.scenes import SCENES, pictures

if TYPE_CHECKING:
    from pathlib import Path

EVERY_CHANGE = pytest.mark.slow(every_change=True)
FEW = ("windows",)
"""Scenes of few states; to the others the night sees."""


@pytest.mark.parametrize(
    "scene",
    [pytest.param(name, marks=EVERY_CHANGE if name in FEW else pytest.mark.slow) for name in SCENES],
)
async def test_nothing_is_cut_hidden_or_unseen(scene: str, tmp_path: Path) -> None:
    found: list[str] = []
    folder = tmp_path / "scene"
    folder.mkdir()
    token = BROKEN.set(found)
    try:
        await pictures(scene, folder)
    finally:
        BROKEN.reset(token)
    assert found == []
