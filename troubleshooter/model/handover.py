"""What a step leaves for later ones and for the report: one form for each kind of thing that is handed over.

The journal keeps it as JSON under the form's name. A value that is left at its default is not written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from troubleshooter.model.decision import Decision
from troubleshooter.model.finding import Check, Finding
from troubleshooter.model.need import Needs
from troubleshooter.model.starting import Starting, Starts
from troubleshooter.model.support import Support
from troubleshooter.typed import convert

if TYPE_CHECKING:
    from collections.abc import Callable

Given = TypeVar("Given")


@dataclass(frozen=True, slots=True)
class Mend:
    """A usual cause: how it shows in what the looks answer, and what ends it."""

    kind: str
    """Of the change outside the pool, as a rule names it."""
    shows: str
    command: str
    """For az; it is for whoever saw that it is the cause, and no part of the looks."""


@dataclass(frozen=True, slots=True)
class NoWayIn:
    """Why no node of the pool can be signed in to, and what is left to do."""

    what: str
    why: str
    do: str
    looks: str = ""
    """Commands by which the usual causes are looked at without a log, one a line."""
    mends: tuple[Mend, ...] = ()
    """Of what those show; of runs of earlier versions none."""
    provable: bool = False
    """Whether a pool that waits for the extension would prove a fix all the same: nobody signs in there."""


@dataclass(frozen=True, slots=True)
class Quota:
    of: str
    """What is limited, in words."""
    cores: int | None
    free: int | None
    """None where it is not known."""


@dataclass(frozen=True, slots=True)
class Capacity:
    """What a pool of the original's size would take, and what is free of it when the survey looks."""

    cores: int = 0
    """Of one node."""
    quotas: tuple[Quota, ...] = ()
    unknown: str = ""
    """Why none of it is known."""
    dedicated: tuple[Quota, ...] = ()
    """Of dedicated nodes, where the original has Spot nodes alone and `quotas` are of those."""
    allocation: str = ""
    """The account's pool allocation mode, where its nodes are not the service's own."""
    size_ends: str = ""
    """The last day on which Batch takes new pools of this size, where Azure's list names one."""


@dataclass(frozen=True, slots=True)
class PoolInShort:
    vm_size: str = ""
    nodes: int = 0
    require_initial_sync: bool = False
    dedicated: int = 0
    """Nodes that it is to have; 0 with those of spot where a run of an earlier version did not say it."""
    spot: int = 0
    formula: bool = False
    """Whether a formula decides how many."""
    deallocation: str = ""
    """What becomes of tasks while nodes are removed, where Azure said it."""
    image: str = ""
    """Whatever its version, in small letters; runs of earlier versions do not say it."""
    always: bool = False
    """Whether its nodes wait for the extension without a setting for it, as with 4.x."""


@dataclass(frozen=True, slots=True)
class ExtensionInShort:
    name: str = ""
    type: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Surveyed:
    """The pool as it stood before anything was done."""

    endpoint: str
    """The account's data plane, a URL."""
    location: str = ""
    who: str = ""
    """Who is signed in."""
    pool: PoolInShort = PoolInShort()
    extension: ExtensionInShort = ExtensionInShort()
    counts: Mapping[str, int] = field(default_factory=dict)
    """Nodes per state."""
    statuses: Mapping[str, str] = field(default_factory=dict)
    """By node, status and message of the extension."""
    capacity: Capacity | None = None
    no_way_in: NoWayIn | None = None
    support: Support | None = None
    down: tuple[str, ...] = ()
    """Nodes that Batch has given up on: unusable, or their start task failed."""
    without: bool = False
    """The pool has no extension of the kind that is looked for."""
    starts: Starts | None = None
    """What was seen of how long starts take here; None where nothing is waited for."""
    starting: Starting | None = None
    """Slow or broken; None where all nodes are ready."""
    shut: bool = False
    """The account's data plane let nobody in: neither its nodes nor what they report could be asked for."""


@dataclass(frozen=True, slots=True)
class CrossChecked:
    """What Azure says of what the pool names: each check's verdict, and what failed as findings."""

    checks: tuple[Check, ...] = ()
    findings: tuple[Finding, ...] = ()
    decision: Decision | None = None
    """Whose fault it is; None where no node is ill."""
    starting: Starting | None = None
    """As the survey's, by what is confirmed now."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What was consented to."""

    variant: str
    """What the debug pool's definition is: with the extension that does not block, or without it."""
    allow_from: str
    """CIDR from which SSH is open; empty where no port is opened."""
    nodes: int
    debug_pool: str = ""
    """Its name; empty where the work is on the original."""
    route: str = ""
    """in-place; original-nodes, where no pool is made; or empty."""
    jobs: str = ""
    """What running tasks do meanwhile; empty where no job has to be disabled."""
    needs: Needs | None = None
    """How the operator stood to every right of the route; None in runs of earlier versions."""
    tasks: bool = False
    """Whether a task may read a node to which no other road leads."""
    chosen: tuple[str, ...] = ()
    """Nodes of the original that tasks read, as the operator named them; empty where a pool is made."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """The operator stopped at the plan: what can be looked at without a debug pool."""

    looks: str = ""
    too_few: str = ""
    """What was free of the quotas, where that was too little."""
    mends: tuple[Mend, ...] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """The pool to read logs of."""

    pool: str
    differences: tuple[Finding, ...] = ()
    """Where it is not what was asked for."""


@dataclass(frozen=True, slots=True)
class Ready:
    """Nodes that can be signed in to."""

    ready: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenAnswer:
    """What Azure answered to a question that no source settles."""

    question: str
    """Its id, of operations/asking/open_questions.py."""
    answer: str
    """In words, without names, ids or addresses: it may be published."""
    settled: bool = True
    """Whether it is an answer; otherwise why there is none."""


@dataclass(frozen=True, slots=True)
class OpenAnswers:
    """To all that was asked."""

    answers: tuple[OpenAnswer, ...]


@dataclass(frozen=True, slots=True)
class NoNodes:
    """The pool stays empty."""

    no_nodes: str
    """Azure's code for it."""
    looks: str = ""
    mends: tuple[Mend, ...] = ()


@dataclass(frozen=True, slots=True)
class Rung:
    """One road of those that were tried, the one that asks least of Azure first."""

    road: str
    """ssh, task, or view: only what Azure shows of the node is left."""
    answered: tuple[str, ...] = ()
    """Nodes."""
    why_not: Mapping[str, str] = field(default_factory=dict)
    """By node, why it was not read by this road."""
    because: str = ""
    """Why no node could be read at all."""


@dataclass(frozen=True, slots=True)
class Collected:
    host_keys: Mapping[str, str] = field(default_factory=dict)
    """By node; of runs of earlier versions. Today they are events of their own."""
    failed: Mapping[str, str] = field(default_factory=dict)
    """By node, why nothing of it was read."""
    partial: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    files: int = 0
    rungs: tuple[Rung, ...] = ()
    """In the order in which they were tried; none of runs of earlier versions."""


@dataclass(frozen=True, slots=True)
class Diagnosed:
    root_cause: str = ""
    """Id of the finding, or empty."""
    findings: int = 0
    free: tuple[str, ...] = ()
    """Nodes that were asked themselves, and found nothing in the way, where no cause was found."""
    ran: str = ""
    """The version of the extension that ran on them in place of the pool's; empty where none ran."""
    well_by_now: int = 0
    """The original's nodes, where all of them are well by then."""
    untried: bool = False
    """Whether they were asked by a script that no live node has run yet."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A fix that is to be proven."""

    number: int
    """Among those offered, from 1."""
    finding: str
    """Id of what it cures."""
    patch: tuple[dict[str, Any], ...]
    """JSON Patch on the pool's definition; empty where the fix lies outside of it."""
    identity: str = ""


@dataclass(frozen=True, slots=True)
class Proved:
    """How a pool with the fix turned out."""

    proven: bool
    pool: str
    full: int
    """Nodes at full size."""
    nodes: Mapping[str, int] = field(default_factory=dict)
    """Per state, as last seen."""
    extension: Mapping[str, int] = field(default_factory=dict)
    """Per what it reports."""
    made: Mapping[str, Any] | None = None
    """The change, where it was made on the original itself; JSON that `forms` reads."""
    looks: str = ""
    """Where it is not proven: commands by which the usual causes are looked at, one a line."""
    mends: tuple[Mend, ...] = ()


@dataclass(frozen=True, slots=True)
class Printed:
    """The change of the original, for somebody to make."""

    change: Mapping[str, Any]
    """JSON that `forms` reads."""
    patch: tuple[dict[str, Any], ...] = ()
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PutBack:
    """The original stands as it was saved."""

    differences: tuple[str, ...] = ()
    """Where it does not, in words."""


@dataclass(frozen=True, slots=True)
class Reported:
    path: str


_KINDS = (
    Surveyed,
    CrossChecked,
    Planned,
    Needs,
    Stopped,
    Made,
    Ready,
    NoNodes,
    Collected,
    Diagnosed,
    Chosen,
    Proved,
    Printed,
    PutBack,
    Reported,
    OpenAnswers,
)
KINDS: Mapping[str, type] = {kind.__name__: kind for kind in _KINDS}

_BY_FIELD: Mapping[str, type] = {
    "endpoint": Surveyed,
    "variant": Planned,
    "looks": Stopped,
    "ready": Ready,
    "no_nodes": NoNodes,
    "files": Collected,
    "root_cause": Diagnosed,
    "number": Chosen,
    "proven": Proved,
    "change": Printed,
    "differences": Made,
    "path": Reported,
}
"""A field that only one of them has, for runs whose journal does not name the form."""


def kind_of_old(output: Mapping[str, Any]) -> str:
    """The form's name, of what was written down before it was named; empty where it is none of them."""
    found = next((kind for name, kind in reversed(tuple(_BY_FIELD.items())) if name in output), None)
    return found.__name__ if found else ""


def written(given: object) -> dict[str, Any]:
    """As JSON, without what is at its default. `given` is one of the forms."""
    whole: dict[str, Any] = msgspec.to_builtins(given)
    return {
        each.name: whole[each.name]
        for each in fields(given)  # type: ignore[arg-type]  # every form is a dataclass
        if getattr(given, each.name) != _default(each.default, each.default_factory)
    }


def read(kind: type[Given], output: Mapping[str, Any]) -> Given:
    """The form from its JSON. Raises msgspec.ValidationError where it does not fit."""
    return convert(output, kind)


def _default(value: Any, factory: Callable[[], Any] | Any) -> Any:
    return factory() if factory is not MISSING else value
