"""What several commands share, and the rule: every option has an environment variable, consent has none."""

from __future__ import annotations

import re
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click
from click.core import ParameterSource

from troubleshooter import __version__
from troubleshooter.printer import Form, Printer
from troubleshooter.settings import CLOUDS, SIGN_INS

if TYPE_CHECKING:
    from collections.abc import Callable

F = TypeVar("F", bound="Callable[..., Any]")

PREFIX = "TROUBLESHOOTER_"
CONSENT = ("--yes", "--answer", "--confirm", "--accept-new", "--close", "--with-pool")
"""Read from the command line only: no file and no environment may consent for the operator."""

ROUTES = ("debug-pool", "in-place")
"""Beside the original, or on the original itself; also what `--answer route=` may say."""
FORMS = ("arm", "bicep", "terraform", "az", "powershell", "patch", "body")
"""forms.NAMES, which is not imported here: --help needs no JSON Patch. A test compares."""

_WHOLE = 1000
"""Letters that no first sentence of a help has."""
_UNITS = (3600.0, 60.0, 1.0)
_LONGEST = 720 * 3600.0
_DURATION = re.compile(r"(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s?)?")


def option(*names: str, **attributes: Any) -> Callable[[F], F]:
    """A click option that can also be given as TROUBLESHOOTER_<OPTION>."""
    if any(name in CONSENT for name in names):
        raise ValueError(f"{names} is consent: use consent()")
    long = next(name for name in names if name.startswith("--"))
    variable = PREFIX + long.removeprefix("--").replace("-", "_").upper()
    return click.option(*names, envvar=variable, **attributes)


def consent(*names: str, **attributes: Any) -> Callable[[F], F]:
    """A click option that nothing but the command line can give."""
    if not any(name in CONSENT for name in names):
        raise ValueError(f"{names} is not consent: use option()")
    return click.option(*names, envvar=None, allow_from_autoenv=False, **attributes)


def own_extensions(command: F) -> F:
    """Add the option that names extensions of the operator's own."""
    added: F = option(
        "--extensions",
        type=click.Path(exists=True),
        help="Own extensions and their rules, a folder, beside the shipped ones.",
    )(command)
    return added


def duration(text: str) -> float:
    """Seconds in 30m, 90s, 1h30m, or a plain number of seconds."""
    found = _DURATION.fullmatch(text.strip())
    parts = zip(found.groups(), _UNITS, strict=True) if found else ()
    seconds = sum(float(number) * unit for number, unit in parts if number)
    if not 0 < seconds <= _LONGEST:
        raise click.BadParameter(
            f"{text!r} is no duration of up to 720h; write 30m, 90s, 1h30m or a number of seconds."
        )
    return seconds


def everywhere(*forms: Form) -> Callable[[F], F]:
    """Add the options that every command has; `forms` are the results it can give."""
    choices = click.Choice([form.value for form in forms or (Form.TEXT, Form.JSON)])

    def decorate(command: F) -> F:
        command = _nothing_empty(command)
        for add in (
            click.option("-h", "--help", is_flag=True, is_eager=True, expose_value=False, callback=_help,
                         help="Show this and leave."),
            click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version,
                         help="Show the version and leave."),
            option("-v", "--verbose", is_flag=True, is_eager=True, expose_value=False, callback=_verbose,
                   help="Tell more on standard error."),
            option("-q", "--quiet", is_flag=True, is_eager=True, expose_value=False, callback=_quiet,
                   help="Tell the result, failures and warnings alone."),
            option("--output", type=choices, is_eager=True, expose_value=False, callback=_output,
                   help="Form of the result; text unless said."),
        ):  # fmt: skip
            command = add(command)
        return command

    return decorate


def _nothing_empty(command: F) -> F:
    """Refuse an empty word, `"$POOL"` where there is no such variable: it would pass for what is left out."""

    @wraps(command)
    def checked(*given: Any, **named: Any) -> Any:
        ctx = click.get_current_context()
        for param in ctx.command.params:
            from_line = ctx.get_parameter_source(param.name or "") is ParameterSource.COMMANDLINE
            if from_line and not param.required and ctx.params.get(param.name or "") == "":
                raise click.UsageError(f"{_named(param, ctx)} is given an empty word.", ctx)
        return command(*given, **named)

    return cast("F", checked)


def _named(param: click.Parameter, ctx: click.Context) -> str:
    return max(param.opts, key=len) if isinstance(param, click.Option) else param.make_metavar(ctx)


def connection(command: F) -> F:
    """Add the options that say where Azure is and how ACCOUNT/POOL is completed."""
    command = places(command)
    for add in (
        option("--resource-group", help="Resource group of ACCOUNT/POOL."),
        option("--subscription", help="Subscription id of ACCOUNT/POOL."),
    ):
        command = add(command)
    return command


def places(command: F) -> F:
    """Add the options that say where Azure is."""
    for add in (
        option("--ca-file", type=click.Path(), help="CA bundle to trust, for a private or local cloud."),
        option("--authority", help="Sign-in authority, for a private or local cloud."),
        option("--batch-scope", help="What a token for Batch is asked for, in a cloud that is not known."),
        option("--arm-scope", help="What a token for Resource Manager is asked for, in such a cloud."),
        option("--arm-endpoint", help="Azure Resource Manager, for a private or local cloud."),
        option("--cloud", metavar="NAME", help=f"Which cloud: {', '.join(CLOUDS)}; public unless said."),
        option("--sign-in", metavar="WAY", help=f"How to sign in: {', '.join(SIGN_INS)}."),
    ):
        command = add(command)
    return command


def change_form(command: F) -> F:
    """Add the option that says how the change for the original is shown."""
    return option(
        "--form",
        metavar="NAME",
        type=click.Choice(FORMS),
        default=FORMS[0],
        show_default=True,
        help=f"How the change for the original is shown: {', '.join(FORMS)}.",
    )(command)


def _price(command: F) -> F:
    """Add the option with a price, which is read nowhere: without it no amount is said."""
    return option(
        "--price-per-hour", metavar="AMOUNT", type=click.FloatRange(0, 1e6, min_open=True),
        help="What a node costs an hour: the plan then says what the debug pool costs at most.",
    )(command)  # fmt: skip


def notifies(command: F) -> F:
    """Add the switch for calling the operator back to the terminal, which both faces obey."""
    return option(
        "--notify", type=bool, metavar="on|off", expose_value=False, callback=_notify,
        help="Ring, notify and set the window's title when a run needs you; on unless said.",
    )(command)  # fmt: skip


def course(command: F) -> F:
    """Add the options that say how a run goes, for `run` and for the demo that rehearses it.

    What they have in common is declared here and nowhere else, so that whatever is tried in the demo holds.
    """
    for add in (
        notifies,
        change_form,
        option("--until", metavar="STEP", help="Stop after this step."),
        option(
            "--poll-interval", type=duration, metavar="SECONDS",
            help="Time between looks; by default from 1 s growing to 15 s.",
        ),
        option(
            "--total-limit", type=duration, default="4h", show_default=True,
            help="Longest work of the run, without waiting at gates; then waits stop, and it cleans up.",
        ),
        _price,
        option(
            "--limit", type=duration, default="30m", show_default=True,
            help="Longest wait for nodes, from the first one on; that has 15 minutes of its own.",
        ),
        option(
            "--debug-nodes", type=click.IntRange(1, 1000),
            help="Nodes of the debug pool; 1 unless said, in the demo as many as show its fault.",
        ),
        option(
            "--allow-from", metavar="CIDR|none",
            help="Who may reach the debug pool's nodes over SSH; none opens no port: tasks read the logs.",
        ),
        option(
            "--mode", type=click.Choice(ROUTES), default="debug-pool", show_default=True,
            help="Work on a pool beside the original, or on the original itself.",
        ),
        answers,
        option("--playbook", default="kv-extension", show_default=True, help="Which playbook to run."),
    ):  # fmt: skip
        command = add(command)
    return command


def answers(command: F) -> F:
    """Add the options that answer gates beforehand."""
    for add in (
        consent("--confirm", metavar="NAME", default="", help="The name that a destructive choice wants."),
        consent("--yes", "-y", is_flag=True, help="Answer the gates that destroy nothing; see the README."),
        consent(
            "--answer", "answer", metavar="GATE=CHOICE", multiple=True, callback=_answers,
            help="Answer a gate beforehand; repeatable.",
        ),
    ):  # fmt: skip
        command = add(command)
    return command


def _answers(_ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    pairs = [value.partition("=") for value in values]
    for value, (gate, sign, choice) in zip(values, pairs, strict=True):
        if not (gate and sign and choice):
            raise click.BadParameter(f"{value!r} is not GATE=CHOICE.")
    for gate in dict.fromkeys(gate for gate, _, _ in pairs if gate != "waive"):
        said = tuple(dict.fromkeys(choice for named, _, choice in pairs if named == gate))
        if len(said) > 1:
            raise click.BadParameter(f"{gate} is answered in two ways: {' and '.join(said[:2])}.")
    waived = "\n".join(choice for gate, _, choice in pairs if gate == "waive")
    return {gate: choice for gate, _, choice in pairs} | ({"waive": waived} if waived else {})


def _output(ctx: click.Context, param: click.Parameter, value: str | None) -> None:
    if value is not None and not _already_read(ctx, param):
        ctx.find_object(Printer).form = Form(value)  # type: ignore[union-attr]  # entry.py always sets one


def _verbose(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not _already_read(ctx, param):
        ctx.find_object(Printer).verbose = True  # type: ignore[union-attr]  # entry.py always sets one


def _quiet(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not _already_read(ctx, param):
        ctx.find_object(Printer).quiet = True  # type: ignore[union-attr]  # entry.py always sets one


def _notify(ctx: click.Context, param: click.Parameter, value: bool | None) -> None:
    if value is not None and not _already_read(ctx, param):
        ctx.find_object(Printer).notifies = value  # type: ignore[union-attr]  # entry.py always sets one


def _already_read(ctx: click.Context, param: click.Parameter) -> bool:
    """Whether the outermost command has read the variable, and its own option may have overruled it."""
    source = ctx.get_parameter_source(param.name or "")
    return ctx.parent is not None and source is ParameterSource.ENVIRONMENT


def _help(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value:
        ctx.find_object(Printer).help(ctx.get_help())  # type: ignore[union-attr]  # as above
        ctx.exit()


class Members(click.Group):
    """A group whose help says of each command its whole first sentence: click cuts it after some words."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        members = ((name, self.commands[name]) for name in self.list_commands(ctx))
        with formatter.section("Commands"):
            formatter.write_dl([(name, member.get_short_help_str(_WHOLE)) for name, member in members])


def alone(ctx: click.Context) -> None:
    """Let a group without a command say what its commands are, as --help does."""
    if ctx.invoked_subcommand is None:
        ctx.find_object(Printer).help(ctx.get_help())  # type: ignore[union-attr]  # as above


def _version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value:
        document = {"version": 1, "troubleshooter": __version__}
        ctx.find_object(Printer).result(document, f"troubleshooter {__version__}")  # type: ignore[union-attr]  # as above
        ctx.exit()
