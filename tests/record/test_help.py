"""The help of every command is as the record has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.record.compare import differences
from tests.record.entries import of_help

if TYPE_CHECKING:
    from tests.record.stage import Stage


def test_every_command_is_explained_as_recorded(stage: Stage) -> None:
    assert differences(of_help(), stage) == ""
