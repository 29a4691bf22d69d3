"""The command line's top: the table of commands, and the screen when none is named."""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING

import click

from troubleshooter.cli.options import everywhere, notifies
from troubleshooter.errors import PRECEDENCE, ExitCode

if TYPE_CHECKING:
    from collections.abc import Mapping

_ENDS = "\n".join(f"  {code:>3}  {code.meaning}" for code in ExitCode)
EXIT_CODES = f"""\b
Exit codes, the first that holds of {", ".join(str(int(code)) for code in PRECEDENCE)}:
{_ENDS}

Every option can be given as TROUBLESHOOTER_<OPTION>, except --yes, --answer, --confirm and --accept-new.
"""

COMMANDS = {
    "open": ("screen", "Open the screens on one pool, or on a run to resume it."),
    "demo": ("demo", "Walk through a broken pool of a simulated Azure; nothing real is touched."),
    "run": ("run", "Run the playbook on a pool without a screen."),
    "check": ("check", "Look at a pool from Azure's side, and change nothing."),
    "pools": ("pools", "List the pools that can be read, with their health, the worst first."),
    "lint": ("lint", "Check Key Vault extension settings in files."),
    "analyze": ("analyze", "Find causes in logs, status files, folders or archives, offline."),
    "collect": ("collect", "Collect from machines that you reach already, without Azure, and find causes."),
    "explain": ("explain", "Say what a rule, check, step, gate or error code means."),
    "report": ("report", "Write the report of a run."),
    "runs": ("runs", "List, show, resume, clean up, restore, export or delete runs."),
    "playbooks": ("playbooks", "List, show, check and test the playbooks and their rules."),
    "simulate": ("simulate", "Serve the simulated Azure until interrupted."),
    "doctor": ("doctor", "Check versions, paths, sign-in and reachability."),
}
"""Name to the module of this package that holds it, and its line in the help: naming commands loads none."""


class Commands(click.Group):
    """A group whose members are imported when they are called."""

    def __init__(self, table: Mapping[str, tuple[str, str]], **attributes: object) -> None:
        super().__init__(**attributes)  # type: ignore[arg-type]  # passed through as click gives them
        self.table = table

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """`help`, `help COMMAND` and `version` are what people type first."""
        if args[:1] == ["help"]:
            args = [*args[1:], "--help"]
        elif args[:1] == ["version"]:
            args = ["--version", *args[1:]]
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click calls it so
        return list(self.table)

    def get_command(
        self,
        ctx: click.Context,  # noqa: ARG002 - click calls it so
        cmd_name: str,
    ) -> click.Command | None:
        if cmd_name not in self.table:
            return None
        module = import_module(f"troubleshooter.cli.{self.table[cmd_name][0]}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in self.table and not args[0].startswith("-"):
            near = get_close_matches(args[0], self.table, n=1)
            ctx.fail(f"There is no command {args[0]!r}." + (f" Did you mean {near[0]!r}?" if near else ""))
        return super().resolve_command(ctx, args)

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002 - click calls it so
        formatter: click.HelpFormatter,
    ) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in self.table.items()])


@click.group(cls=Commands, table=COMMANDS, invoke_without_command=True, epilog=EXIT_CODES)
@notifies
@everywhere()
@click.pass_context
def root(ctx: click.Context) -> int:
    """Find out why the Key Vault extension keeps a Batch pool's nodes from starting, and prove the fix.

    Without a command it opens the screens: runs to resume, a new pool, files to look at, a demo.
    """
    if ctx.invoked_subcommand is not None:
        return 0
    from troubleshooter.cli.screen import home

    return home(ctx.obj)
