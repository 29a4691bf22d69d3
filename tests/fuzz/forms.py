"""The inputs that people bring, by form: the cases, and the samples where they are."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from tests.ground_truth import SAMPLES

LARGEST = 40_000
"""Bytes; what is larger is cut to them."""
CASES = Path(__file__).resolve().parents[1] / "cases"
_NO_INPUTS = {
    "INDEX.tsv",
    "VALUES.tsv",
    "FIRST.tsv",
    "MADE.tsv",
    "PROVENANCE.tsv",
    "NOT_YET.txt",
    "README.md",
}
SUFFIXES = {
    "json": (".json", ".settings", ".status"),
    "text": (".txt", ".log", ".md", ".tsv", ".eml"),
    "csv": (".csv",),
    "terraform": (".tf", ".tfvars", ".hcl"),
    "bicep": (".bicep", ".bicepparam"),
    "powershell": (".ps1",),
    "shell": (".sh", ".cmd", ".bat"),
    "yaml": (".yaml", ".yml"),
    "code": (".cs", ".py"),
    "packed": (".gz", ".zip", ".tar"),
}
FORMS = tuple(SUFFIXES)


@cache
def inputs(form: str) -> tuple[tuple[str, bytes], ...]:
    """Name and content of each of a form, those of other forms' names left aside."""
    folders = [CASES, *([SAMPLES] if SAMPLES.is_dir() else [])]
    paths = sorted(path for folder in folders for path in folder.rglob("*") if path.suffix in SUFFIXES[form])
    found = [path for path in paths if path.name not in _NO_INPUTS and not _is_a_test(path)]
    return tuple((path.name, path.read_bytes()[:LARGEST]) for path in found)


def _is_a_test(path: Path) -> bool:
    return path.suffix == ".py" and path.parent == CASES
