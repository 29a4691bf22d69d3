from __future__ import annotations

import threading
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from troubleshooter.cli.options import ROUTES, connection, course, everywhere
from troubleshooter.errors import Refused, UsageProblem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from troubleshooter.model.target import Target
    from troubleshooter.printer import Printer
    from troubleshooter.workbench import RunOptions


@click.command()
@click.argument("target")
@course
@connection
@everywhere()
@click.pass_obj
def command(printer: Printer, /, target: str, **given: Any) -> int:
    """Run the playbook on a pool without a screen.

    TARGET is the pool's ARM resource id, a portal URL that contains one, ACCOUNT/POOL, or a pool's name: a
    name is looked for in all that can be read, and the pool that is found is confirmed before anything is
    changed (--answer this-pool=POOL_ID). --yes answers next=prove, extension=without, nodes=spot,
    plan=approve, route=debug-pool, fix=1, outside-fix=skip, apply=print and clean-up=remove. --mode
    in-place, like --answer apply=pool, deletes the pool and creates it again, and wants --confirm POOLNAME. A
    gate that nobody answers ends the run with exit code 9; `runs resume` goes on from there.
    """
    from troubleshooter.cli.headless import conduct
    from troubleshooter.cli.opened import alarm
    from troubleshooter.cli.target import meant
    from troubleshooter.engine.driver import AnswerPolicy
    from troubleshooter.settings import home
    from troubleshooter.workbench import Workbench, gates

    answers = answers_of(given)
    policy = AnswerPolicy(gates(), answers, given["yes"], given["confirm"])
    pool, by_name = meant(printer, target, given, endpoints(given))
    check_confirmed(answers, pool, given["confirm"])
    options = replace(options_of(given, answers), found_by_name=by_name)
    cancel = threading.Event()
    bench = Workbench(home(), endpoints(given))
    try:
        alarm(bench)
        steps = [step.id for step in bench.playbook(options.playbook).steps]
        check_step(given["until"], steps)
        run = bench.start(pool, options, cancel)
        printer.say(f"Run {run.id}: {pool.account}/{pool.pool}")
        return conduct(printer, run, policy, cancel, given["until"], form=given["form"])
    finally:
        bench.close()


def endpoints(given: dict[str, Any]) -> Any:
    """Where Azure is, checked before anything is written down."""
    from troubleshooter.settings import Endpoints

    ca_file = str(Path(given["ca_file"]).resolve()) if given["ca_file"] else None
    scopes = given["arm_scope"], given["batch_scope"]
    how = given.get("sign_in"), given.get("cloud")
    found = Endpoints(given["arm_endpoint"], given["authority"], ca_file, *scopes, *how)
    found.settings("00000000-0000-0000-0000-000000000000")
    return found


def check_step(step: str | None, steps: list[str]) -> None:
    """Refuse a step that the playbook does not have."""
    if step is not None and step not in steps:
        raise UsageProblem(
            f"There is no step {step}.",
            f"The steps are {', '.join(steps)}.",
            "Name one of them after --until.",
        )


def check_confirmed(answers: Mapping[str, str], target: Target, typed: str) -> None:
    """Refuse at once what would be refused at its gate: deleting the original wants its name typed."""
    asked = [
        f"{gate}={answers[gate]}" for gate in ("route", "apply") if answers.get(gate) in {"in-place", "pool"}
    ]
    if asked and typed != target.pool:
        raise Refused(
            f"{asked[0]} was not confirmed.",
            f"It deletes pool {target.pool} and creates it again, and wants that name typed.",
            f"Add --confirm {target.pool}",
        )


def options_of(given: Mapping[str, Any], answers: Mapping[str, str]) -> RunOptions:
    """What a run is started with, from the options that `course` adds."""
    from troubleshooter.workbench import RunOptions

    route = answers.get("route")
    return RunOptions(
        given["playbook"],
        route if route in ROUTES else given["mode"],  # who stops at that question has to come to it
        given["debug_nodes"] or 1,
        given["limit"],
        given["poll_interval"],
        answers,
        given["total_limit"],
        price_per_hour=given["price_per_hour"],
    )


def answers_of(given: Mapping[str, Any]) -> dict[str, str]:
    """What was answered beforehand, by --answer and by options of their own."""
    answers: dict[str, str] = dict(given["answer"])
    if given["mode"] == "in-place":
        answers.setdefault("route", "in-place")  # who answers otherwise saw its plan and rather works beside
    if given["allow_from"]:
        wanted = network(given["allow_from"])
        if answers.setdefault("allow-from", wanted) != wanted:
            raise UsageProblem(
                f"--allow-from and --answer allow-from={answers['allow-from']} contradict each other.",
                "Both answer the gate allow-from.",
                "Leave one of them out.",
            )
    return answers


def network(text: str) -> str:
    """What --allow-from was given, in CIDR form; or that no port is to be opened."""
    from troubleshooter.engine.gates import NO_RANGE

    if text == NO_RANGE:
        return text
    try:
        return str(ip_network(text))
    except ValueError as error:
        raise UsageProblem(
            f"--allow-from {text!r} is not an address range.",
            f"{error}.",
            f"Write one such as 203.0.113.7/32, or {NO_RANGE} to open no port.",
        ) from error
