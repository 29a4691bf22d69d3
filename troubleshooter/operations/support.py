"""How long Batch takes a pool's image and size, asked of the service itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.errors import ExitCode, TroubleshooterError
from troubleshooter.model.handover import Surveyed
from troubleshooter.model.support import Support
from troubleshooter.pooldef.pool_body import machine
from troubleshooter.text import within

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from troubleshooter.engine.context import StepContext
    from troubleshooter.model.facts import ImageFacts
    from troubleshooter.model.handover import Capacity
    from troubleshooter.operations.tools import Tools

_NAMES = ("publisher", "offer", "sku")


def read(
    tools: Tools, ctx: StepContext, endpoint: str, definition: Any, capacity: Capacity | None
) -> Support:
    """For the survey. Nothing rests on it, so where it may not be read that is noted, and no more."""
    said = alone(tools.now().date().isoformat(), definition, capacity)
    if not all(_named(definition)):
        return said
    try:
        images = tools.azure.batch.images(endpoint)
    except TroubleshooterError as error:
        if error.exit_code == ExitCode.INTERRUPTED:
            raise
        ctx.note(f"how long Batch takes its image is not known: {within(error.what)}")
        return said
    return found(definition, images, said)


def alone(asked: str, definition: Any, capacity: Capacity | None = None) -> Support:
    """What is known without the list of images."""
    size = str(definition["properties"].get("vmSize", ""))
    return Support(asked, size=size, size_ends=capacity.size_ends if capacity else "")


def found(definition: Any, images: Collection[ImageFacts], said: Support) -> Support:
    """With what the service's list of images says of the pool's own."""
    named = _named(definition)
    if not images or not all(named):
        return said
    listed, agent = tuple(_same(images, named)), str(machine(definition).get("nodeAgentSkuId", ""))
    last = next((each.ends for each in listed if each.agent.lower() == agent.lower()), "")
    agents = tuple(dict.fromkeys(each.agent for each in listed))
    return Support(said.asked, " ".join(named), agent, agents, last, said.size, said.size_ends)


def _named(definition: Any) -> tuple[str, ...]:
    """Publisher, offer and SKU of its image; of another's image one that is empty."""
    reference = machine(definition).get("imageReference")
    return tuple(str(reference.get(key) or "") for key in _NAMES) if isinstance(reference, dict) else ("",)


def _same(images: Iterable[ImageFacts], named: tuple[str, ...]) -> Iterator[ImageFacts]:
    wanted = tuple(name.lower() for name in named)
    for each in images:
        if (each.publisher.lower(), each.offer.lower(), each.sku.lower()) == wanted:
            yield each


def notes(ctx: StepContext) -> list[str]:
    """For a plan that makes a pool: why that may be refused."""
    surveyed = ctx.of(Surveyed)
    said = surveyed.support if surveyed else None
    if said is None:
        return []
    ends = ((f"image {said.image}", said.image_ends), (f"size {said.size}", said.size_ends))
    told = [
        f"may be refused: Azure's own list takes new pools with {what} until {end}, which is over"
        for what, end in ends
        if end and end < said.asked
    ]
    if not said.listed:
        told.append(f"may be refused: {said.image} is not in Azure's own list of images for {said.agent}")
    return told
