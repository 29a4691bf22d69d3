"""The simulated Azure as the command line starts it: names, the way in, and the administrator's part."""

from __future__ import annotations

import json
import os
import ssl
import sys
import threading
import urllib.request
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from difflib import get_close_matches
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from troubleshooter.errors import UsageProblem
from troubleshooter.simulator.scenarios import FAMILIES, LOOKED_AT, SCENARIOS
from troubleshooter.tui.world import Offer, World, Worlds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from troubleshooter.model.run import Question
    from troubleshooter.simulator.scenarios import Scenario
    from troubleshooter.workbench import RunOptions, Workbench

USUAL = "vault-rbac-denied"
"""The scenario that is taken where none is named."""
LOOPBACK = "127.0.0.1/32"
PLAYING = "Playing the administrator: "

_CONTROL_SECONDS = 20
_NEAR = 3
_OURS = ("AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET", "AZURE_AUTHORITY_HOST", "NO_PROXY")
_ONE = threading.Lock()


def offers(word: str = "") -> tuple[Offer, ...]:
    """The worlds there are, kind by kind; with a word those that have it in their name or description."""
    every = (_offered(one, kind) for kind, family in FAMILIES.items() for one in family)
    wanted = word.casefold()
    return tuple(each for each in every if any(wanted in text.casefold() for text in each[:4]))


def _offered(one: Scenario, kind: str) -> Offer:
    return Offer(one.name, one.title, f"{one.summary}.", kind, one.name == USUAL)


def offer(name: str) -> Offer:
    kind = next((kind for kind, family in FAMILIES.items() if SCENARIOS.get(name) in family), _UNLISTED)
    return _offered(scenario(name), kind)


_UNLISTED = "looked at from Azure's side"


def scenario(name: str) -> Scenario:
    """Find a scenario, also of those that are not listed, or name the nearest."""
    if found := SCENARIOS.get(name) or LOOKED_AT.get(name):
        return found
    near = [each for each in SCENARIOS if name and name in each] or get_close_matches(name, SCENARIOS)
    raise UsageProblem(
        f"There is no scenario {name!r}." + (f" Did you mean {' or '.join(near[:_NEAR])}?" if near else ""),
        f"There are {len(SCENARIOS)}, and none has this name.",
        "See them: troubleshooter demo --list, or those with a word in them: troubleshooter demo --list WORD",
    )


def needs_shell() -> None:
    """Refuse where the simulated nodes cannot live: each runs the system's own sh."""
    if sys.platform == "win32":
        raise UsageProblem(
            "The simulated Azure does not run on Windows.",
            "Its nodes run scripts with a POSIX shell.",
            "Use the Windows Subsystem for Linux; real pools can be worked on from here.",
        )


@contextmanager
def started(
    name: str, nodes: int = 2, speed: Literal["fast", "real"] = "real", *, noise: bool = False
) -> Iterator[Mapping[str, Any]]:
    """Start that world. One at a time: a process is signed in to one Azure."""
    from troubleshooter.simulator.server import Simulator

    needs_shell()
    with _ONE, Simulator(name, nodes=nodes, speed=speed, noise=noise) as world:
        yield world.connection


@contextmanager
def signed_in(connection: Mapping[str, Any]) -> Iterator[None]:
    """Sign this process in to it, and afterwards as it was before: no real run may meet these variables."""
    before = {each: os.environ.get(each) for each in _OURS}
    try:
        sign_in_as(connection)
        yield
    finally:
        for each, value in before.items():
            if value is None:
                os.environ.pop(each, None)
            else:
                os.environ[each] = value


def command(name: str) -> str:
    """Begin that scenario, as a user types it."""
    return f"troubleshooter demo {name}"


def begin(
    name: str, options: RunOptions | None = None, presets: Mapping[str, str] | None = None, **how: Any
) -> World:
    """The world of that scenario for the screens, until its `end` is called. `how` is for `started`."""
    from troubleshooter.model.target import Target
    from troubleshooter.workbench import RunOptions

    found = scenario(name)
    wanted = options or RunOptions(debug_nodes=found.debug_nodes)
    with ExitStack() as slow, ExitStack() as quick:
        connection = slow.enter_context(started(name, **how))
        bench = workbench(connection)
        slow.callback(bench.close)
        quick.enter_context(signed_in(connection))
        return World(
            bench,
            replace(wanted, rehearsal=command(name)),
            {**answers(connection), **(presets or {})},
            partial(administer, connection),
            offer(name),
            Target.parse(connection["pool_id"]),
            quick.pop_all().close,
            slow.pop_all().close,
        )


WORLDS = Worlds(offers, begin)


def workbench(connection: Mapping[str, Any]) -> Workbench:
    """Where runs of the demo lie: their Azure ends with this process, so they are read and never resumed."""
    from troubleshooter.settings import Endpoints, rehearsals
    from troubleshooter.workbench import Workbench

    places = (connection[name] for name in ("arm_endpoint", "authority", "ca_file"))
    return Workbench(rehearsals(), Endpoints(*places))


def sign_in_as(connection: Mapping[str, Any]) -> None:
    """Give this process the variables that a user of a private cloud would set."""
    os.environ["AZURE_TENANT_ID"] = connection["tenant_id"]
    os.environ["AZURE_CLIENT_ID"] = connection["client_id"]
    os.environ["AZURE_CLIENT_SECRET"] = connection["client_secret"]
    os.environ["AZURE_AUTHORITY_HOST"] = connection["authority"]
    direct = [os.environ.get("NO_PROXY", ""), "127.0.0.1"]
    os.environ["NO_PROXY"] = ",".join(filter(None, direct))


def answers(connection: Mapping[str, Any]) -> dict[str, str]:
    """What the person at the demo knows: where they sit, and which identity is meant."""
    found = {"allow-from": LOOPBACK, "identity": identity(connection)}
    return {gate: answer for gate, answer in found.items() if answer}


def administer(connection: Mapping[str, Any], question: Question, choice: str) -> str | None:
    """Play the administrator, whose part lies outside the pool; says what was done."""
    if (question.gate, choice) != ("outside-fix", "done"):
        return None
    return PLAYING + cure(connection, str(question.plan.get("kind", "")))


def cure(connection: Mapping[str, Any], kind: str = "") -> str:
    """Do what an administrator would do about the fault outside the pool, and say what that was.

    `kind` is the change that was asked for; an administrator who knows several ways takes that one.
    """
    return str(_control(connection, "POST", f"cure/{kind}" if kind else "cure").get("done", "done"))


def identity(connection: Mapping[str, Any]) -> str:
    """Name the identity that an administrator would attach; empty when there is none."""
    known = _control(connection, "GET", "state").get("identities") or [{"id": ""}]
    return str(known[0]["id"])


def _control(connection: Mapping[str, Any], method: str, what: str) -> dict[str, Any]:
    context = ssl.create_default_context(cafile=connection["ca_file"])
    direct = urllib.request.ProxyHandler({})
    opener = urllib.request.build_opener(direct, urllib.request.HTTPSHandler(context=context))
    request = urllib.request.Request(f"{connection['control']}/{what}", method=method)  # noqa: S310 - our own https
    with opener.open(request, timeout=_CONTROL_SECONDS) as response:
        answer: dict[str, Any] = json.load(response)
    return answer
