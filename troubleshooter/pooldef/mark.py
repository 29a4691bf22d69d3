"""The mark of a run on a pool, in its metadata: whose it is, as what it stands, and which jobs wait for it.

Anyone can write metadata, and whoever makes a pool from another's definition copies it along: a mark tells
where to look, and proves nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

RUN = "troubleshooter-run"
"""Metadata item that names the run; the others say more about it."""
_KIND, _STAGE = "troubleshooter-kind", "troubleshooter-stage"
_SINCE, _JOBS = "troubleshooter-since", "troubleshooter-jobs"
_ITEMS = frozenset({RUN, _KIND, _STAGE, _SINCE, _JOBS})

BESIDE_TO_DEBUG, BESIDE_TO_PROVE = "debug", "proof"
IN_PLACE = "original"
"""Kinds: two that a run made beside the original, and the original itself while it is worked on."""
_SCHEDULE = "schedule/"
_LONGEST = 2000
"""Characters of the list of jobs. How long a value may be is not documented; a PUT must not fail over it."""
_MORE = re.compile(r"\+(\d+)")
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d):\d\d(?:\.\d+)?Z")


@dataclass(frozen=True, slots=True)
class Mark:
    run: str
    kind: str = ""
    """Empty where the mark does not say: those of earlier versions name the run alone."""
    stage: str = ""
    since: str = ""
    """When the run began; ISO 8601, UTC."""
    jobs: tuple[str, ...] = ()
    schedules: tuple[str, ...] = ()
    """What the run disabled, as far as it was known when the pool was made."""
    unnamed: int = 0
    """How many more there were no room for."""

    def made_beside(self, pool: str) -> bool:
        """Whether mark and name agree that the run made this pool beside the original.

        A copied mark is on a pool with a name of its own.
        """
        return self.kind in {"", BESIDE_TO_DEBUG, BESIDE_TO_PROVE} and pool.endswith(f"-{self.run}")

    def told(self) -> str:
        """In words, for whoever has to decide about the pool."""
        kinds = {
            BESIDE_TO_DEBUG: "a debug pool of run {}",
            BESIDE_TO_PROVE: "a pool on which run {} proves a fix",
            IN_PLACE: "the original on which run {} works in place",
        }
        what = kinds.get(self.kind, "a pool of run {}").format(self.run)
        said = [f"stage: {self.stage}"] if self.stage else []
        said += [f"begun {_moment(self.since)}"] if self.since else []
        return what + (f" ({'; '.join(said)})" if said else "")


def _moment(iso: str) -> str:
    """To the minute; what is no time is left as it is."""
    found = _TIME.match(iso)
    return f"{found[1]} {found[2]} UTC" if found else iso


def mark_of(definition: Any) -> Mark | None:
    """The mark that a pool carries; None where it carries none."""
    items = {str(each.get("name")): str(each.get("value") or "") for each in _metadata(definition)}
    if RUN not in items:
        return None
    names = items.get(_JOBS, "").split()
    more = [int(found[1]) for each in names if (found := _MORE.fullmatch(each))]
    listed = [each for each in names if not _MORE.fullmatch(each)]
    return Mark(
        items[RUN],
        items.get(_KIND, ""),
        items.get(_STAGE, ""),
        items.get(_SINCE, ""),
        tuple(each for each in listed if not each.startswith(_SCHEDULE)),
        tuple(each.removeprefix(_SCHEDULE) for each in listed if each.startswith(_SCHEDULE)),
        sum(more),
    )


def put_mark(body: dict[str, Any], mark: Mark) -> None:
    """Let the pool carry this mark and no other."""
    take_off(body)
    told = {RUN: mark.run, _KIND: mark.kind, _STAGE: mark.stage, _SINCE: mark.since, _JOBS: _listed(mark)}
    items = [{"name": name, "value": value} for name, value in told.items() if value]
    body["properties"]["metadata"] = [*(body["properties"].get("metadata") or []), *items]


def take_off(body: dict[str, Any]) -> None:
    """Leave out every item of a mark. A pool that had nothing else has no metadata then."""
    properties = body["properties"]
    if (kept := without_mark(properties.get("metadata") or [])) or "metadata" in properties:
        properties["metadata"] = kept


def without_mark(metadata: Collection[Mapping[str, Any]]) -> list[Any]:
    return [each for each in metadata if each.get("name") not in _ITEMS]


def without_jobs(body: Mapping[str, Any]) -> dict[str, Any]:
    """A body without the list of jobs: it is as it was when the pool was made, and tells no pools apart."""
    properties = dict(body["properties"])
    if metadata := properties.get("metadata"):
        properties["metadata"] = [each for each in metadata if each.get("name") != _JOBS]
    return {**body, "properties": properties}


def _listed(mark: Mark) -> str:
    names = [*(_SCHEDULE + each for each in mark.schedules), *mark.jobs]
    left = _LONGEST
    said: list[str] = []
    for name in names:
        left -= len(name) + 1
        if left < 0:
            return " ".join([*said, f"+{len(names) - len(said) + mark.unnamed}"])
        said.append(name)
    return " ".join(said)


def _metadata(definition: Any) -> list[Any]:
    found = (definition.get("properties") or {}).get("metadata")
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
