from __future__ import annotations

import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests import reasons
from troubleshooter.cli import analyze
from troubleshooter.cli.root import COMMANDS, root
from troubleshooter.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.unit.cli.conftest import Ended


def test_help_has_the_whole_table_of_exit_codes(invoke: Callable[..., Ended]) -> None:
    text = invoke("--help").out

    assert all(f"\n  {code.value:>5}  " in text for code in ExitCode)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_that_agrees_with_the_table(name: str, invoke: Callable[..., Ended]) -> None:
    ended = invoke(name, "--help", "--output", "json")

    assert ended.code == ExitCode.DONE
    assert COMMANDS[name][1] in " ".join(ended.document["help"].split())


def test_version_is_told_in_both_forms(invoke: Callable[..., Ended]) -> None:
    assert invoke("--version").out.startswith("troubleshooter ")
    assert invoke("lint", "--version", "--output=json").document["troubleshooter"]


@pytest.mark.parametrize(
    "arguments", [["lnt"], ["lint"], ["lint", "--nonsense"], ["runs", "lst"], ["--output", "xml"], ["run"]]
)
def test_wrong_usage_ends_with_2_and_one_document(arguments: list[str], invoke: Callable[..., Ended]) -> None:
    ended = invoke(*arguments, "--output", "json")

    assert ended.code == ExitCode.USAGE
    assert set(ended.document["error"]) == {"what", "why", "do"}
    assert "Did you mean 'lint'?" in ended.err or arguments != ["lnt"]


def test_the_form_can_come_from_the_environment(invoke: Callable[..., Ended]) -> None:
    ended = invoke("lnt", TROUBLESHOOTER_OUTPUT="json")

    assert ended.document["error"]["what"].startswith("There is no command")


def test_the_command_line_overrules_the_environment(invoke: Callable[..., Ended]) -> None:
    ended = invoke("--output", "text", "lint", "--version", TROUBLESHOOTER_OUTPUT="json")

    assert ended.out.startswith("troubleshooter ")


def test_a_bug_ends_with_1_and_a_log_with_the_traceback(
    invoke: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch, data_directory: Path
) -> None:
    monkeypatch.setattr(analyze, "sources", None)  # calling it is a TypeError nobody foresaw
    ended = invoke("analyze", __file__, "--output", "json")

    (log,) = (data_directory / "logs").iterdir()
    assert ended.code == ExitCode.BUG
    assert str(log) in ended.document["error"]["do"]
    assert "Traceback" in log.read_text()
    assert log.stat().st_mode & 0o077 == 0


def test_an_interrupt_ends_with_130(invoke: Callable[..., Ended], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(analyze, "sources", interrupted)
    ended = invoke("analyze", __file__, "--output", "json")

    assert ended.code == ExitCode.INTERRUPTED
    assert "again" in ended.document["error"]["do"]


@pytest.mark.parametrize("arguments", [[], ["open", "x"], ["demo"]])
def test_screens_want_a_terminal(arguments: list[str], invoke: Callable[..., Ended]) -> None:
    ended = invoke(*arguments, "--output", "json")

    assert ended.code == ExitCode.USAGE
    assert "troubleshooter " in ended.document["error"]["do"]


def test_the_table_of_commands_is_in_the_order_of_the_help() -> None:
    assert root.list_commands(None) == list(COMMANDS)  # type: ignore[arg-type]  # it reads no context


@pytest.mark.parametrize("group", ["runs", "playbooks"])
def test_a_group_alone_says_what_its_commands_are(group: str, invoke: Callable[..., Ended]) -> None:
    ended = invoke(group)

    assert (ended.code, ended.err) == (ExitCode.DONE, "")
    assert ended.out == invoke(group, "--help").out
    assert "Commands:" in ended.out


@pytest.mark.parametrize("group", ["runs", "playbooks"])
def test_the_help_of_a_group_cuts_no_sentence(group: str, invoke: Callable[..., Ended]) -> None:
    text = invoke(group, "--help").out
    assert "..." not in text.partition("Commands:")[2]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (["-h"], ["--help"]),
        (["help"], ["--help"]),
        (["help", "lint"], ["lint", "--help"]),
        (["help", "runs", "list"], ["runs", "list", "--help"]),
        (["runs", "delete", "-h"], ["runs", "delete", "--help"]),
        (["version"], ["--version"]),
        (["version", "--output", "json"], ["--version", "--output", "json"]),
    ],
)
def test_the_words_people_type_for_help_and_version(
    typed: list[str], meant: list[str], invoke: Callable[..., Ended]
) -> None:
    ended = invoke(*typed)

    assert ended.code == ExitCode.DONE
    assert (ended.out, ended.err) == (invoke(*meant).out, "")


@pytest.mark.skipif(sys.platform == "win32", reason=reasons.POSIX)
@pytest.mark.parametrize("closed", ["1>&-", "2>&-", "1>&- 2>&-"])
def test_outputs_that_are_closed_are_read_by_nobody(closed: str) -> None:
    command = ["/bin/sh", "-c", f'exec "$@" {closed}', "sh", sys.executable, "-m", "troubleshooter"]
    told = subprocess.run([*command, "--version"], check=False, capture_output=True, timeout=60)
    refused = subprocess.run([*command, "nonsense"], check=False, capture_output=True, timeout=60)

    assert (told.returncode, told.stderr) == (0, b"")
    assert refused.returncode == ExitCode.USAGE
    assert b"Traceback" not in refused.stderr


AT_THE_END = """
import os, signal, sys

class Late:
    def __del__(self, kill=os.kill, me=os.getpid(), number=signal.SIGHUP):
        kill(me, number)

late = Late()
sys.argv = ["troubleshooter", "--version"]
from troubleshooter.cli.entry import main
main()
"""


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason=reasons.POSIX)
def test_a_terminal_that_closes_while_python_ends_does_not_change_the_exit_code() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", AT_THE_END], check=False, capture_output=True, text=True, timeout=60
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith("troubleshooter")
