"""What lint and analyze say of samples: ids, severities, lines and exit codes, no text.

The public cases are files of these tests; all others are the ground truth's.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.ground_truth import SAMPLES

if TYPE_CHECKING:
    from tests.record.scenarios import Scene
    from tests.record.stage import Ended

_ROOT = Path(__file__).resolve().parents[2]
CASES = "cases"
FOLDERS = ("configs", "logs", CASES, ".")
"""Below the samples; the last holds the documented pool bodies themselves."""
_AT_ONCE = 2
"""Samples of a folder at a time; folders are looked at together, too."""
_ABOUT = {"INDEX.tsv", "MADE.tsv", "PROVENANCE.tsv", "README.md"}
"""Files that tell of samples and are none."""
_CODE = {".py", ".pyc"}


def files(folder: str) -> list[Path]:
    place = _place(folder) / folder
    found = place.iterdir() if folder == "." else place.rglob("*")
    about = (path for path in found if path.is_file() and path.suffix not in _CODE)
    return sorted(path for path in about if path.name not in _ABOUT)


def _place(folder: str) -> Path:
    return _ROOT / "tests" if folder == CASES else SAMPLES


def told(scene: Scene, command: str, folder: str) -> str:
    """A line for each file and below it one for each finding."""
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        ended = threads.map(lambda path: scene.aside(command, str(path)), files(folder))
        blocks = [
            _block(path.relative_to(_place(folder)), each)
            for path, each in zip(files(folder), ended, strict=True)
        ]
    return "".join(blocks)


def _block(path: Path, ended: Ended) -> str:
    said = "".join(f"  {line}\n" for line in _said(json.loads(ended.out)))
    return f"{path.as_posix()}  exit {ended.code}\n{said}"


def _said(document: dict[str, Any]) -> list[str]:
    found = [" ".join([each["severity"], each["id"], *_lines(each)]) for each in document.get("findings", ())]
    found += [f"unexplained {line['line']}" for line in document.get("unexplained", ())]
    return found + (["an error"] if "error" in document else [])


def _lines(finding: dict[str, Any]) -> list[str]:
    places = finding.get("evidence", [finding])
    return [str(place["line"]) for place in places if place.get("line")]
