from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest

from troubleshooter.cli.options import CONSENT, consent, duration, option
from troubleshooter.cli.root import root

if TYPE_CHECKING:
    from collections.abc import Iterator


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
