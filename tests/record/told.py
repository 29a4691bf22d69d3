"""Conversations with the program as the text that is kept."""

from __future__ import annotations

import hashlib
import json
from itertools import count
from typing import TYPE_CHECKING, Any

from tests.record.layout import tables, written
from tests.record.stable import in_order
from tests.record.stage import Ended

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.record.stable import Stable

SAME = "as before"
_LONG = 200
"""Letters from which on what comes again is not written again."""
_SENTENCE, _BEGINNING = 60, 24
"""Letters from which on a value of JSON that the text has too is told by its beginning, and of that."""


_MANY = 20
"""Names from which on a list of JSON is told by its first, by how many they are, and by a digest."""


class Telling:
    """One entry: what was called, what it wrote where, and how it ended."""

    def __init__(self) -> None:
        self._blocks: list[str] = []
        self._values: dict[str, Any] = {}
        self._paragraphs: set[str] = set()
        self._before: list[tuple[str, str]] = []
        """Commands but for their form, and what each narrated, of the conversation before."""
        self._words = ""
        """All that was printed as text, whatever it was wrapped at."""

    def tell(self, said: Sequence[Ended | str], stable: Stable) -> None:
        """Add a conversation. Where another form was asked for, what is narrated should be the same."""
        ended = [each for each in said if isinstance(each, Ended)]
        errors = [stable.narration(each.err) for each in ended]  # first: it is in the order of what happened
        commands = [stable.text(" ".join(("troubleshooter", *each.arguments))) for each in ended]
        before, self._before = (
            self._before,
            [(_but_form(command), error) for command, error in zip(commands, errors, strict=True)],
        )
        numbers = count()
        for each in said:
            if isinstance(each, str):
                self._blocks.append(f"# {stable.text(each)}\n")
                continue
            number = next(numbers)
            command, narrated = commands[number], errors[number]
            for earlier, told in before[number : number + 1]:
                if _but_form(command) == earlier and len(earlier) > _LONG:
                    command = f"{SAME}, with {command.rsplit(' ', 1)[1]}"
                if narrated == told and len(told) > _LONG:
                    narrated = f"{SAME}, with the other form\n"
            self._blocks.append(
                f"$ {command}\nexit {each.code}\n\n--- standard output\n{self._result(each.out, stable)}\n"
                f"--- standard error\n{narrated}"
            )

    def text(self) -> str:
        return "\n".join(self._blocks)

    def _result(self, out: str, stable: Stable) -> str:
        if out.startswith("{"):
            document = in_order(json.loads(stable.text(out)))
            shown = written(tables(_brief(self._told_as_text(self._shortened(document)))))
            self._values |= _parts(document)
            return f"{shown}\n"
        paragraphs = stable.result(out).split("\n\n")
        shown = "\n\n".join(map(self._paragraph, paragraphs))
        self._paragraphs |= set(paragraphs)
        self._words += f" {_in_one_line(' '.join(paragraphs))}"
        return shown

    def _told_as_text(self, value: Any) -> Any:
        """Long values that the text has too, told by how they begin."""
        if isinstance(value, dict):
            return {key: self._told_as_text(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self._told_as_text(each) for each in value]
        if isinstance(value, str) and len(value) > _SENTENCE and _in_one_line(value) in self._words:
            return f"{value[:_BEGINNING].splitlines()[0]}… as in the text"
        return value

    def _paragraph(self, text: str) -> str:
        if text not in self._paragraphs or len(text) < _LONG:
            return text
        return f"{text.splitlines()[0]}\n    {SAME}"

    def _shortened(self, document: dict[str, Any], at: str = "") -> dict[str, Any]:
        shown: dict[str, Any] = {}
        for key, value in document.items():
            place = f"{at}{key}"
            if self._values.get(place) == value and len(json.dumps(value)) > _LONG:
                shown[key] = SAME
            elif isinstance(value, dict) and not at:
                shown[key] = self._shortened(value, f"{key}/")
            else:
                shown[key] = value
        return shown


def _brief(value: Any) -> Any:
    """What is long and stands nowhere in the text, by beginning and digest: a difference still shows."""
    if isinstance(value, dict):
        return {key: _brief(each) for key, each in value.items()}
    if isinstance(value, str) and len(value) > _LONG:
        return f"{value[:_BEGINNING].splitlines()[0]}… {len(value)} letters, {_digest(value)}"
    if not isinstance(value, list):
        return value
    if len(value) > _MANY and all(isinstance(each, str) for each in value):
        return [value[0], f"… {len(value) - 1} more, {_digest(json.dumps(value))}"]
    return [_brief(each) for each in value]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _parts(document: dict[str, Any]) -> dict[str, Any]:
    """Its members and the members of those, by their place."""
    found = dict(document)
    for key, value in document.items():
        if isinstance(value, dict):
            found |= {f"{key}/{name}": each for name, each in value.items()}
    return found


def _in_one_line(text: str) -> str:
    return " ".join(text.split())


def _but_form(command: str) -> str:
    return command.rsplit(" ", 1)[0]
