"""Which tests judge the mutants of a file: by their names, and a table for the others."""

from __future__ import annotations

from pathlib import Path

from tests.floors import places

ROOT = Path(__file__).resolve().parents[2]

ALSO: dict[str, tuple[str, ...]] = {
    "cloud/batch.py": ("tests/unit/cloud/test_conditions.py",),
    "cloud/arm.py": ("tests/unit/cloud/test_conditions.py",),
    "cloud/work/jobs.py": ("tests/doors/test_cloud_work.py",),
    "cloud/work/wire.py": ("tests/doors/test_cloud_work.py",),
    "operations/reading/own_jobs.py": ("tests/doors/test_operations_own_jobs.py",),
}
"""By the file's place below `troubleshooter/`: tests with another name, or some of a file only."""

GUARDS = "tests/hygiene/test_type_only.py::test_what_is_imported_for_annotations_is_not_loaded"
"""Sees a guard of TYPE_CHECKING that was turned round, in every file."""


def seen_by(place: str, root: Path = ROOT) -> list[str]:
    """`doors/test_FOLDER_NAME.py`, `doors/FOLDER/test_NAME.py`, `unit/FOLDER/test_NAME.py`; or more such."""
    folder, name = Path(place).parent.as_posix(), Path(place).stem
    patterns = (f"doors/test_{folder}_{name}", f"doors/{folder}/test_{name}", f"unit/{folder}/test_{name}")
    found = {
        path.relative_to(root).as_posix()
        for pattern in patterns
        for end in (".py", "_*.py")
        for path in (root / "tests").glob(pattern + end)
    }
    named = sorted(found) + list(ALSO.get(place, ()))
    return [*named, f"{GUARDS}[{place}]"] if named and place in places() else named
