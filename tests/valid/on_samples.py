"""What is held against real configurations: `python -m tests.valid.on_samples` prints it as a table.

Of the samples that are known to be good, or of which nobody says anything. A line has the sample's number,
the way it was looked at, and the errors and warnings, each once.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.cases.told import told
from tests.unit.lint.corpus import CONFIGS, SAMPLES

if TYPE_CHECKING:
    from tests.unit.lint.corpus import Sample

WAYS = ("lint", "analyze", "cut-out")
"""Of the file of the sample; and linted, the document that it was cut out of."""


def judged() -> list[Sample]:
    return [each for each in SAMPLES if each.label in {"known-good", "unknown"}]


def held_against() -> dict[tuple[str, str], frozenset[str]]:
    """By sample and way: `error ID` and `warning ID`."""
    with tempfile.TemporaryDirectory() as folder:
        return {(sample.number, way): _said(sample, way, Path(folder)) for sample in judged() for way in WAYS}


def _said(sample: Sample, way: str, folder: Path) -> frozenset[str]:
    path = CONFIGS / sample.file
    if way == "cut-out":
        path = folder / f"{sample.number}.json"
        path.write_text(json.dumps(sample.document, indent=1), encoding="utf-8")
    found = told("lint" if way == "cut-out" else way, path).findings
    said = {(finding["severity"], finding["id"]) for finding in found}
    return frozenset(f"{severity} {id_}" for severity, id_ in said if severity != "info")


def line(number: str, way: str, said: frozenset[str]) -> str:
    return "\t".join((number, way, ", ".join(sorted(said)) or "-"))


if __name__ == "__main__":
    for (number, way), said in held_against().items():
        print(line(number, way, said))
