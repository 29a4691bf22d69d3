from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.record.stage import Stage

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    """The program, loaded once and forked for each command line."""
    with Stage() as opened:
        yield opened
