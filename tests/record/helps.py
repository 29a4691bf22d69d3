"""The help of every command: the tree is walked, so that a new command cannot be left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from troubleshooter.cli.root import root

if TYPE_CHECKING:
    from collections.abc import Iterator


def commands() -> tuple[tuple[str, ...], ...]:
    """The words of every command and group, the program itself among them."""
    return tuple(_below(root, click.Context(root), ()))


def _below(
    command: click.Command, context: click.Context, words: tuple[str, ...]
) -> Iterator[tuple[str, ...]]:
    yield words
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            member = command.get_command(context, name)
            assert member is not None, f"{name} is listed and is not there"
            yield from _below(member, click.Context(member, context), (*words, name))
