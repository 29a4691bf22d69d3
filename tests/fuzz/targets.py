"""What each input is fed to, and what must hold whatever it is."""

from __future__ import annotations

import io
import json
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tests.fuzz import readers
from tests.fuzz.readers import rules
from tests.known import KNOWN
from tests.wanted import WANTED
from troubleshooter import datafiles, extensions
from troubleshooter.analyse import RuleText, analyse, load_rules
from troubleshooter.analyse.sources import sources
from troubleshooter.collect.intake import LARGEST_FILE, Intake
from troubleshooter.engine.loader import PlaybookShape
from troubleshooter.errors import UsageProblem
from troubleshooter.lint import lint_text
from troubleshooter.model.evidence import SourceFile
from troubleshooter.redact import Redactor
from troubleshooter.report.json_report import diagnosis_json
from troubleshooter.report.matched import in_signs
from troubleshooter.report.text import diagnosis_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


CORPUS = Path(__file__).parent / "corpus"
_REDACTOR = Redactor(["opensesame-42"], b"salt")
_ROOT = "var/lib/waagent/Microsoft.Azure.KeyVault.KeyVaultForLinux-3.5"


def tar(data: bytes) -> None:
    intake = Intake(WANTED)
    for file in intake.files(io.BytesIO(data).read):
        assert file.name.isprintable()
        assert ".." not in file.name.split("/")
        assert file.name.startswith(("/var/", "/etc/os-release", "/usr/lib/os-release", "answers/"))
        assert len(file.data) <= 2 * LARGEST_FILE
    assert all(told.isprintable() for told in (*intake.partial, *intake.left_out))


def status(data: bytes) -> None:
    _analyse(f"/{_ROOT}/status/0.status", data)
    _analyse("node extension view", data)


def settings(data: bytes) -> None:
    _analyse(f"/{_ROOT}/config/0.settings", data)
    found = lint_text(data.decode("utf-8", "replace"), "x.settings", KNOWN)
    json.dumps([finding.message for finding in found.findings])


def log(data: bytes) -> None:
    _analyse("/var/log/azure/Microsoft.Azure.KeyVault.KeyVaultForLinux/akvvm_service_1.log", data)
    once = _REDACTOR.data(data)
    assert _REDACTOR.data(once) == once


def yaml(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file.yaml"
        path.write_bytes(data)
        _told(datafiles.read, path, PlaybookShape)
        _told(datafiles.read_many, path, RuleText)
        _told(partial(load_rules, known=KNOWN), path)
        _told(extensions.read, path)


def archive(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name in ("x.tar", "x.tar.gz", "x.zip"):
            path = Path(folder) / name
            path.write_bytes(data)
            _told(_look, path)
        assert sorted(each.name for each in Path(folder).iterdir()) == ["x.tar", "x.tar.gz", "x.zip"]


TARGETS: dict[str, Callable[[bytes], None]] = {
    "tar": tar, "status": status, "settings": settings, "log": log, "yaml": yaml, "archive": archive,
} | {name: fed for name, (fed, _) in readers.targets().items()}  # fmt: skip


def inputs(target: str) -> list[bytes]:
    """What to start from: the corpus, and of a reader the files that people bring."""
    return [*corpus(target), *(readers.targets()[target][1] if target in readers.targets() else ())]


def corpus(target: str) -> list[bytes]:
    folder = CORPUS / target.replace(" ", "-")
    return [path.read_bytes() for path in sorted(folder.iterdir())] if folder.is_dir() else []


def _analyse(name: str, data: bytes) -> None:
    diagnosis = analyse([SourceFile(name, lambda: io.BytesIO(data), "tvm-1")], rules())
    json.dumps(diagnosis_json(diagnosis))
    assert in_signs(diagnosis_text(diagnosis)).replace("\n", "").isprintable()


def _look(path: Path) -> None:
    with sources([str(path)]) as found:
        for source in found.files:
            with source.open() as stream:
                stream.read()


def _told(read: Callable[..., object], *given: object) -> None:
    """A mistake in a file is told, never a crash."""
    problem = None
    try:
        read(*given)
    except UsageProblem as error:
        problem = error
    assert problem is None or (problem.what and problem.do)


def everything() -> Iterator[tuple[str, bytes]]:
    for target in TARGETS:
        for data in corpus(target):
            yield target, data
