"""What a run leaves about a pool that an ordinary one does not have, read from its definition alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from troubleshooter.collect.roads.ssh_entry import ssh_rules
from troubleshooter.pooldef import given_back, pool_body
from troubleshooter.report.counted import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.model.extension import Extension


def traces(definition: Any, extension: Extension) -> tuple[str, ...]:
    """Each in words; none where nothing about the pool is out of the ordinary."""
    sent = given_back.read(definition) if given_back.is_text(definition) else definition
    return tuple(_traces(sent, extension))


def _traces(definition: Any, extension: Extension) -> Iterator[str]:
    if not pool_body.ours(definition, extension):
        yield f"the {extension.title} extension is left out, so its nodes get no certificates"
    elif pool_body.has_blocking(definition, extension) and not pool_body.blocks(definition, extension):
        setting = extension.settings.blocks
        yield f"{setting.setting if setting else 'waiting for the extension'} is off"
    for name, sources in ssh_rules(definition):
        yield f"SSH (port 22) is open from {', '.join(sources) or 'anywhere'}, by the NAT pool {name}"
    size = pool_body.fixed_size(definition)
    if size is not None:
        yield f"it has a fixed size of {counted(size, 'node')}"
