from __future__ import annotations

from tests.unit.cli.conftest import data_directory, invoke

__all__ = ["data_directory", "invoke"]
