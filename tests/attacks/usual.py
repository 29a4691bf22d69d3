"""Texts in which no secret is planted, and what the redactor hides of them all the same.

    python -m tests.attacks.usual

prints the stand-ins by place, with what they stand for, to be looked at.
"""

from __future__ import annotations

import io
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tests.ground_truth import SAMPLES
from tests.record.samples import CASES, FOLDERS, files
from troubleshooter.model.evidence import SourceFile
from troubleshooter.redact import Redactor
from troubleshooter.simulator.files import write_files
from troubleshooter.simulator.scenarios import SCENARIOS

if TYPE_CHECKING:
    from collections.abc import Iterator

REDACTOR = Redactor(salt=b"usual")
RECORDINGS = "recordings"


def cases() -> dict[str, bytes]:
    """The public cases, which are files of these tests."""
    return {f"{CASES}/{path.name}": path.read_bytes() for path in files(CASES)}


def samples() -> dict[str, bytes]:
    """Real logs, settings, pool bodies and recorded answers: the ground truth's."""
    found = [path for folder in FOLDERS if folder != CASES for path in files(folder)]
    found += sorted(path for path in (SAMPLES / RECORDINGS).rglob("*") if path.is_file())
    return {path.relative_to(SAMPLES).as_posix(): path.read_bytes() for path in found}


def scenario(name: str) -> dict[str, bytes]:
    """What the nodes of a scenario hold and what Azure answers of them, with the noise of a long life."""
    with tempfile.TemporaryDirectory() as folder:
        write_files(name, Path(folder), nodes=1, noise=True)
        found = sorted(path for path in Path(folder).rglob("*") if path.is_file())
        return {f"{name}/{path.relative_to(folder).as_posix()}": path.read_bytes() for path in found}


def sources(texts: dict[str, bytes]) -> list[SourceFile]:
    return [SourceFile(name, partial(io.BytesIO, data)) for name, data in texts.items()]


def hidden(texts: dict[str, bytes]) -> Iterator[tuple[str, bytes, bytes]]:
    """Name, line and what became of it."""
    for name, data in texts.items():
        redacted = REDACTOR.data(data)
        if redacted == data:
            continue
        before, after = set(data.split(b"\n")), redacted.split(b"\n")
        was = [line for line in data.split(b"\n") if line not in set(after)]
        changed = [line for line in after if line not in before]
        yield from ((name, *pair) for pair in zip(was, changed, strict=False))


if __name__ == "__main__":
    everything = {**cases(), **(samples() if SAMPLES.is_dir() else {})}
    for each in SCENARIOS:
        everything |= scenario(each)
    for place, line, became in hidden(everything):
        print(f"{place}\n  {line[:400]!r}\n  {became[:400]!r}")
    print(f"{len(everything)} texts")
