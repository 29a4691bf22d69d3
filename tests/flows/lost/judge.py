"""Whether what was said is what is so: the simulated Azure's own state against the operator's words."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.flows.crash.cases import still

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Set as AbstractSet
    from pathlib import Path

    from tests.flows.lost.front import Said

_SERVICES = {
    "allocationState", "provisioningState", "currentDedicatedNodes", "currentLowPriorityNodes",
    "resizeOperationStatus",
}  # fmt: skip
_NOTHING_CHANGED = re.compile(r"nothing was changed(?! by this request)", re.IGNORECASE)
_NOTHING_DELETED = re.compile(r"nothing was deleted", re.IGNORECASE)
_AGAIN = re.compile(r"troubleshooter runs (restore|resume)")
_AGAIN_LINE = re.compile(r"(?m)^▲ Removed, and may come again: (pool)\s+(\S+)")
_OPEN_LINE = re.compile(r"(?m)^▲ (?!Removed, ).*?: (pool|node-user|original-pool|job|job-schedule)\s+(\S+)")

Thing = tuple[str, str]
"""Kind and id, as the program names them."""


@dataclass(frozen=True, slots=True)
class Account:
    """What stands in the account, without what moves by itself."""

    pools: Mapping[str, Any]
    deleting: frozenset[str]
    jobs: Mapping[str, str]
    users: frozenset[str]

    @classmethod
    def of(cls, state: Any) -> Account:
        pools = {each["name"]: each for each in state["pools"]}
        return cls(
            {name: definition(pool["definition"]) for name, pool in pools.items()},
            frozenset(name for name, pool in pools.items() if pool["state"] != "active"),
            {job["id"]: job["state"] for job in state["jobs"]},
            frozenset(
                f"{name}/{node['id']}/{user['name']}"
                for name, pool in pools.items()
                for node in pool["nodes"]
                for user in node["users"]
            ),
        )

    def things(self, before: Account, original: str) -> set[Thing]:
        """What is otherwise than it was, as the program would name it."""
        found = {("job", job) for job, state in before.jobs.items() if self.jobs.get(job) != state}
        found |= {("pool", name) for name in self.pools.keys() - before.pools.keys()}
        found |= {("node-user", user) for user in self.users}
        if original in self.deleting or self.pools.get(original) != before.pools[original]:
            found.add(("original-pool", original))
        return found

    def away(self, original: str) -> bool:
        return original not in self.pools or original in self.deleting


def definition(pool: Any) -> Any:
    """What an operator wrote of a pool."""
    written = still(pool)
    for name in _SERVICES:
        written["properties"].pop(name, None)
    return written


@dataclass(frozen=True, slots=True)
class Judge:
    before: Account
    fixed: Account
    """As a run that nothing happened to leaves it."""
    original: str

    def ended(self, said: Said, run: str, now: Account, home: Path) -> list[str]:
        """What is wrong with the end of the run that met the fault."""
        wrong = list(self._plain(said))
        found = self._otherwise(now, said)
        if hidden := found - opened(said):
            wrong.append(f"not said to be left or unknown: {_named(hidden)}")
        if found and _NOTHING_CHANGED.search(said.out + said.err):
            wrong.append(f"'Nothing was changed', but otherwise than before: {_named(found)}")
        if now.away(self.original) and _NOTHING_DELETED.search(said.out + said.err):
            wrong.append("'Nothing was deleted', but the original is away")
        if now.away(self.original):
            wrong += self._away(said, run)
            if not _saved(home, run, self.before.pools[self.original]):
                wrong.append("the original is away and its definition is not kept")
        return wrong

    def recovered(
        self, said: Said, shown: Said, now: Account, *, lost: bool, told: AbstractSet[Thing] = frozenset()
    ) -> list[str]:
        """What is wrong after the way back, with nothing in the way any more, but for what was told of."""
        wrong = list(self._plain(said))
        if found := self._otherwise(now, shown) - told:
            wrong.append(f"not as it was: {_named(found)}")
        changes = (shown.document or {}).get("changes", {})
        if changes.get("left"):
            wrong.append(f"still left in its journal: {changes['left']}")
        if changes.get("unknown") and not lost:
            wrong.append(f"unknown, though every answer came: {changes['unknown']}")
        return wrong

    def came(self, said: Said, shown: Said, now: Account) -> list[str]:
        """What is wrong with a receipt once a request that was under way is carried out after all."""
        silent = self._otherwise(now, shown) - opened(said) - announced(said)
        return [f"came after it was said to be closed: {_named(silent)}"] if silent else []

    def _otherwise(self, now: Account, said: Said) -> set[Thing]:
        """What is neither as it was nor, where the fix is said to be proven, as the fix has it."""
        found = now.things(self.before, self.original)
        if _verified(said) and now.pools.get(self.original) == self.fixed.pools[self.original]:
            found.discard(("original-pool", self.original))
        return found

    def _plain(self, said: Said) -> Iterable[str]:
        if said.code == 1:
            yield f"a bug: {said.err.strip().splitlines()[-3:]}"
        if said.code in {0, 3, 4} and opened(said):
            yield f"exit code {said.code} with something left or unknown"
        if said.json and said.document is None:
            yield f"no document, but {said.out[:200]!r}"

    def next_call(self, said: Said, run: str) -> list[str]:
        """What is wrong with the next command that looks at runs, while the original is away."""
        head = f"{said.err.partition(chr(10))[0]} {said.out.partition(chr(10))[0]}"
        return [] if self._tells(head, run) else [f"the original is away, and the first line is: {head!r}"]

    def _away(self, said: Said, run: str) -> Iterable[str]:
        head = first_line(said)
        if not self._tells(head, run):
            yield f"the original is away, and the first line is: {head!r}"
        if said.json and (said.document or {}).get("original_away", {}).get("pool") != self.original:
            yield "the original is away, and the document does not say so"

    def _tells(self, head: str, run: str) -> bool:
        return self.original in head and run in head and _AGAIN.search(head) is not None


def opened(said: Said) -> set[Thing]:
    """What it says is left or unknown."""
    if not said.json:
        return {(kind, name) for kind, name in _OPEN_LINE.findall(said.out + said.err)}
    document = said.document or {}
    changes = document.get("changes", document)
    return {(each["kind"], each["id"]) for key in ("left", "unknown") for each in changes.get(key, [])}


def announced(said: Said) -> set[Thing]:
    """What it says is removed, and may come again."""
    if not said.json:
        return {(kind, name) for kind, name in _AGAIN_LINE.findall(said.out + said.err)}
    document = said.document or {}
    changes = document.get("changes", document)
    return {(each["kind"], each["id"]) for each in changes.get("may_come_again", [])}


def first_line(said: Said) -> str:
    """What the end begins with: the first line of the result, or of what follows the narration."""
    if not said.json and said.out:
        return said.out.partition("\n")[0]
    lines = said.err.rstrip("\n").split("\n")
    last = max((number for number, line in enumerate(lines) if line[:1].strip()), default=0)
    before = lines[last - 1] if last else ""
    return before if before.startswith("✖ Pool ") else lines[last]


def _verified(said: Said) -> bool:
    told = re.search(r"^✔ Proven\.", said.out, re.MULTILINE) is not None
    return told if not said.json else bool((said.document or {}).get("verified"))


def _named(things: Iterable[Thing]) -> str:
    return ", ".join(f"{kind} {name}" for kind, name in sorted(things))


def _saved(home: Path, run: str, original: Any) -> bool:
    saved = home / "runs" / run / "pool.json"
    if not saved.exists():
        return False
    kept = definition(json.loads(saved.read_bytes()))
    return bool({key: kept.get(key) for key in original} == original)
