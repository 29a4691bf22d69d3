"""Entries of what stands on a machine: the known extensions, and what stands around them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from troubleshooter.glossary.entry import Entry, Kind, Section
from troubleshooter.model.extension import OnBatch

if TYPE_CHECKING:
    from collections.abc import Iterator

    from troubleshooter.glossary.entry import Value
    from troubleshooter.model.extension import Edition, Extension

_ON_BATCH = {
    OnBatch.INSTALLED: "Batch lists it among the extensions that it installs",
    OnBatch.RESERVED: "it is Batch's own, and nobody may give it",
    OnBatch.ON_REQUEST: "Batch installs it on request to Azure's support",
}


def of_extension(extension: Extension) -> Entry:
    facts: list[tuple[str, Value]] = []
    if extension.publishers:
        facts += [("publisher", extension.publishers), ("on Batch", _ON_BATCH[extension.on_batch])]
    for system, edition in (("Linux", extension.linux), ("Windows", extension.windows)):
        facts += [(f"{label} on {system}", value) for label, value in _known(edition)]
    title = f"The {extension.title} extension" if extension.publishers else extension.title
    sources = (Section("Sources", extension.sources, links=True),) if extension.sources else ()
    return Entry(
        Kind.EXTENSION, extension.id, title, facts=tuple(facts), sections=sources, names=extension.types
    )


def _known(edition: Edition) -> Iterator[tuple[str, Value]]:
    known: tuple[tuple[str, tuple[str, ...]], ...] = (
        ("type", edition.types),
        ("versions", tuple(f"{major}.x" for major in edition.versions)),
        ("log", edition.logs),
        ("program and settings", edition.folders),
        ("status", edition.status),
        ("service", edition.units),
    )
    yield from ((label, value) for label, value in known if value)
