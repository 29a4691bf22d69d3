from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest

from troubleshooter.cli.options import CONSENT, consent, duration, option
from troubleshooter.cli.root import root
from troubleshooter.workbench import gates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.unit.cli.conftest import Ended

README = Path(__file__).parents[3] / "README.md"


def options(command: click.Command = root, path: str = "") -> Iterator[tuple[str, click.Option]]:
    """Every option of every command."""
    for param in command.params:
        if isinstance(param, click.Option):
            yield f"{path} {param.opts[-1]}", param
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            member = command.get_command(context, name)
            assert member is not None
            yield from options(member, f"{path} {name}")


ALL = dict(options())


@pytest.mark.parametrize("name", ALL)
def test_every_option_has_its_variable_and_consent_has_none(name: str) -> None:
    long = next(opt for opt in ALL[name].opts if opt.startswith("--"))
    if long in CONSENT or long in {"--help", "--version"}:
        assert ALL[name].envvar is None
        return

    assert f"TROUBLESHOOTER_{long[2:].replace('-', '_').upper()}" == ALL[name].envvar


def test_consent_cannot_be_declared_as_an_ordinary_option() -> None:
    with pytest.raises(ValueError, match="consent"):
        option("--yes")
    with pytest.raises(ValueError, match="not consent"):
        consent("--nodes")


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30m", 1800),
        ("90s", 90),
        ("1h30m", 5400),
        ("12", 12),
        ("0.5", 0.5),
        (" 2m ", 120),
        ("720h", 2_592_000),
    ],
)
def test_durations_are_read(text: str, seconds: float) -> None:
    assert seconds == duration(text)


@pytest.mark.parametrize("text", ["", "0", "-3", "m", "3d", "30m1h", "nan", "inf", "721h", "9" * 400])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(click.BadParameter, match="is no duration of up to 720h"):
        duration(text)


POOL_ID = (
    "/subscriptions/3f1d7c52-8a94-4f0e-9b1c-6d2a5e8c7b10/resourceGroups/rg"
    "/providers/Microsoft.Batch/batchAccounts/a/pools/p"
)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (
            ["--answer", "plan=approve", "--answer", "plan=stop"],
            "plan is answered in two ways: approve and stop",
        ),
        (
            ["--allow-from", "none", "--answer", "allow-from=203.0.113.7/32"],
            "--allow-from and --answer allow-from=203.0.113.7/32 contradict each other",
        ),
    ],
)
@pytest.mark.parametrize("command", [["run", POOL_ID], ["demo", "--headless"]])
def test_answers_that_contradict_each_other_are_refused(
    command: list[str], arguments: list[str], told: str, invoke: Callable[..., Ended]
) -> None:
    ended = invoke(*command, *arguments, "--output", "json")
    assert (ended.code, told in ended.document["error"]["what"]) == (2, True), ended.err


def test_of_two_checks_none_is_passed_over_in_silence(invoke: Callable[..., Ended]) -> None:
    two = invoke("check", POOL_ID, "--only", "net-dns", "--only", "kv-403-rbac", "--output", "json")
    assert two.code == 2
    assert "one check is made at a time, not net-dns and kv-403-rbac" in two.document["error"]["what"]
    same = invoke("check", POOL_ID, "--only", "no-such", "--only", "no-such", "--output", "json")
    assert same.document["error"]["what"] == "There is no cross-check no-such."


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (["demo", ""], "[SCENARIO]"),
        (["pools", ""], "[SUBSCRIPTION|ACCOUNT]"),
        (["doctor", ""], "[TARGET]"),
        (["check", POOL_ID, "--only", ""], "--only"),
        (["run", POOL_ID, "--allow-from", ""], "--allow-from"),
        (["simulate", "--write", ""], "--write"),
        (["report", "7f3a", "-o", ""], "--out"),
    ],
)
def test_an_empty_word_does_not_stand_for_what_is_left_out(
    arguments: list[str],
    named: str,
    invoke: Callable[..., Ended],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    ended = invoke(*arguments, "--output", "json")
    assert (ended.code, list(here.iterdir())) == (2, [])
    assert ended.document["error"]["what"] == f"{named} is given an empty word."


def test_a_value_of_the_environment_that_cannot_be_used_is_told_as_one(invoke: Callable[..., Ended]) -> None:
    ended = invoke("run", POOL_ID, TROUBLESHOOTER_LIMIT="banana", TROUBLESHOOTER_OUTPUT="json")
    assert "from the environment, from TROUBLESHOOTER_LIMIT" in ended.document["error"]["why"]
    typed = invoke("run", POOL_ID, "--limit", "banana", TROUBLESHOOTER_LIMIT="1h")
    assert "environment" not in json.dumps(typed.document)


def test_help_and_readme_name_all_that_yes_answers(invoke: Callable[..., Ended]) -> None:
    answered = {f"{gate.name}={gate.yes}" for gate in gates().values() if gate.yes}
    for text in (invoke("run", "--help").out, README.read_text()):
        assert {each for each in answered if each not in text} == set()
