"""What is looked at where no log was read: each usual cause shows in something that needs no log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.report.administrator import whoever_may

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from troubleshooter.model.handover import Mend


def usual_causes(looks: str, mends: Sequence[Mend], when: str, how: str) -> Iterator[tuple[str, str]]:
    """What is to be done, in order, each with its command or with none. `how` makes nodes anew."""
    anew = f"nodes that were unusable do not always recover by themselves. If they do not, {how}."
    if not mends:  # of a run of an earlier version
        seen = "Over each command stands what is a cause. Once that is mended, look at the pool again"
        yield f"{when}, look at the usual causes. {seen}: {anew}", looks
        return
    text = (
        f"{when}, look at the usual causes, in the order in which a vault checks them: its network, the"
        " permission of the pool's identity, the certificate. These commands change nothing: run them all"
        " before you change anything. Then mend the first of the causes below that shows. If a mend does not"
        " help, go on with the next: one fault hides those behind it."
    )
    yield text, looks
    yield from ((_told(each), each.command) for each in mends)
    yield f"After a mend, look at the pool again: {anew}", ""


def _told(mend: Mend) -> str:
    who = whoever_may(mend.kind) or "Somebody who may change it"
    return f"{mend.shows} {who} mends it with:" if mend.command else mend.shows
