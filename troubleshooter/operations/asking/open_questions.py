"""What no source settles about Azure, and what this program makes of each answer: asked of a real account.

The questions are those that the specification, the documentation and recorded answers leave open.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from troubleshooter.errors import ExitCode, ServiceRefusal, TroubleshooterError
from troubleshooter.model.facts import NodeState
from troubleshooter.model.handover import OpenAnswer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from troubleshooter.cloud.azure import Azure
    from troubleshooter.model.facts import NodeFacts
    from troubleshooter.model.target import Target


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    id: str
    asks: str
    follows: str
    """What comes of it here, whatever the answer is."""
    of: str
    """What can answer it: `pool`, any that is there; `node`, an idle one; `broken`, one that is unusable."""


QUESTIONS = (
    OpenQuestion(
        "settings-form",
        "In which form does ARM give back an extension's settings?",
        "Text is read, and put back, as the object that it holds.",
        "pool",
    ),
    OpenQuestion(
        "view-form",
        "In which form does a node's view give an extension's settings?",
        "Both are read.",
        "pool",
    ),
    OpenQuestion(
        "etag-form",
        "Does the data plane give ETags bare or in quotes?",
        "A change is bound to the ETag as given, and once in the other form where that is not met.",
        "pool",
    ),
    OpenQuestion("node-id", "How long is a node's id?", "It is shown whole, or by both of its ends.", "pool"),
    OpenQuestion(
        "login-port",
        "What do a node's remote login settings answer?",
        "The node's own endpoint configuration is asked first, and these where it names no port 22.",
        "pool",
    ),
    OpenQuestion(
        "unusable-view",
        "Is the extension view of an unusable node shown?",
        "Where it is not, the survey says so, and the settings and logs decide.",
        "broken",
    ),
    OpenQuestion(
        "rsa",
        "Is a node user with an RSA key made, and let in?",
        "It is the key that is tried first.",
        "node",
    ),
    OpenQuestion(
        "ed25519",
        "Is a node user with an ed25519 key made, and let in?",
        "It is tried where RSA is refused.",
        "node",
    ),
    OpenQuestion(
        "expiry",
        "Is a node user let in on the day on which it expires?",
        "Users are made to expire after two days, and are removed as soon as the logs are read.",
        "node",
    ),
    OpenQuestion(
        "if-none-match",
        "How is the creation of a pool that is there refused?",
        "Both 409 and 412 are taken for a pool that is there; whose it is is read then.",
        "node",
    ),
    OpenQuestion(
        "both-ports",
        "Which port do the login settings name where 22 and 3389 are mapped?",
        "The node's own endpoint configuration is asked first.",
        "node",
    ),
    OpenQuestion(
        "if-match",
        "In which form of If-Match is a DELETE taken?",
        "The bare form is tried first, then the one in quotes.",
        "node",
    ),
)
OF_NODE = tuple(each.id for each in QUESTIONS if each.of == "node" and each.id != "if-match")
"""Those that an idle node answers while it stands."""
BY_ID: Mapping[str, OpenQuestion] = {each.id: each for each in QUESTIONS}


def answered(question: str, find: Callable[[], str]) -> OpenAnswer:
    """The answer, or that Azure refused to give it: one that cannot be had hides no other."""
    try:
        return OpenAnswer(question, find())
    except TroubleshooterError as error:
        if error.exit_code == ExitCode.INTERRUPTED:
            raise
        return OpenAnswer(question, told_of(error), settled=False)


def told_of(error: TroubleshooterError) -> str:
    """A refusal without anybody's names or ids: its status and code."""
    if isinstance(error, ServiceRefusal):
        return f"refused with HTTP {error.status} {error.code}".rstrip()
    return {
        ExitCode.NOT_FOUND: "there is nothing to ask",
        ExitCode.NOT_PERMITTED: "not permitted",
        ExitCode.GAVE_UP: "no answer in time",
    }.get(ExitCode(error.exit_code), "it could not be asked")


def by_reading(azure: Azure, target: Target, endpoint: str) -> Iterable[OpenAnswer]:
    """What the pool that is there answers, and its nodes. Reads only."""
    yield answered("settings-form", lambda: _settings_form(azure.arm.pool(target).body))
    yield answered("etag-form", lambda: _etag_form(azure.batch.etag(endpoint, target.pool)))
    try:
        nodes = azure.batch.nodes(endpoint, target.pool)
    except TroubleshooterError as error:
        if error.exit_code == ExitCode.INTERRUPTED:
            raise
        nodes = ()
    if not nodes:
        for question in ("view-form", "node-id", "login-port"):
            yield OpenAnswer(question, "the pool shows no node to ask", settled=False)
        return
    yield OpenAnswer("node-id", f"{len(nodes[0].id)} characters")
    yield answered("view-form", lambda: _view_form(azure, target, endpoint, nodes[0]))
    usable = next((node for node in nodes if node.state.usable), nodes[0])
    yield answered("login-port", lambda: _login(azure, target, endpoint, usable))
    if unusable := [node for node in nodes if node.state is NodeState.UNUSABLE]:
        yield answered("unusable-view", lambda: _view_of(azure, target, endpoint, unusable[0]))


def not_asked(answers: Iterable[OpenAnswer], no_node: str = "") -> Iterable[tuple[OpenQuestion, str]]:
    """Questions that are left, and why: `no_node`, where a pool was made and gave none to ask."""
    asked = {each.question for each in answers}
    why = {
        "pool": "the pool that was named does not show it",
        "node": no_node or "it takes an idle node with a way in: --with-pool makes one",
        "broken": "only a node that is unusable can show it, and none is there",
    }
    return [(each, why[each.of]) for each in QUESTIONS if each.id not in asked]


def _extensions(definition: Any) -> list[Any]:
    machine = (definition["properties"].get("deploymentConfiguration") or {}).get(
        "virtualMachineConfiguration"
    )
    return [each for each in (machine or {}).get("extensions") or [] if isinstance(each, dict)]


def _form_of(settings: Iterable[object]) -> str:
    forms = {"text" if isinstance(each, str) else "an object" for each in settings if each is not None}
    return " and ".join(sorted(forms)) or "no extension of the pool has settings"


def _settings_form(given: Any) -> str:
    """Of the answer itself: a saved definition is read as it was sent."""
    return _form_of([each.get("settings") for each in _extensions(given)])


def _etag_form(etag: str | None) -> str:
    if etag is None:
        return "none is given"
    return "in quotes" if '"' in etag else "bare"


def _view_form(azure: Azure, target: Target, endpoint: str, node: NodeFacts) -> str:
    shown = azure.batch.extensions(endpoint, target.pool, node.id)
    found = [(each.raw.get("vmExtension") or {}).get("settings") for each in shown]
    return _form_of(found)


def _view_of(azure: Azure, target: Target, endpoint: str, node: NodeFacts) -> str:
    shown = azure.batch.extensions(endpoint, target.pool, node.id)
    return f"shown, with {len(shown)} extensions" if shown else "shown, and empty"


def _login(azure: Azure, target: Target, endpoint: str, node: NodeFacts) -> str:
    told = azure.batch.login(endpoint, target.pool, node.id)
    own = azure.batch.ssh_endpoint(endpoint, target.pool, node.id, 4)
    if own is None:
        return "a port, where the node itself names none for SSH"
    return "the port of SSH" if told.port == own.port else "another port than the node names for SSH"
