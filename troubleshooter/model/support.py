"""What the service itself says of how long it takes a pool's image and size."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Support:
    asked: str = ""
    """The day on which it was asked; days are as 2026-11-25."""
    image: str = ""
    """Publisher, offer and SKU; empty where it is one of the operator's own, or nothing was said of it."""
    agent: str = ""
    """The node agent of the pool, in whose company the image is looked for."""
    agents: tuple[str, ...] = ()
    """The node agents with which the service lists the image."""
    image_ends: str = ""
    """The last day on which it takes a new pool with both, where it names one."""
    size: str = ""
    size_ends: str = ""

    @property
    def listed(self) -> bool:
        """Whether the service lists the image with the pool's node agent, as far as that is known."""
        return not self.image or self.agent.lower() in {agent.lower() for agent in self.agents}
