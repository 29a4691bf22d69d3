"""Settings are judged alike in every language, to the finding and its place."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.known import KNOWN
from tests.mistakes import beyond, in_settings
from tests.mistakes.written import settings
from tests.unit.lint.corpus import SAMPLES
from tests.unit.lint_source.written import WRITTEN
from troubleshooter.lint import lint_text

if TYPE_CHECKING:
    from collections.abc import Iterator

MAIN = "secretsManagementSettings"


def _inside(document: Any) -> Iterator[dict[str, Any]]:
    if isinstance(document, dict) and MAIN in document:
        yield document
    elif isinstance(document, dict | list):
        for one in document.values() if isinstance(document, dict) else document:
            yield from _inside(one)


def _all() -> list[dict[str, Any]]:
    """Settings of every mistake of ours, and of the configurations of the wild where they are at hand."""
    found = [settings()]
    for row in (*in_settings.MISTAKES, *beyond.MISTAKES):
        try:
            found += _inside(json.loads(row.text))
        except ValueError:
            continue  # a slip is one of JSON's own
    for sample in SAMPLES:
        if sample.number != "119":  # settings of something else, which only look like ours
            found += _inside(sample.document)
    return list({json.dumps(one): one for one in found}.values())


ALL = _all()


def test_there_are_many() -> None:
    assert len(ALL) > 40


@pytest.mark.parametrize("name", WRITTEN)
def test_each_is_judged_as_in_json(name: str) -> None:
    for one in ALL:
        wanted = sorted(
            (found.id, found.path) for found in lint_text(json.dumps(one), "x.json", KNOWN).findings
        )
        result = lint_text(WRITTEN[name](one), name, KNOWN)
        said = sorted((found.id, found.path) for found in result.findings)
        assert (said, result.extensions) == (wanted, 1) or result.left_out, (name, one)


@pytest.mark.parametrize("name", WRITTEN)
def test_a_line_is_the_files(name: str) -> None:
    text = WRITTEN[name](settings(pollingIntervalInS=3611))
    (found,) = lint_text(text, name, KNOWN).findings
    assert "3611" in text.splitlines()[found.line - 1]


@pytest.mark.parametrize("name", WRITTEN)
def test_good_ones_stay_good_with_what_is_left_out(name: str) -> None:
    """Dots on a line of their own, at whatever line, and the end of the text at whatever line: no mistake.

    Where YAML was cut off cannot be seen.
    """
    text = WRITTEN[name](settings())
    lines = text.splitlines()
    for at in range(len(lines)):
        ends = [] if name.endswith(".yml") else ["\n".join(lines[:at])]
        for cut in ("\n".join((*lines[:at], "  ...", *lines[at:])), *ends):
            said = {found.id for found in lint_text(cut, name, KNOWN).findings}
            assert said <= {"not-json"}, (at, cut)
