from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.tui.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    """See Stage."""
    made = Stage(tmp_path / "stage")
    yield made
    made.workbench.close()
