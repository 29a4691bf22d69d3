"""Where known extensions stand in a document, whatever its shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from troubleshooter.lint import hosts
from troubleshooter.lint.extension import PoolPlace, bare, met_in, read
from troubleshooter.lint.hosts import Host, HostKind
from troubleshooter.lint.jsontext import pointer
from troubleshooter.model.extension import Answer, Extension, Met, Recognised

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.lint.extension import Place
    from troubleshooter.lint.plans import Resource

_ANSWER_KEYS = {"creationTime", "eTag", "lastModified", "stateTransitionTime"}
"""What only an answer of the data plane has, beside its virtualMachineConfiguration."""
_ALONE = {"settings", "authenticationSettings"}
_DEPTH = 60
_SINGLE = (str, int, float)
"""What nothing can be in."""


@dataclass(frozen=True, slots=True)
class _Around:
    """What encloses the value being visited."""

    known: tuple[Extension, ...]
    machines: tuple[Host, ...] = ()
    """Every machine of the document."""
    host: Host = hosts.UNSHOWN
    pool: PoolPlace | None = None
    answer: bool = False
    loose: bool = False
    """Settings may stand anywhere, without their extension: it is a source."""


def places(document: Any, file: str, known: tuple[Extension, ...], *, loose: bool = False) -> Iterator[Place]:
    """Every known extension, top to bottom; of a source also settings that stand loose in it."""
    if isinstance(document, Mapping):
        if isinstance(document.get("runtimeSettings"), list):
            yield from _settings_file(document, file, known)
            return
        met = met_in(document, known)
        if met is None and not loose and (whose := _held(document, known)):
            yield bare(document, whose, "", file)
            return
        if met is None and not loose and isinstance(inner := document.get("settings"), Mapping):
            whose = _held(inner, known)
            if set(document) <= _ALONE:  # a settings file in one wrapper too many
                yield bare(document, whose or known[0], "", file)
                return
            if whose:  # a part of an extension, cut out
                part = Met(whose, Recognised(Answer.MEANT))
                yield read(document, part, "", hosts.UNSHOWN, None, answer=False)
                return
        if (planned := _planned(document)) is not None:
            yield from _plan(planned, known, loose=loose)
            return
    yield from _visit(document, "", _Around(known, hosts.hosts_in(document), loose=loose))


def _held(settings: Mapping[str, Any], known: tuple[Extension, ...]) -> Extension | None:
    """Whose settings an object is, by the key that makes it so."""
    holds = (one for one in known if one.settings.holds and one.settings.holds in settings)
    return next(holds, None)


def _visit(value: Any, at: str, around: _Around, depth: int = 0) -> Iterator[Place]:
    if depth > _DEPTH:
        return
    if isinstance(value, list):
        for index, entry in enumerate(value):
            if entry and not isinstance(entry, _SINGLE):
                yield from _visit(entry, pointer(at, index), around, depth + 1)
    if isinstance(value, Mapping):
        yield from _object(value, at, _entered(value, at, around), depth)


def _object(value: Mapping[str, Any], at: str, around: _Around, depth: int) -> Iterator[Place]:
    if met := met_in(value, around.known):
        yield read(value, met, at, around.host, around.pool, answer=around.answer)
        return
    if around.loose and (whose := _held(value, around.known)) and not _of_another(value, at):
        yield bare(value, whose, at, "")
        return
    for key, entry in value.items():
        if key == "properties" and (met := met_in(entry, around.known)):
            yield read(entry, met, pointer(at, key), around.host, around.pool, answer=around.answer)
        elif entry and not isinstance(entry, _SINGLE):
            yield from _visit(entry, pointer(at, key), around, depth + 1)


def _of_another(value: Mapping[str, Any], at: str) -> bool:
    """Managed DevOps pools have a part of this name in their osProfile."""
    return at.endswith("/osProfile") or "logonType" in value


def _entered(value: Mapping[str, Any], at: str, around: _Around) -> _Around:
    """What encloses the parts of this value."""
    if not around.answer and _is_answer(value):
        around = replace(around, answer=True)
    kind, extended = hosts.kind_of(value.get("type")), hosts.kind_extended(value.get("type"))
    if pool := _pool(value, at, around.known):
        body, machine = value, _machine(value)
        around = replace(around, pool=pool, host=hosts.pool_host(body, machine or {}))
    elif kind and kind is not HostKind.BATCH:
        host = hosts.host_of(value, kind)
        given = any(one.rights_given_here for one in around.machines)
        around = replace(around, host=replace(host, rights_given_here=given))
    elif extended and around.host.kind is not extended:
        around = replace(around, host=hosts.host_for(value, extended, around.machines))
    return around


def _is_answer(value: Mapping[str, Any]) -> bool:
    of_pool = "virtualMachineConfiguration" in value and bool(_ANSWER_KEYS & value.keys())
    return of_pool or "instanceView" in value or "odata.metadata" in value


def _settings_file(document: Mapping[str, Any], file: str, known: tuple[Extension, ...]) -> Iterator[Place]:
    for index, entry in enumerate(document["runtimeSettings"]):
        handler = entry.get("handlerSettings") if isinstance(entry, Mapping) else None
        if isinstance(handler, Mapping) and "publicSettings" in handler:
            at = pointer("", "runtimeSettings", index, "handlerSettings", "publicSettings")
            settings = handler["publicSettings"]
            whose = _held(settings, known) if isinstance(settings, Mapping) else None
            yield bare(settings, whose or known[0], at, file)


def _machine(value: Mapping[str, Any]) -> Mapping[str, Any] | None:
    inner = value.get("properties")
    deployment = inner.get("deploymentConfiguration") if isinstance(inner, Mapping) else None
    machine = deployment.get("virtualMachineConfiguration") if isinstance(deployment, Mapping) else None
    if machine is None and ("vmSize" in value or "id" in value):
        machine = value.get("virtualMachineConfiguration")
    return machine if isinstance(machine, Mapping) else None


def _pool(value: Mapping[str, Any], at: str, known: tuple[Extension, ...]) -> PoolPlace | None:
    machine = _machine(value)
    if machine is None:
        return None
    arm = "virtualMachineConfiguration" not in value
    entries = machine.get("extensions")
    listed = entries if isinstance(entries, list) else []
    extensions = tuple(entry if isinstance(entry, Mapping) else {} for entry in listed)
    return PoolPlace(at, arm, extensions, hosts.extensions_pointer(at, arm=arm), known, value, machine)


def _planned(document: Mapping[str, Any]) -> Iterator[Resource] | None:
    """Resources of a plan or state of Terraform's; None of any other document."""
    if not {"planned_values", "values"} & set(document):
        return None
    from troubleshooter.lint import plans  # noqa: PLC0415 - `lint` is quick: most documents are no plan

    return plans.resources(document) if plans.is_plan(document) else None


def _plan(planned: Iterator[Resource], known: tuple[Extension, ...], *, loose: bool) -> Iterator[Place]:
    for resource in planned:
        body = resource.body
        found = tuple(_blocks(resource, known) if body is None else _under(body, resource, known))
        if loose and not found:
            yield from _visit(resource.values, resource.at, _Around(known, host=resource.host, loose=True))
        for place in found:
            yield replace(place, generated=True)


def _under(body: Mapping[str, Any], resource: Resource, known: tuple[Extension, ...]) -> Iterator[Place]:
    """Places of a body of ARM's that a plan carries; its identity and type stand beside the body."""
    whole = {**body, "type": resource.type}
    if resource.identity is not None and "identity" not in body:
        whole["identity"] = resource.identity
    for place in _visit(whole, resource.at, _Around(known, host=resource.host)):
        yield _in_text(place, resource.at) if resource.body_in_text else place


def _in_text(place: Place, at: str) -> Place:
    """A place inside a body that is text, which a body may be; settings in it may still not."""
    right = place.text_is_right or not place.in_text
    return replace(place, at=at, settings_at=at, in_text=True, text_is_right=right)


def _blocks(resource: Resource, known: tuple[Extension, ...]) -> Iterator[Place]:
    blocks: list[tuple[str, Any]] = [(resource.at, resource.values)]
    for key in ("extensions", "extension"):
        listed = resource.values.get(key)
        blocks += [
            (pointer(resource.at, key, index), block)
            for index, block in enumerate(listed if isinstance(listed, list) else [])
        ]
    pool = None
    if resource.host.kind is HostKind.BATCH:
        listed = resource.values.get("extensions")
        every = tuple(one if isinstance(one, Mapping) else {} for one in listed or [])
        at, values = resource.at, resource.values
        pool = PoolPlace(at, True, every, pointer(at, "extensions"), known, values, values)
    for at, block in blocks:
        if met := met_in(block, known):
            yield read(block, met, at, resource.host, pool, answer=False)
