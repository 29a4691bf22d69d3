"""Checks of the extensions of a Batch pool."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.lint.jsontext import pointer
from troubleshooter.lint.problem import BATCH_PAGE, ERROR, INFO, WARNING, Problem, advice, removing
from troubleshooter.lint.systems import Os
from troubleshooter.lint.unknown import is_unknown
from troubleshooter.model.extension import OnBatch, meet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from troubleshooter.lint.extension import Place
    from troubleshooter.model.extension import Extension


def waits_for_what_exists(place: Place) -> Iterator[Problem]:
    where, after = place.waits_for
    if place.pool is None or any(is_unknown(name) for name in place.pool.names):
        return
    for index, name in enumerate(after):
        if not isinstance(name, str) or is_unknown(name):
            continue
        at = pointer(where, index)
        if name not in place.pool.names:
            yield Problem(
                "batch-provision-after-unknown",
                ERROR,
                at,
                f"it waits for the extension {name!r}, which the pool does not have",
                "An extension that waits for one that never comes is not provisioned.",
                removing(f"Do not wait for {name!r}", at),
                (BATCH_PAGE,),
            )
        elif name == place.fields.get("name"):
            yield Problem(
                "batch-provision-after-itself",
                ERROR,
                at,
                "it waits for itself",
                "An extension that waits for itself is not provisioned.",
                removing("Do not wait for itself", at),
                (BATCH_PAGE,),
            )


def _listed(known: Iterable[Extension]) -> set[str]:
    """The types of those that Batch installs, in small letters."""
    return {name.lower() for one in known if one.on_batch is OnBatch.INSTALLED for name in one.types}


def types_are_allowed(place: Place) -> Iterator[Problem]:
    """Of every extension of the pool, since one that is refused keeps ours from coming."""
    pool = place.pool
    for index, entry in enumerate(pool.extensions if pool else ()):
        kind = entry.get("type")
        lowered = kind.lower() if isinstance(kind, str) and not is_unknown(kind) else ""
        known = meet(pool.known, entry.get("publisher"), kind) if pool else None
        installed = known is not None and known.extension.on_batch is OnBatch.INSTALLED
        if pool is None or not lowered or installed or lowered in _listed(pool.known):
            continue
        reserved = lowered in {name.lower() for one in pool.known if one.reserved for name in one.types}
        yield Problem(
            "batch-extension-type-not-allowed",
            ERROR if reserved else WARNING,
            pointer(pool.extensions_at, index, "type"),
            f"{kind} is reserved for Batch itself"
            if reserved
            else f"{kind} is not in the list of extensions that Batch installs",
            "Batch uses the custom script extension on its nodes, and lets nobody replace it."
            if reserved
            else "Batch installs listed extensions; others are added on request to Azure's support.",
            advice(
                "Use the pool's start task in its place" if reserved else "Ask Azure's support to allow it"
            ),
            (BATCH_PAGE,),
        )


def terraform_encodes_settings(place: Place) -> Iterator[Problem]:
    if place.pool is None or "settings_json" not in place.fields:
        return
    yield Problem(
        "batch-terraform-settings-encoding",
        INFO,
        place.settings_at,
        "azurerm_batch_pool was seen to send settings as text",
        "With settings as text, nodes never start and the pool shows AllocationFailed.",
        advice("After apply, read the pool back: settings must be an object; azapi sends it rightly"),
        ("https://github.com/hashicorp/terraform-provider-azurerm/issues/20530",),
    )


def agent_fits_the_image(place: Place) -> Iterator[Problem]:
    """Batch wants the node agent that is made for the image."""
    image, agent = place.host.image, place.host.agent
    if place.pool is None or image is None or agent is None or image.os is Os.WINDOWS is agent.os:
        return
    same = image.family == agent.family or (agent.family == "el" and image.family not in {"ubuntu", "debian"})
    same = same and image.os is agent.os
    if same and (not image.version or not agent.version or image.version == agent.version):
        return
    yield Problem(
        "batch-agent-install-failure",
        WARNING,
        place.pool.extensions_at.rpartition("/")[0],
        f"the node agent is for {agent}, the image is {image}",
        "Batch's agent installs only on the system it is made for.",
        advice("Choose the node agent that Batch lists for this image"),
        (BATCH_PAGE,),
    )
