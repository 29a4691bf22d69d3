from __future__ import annotations

import threading
from dataclasses import replace
from functools import partial
from itertools import groupby
from typing import TYPE_CHECKING, Any, Literal

import click

from troubleshooter.cli.options import course, everywhere, option
from troubleshooter.errors import UsageProblem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troubleshooter.printer import Printer
    from troubleshooter.tui.world import Offer

_ADMINISTRATOR = {"outside-fix": "done", "next": "look"}
"""What the demo answers itself: it cures its world, and shows the documented way."""
_OF_NOBODY = {"answer": "--answer", "yes": "--yes", "confirm": "--confirm", "until": "--until"}
"""Options that stand in for somebody at the screen."""


@click.command()
@click.argument("scenario", required=False)
@option("--headless", is_flag=True, help="Run without a screen; implies --yes.")
@option(
    "--list", "listed", is_flag=True, help="Name the scenarios, or those with SCENARIO in them, and leave."
)
@option(
    "--nodes", type=click.IntRange(1, 2000), default=2, show_default=True, help="Nodes of the broken pool."
)
@option("--noise", is_flag=True, help="Nodes that have worked for long: full logs, clocks that disagree.")
@option(
    "--speed",
    type=click.Choice(["fast", "real"]),
    help="Whether operations take as long as in Azure; by default fast without a screen, real on it.",
)
@course
@everywhere()
@click.pass_obj
def command(printer: Printer, /, scenario: str | None, headless: bool, listed: bool, **given: Any) -> int:
    """Walk through a broken pool of a simulated Azure; nothing real is touched.

    SCENARIO is one of --list. The demo plays the administrator too: where the fault lies outside the pool,
    it is cured before the fix is proven. It takes every option of `run`, and so rehearses what `run` does.
    """
    from troubleshooter.cli import worlds

    if listed:
        return _list(printer, worlds.offers(scenario or ""), scenario or "")
    name = scenario or worlds.USUAL
    found = worlds.scenario(name)
    given["debug_nodes"] = given["debug_nodes"] or found.debug_nodes
    return _headless(printer, name, given) if headless else _on_screen(printer, name, given)


def _list(printer: Printer, found: tuple[Offer, ...], word: str) -> int:
    if not found:
        raise UsageProblem(
            f"No scenario has {word!r} in it.",
            "Neither a name nor a description does.",
            "See them all: troubleshooter demo --list",
        )
    rows = [
        {
            "name": each.name,
            "title": each.title,
            "summary": each.broken,
            "kind": each.kind,
            "default": each.usual,
        }
        for each in found
    ]
    lines = []
    for kind, members in groupby(found, key=lambda each: each.kind):
        lines += ["", f"{kind[:1].upper()}{kind[1:]}"]
        lines += [f"{'*' if each.usual else ' '} {each.name:<32}{each.broken}" for each in members]
    lines += ["", "* is what `troubleshooter demo` takes."] if any(each.usual for each in found) else []
    printer.result({"version": 1, "scenarios": rows}, "\n".join(lines[1:]))
    return 0


def _headless(printer: Printer, name: str, given: Mapping[str, Any]) -> int:
    from troubleshooter.cli import worlds
    from troubleshooter.cli.headless import conduct
    from troubleshooter.cli.run import answers_of, check_confirmed, check_step, options_of
    from troubleshooter.engine.driver import AnswerPolicy
    from troubleshooter.model.target import Target
    from troubleshooter.workbench import gates

    answered = answers_of(given)
    speed: Literal["fast", "real"] = given["speed"] or "fast"
    with (
        worlds.started(name, given["nodes"], speed, noise=given["noise"]) as connection,
        worlds.signed_in(connection),
    ):
        pool = Target.parse(connection["pool_id"])
        check_confirmed(answered, pool, given["confirm"])
        answers = {**worlds.answers(connection), **_ADMINISTRATOR, **answered}
        policy = AnswerPolicy(gates(), answers, yes=True, confirm=given["confirm"])
        options = replace(options_of(given, answers), rehearsal=worlds.command(name))
        cancel = threading.Event()
        bench = worlds.workbench(connection)
        try:
            check_step(given["until"], [step.id for step in bench.playbook(options.playbook).steps])
            offer = worlds.offer(name)
            printer.warn(f"DEMO  {offer.title}. What is broken: {offer.broken} Nothing real is touched.")
            run = bench.start(pool, options, cancel)
            administrator = partial(worlds.administer, connection)
            form, until = given["form"], given["until"]
            return conduct(printer, run, policy, cancel, until, before_answer=administrator, form=form)
        finally:
            bench.close()


def _on_screen(printer: Printer, name: str, given: Mapping[str, Any]) -> int:
    from troubleshooter.cli import worlds
    from troubleshooter.cli.run import answers_of, options_of
    from troubleshooter.cli.screen import demand_terminal, show_world

    for option_name, flag in _OF_NOBODY.items():
        if given[option_name]:
            raise UsageProblem(
                f"{flag} is for nobody at the screen.",
                "On the screen every gate waits for you.",
                f"Add --headless, or leave {flag} out.",
            )
    demand_terminal(f"troubleshooter demo {name} --headless")
    presets = {gate: answer for gate, answer in answers_of(given).items() if gate == "allow-from"}
    begin = partial(
        worlds.begin,
        name,
        options_of(given, {}),
        presets,
        nodes=given["nodes"],
        speed=given["speed"] or "real",
        noise=given["noise"],
    )
    return show_world(printer, begin)
