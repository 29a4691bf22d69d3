"""What Batch itself says of nodes that do not come: their errors, their start, image and neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.checks.decision.seen import Sign, Weight, downloads
from troubleshooter.checks.reading import below
from troubleshooter.model.decision import Whose
from troubleshooter.model.evidence import Evidence
from troubleshooter.model.facts import NodeState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.checks.decision.seen import Seen
    from troubleshooter.model.facts import ServiceProblem

_OF_SUBNETS = ("subnet", "networksecuritygroup", "virtualnetwork")
_INTERNAL = "encountered an internal error"


def signs(seen: Seen) -> Iterator[Sign]:
    yield from _errors(seen)
    yield from _own(seen)
    yield from _start(seen)
    yield from _image(seen)
    yield from _neighbours(seen)


def _errors(seen: Seen) -> Iterator[Sign]:
    """A node's own error names its cause: the question is one of nodes that say none."""
    for node in seen.ill:
        for problem in node.problems:
            whose = Whose.EXTENSION if "vmextension" in problem.code.lower() else Whose.BATCH
            told = f"the node says why: {problem.code}: {problem.message}"[:300]
            yield Sign(whose, Weight.NAMED, told, (_proof(node.id, f"errors: {problem.code}", "errors"),))
    for problem in () if seen.ill else seen.resize:
        yield _of_resize(seen, problem)


def _of_resize(seen: Seen, problem: ServiceProblem) -> Sign:
    """Of nodes that were never made, the service names the part that refused."""
    told = " ".join((problem.message, *problem.details))
    said = f"nodes were not made: {problem.code}: {told}"[:300]
    evidence = (_proof("", f"resizeErrors: {problem.code}", "resizeErrors"),)
    if seen.settings_are_text and _INTERNAL in told.lower():
        also = f"{said}; an extension's settings are text, which is on record to end so"
        would = "the same pool with settings that are an object"
        return Sign(Whose.EXTENSION, Weight.LIKELY, also, evidence, would=would)
    if "extension" in told.lower() or any(one.lower() in told.lower() for one in seen.types):
        return Sign(Whose.EXTENSION, Weight.NAMED, said, evidence)
    whose = Whose.NETWORK if any(word in told.lower() for word in _OF_SUBNETS) else Whose.BATCH
    return Sign(whose, Weight.NAMED, said, evidence)


def _own(seen: Seen) -> Iterator[Sign]:
    """The extension by which Batch comes onto a node: its failure is none of the pool's extensions."""
    for node, view in seen.own_errors[:1]:
        said = f"Batch's own extension {view.name} failed: {view.message}"[:300].rstrip(": ")
        if not downloads(view):
            yield Sign(Whose.BATCH, Weight.LIKELY, said, (_proof(node, said, "instanceView.statuses"),))


def _start(seen: Seen) -> Iterator[Sign]:
    for node in seen.ill:
        if node.state is NodeState.START_TASK_FAILED:
            said = (
                "the start task failed, which runs after the node joined: Batch and extensions did their part"
            )
            yield Sign(Whose.BATCH, Weight.NAMED, said, (_proof(node.id, node.state.value, "state"),))
            return
        if node.state is NodeState.WAITING_FOR_START_TASK:
            said = "the start task has run since the node joined, and does not end"
            yield Sign(Whose.BATCH, Weight.NAMED, said, (_proof(node.id, node.state.value, "state"),))
            return


def _image(seen: Seen) -> Iterator[Sign]:
    machine = below(seen.facts.pool, "properties", "deploymentConfiguration", "virtualMachineConfiguration")
    if isinstance(image := below(machine, "imageReference").get("id"), str) and image:
        agent = machine.get("nodeAgentSkuId")
        said = f"the image is the operator's own: whether {agent} is its agent Azure does not tell"
        would = "a pool of the same size and network with an image that Batch lists"
        yield Sign(Whose.BATCH, Weight.OPEN, said, would=would)
        return
    support = seen.support
    if support is None:
        return
    call = f"Azure's list of {support.asked}"
    if not support.listed:
        said = f"Batch does not list {support.image} with {support.agent}"
        yield Sign(Whose.BATCH, Weight.LIKELY, said, (Evidence(call, 0, said, source="azure"),))
    elif support.image_ends and support.image_ends < seen.now.date().isoformat():
        said = f"Batch's support of {support.image} with {support.agent} ended {support.image_ends}"
        yield Sign(Whose.BATCH, Weight.LIKELY, said, (Evidence(call, 0, said, source="azure"),))


def _neighbours(seen: Seen) -> Iterator[Sign]:
    """Nodes of one pool have one definition: where most come, it is the machine of those that do not.

    Where they wait for an extension it may also be what changed since the others came.
    """
    if 0 < len(seen.ill) <= len(seen.well):
        said = f"{len(seen.well)} nodes of the same definition came, {len(seen.ill)} did not"
        would = "remove the ill nodes and let the pool grow: on another machine they come, or they do not"
        yield Sign(Whose.BATCH, Weight.OPEN if seen.waits else Weight.LIKELY, said, would=would)


def _proof(node: str, said: str, field: str) -> Evidence:
    call = f"GET …/nodes/{node}" if node else "GET …/pools/<pool>"
    return Evidence(call, 0, said, node or None, source="azure", call=call, field=field)
