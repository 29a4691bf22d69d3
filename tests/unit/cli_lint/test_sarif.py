from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from tests.unit.cli_lint.sarif_schema import SCHEMA
from tests.unit.lint.corpus import TEXTS
from tests.unit.lint.pools import good, settings
from troubleshooter.report import escape

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.unit.cli.conftest import Ended


def checked(ended: Ended) -> dict[str, Any]:
    jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker()).validate(
        ended.document
    )
    (run,) = ended.document["runs"]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    found: dict[str, Any] = run
    return found


@pytest.fixture
def broken() -> dict[str, Any]:
    pool = good()
    settings(pool)["secretsManagementSettings"]["pollingIntervalInS"] = 3600
    return pool


def test_a_file_with_an_odd_name(
    invoke: Callable[..., Ended], broken: dict[str, Any], tmp_path: Path
) -> None:
    file = tmp_path / "my pool: ä.json"
    file.write_text(json.dumps(broken, indent=1))
    ended = invoke("lint", str(file), "--output", "sarif")
    (result,) = checked(ended)["results"]
    place = result["locations"][0]["physicalLocation"]
    assert ended.code == 3
    assert place["artifactLocation"]["uri"].endswith("/my%20pool%3A%20%C3%A4.json")
    assert "pollingIntervalInS" in file.read_text().splitlines()[place["region"]["startLine"] - 1]


def test_standard_input(invoke: Callable[..., Ended], broken: dict[str, Any]) -> None:
    run = checked(invoke("lint", "-", "--output", "sarif", stdin=json.dumps(broken).encode()))
    assert run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "stdin"


def test_what_cannot_be_read_is_told_in_its_place(invoke: Callable[..., Ended]) -> None:
    ended = invoke("lint", "/nowhere.json", "-", "--output", "sarif", stdin=b"{")
    run = checked(ended)
    (invocation,) = run["invocations"]
    assert ended.code == 2
    assert invocation["executionSuccessful"] is False
    told = [each["message"]["text"] for each in invocation["toolExecutionNotifications"]]
    assert "/nowhere.json" in told[0]
    assert "line 1, column 2" in told[1]
    assert "/nowhere.json" in ended.err


def test_nothing_wrong_is_an_empty_run(invoke: Callable[..., Ended]) -> None:
    ended = invoke("lint", "-", "--output", "sarif", stdin=json.dumps(good()).encode())
    assert ended.code == 0
    assert checked(ended)["results"] == []


def test_every_definition_at_once(invoke: Callable[..., Ended], tmp_path: Path) -> None:
    files = [tmp_path / f"{number}.json" for number, _ in enumerate(TEXTS)]
    for file, text in zip(files, TEXTS.values(), strict=True):
        file.write_text(text, encoding="utf-8")
    run = checked(invoke("lint", *map(str, files), "--output", "sarif"))
    assert len(run["results"]) > len(TEXTS) / 2


LINK = re.compile(r"\[((?:[^\[\]\\]|\\[\[\]\\])*)\]\(")
"""An embedded link as 3.11.6 spells it: in its text brackets and backslashes stand behind a backslash."""


def opened_link(text: str) -> bool:
    """Whether a reader who takes each backslash together with what it stands before finds a link."""
    return LINK.search(re.sub(r"\\[\\\[\]]", "", text)) is not None


@pytest.mark.parametrize("before", ["", "\\", "\\\\", "a\\\\\\", "[", "](", "\\]"])
@pytest.mark.parametrize("within", ["x", "", "\\", "\\]", "[y]"])
def test_no_text_is_a_link_however_many_backslashes_it_brings(before: str, within: str) -> None:
    assert opened_link("[x](1)")
    assert not opened_link(escape.sarif(f"{before}[{within}](https://evil.example)"))


def test_brackets_that_are_no_link_stay_and_braces_are_no_place_for_an_argument() -> None:
    assert escape.sarif("observedCertificates[0] of C:\\keys") == "observedCertificates[0] of C:\\keys"
    assert escape.sarif("a {0} b\x1b\n") == "a {{0}} b\\x1b"
