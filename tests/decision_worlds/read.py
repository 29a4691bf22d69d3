"""A world of this folder as the product reads it: each body through the reader of such answers.

Times are UTC. `extensions` holds by node the entries of its extension list, or the error in its place;
`network` by id what ARM answers, an error too. An id that is missing was not read. What nobody recorded or
documented, and the world takes for granted, stands in its `about`.
"""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from troubleshooter import extensions
from troubleshooter.checks import ROWS, judged
from troubleshooter.cloud import translate
from troubleshooter.diagnosis import rule_book
from troubleshooter.lint import findings_of, lint_pool
from troubleshooter.model.finding import Confidence, Finding, Severity, Verdict
from troubleshooter.model.reply import Facts, Heard, Kind, Reply
from troubleshooter.operations import support
from troubleshooter.operations.facts.decided import Looked, decided
from troubleshooter.pooldef.wanted import wanted

if TYPE_CHECKING:
    from troubleshooter.model.decision import Decision
    from troubleshooter.model.facts import ExtensionFacts

FOLDER = Path(__file__).parent
FILES = sorted(FOLDER.glob("*/*.json"))
ABOUT = extensions.named("key-vault", extensions.shipped())
_KINDS = {
    "virtualnetworks": Kind.NETWORK,
    "subnets": Kind.SUBNET,
    "networksecuritygroups": Kind.SECURITY_GROUP,
    "routetables": Kind.ROUTES,
    "natgateways": Kind.NAT,
    "privateendpoints": Kind.ENDPOINT,
    "publicipaddresses": Kind.ADDRESS,
    "virtualnetworklinks": Kind.ZONE_LINKS,
}


def told(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found


def decision(world: dict[str, Any]) -> Decision | None:
    pool, now = world["pool"], datetime.fromisoformat(world["now"])
    facts = Facts(pool, wanted(pool, ABOUT), _replies(world))
    nodes = tuple(translate.node(node) for node in world["nodes"])
    views = {node: _views(listed) for node, listed in world["extensions"].items()}
    progress = translate.progress(_of_data_plane(pool))
    images = tuple(translate.image(one) for one in world["supportedImages"])
    said = support.found(pool, images, support.alone(now.date().isoformat(), pool))
    checks = tuple(check for check, _ in judged(ROWS, facts))
    looked = Looked(nodes, views, now, progress, said, checks)
    return decided(facts, ABOUT, (*_linted(pool), *_checked(facts)), looked)


def _views(listed: Any) -> tuple[ExtensionFacts, ...]:
    """None of a node that is refused, as the product's own reader gives it."""
    return tuple(translate.extension(one) for one in listed) if isinstance(listed, list) else ()


def _linted(pool: dict[str, Any]) -> tuple[Finding, ...]:
    return tuple(findings_of(lint_pool(pool, rule_book().known)))


def _checked(facts: Facts) -> tuple[Finding, ...]:
    return tuple(
        Finding(check.id, Severity.ERROR, said.confidence, said.says, said.evidence, "", extension=ABOUT.id)
        for check, said in judged(ROWS, facts)
        if check.verdict is Verdict.FAIL and said.confidence is Confidence.CONFIRMED
    )


def _replies(world: dict[str, Any]) -> dict[tuple[Kind, str], Reply]:
    account = world["account"]
    found = {(Kind.ACCOUNT, account["id"].lower()): Reply(f"GET {account['id']}", Heard.KNOWN, account)}
    for place, body in world["network"].items():
        parts = place.lower().split("/")
        kind = next((_KINDS[part] for part in reversed(parts) if part in _KINDS), None)
        if kind is None:  # what nothing reads: records of a zone, endpoint policies
            continue
        call = f"GET {place}"
        known = Reply(call, Heard.KNOWN, body.get("value", body))
        refused = Reply(call, Heard.REFUSED, role="Reader", right="Microsoft.Network/*/read")
        key = parts[-2] if kind is Kind.ZONE_LINKS else place.lower()
        found[kind, key] = refused if "error" in body else known
    return found


def _of_data_plane(pool: dict[str, Any]) -> dict[str, Any]:
    """The same pool in the data plane's words, which give what ARM calls details as values."""
    said = pool["properties"]
    status = said.get("resizeOperationStatus") or {}
    wanted = (said.get("scaleSettings") or {}).get("fixedScale") or status
    errors = [
        {
            "code": error["code"],
            "message": error["message"],
            "values": [
                {"name": one.get("code"), "value": one.get("message")} for one in error.get("details") or ()
            ],
        }
        for error in status.get("errors") or ()
    ]
    sizes = {key: said.get(key, 0) for key in ("currentDedicatedNodes", "currentLowPriorityNodes")}
    targets = {key: wanted.get(key, 0) for key in ("targetDedicatedNodes", "targetLowPriorityNodes")}
    state = {"state": "active", "allocationState": said.get("allocationState", "")}
    return {**state, **sizes, **targets, **({"resizeErrors": errors} if errors else {})}
