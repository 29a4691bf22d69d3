"""A Windows node's PowerShell, which runs nothing: it leaves what the collection's script would leave there.

No text of a script is looked at. That a task is this script shows in the names of its variables; what it
leaves is made from the node's disk, and from the table by which every call of a node is answered.
"""

from __future__ import annotations

import io
import tarfile
from typing import TYPE_CHECKING

from troubleshooter.simulator.node import windows_answers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from troubleshooter.simulator.node.story import NodeStory

PROGRAM = "powershell.exe"
_SCRIPTS = ("TROUBLESHOOTER_0_", "TROUBLESHOOTER_1_")
"""How the names of variables begin that hold the collection, and the questions to the node itself."""
_ASKED = "TROUBLESHOOTER_ASKED"
_LOGS = "WindowsAzure/Logs"
_PACKAGES = "Packages/Plugins"
_OF_THE_EXTENSION = "Microsoft.Azure.KeyVault*KeyVaultForWindows"
_FILES = ("RuntimeSettings/*.settings", "Status/*.status", "HandlerEnvironment.json", "HandlerManifest.json")


class WindowsShell:
    def __init__(self, root: Path, story: NodeStory, *, elevated: bool) -> None:
        self._root, self._story, self._elevated = root, story, elevated

    def run(
        self, words: Sequence[str], folder: Path, environment: Mapping[str, str]
    ) -> tuple[int, str] | None:
        """How it ends and what it prints; None for a program that is not there.

        What it leaves lies in `folder`.
        """
        if not words or words[0].lower() != PROGRAM:
            return None
        sent = [any(name.startswith(script) for name in environment) for script in _SCRIPTS]
        said = [f"node {environment['AZ_BATCH_NODE_ID']}"]
        only = environment.get("TROUBLESHOOTER_NODES")
        if only and environment["AZ_BATCH_NODE_ID"] not in only.split(","):
            return 0, f"{said[0]}\r\n"
        if sent[0]:
            (folder / "collected.tar").write_bytes(self._archive())
            said.append(self._ended(folder, "collected.tar"))
        if sent[1]:
            answers = windows_answers.answers(self._story, environment.get(_ASKED, ""))
            (folder / "probe.txt").write_text(answers, encoding="ascii", newline="\n")
            said.append(self._ended(folder, "probe.txt"))
        return (0, "".join(f"{line}\r\n" for line in said)) if any(sent) else (1, "")

    @staticmethod
    def _ended(folder: Path, name: str) -> str:
        (folder / f"{name}.err").write_text("", encoding="ascii")
        return f"ended {name} 0"

    def _archive(self) -> bytes:
        notes: list[str] = []
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive:
            for path in self._wanted(notes):
                name = path.relative_to(self._root).as_posix()
                if self._elevated:
                    _add(archive, name, path.read_bytes())
                else:
                    notes.append(f"denied\t{name}\t")
            _add(archive, "answers/store-listing.txt", b"LocalMachine\\MY:\n")
            if notes:
                _add(archive, "answers/note", "".join(f"{note}\n" for note in notes).encode())
        return packed.getvalue()

    def _wanted(self, notes: list[str]) -> Iterator[Path]:
        for place in _FILES:
            yield from sorted((self._root / _PACKAGES).glob(f"{_OF_THE_EXTENSION}/*/{place}"))
        folders = sorted((self._root / _LOGS / "Plugins").glob(_OF_THE_EXTENSION))
        if not folders:
            notes.append(f"absent\t{_LOGS}/Plugins/{_OF_THE_EXTENSION}\t")
        for folder in folders:
            yield from sorted(path for path in folder.rglob("*") if path.is_file())
        agent = self._root / _LOGS / "WaAppAgent.log"
        if agent.is_file():
            yield agent
        else:
            notes.append(f"absent\t{_LOGS}/WaAppAgent.log\t")


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(data)
    archive.addfile(entry, io.BytesIO(data))
