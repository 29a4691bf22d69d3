"""The account that an attack is tried on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.attacks.wire import azure

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.attacks.wire import Wire


@pytest.fixture
def scenario() -> str:
    """What is wrong with the pool; a test may name another."""
    return "wrong-client-id"


@pytest.fixture
def wire(scenario: str, tmp_path: Path) -> Iterator[Wire]:
    with azure(tmp_path / "data", scenario) as wire:
        yield wire
