"""Turns a node's fate into the story its disk is written from."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from troubleshooter.simulator.around import systems
from troubleshooter.simulator.around.conditions import Flaw
from troubleshooter.simulator.extension import agent_windows, akvvm, asked, settings_load
from troubleshooter.simulator.node.story import NodeStory

if TYPE_CHECKING:
    from datetime import datetime

    from troubleshooter.simulator.around.conditions import Conditions
    from troubleshooter.simulator.extension.akvvm import Fate
    from troubleshooter.simulator.node.story import Reply
    from troubleshooter.simulator.world.cohort import Cohort
    from troubleshooter.simulator.world.machine import Machine

_ANOTHER = "Microsoft.CPlat.Core.RunCommandWindows"
"""An extension that Windows' agent tells of in a real log."""
SKEWS = (0, 47, -185, 720)
"""Minutes by which the clocks of neighbours are wrong, where they are."""


def tell(cohort: Cohort, machine: Machine, conditions: Conditions, *, noise: bool = False) -> NodeStory:
    """Of the node's first Key Vault extension; of a node without one only its system is told."""
    replies, addresses = _asked(cohort, machine, conditions)
    return replace(_of_disk(cohort, machine, conditions, noise=noise), replies=replies, addresses=addresses)


def _of_disk(cohort: Cohort, machine: Machine, conditions: Conditions, *, noise: bool) -> NodeStory:
    system = systems.SYSTEMS[systems.system_name(cohort.configuration, conditions)]
    booted = cohort.booted + timedelta(minutes=SKEWS[machine.index % len(SKEWS)] if noise else 0)
    for extension, fate in zip(cohort.extensions, cohort.fates(machine, conditions), strict=True):
        if fate is not None and akvvm.is_key_vault(extension):
            return NodeStory(
                node_id=machine.id,
                extension_name=str(extension["name"]),
                extension_version=akvvm.full_version(extension),
                settings=extension.get("settings") or {},
                status=fate.status,
                operation=fate.operation,
                message=fate.message,
                log_lines=_log(fate, booted),
                sequence_number=0,
                os_release=system.release,
                handling=fate.handling,
                windows=akvvm.is_windows(extension),
                noise=noise,
            )
    image = systems.image_of(cohort.configuration, conditions)
    flaws = image.flaws if image is not None else frozenset()
    log = _agent_log_windows(booted, flaws) if system.windows else _agent_log(booted)
    return NodeStory(
        machine.id,
        "",
        "",
        {},
        "",
        "",
        "",
        (),
        0,
        system.release,
        windows=system.windows,
        agent_log="" if Flaw.AGENT_ABSENT in flaws else log,
    )


def _asked(
    cohort: Cohort, machine: Machine, around: Conditions
) -> tuple[tuple[Reply, ...], tuple[tuple[str, str], ...]]:
    """What a node of these hears that asks for itself, whether it has an extension or not."""
    clients, urls = set[str](), set[str]()
    for extension in filter(akvvm.is_key_vault, cohort.extensions):
        with contextlib.suppress(settings_load.Unreadable):
            version = str(extension.get("typeHandlerVersion", ""))
            settings = settings_load.load(extension.get("settings"), version)
            clients |= {one for one in (settings.client_id, *settings.overrides) if one}
            urls |= {*settings.urls}
    there = tuple(one for one in cohort.identities if around.identity(one.id) == one)
    origin = cohort.origin(machine, around)
    return asked.replies(clients, urls, there, origin, around), asked.addresses(origin, around)


def _agent_log(booted: datetime) -> str:
    """Of an agent that runs and is told of no extension of ours; its texts are those of real logs."""
    said = ("Fetching goal state [incarnation 1]", "Fetch goal state completed")
    return "".join(
        f"{booted + timedelta(seconds=number):%Y-%m-%dT%H:%M:%S}.000000Z INFO ExtHandler ExtHandler {text}\n"
        for number, text in enumerate(said)
    )


def _agent_log_windows(booted: datetime, flaws: frozenset[Flaw]) -> str:
    """The same of that of Windows, whose lines end as Windows' do."""
    said = (
        ("INFO", "Heartbeat received"),
        *(agent_windows.UNHEALTHY if Flaw.AGENT_UNHEALTHY in flaws else ()),
    )
    return "".join(
        f"[00000004] {booted + timedelta(seconds=number):%Y-%m-%dT%H:%M:%S}.812Z {f'[{level}]':<7} {text}\r\n"
        for number, (level, text) in enumerate(said)
    )


def _log(fate: Fate, booted: datetime) -> tuple[str, ...]:
    """`YYYY-MM-DD HH:MM:SS: <level> [Component]<TAB>message`, a second from line to line."""
    return tuple(
        f"{booted + timedelta(seconds=number):%Y-%m-%d %H:%M:%S}: <{level}> [{component}]\t{text}"
        for number, (level, component, text) in enumerate(fate.steps)
    )
