"""A line that says that nothing failed is no error line; one that says so beside a failure is."""

from __future__ import annotations

import pytest

from tests.unit.analyse.sources import BOOK
from troubleshooter.analyse.error_line import is_error_line
from troubleshooter.analyse.file_kind import FileKind


def error_line(line: str, kind: FileKind = FileKind.TEXT) -> bool:
    return is_error_line(line.encode(), kind, BOOK.wrong)


@pytest.mark.parametrize(
    "line",
    [
        "2026-09-18T06:05:07Z [INFO] Enable succeeded, no error found",
        "ended without any failure",
        "python3[1402]: Listening for tasks; 0 failed, 0 retried",
        "  ok=4  failed=0",
        "Level:         Error",
        "LevelDisplayName : Error",
        "errors: 0, warnings: 2",
        '  "error": null,',
        '"error": null',
        '  "failed": 0',
        '{"name": "pool", "error": null, "errors": [], "state": "active"}',
        "$failed=$CurrentDedicatedNodes; $TargetDedicatedNodes=0;",
    ],
)
def test_words_of_failure_that_say_there_is_none(line: str) -> None:
    assert not error_line(line)


@pytest.mark.parametrize(
    "line",
    [
        "version 1.0 failed to install",
        "Allocation failed: 0 nodes are available",
        "attempt 0 failed",
        "error: 0x80070005",
        "error=0.5 at the end of round 3",
        "no error was told, but the call failed",
        '"error": null, "message": "the operation failed"',
        '"error": {"code": 0}',
        "$failed is set: failure of the last task",
        "12 nodes, 10 failed",
        "Level: Error while the key was opened",
        "msal: AADSTS700016: Application with identifier 'x' was not found in the directory 'Contoso'.",
    ],
)
def test_a_failure_beside_them_stays_one(line: str) -> None:
    assert error_line(line)


def test_where_a_line_has_a_level_that_decides() -> None:
    said = "[ERROR] Microsoft.CPlat.Core.RunCommandWindows: Error"
    assert not error_line("[INFO] 3 errors were mended", FileKind.WAAPPAGENT)
    assert error_line(f"{said} SetCPUNotification: 5", FileKind.WAAPPAGENT)
    assert not error_line(f"{said} SetCPUNotification: 87", FileKind.WAAPPAGENT)
