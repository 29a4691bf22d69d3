"""What is told of the version of a secret that is read: by its vault, or by ARM where the vault is shut."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from troubleshooter.checks.check import Outcome, cannot_tell, not_applicable
from troubleshooter.checks.reading import below, objects, properties, same, text
from troubleshooter.model.finding import Verdict
from troubleshooter.model.reply import Heard, Kind

if TYPE_CHECKING:
    from troubleshooter.model.reply import Facts, Reply, Wanted  # noqa: TC004 - annotations only: nothing reads them at run time


@dataclass(frozen=True, slots=True)
class Stored:
    """Its attributes and content type, which are called the same in both answers."""

    told: Mapping[str, Any]
    reply: Reply
    at: str
    """The place of all this in the answer: value or properties."""
    which: str
    """The version in words."""
    name: str
    """The version's own name."""

    @property
    def attributes(self) -> Mapping[str, Any]:
        return below(self.told, "attributes")


def stored(facts: Facts, wanted: Wanted) -> Stored | Outcome:
    """The version that the URL names, else the newest; or why nothing is told of it."""
    versions, resource = facts.of(Kind.VERSIONS, wanted.url), facts.of(Kind.SECRET, wanted.url)
    which = f"version {wanted.version}" if wanted.version else "the newest version"
    if versions.known:
        found = version(versions.body, wanted.version)
        if found is None:
            return not_applicable("there is no such secret")
        if not wanted.version and not _is_newest(found, versions.body):
            missing = f"{versions.name} does not tell which version is the newest"
            return Outcome(Verdict.UNKNOWN, missing=missing)
        return Stored(found, versions, "value", which, name_of(found))
    if shows(resource, wanted):
        return Stored(properties(resource.body), resource, "properties", which, _newest(resource))
    absent = Heard.ABSENT in {versions.heard, resource.heard}
    return not_applicable("there is no such secret") if absent else untold(facts, wanted)


def shows(resource: Reply, wanted: Wanted) -> bool:
    """Whether ARM's secret tells of the version that is read: it is the newest one."""
    if not resource.known:
        return False
    return not wanted.version or same(_newest(resource), wanted.version)


def _newest(resource: Reply) -> str:
    return text(resource.body, "secretUriWithVersion").rstrip("/").rpartition("/")[2]


def untold(facts: Facts, wanted: Wanted) -> Outcome:
    """By the first that was asked: what is in the vault, ARM of it, or else the vault that was not found."""
    versions, resource = facts.of(Kind.VERSIONS, wanted.url), facts.of(Kind.SECRET, wanted.url)
    vault = facts.of(Kind.VAULT, wanted.host)
    return cannot_tell(next((one for one in (versions, resource) if one.call), vault))


def version(versions: Any, wanted: str) -> Mapping[str, Any] | None:
    """That version; the newest by its creation where none is wanted."""
    listed = [*objects(versions)]
    if wanted:
        return next((one for one in listed if same(name_of(one), wanted)), None)
    return max(listed, key=_created, default=None)


def _is_newest(found: Mapping[str, Any], versions: Any) -> bool:
    """Whether it alone was made last: each says when it was made, in whole seconds."""
    others = [one for one in objects(versions) if one is not found]
    return all(0 < _created(one) < _created(found) for one in others)


def name_of(one: Mapping[str, Any]) -> str:
    """The version's own name, the end of its id."""
    return str(one.get("id", "")).rstrip("/").rpartition("/")[2]


def _created(one: Mapping[str, Any]) -> float:
    made = below(one, "attributes").get("created")
    return float(made) if isinstance(made, int | float) else 0.0
