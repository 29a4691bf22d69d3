from __future__ import annotations

import os
import platform
import shutil
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import click

from troubleshooter import __version__
from troubleshooter.apart import apart
from troubleshooter.cli.options import connection, consent, everywhere, option
from troubleshooter.errors import ExitCode, TroubleshooterError, first_of
from troubleshooter.report.counted import counted
from troubleshooter.text import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from troubleshooter.model.run import RunState
    from troubleshooter.model.target import Target
    from troubleshooter.printer import Printer
    from troubleshooter.settings import CloudSettings

LIBRARIES = ("azure-identity", "azure-mgmt-batch", "azure-batch", "paramiko", "textual", "google-re2")
_LITTLE_SPACE = 500 * 1024 * 1024
_NETWORK_SECONDS = 10


class Health(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Checkup:
    """One thing looked at."""

    name: str
    health: Health
    told: str
    do: str = ""
    code: ExitCode = ExitCode.DONE
    """What a failure contributes to the exit code."""


@click.command()
@click.argument("target", required=False)
@option(
    "--live",
    is_flag=True,
    help="Ask Azure what its documentation leaves open, by the pool TARGET. Reads only.",
)
@consent(
    "--with-pool",
    is_flag=True,
    help="With --live: make one small pool, ask what an idle node can answer, and remove it.",
)
@consent("--confirm", metavar="NAME", default="", help="With --with-pool: POOLNAME-live, typed.")
@option("--allow-from", metavar="CIDR", help="Addresses that may reach the small pool's node over SSH.")
@connection
@everywhere()
@click.pass_obj
def command(printer: Printer, /, target: str | None, **given: Any) -> int:
    """Check versions, paths, sign-in and reachability.

    With TARGET, a pool named as for `run`, also whether its account lets you in, by its own rules.
    With --live Azure is asked what its documentation leaves open, by that pool.
    Nothing is changed, but where --with-pool and its --confirm ask for a small pool, which is removed again.
    """
    from troubleshooter.cli import live
    from troubleshooter.cli.run import endpoints
    from troubleshooter.cli.target import placed

    live.check(target, given)
    pool = placed(printer, target, given) if target else None
    _alarm()
    named = pool.subscription if pool else given["subscription"]
    subscription = named or "00000000-0000-0000-0000-000000000000"
    at = endpoints(given)
    settings = at.settings(subscription)
    checks = []
    for check in _all(settings, pool, printer.say):
        checks.append(check)
        printer.detail(f"    looked at {check.name}")
    lines = list(_lines(checks))
    rows = [{"name": c.name, "health": c.health.value, "told": c.told, "do": c.do} for c in checks]
    codes = {check.code for check in checks if check.health is Health.FAIL}
    document: dict[str, Any] = {"version": 1, "checks": rows}
    error = None
    let_in = any(check.health is not Health.FAIL for check in checks if check.name == "account")
    if pool is not None and given["live"] and let_in:
        asked = live.asked(printer, pool, at, given)
        document |= {"live": asked.document}
        lines += asked.lines
        codes.add(asked.code)
        error = asked.error
    printer.result(document, "\n".join(lines), error)
    return first_of(codes)


def _alarm() -> None:
    """That an original is away is said before all else."""
    from troubleshooter.cli.opened import alarm
    from troubleshooter.settings import home
    from troubleshooter.workbench import Workbench

    if (home() / "journal.sqlite3").exists():
        with suppress(TroubleshooterError):  # told later, as a finding
            opened = Workbench(home())
            alarm(opened)
            opened.close()


def _lines(checks: list[Checkup]) -> Iterator[str]:
    symbols = {Health.OK: "✔", Health.WARN: "▲", Health.FAIL: "✖"}
    for check in checks:
        yield f"{symbols[check.health]} {check.name:<16}{visible(check.told)}"
        if check.do:
            yield f"  {'':<16}→ {visible(check.do)}"


def _all(settings: CloudSettings, pool: Target | None, say: Callable[[str], None]) -> Iterator[Checkup]:
    yield Checkup("program", Health.OK, f"troubleshooter {__version__}")
    yield Checkup("python", Health.OK, f"{platform.python_version()} at {sys.executable}")
    yield Checkup("libraries", Health.OK, ", ".join(f"{name} {version(name)}" for name in LIBRARIES))
    yield _terminal()
    yield _data_directory()
    yield from _journal()
    yield _playbooks()
    yield _reach("azure", settings.arm_endpoint, settings)
    yield (signed_in := _sign_in(settings, say))
    if pool is not None and signed_in.health is Health.OK:
        yield _account(settings, pool, say)


def _terminal() -> Checkup:
    if not sys.stdout.isatty():
        return Checkup("terminal", Health.OK, "none here: only the headless commands work")
    size = shutil.get_terminal_size()
    if size.columns < 80 or size.lines < 24:
        return Checkup(
            "terminal", Health.WARN, f"{size.columns}x{size.lines}", "Make it at least 80x24 for the screens."
        )
    return Checkup("terminal", Health.OK, f"{size.columns}x{size.lines}")


def _data_directory() -> Checkup:
    from troubleshooter.settings import home

    folder = home()
    there = next(path for path in (folder, *folder.parents) if path.exists())
    if not there.is_dir() or not os.access(there, os.W_OK):
        return Checkup(
            "data directory",
            Health.FAIL,
            f"{folder} cannot be written",
            "Point TROUBLESHOOTER_HOME at a folder of yours.",
            ExitCode.USAGE,
        )
    free = shutil.disk_usage(there).free
    if free < _LITTLE_SPACE:
        return Checkup(
            "data directory",
            Health.WARN,
            f"{folder}, {free // 2**20} MiB free",
            "Free some disk space: a run's evidence may need it.",
        )
    return Checkup("data directory", Health.OK, f"{folder}, {free // 2**30} GiB free")


def _journal() -> Iterator[Checkup]:
    from troubleshooter.model.unreadable import Unreadable
    from troubleshooter.settings import home
    from troubleshooter.workbench import Workbench

    if not (home() / "journal.sqlite3").exists():
        yield Checkup("journal", Health.OK, "no runs yet")
        return
    try:
        bench = Workbench(home())
        try:
            runs = bench.runs()
        finally:
            bench.close()
    except TroubleshooterError as error:
        yield _failed("journal", error)
        return
    unreadable = [run for run in runs if isinstance(run, Unreadable)]
    yield _kept([run for run in runs if not isinstance(run, Unreadable)], len(unreadable))
    for run in unreadable:
        yield Checkup(f"run {run.id}", Health.WARN, f"{run.why} {run.left_told}", run.do)


def _kept(states: list[RunState], unreadable: int) -> Checkup:
    """The runs in numbers; what is left by those that cannot be read is told with each of them."""
    left = sum(bool(state.open_changes) for state in states)
    count = counted(len(states) + unreadable, "run")
    others = f", {unreadable} cannot be read" if unreadable else ""
    if left:
        return Checkup(
            "journal",
            Health.WARN,
            f"{count}{others}, {left} of them left something in Azure",
            "See them with: troubleshooter runs list; remove with: troubleshooter runs cleanup RUN",
        )
    if unreadable:
        return Checkup("journal", Health.WARN, f"{count}{others}", "See them with: troubleshooter runs list")
    return Checkup("journal", Health.OK, f"{count}, nothing left in Azure")


def _playbooks() -> Checkup:
    from troubleshooter.analyse import load_rules
    from troubleshooter.extensions import shipped
    from troubleshooter.settings import playbooks_folder

    try:
        folder = playbooks_folder()
        count = len(load_rules(folder / "rules", known=shipped()).rules)
    except TroubleshooterError as error:
        return _failed("playbooks", error)
    return Checkup("playbooks", Health.OK, f"{folder}, {count} rules")


def _reach(name: str, url: str, settings: CloudSettings) -> Checkup:
    """Whether anything answers there, whatever it says."""
    import http.client
    import ssl
    import urllib.error
    import urllib.request

    try:
        context = ssl.create_default_context(cafile=settings.ca_file)
        end = time.monotonic() + _NETWORK_SECONDS
        asked = partial(
            urllib.request.urlopen, url, timeout=_NETWORK_SECONDS, context=context
        )  # settings demand https
        apart(asked, partial(_in_time, end), lambda late: late.close()).close()
    except urllib.error.HTTPError as answered:
        answered.close()
    except (OSError, ValueError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        return Checkup(
            name,
            Health.FAIL,
            f"{url} does not answer: {reason}",
            "Check the network, a proxy (HTTPS_PROXY), --arm-endpoint and --ca-file.",
            ExitCode.GAVE_UP,
        )
    return Checkup(name, Health.OK, f"{url} answers")


def _in_time(end: float) -> None:
    """An answer may come byte by byte, and then no single wait is long."""
    if time.monotonic() > end:
        raise TimeoutError(f"no whole answer in {_NETWORK_SECONDS} s")


def _sign_in(settings: CloudSettings, say: Callable[[str], None]) -> Checkup:
    from troubleshooter.cloud.azure import Azure

    try:
        with Azure(settings, threading.Event(), lambda _: None, on_prompt=say) as azure:
            return Checkup("sign-in", Health.OK, azure.who())
    except TroubleshooterError as error:
        return _failed("sign-in", error)


def _account(settings: CloudSettings, pool: Target, say: Callable[[str], None]) -> Checkup:
    """Whether the account's own rules let whoever asks come to its data plane. The pool is only read."""
    from troubleshooter.cloud.azure import Azure
    from troubleshooter.operations.entry import entering

    try:
        with Azure(settings, threading.Event(), lambda _: None, on_prompt=say) as azure:
            account = azure.arm.account(pool)
            with entering(account):
                azure.batch.progress(account.endpoint, pool.pool)
    except TroubleshooterError as error:
        return _failed("account", error)
    told = f"{account.name} lets you in: its data plane told of pool {pool.pool}"
    return Checkup("account", Health.OK, f"{told}; pool allocation mode {account.allocation_mode}")


def _failed(name: str, error: TroubleshooterError) -> Checkup:
    return Checkup(name, Health.FAIL, f"{error.what} {error.why}", error.do, ExitCode(error.exit_code))
