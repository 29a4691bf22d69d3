"""What was judged before: a line each, in a file that is not of the repository."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from tests.mutants.judge import Ended, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.mutants.mutation import Mutation


class Session:
    """A mutant of the same text, of the same tests, is judged once."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known: dict[str, Verdict] = {}
        if file.exists():
            for line in file.read_text(encoding="utf-8").splitlines():
                kept = json.loads(line)
                self._known[kept["key"]] = Verdict(Ended(kept["ended"]), kept["by"], kept["seconds"])

    def known(self, mutant: Mutation, tests: str) -> Verdict | None:
        return self._known.get(key(mutant, tests))

    def keep(self, tests: str, judged: Iterable[tuple[Mutation, Verdict]]) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._file.open("a", encoding="utf-8") as file:
            for mutant, verdict in judged:
                self._known[key(mutant, tests)] = verdict
                told = {"place": mutant.place, "within": mutant.within, "was": mutant.was}
                told |= {"becomes": mutant.becomes, "key": key(mutant, tests)}
                file.write(json.dumps(told | asdict(verdict)) + "\n")


def key(mutant: Mutation, tests: str) -> str:
    return hashlib.sha256(f"{mutant.place}\0{mutant.text}\0{tests}".encode()).hexdigest()


def fingerprint(root: Path, tests: Iterable[str]) -> str:
    """Of these tests as they stand: their files, and what is shared in their folders and in those above."""
    files = {root / test.partition("::")[0] for test in tests}
    folders = {folder for file in files for folder in file.relative_to(root / "tests").parents}
    shared = {
        path
        for folder in folders - {Path()}
        for path in (root / "tests" / folder).glob("*.py")
        if not path.name.startswith("test_")
    }
    told = hashlib.sha256("\0".join(sorted(tests)).encode())
    for path in sorted(files | shared):
        told.update(path.read_bytes())
    return told.hexdigest()
