"""Where Key Vault extensions stand in a document, whatever its shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from troubleshooter.lint import hosts, plans
from troubleshooter.lint.extension import PoolPlace, bare, is_extension, read
from troubleshooter.lint.hosts import Host, HostKind
from troubleshooter.lint.jsontext import pointer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.lint.extension import Place

_ANSWER_KEYS = {"creationTime", "eTag", "lastModified", "stateTransitionTime"}
"""What only an answer of the data plane has, beside its virtualMachineConfiguration."""
_ALONE = {"settings", "authenticationSettings"}
_DEPTH = 60


@dataclass(frozen=True, slots=True)
class _Around:
    """What encloses the value being visited."""

    machines: tuple[Host, ...] = ()
    """Every machine of the document."""
    host: Host = hosts.UNSHOWN
    pool: PoolPlace | None = None
    answer: bool = False
    depth: int = 0


def places(document: Any, file: str) -> Iterator[Place]:
    """Every extension of ours, top to bottom."""
    if isinstance(document, Mapping):
        if isinstance(document.get("runtimeSettings"), list):
            yield from _settings_file(document, file)
            return
        if "secretsManagementSettings" in document and not is_extension(document):
            yield bare(document, "", file)
            return
        if isinstance(inner := document.get("settings"), Mapping) and not is_extension(document):
            if set(document) <= _ALONE:
                yield bare(document, "", file)  # a settings file in one wrapper too many
                return
            if "secretsManagementSettings" in inner:  # a part of an extension, cut out
                yield read(document, "", hosts.UNSHOWN, None, answer=False)
                return
        if plans.is_plan(document):
            yield from _plan(document)
            return
    yield from _visit(document, "", _Around(hosts.hosts_in(document)))


def _visit(value: Any, at: str, around: _Around) -> Iterator[Place]:
    if around.depth > _DEPTH:
        return
    around = replace(around, depth=around.depth + 1)
    if isinstance(value, list):
        for index, entry in enumerate(value):
            yield from _visit(entry, pointer(at, index), around)
    if not isinstance(value, Mapping):
        return
    around = _entered(value, at, around)
    if is_extension(value):
        yield read(value, at, around.host, around.pool, answer=around.answer)
        return
    for key, entry in value.items():
        if key == "properties" and is_extension(entry):
            yield read(entry, pointer(at, key), around.host, around.pool, answer=around.answer)
        else:
            yield from _visit(entry, pointer(at, key), around)


def _entered(value: Mapping[str, Any], at: str, around: _Around) -> _Around:
    """What encloses the parts of this value."""
    around = replace(around, answer=around.answer or _is_answer(value))
    kind, extended = hosts.kind_of(value.get("type")), hosts.kind_extended(value.get("type"))
    if pool := _pool(value, at):
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


def _settings_file(document: Mapping[str, Any], file: str) -> Iterator[Place]:
    for index, entry in enumerate(document["runtimeSettings"]):
        handler = entry.get("handlerSettings") if isinstance(entry, Mapping) else None
        if isinstance(handler, Mapping) and "publicSettings" in handler:
            at = pointer("", "runtimeSettings", index, "handlerSettings", "publicSettings")
            yield bare(handler["publicSettings"], at, file)


def _machine(value: Mapping[str, Any]) -> Mapping[str, Any] | None:
    inner = value.get("properties")
    deployment = inner.get("deploymentConfiguration") if isinstance(inner, Mapping) else None
    machine = deployment.get("virtualMachineConfiguration") if isinstance(deployment, Mapping) else None
    if machine is None and ("vmSize" in value or "id" in value):
        machine = value.get("virtualMachineConfiguration")
    return machine if isinstance(machine, Mapping) else None


def _pool(value: Mapping[str, Any], at: str) -> PoolPlace | None:
    machine = _machine(value)
    if machine is None:
        return None
    arm = "virtualMachineConfiguration" not in value
    entries = machine.get("extensions")
    listed = entries if isinstance(entries, list) else []
    extensions = tuple(entry if isinstance(entry, Mapping) else {} for entry in listed)
    return PoolPlace(at, arm, extensions, hosts.extensions_pointer(at, arm=arm))


def _plan(document: Mapping[str, Any]) -> Iterator[Place]:
    for resource in plans.resources(document):
        found = _blocks(resource) if resource.body is None else _under(resource.body, resource)
        for place in found:
            yield replace(place, generated=True)


def _under(body: Mapping[str, Any], resource: plans.Resource) -> Iterator[Place]:
    """Places of a body of ARM's that a plan carries; its identity and type stand beside the body."""
    whole = {**body, "type": resource.type}
    if resource.identity is not None and "identity" not in body:
        whole["identity"] = resource.identity
    for place in _visit(whole, resource.at, _Around(host=resource.host)):
        yield _in_text(place, resource.at) if resource.body_in_text else place


def _in_text(place: Place, at: str) -> Place:
    """A place inside a body that is text, which a body may be; settings in it may still not."""
    right = place.text_is_right or not place.in_text
    return replace(place, at=at, settings_at=at, in_text=True, text_is_right=right)


def _blocks(resource: plans.Resource) -> Iterator[Place]:
    blocks = [(resource.at, resource.values)] if is_extension(resource.values) else []
    for key in ("extensions", "extension"):
        listed = resource.values.get(key)
        blocks += [
            (pointer(resource.at, key, index), block)
            for index, block in enumerate(listed if isinstance(listed, list) else [])
            if is_extension(block)
        ]
    pool = None
    if resource.host.kind is HostKind.BATCH:
        listed = resource.values.get("extensions")
        every = tuple(one if isinstance(one, Mapping) else {} for one in listed or [])
        pool = PoolPlace(resource.at, True, every, pointer(resource.at, "extensions"))
    for at, block in blocks:
        yield read(block, at, resource.host, pool, answer=False)
