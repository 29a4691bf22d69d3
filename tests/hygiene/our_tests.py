"""The modules of our own tests. What lies among the cases is pasted source, and may not even parse."""

from __future__ import annotations

from pathlib import Path

TESTS = Path(__file__).parent.parent
_PASTED = TESTS / "cases"


def modules() -> list[Path]:
    return sorted(path for path in TESTS.rglob("*.py") if _PASTED not in path.parent.parents)
