from __future__ import annotations

from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

import pytest

from tests.doors.scripted import SIGN_IN
from tests.recordings.replay import Replay

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def replay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Replay]]:
    """Play a recording to the product; over at the end of the test."""
    for name, value in SIGN_IN.items():
        monkeypatch.setenv(name, value)
    with ExitStack() as playing:
        yield lambda name: playing.enter_context(closing(Replay(tmp_path, name)))
