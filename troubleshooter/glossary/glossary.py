"""Everything that can be looked up, and how it is found."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING

from troubleshooter import extensions, settings
from troubleshooter.actions import ACTIONS, GATES
from troubleshooter.analyse.rule_book import read_all
from troubleshooter.engine.loader import load_playbook, playbook_files
from troubleshooter.glossary.codes import of_codes, of_ends
from troubleshooter.glossary.entry import Entry, Kind
from troubleshooter.glossary.findings import of_check, of_rule
from troubleshooter.glossary.machines import of_extension
from troubleshooter.glossary.runs import of_gate, of_step
from troubleshooter.lint.catalogue import checks, prefixed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
"""ForbiddenByFirewall is found by firewall."""
_WORD = re.compile(r"[^\W_]+", re.ASCII)
_RANK = tuple(Kind)
_NEAR = 3


@dataclass(frozen=True)
class Glossary:
    entries: tuple[Entry, ...]

    def named(self, name: str) -> tuple[Entry, ...]:
        """Those of this id, or of another name; upper and lower case are the same."""
        wanted = name.lower()
        return tuple(
            entry for entry in self.entries if wanted in {entry.id.lower(), *map(str.lower, entry.names)}
        )

    def mentioning(self, words: Sequence[str]) -> tuple[Entry, ...]:
        """Those that say all of the words, or longer ones that begin so; by their names first."""
        wanted = tuple(part for word in words for part in _WORD.findall(word.lower()))
        if not wanted:
            return ()
        found = [entry for entry in self.entries if _says_all(self._words[entry], wanted)]
        return tuple(sorted(found, key=lambda entry: not _says_all(_words(_head(entry)), wanted)))

    def near(self, asked: str) -> tuple[str, ...]:
        """Ids, and else words, that were probably meant."""
        names = {name.lower(): name for entry in self.entries for name in (entry.id, *entry.names)}
        if close := get_close_matches(asked.lower(), names, n=_NEAR, cutoff=0.7):
            return tuple(names[name] for name in close)
        words = {word for said in self._words.values() for word in said if len(word) > 3}
        return tuple(get_close_matches(asked.lower(), sorted(words), n=_NEAR, cutoff=0.8))

    @cached_property
    def _words(self) -> dict[Entry, frozenset[str]]:
        return {entry: _words(entry.text) for entry in self.entries}


def glossary(rules: Path | None = None, own: extensions.Own | None = None) -> Glossary:
    """What is shipped, with rules and extensions of the operator's own. Raises UsageProblem for those."""
    own = own or extensions.Own()
    known = (*extensions.shipped(), *own.extensions)
    places = (settings.playbooks_folder() / "rules", *([rules] if rules else []), *own.rules)
    texts = [rule.text for rule in read_all(places, known)]
    titles = {text.id: text.title for text in texts}
    prefixes, held = prefixed(known), {check.id for check in checks()}
    also = {
        name: tuple(one for one, general in prefixes.items() if general == name and one not in held)
        for name in prefixes.values()
    }
    entries = (
        *(of_rule(text, titles, _facts_of(text.id)) for text in texts),
        *(of_check(check, titles, also.get(check.id, ())) for check in checks()),
        *_of_runs(),
        *map(of_extension, known),
        *of_codes(texts),
        *of_ends(),
    )
    return Glossary(tuple(sorted(entries, key=lambda entry: _RANK.index(entry.kind))))


def _facts_of(rule: str) -> tuple[str, ...]:
    """What Azure's side shows of what this rule finds on a node, where that has another id."""
    return tuple(f"{check.id}: {check.title}" for check in checks() if rule in check.shows)


def _of_runs() -> Iterator[Entry]:
    asked: dict[str, list[str]] = {name: [] for name in GATES}
    for path in playbook_files().values():
        playbook = load_playbook(path, None)
        for step in playbook.steps:
            yield of_step(step, playbook, ACTIONS)
            for gate in ACTIONS[step.action].asks:
                asked[gate.name].append(step.id)
    yield from (of_gate(gate, tuple(dict.fromkeys(asked[name]))) for name, gate in GATES.items())


def _head(entry: Entry) -> str:
    return "\n".join((entry.id, *entry.names, entry.title))


def _words(text: str) -> frozenset[str]:
    """In small letters, and the parts of those that are several in one."""
    whole = _WORD.findall(text)
    return frozenset(
        word.lower() for word in (*whole, *(part for word in whole for part in _PART.findall(word)))
    )


def _says_all(said: frozenset[str], wanted: Sequence[str]) -> bool:
    return all(
        word in said or (not word.isdigit() and any(one.startswith(word) for one in said)) for word in wanted
    )
