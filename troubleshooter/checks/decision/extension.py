"""What the extensions themselves report of nodes that do not come, and what is known to stop them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from troubleshooter.checks.decision.seen import Sign, Weight, cannot_fetch
from troubleshooter.model.decision import Whose
from troubleshooter.model.evidence import Evidence
from troubleshooter.model.facts import ExtensionStatus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.checks.decision.seen import Seen
    from troubleshooter.model.facts import ExtensionFacts

_NO_WAY = re.compile(
    r"(?i)failed to resolve address|error resolving|failed to connect|could not resolve"
    r"|name or service not known|no such host|unable to connect to the remote server"
    r"|connection (?:refused|timed out)|ssl handshake|ssl error|operation timed out|proxy"
)
"""The request met no answer at all (texts of the HTTP library and of systems)."""
_SILENT = re.compile(r"(?i)has not reported status|status could not be obtained|vm agent")
_RETRIES = re.compile(r"(?i)retrying|failed to download")
"""It gives no reason: whether the vault refused, or nothing answered, its log alone says."""
_ANSWERED = re.compile(r"(?i)\b40[0-9]\b|forbidden|unauthori[sz]ed|not ?found|identity|\bdisabled\b")


def signs(seen: Seen) -> Iterator[Sign]:
    ill = [node.id for node in seen.ill]
    if not ill:
        return
    shown = {node: tuple(one for one in seen.views.get(node, ()) if not seen.own(one)) for node in ill}
    read = {node: views for node, views in shown.items() if views}
    told = [sign for node, views in read.items() for view in views for sign in _of_view(seen, node, view)]
    yield from {(sign.whose, sign.weight, sign.says): sign for sign in told}.values()
    if told:
        return
    if not seen.extensions and not read:
        yield Sign(Whose.EXTENSION, Weight.EXCLUDES, "the pool has no extension")
    elif read and all(_succeeded(seen, views) for views in shown.values()):
        said = "every extension reports success on every node that does not come"
        yield Sign(
            Whose.EXTENSION,
            Weight.EXCLUDES,
            said,
            tuple(_proof(node, views[0]) for node, views in read.items()),
        )
    else:
        yield from _unseen(seen, sum(not _succeeded(seen, views) for views in shown.values()))


def _succeeded(seen: Seen, views: tuple[ExtensionFacts, ...]) -> bool:
    """Whether all of the pool's extensions are shown, and each with success."""
    named = {view.name.lower() for view in views if view.status is ExtensionStatus.SUCCESS}
    return len(named) == len(views) and named >= {name.lower() for name in seen.extensions}


def _of_view(seen: Seen, node: str, view: ExtensionFacts) -> Iterator[Sign]:
    evidence = (_proof(node, view),)
    first = view.message.strip().partition("\n")[0]
    said = f"the extension {view.name} reports {view.status.value}" + (f": {first[:200]}" if first else "")
    if view.status is ExtensionStatus.ERROR:
        if _SILENT.search(view.message):
            yield Sign(Whose.BATCH, Weight.LIKELY, f"the machine's agent does not answer; {said}", evidence)
        elif _NO_WAY.search(view.message):
            yield Sign(Whose.NETWORK, Weight.DECIDES, f"a request got no answer; {said}", evidence)
        elif cannot_fetch(view):
            told = f"the machine's agent fetched nothing; {said}"
            yield Sign(Whose.NETWORK, Weight.LIKELY, told, evidence, would=_would(seen))
        elif _RETRIES.search(view.message) and not _ANSWERED.search(view.message) and not seen.sure:
            yield _without_reason(seen, said, evidence)
        else:
            yield Sign(Whose.EXTENSION, Weight.DECIDES, said, evidence)
    elif view.status is ExtensionStatus.TRANSITIONING:
        yield from _on_its_way(seen, view, said, evidence)


def _on_its_way(
    seen: Seen, view: ExtensionFacts, said: str, evidence: tuple[Evidence, ...]
) -> Iterator[Sign]:
    if _NO_WAY.search(view.message):
        yield Sign(Whose.NETWORK, Weight.DECIDES, f"a request got no answer; {said}", evidence)
        return
    if (cause := seen.sure) is not None:
        also = f"{said}; and it cannot succeed: {cause.title}"
        yield Sign(Whose.EXTENSION, Weight.DECIDES, also, (*evidence, *cause.evidence))
    elif seen.waits and (_RETRIES.search(view.message) or seen.causes):
        yield _without_reason(seen, said, evidence)
    else:
        yield Sign(Whose.EXTENSION, Weight.OPEN, said, evidence, would=_would(seen))


def _without_reason(seen: Seen, said: str, evidence: tuple[Evidence, ...]) -> Sign:
    """It does not say why it fails: a vault that refuses and one that never answers look the same."""
    if seen.cleared and not seen.causes:
        also = (
            f"{said}; what Azure shows of identity, rights and secret is well, so a request may get no answer"
        )
        return Sign(Whose.EXTENSION, Weight.OPEN, also, evidence, would=_would(seen))
    return Sign(Whose.EXTENSION, Weight.LIKELY, said, evidence, would=_would(seen))


def _would(seen: Seen) -> str:
    """What a node could still tell: one that the extension keeps for ever is nobody's to read."""
    return _ASK_ONE if seen.always_waits else _READ_ITS_LOG


_ASK_ONE = "a node without the extension, asked itself for what the extension would meet"
_READ_ITS_LOG = "a node with the extension that does not make it wait, and the extension's log on it"


def _unseen(seen: Seen, missing: int) -> Iterator[Sign]:
    """Nothing was reported of some or all of the ill nodes."""
    cause = next(iter(seen.causes), None)
    if seen.waits and cause is not None:
        said = f"nodes wait for the extension, and it cannot succeed: {cause.title}"
        yield Sign(Whose.EXTENSION, Weight.LIKELY, said, cause.evidence, would=_VIEW)
        return
    said = f"what the extensions report of {missing} ill nodes was not shown"
    yield Sign(Whose.EXTENSION, Weight.OPEN, said, would=_VIEW)


_VIEW = "the extension's view of an ill node: GET …/nodes/<node>/extensions, its instanceView.statuses"


def _proof(node: str, view: ExtensionFacts) -> Evidence:
    shown = f"{view.name}: {view.status.value}  {view.message}".strip()
    call = f"GET …/nodes/{node}/extensions"
    return Evidence(call, 0, shown[:300], node, source="azure", call=call, field="instanceView.statuses")
