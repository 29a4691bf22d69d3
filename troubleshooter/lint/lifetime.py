"""Checks of what a Batch pool is made of against the ends of support."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeGuard

from troubleshooter.lint.ends import known, today
from troubleshooter.lint.jsontext import pointer
from troubleshooter.lint.problem import INFO, WARNING, Problem, advice
from troubleshooter.lint.unknown import is_unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.lint.ends import End
    from troubleshooter.lint.extension import Place, PoolPlace

_SHAPES: tuple[tuple[str, ...], ...] = (("properties",), ())
"""Where a pool's fields are: ARM's, and the data plane's or Terraform's."""
_NODES_GO = ("batch-allocation-failed", "batch-resize-timeout", "batch-node-unusable-no-error")


def system_is_supported(place: Place) -> Iterator[Problem]:
    """Of the image, and else of the node agent: they are told once."""
    pool, host = place.pool, place.host
    if pool is None:
        return
    machine = pool.extensions_at.rpartition("/")[0]
    for release, keys in (
        (host.agent, ("nodeAgentSkuId", "nodeAgentSKUId", "node_agent_sku_id")),
        (host.image, ("imageReference", "storage_image_reference")),
    ):
        end = known().of("system", f"{release.family} {release.version}") if release else None
        if end is not None:
            at = next((key for key in keys if key in pool.machine), keys[0])
            yield from _told("batch-system-support-ends", end, pointer(machine, at), explains=_NODES_GO)
            return


def image_is_taken(place: Place) -> Iterator[Problem]:
    pool = place.pool
    reference = pool.machine.get("imageReference") if pool else None
    for key in ("virtualMachineImageId", "id"):
        value = reference.get(key) if isinstance(reference, Mapping) else None
        kind = re.search("/providers/microsoft[.]compute/images/", value.lower()) if _said(value) else None
        end = known().of("image", kind[0]) if kind else None
        if pool and end is not None:
            at = pointer(pool.extensions_at.rpartition("/")[0], "imageReference", key)
            yield from _told("batch-image-support-ends", end, at, explains=_NODES_GO)


def size_is_supported(place: Place) -> Iterator[Problem]:
    for key in ("vmSize", "vm_size"):
        yield from _of_field(place, "size", "batch-size-support-ends", key)


def communication_is_supported(place: Place) -> Iterator[Problem]:
    for key in ("targetNodeCommunicationMode", "target_node_communication_mode"):
        yield from _of_field(place, "communication", "batch-communication-support-ends", key)


def way_out_is_supported(place: Place) -> Iterator[Problem]:
    keys = ("networkConfiguration", "publicIPAddressConfiguration", "provision")
    yield from _of_field(place, "outbound", "batch-outbound-support-ends", *keys)


def api_version_is_supported(place: Place) -> Iterator[Problem]:
    """Of a template's resource; the type of azapi names it behind the @."""
    pool = place.pool
    version = pool.body.get("apiVersion") if pool else None
    end = next(one for one in known().ends if one.kind == "api-version")
    dated = re.match(r"\d{4}-\d\d-\d\d", version) if isinstance(version, str) else None
    if pool and dated and dated[0] < end.match:
        yield from _told("batch-api-version-support-ends", end, pointer(pool.at, "apiVersion"))


def extensions_are_supported(place: Place) -> Iterator[Problem]:
    pool = place.pool
    for index, entry in enumerate(pool.extensions if pool else ()):
        kind = entry.get("type")
        end = known().of("extension", kind) if _said(kind) else None
        if pool and end is not None:
            at = pointer(pool.extensions_at, index, "type")
            yield from _told("batch-extension-support-ends", end, at)


def _of_field(place: Place, kind: str, problem: str, *keys: str) -> Iterator[Problem]:
    pool = place.pool
    for shape in _SHAPES if pool else ():
        assert pool is not None  # noqa: S101 - tells the type checker
        value = _below(pool, (*shape, *keys))
        end = known().of(kind, value) if _said(value) else None
        if end is not None:
            yield from _told(problem, end, pointer(pool.at, *shape, *keys))


def _below(pool: PoolPlace, keys: tuple[str, ...]) -> Any:
    value: Any = pool.body
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _said(value: Any) -> TypeGuard[str]:
    return isinstance(value, str) and not is_unknown(value)


def _told(problem: str, end: End, at: str, explains: tuple[str, ...] = ()) -> Iterator[Problem]:
    day, ends = today(), known()
    if not ends.near(end, day):
        return
    over = end.over(day)
    when = (
        (f"ended {end.ends}" if over else f"ends {end.ends}") if end.ends else "is to end; no date was found"
    )
    yield Problem(
        problem,
        WARNING if over else INFO,
        at,
        f"Batch's support of {end.name} {when}",
        f"{end.then} ({end.label}, {ends.age(day)}.)",
        advice(end.instead),
        end.sources,
        explains if over else (),
    )
