"""What one call may look at has an end; what came before it counts, and what did not is named."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import pytest

from tests.unit.analyse.sources import BOOK, log, source, status
from troubleshooter.analyse import analyse, sources
from troubleshooter.analyse.sources import Sources
from troubleshooter.analyse.timeline import timeline
from troubleshooter.archives import budget
from troubleshooter.diagnosis import diagnosis
from troubleshooter.model.evidence import SourceFile

if TYPE_CHECKING:
    from troubleshooter.model.finding import Diagnosis

CAUSE = log("Refreshing 'https://v.vault.azure.net/secrets/s/' failed with exception: ForbiddenByRbac")
ERRORS = log("something failed") * 500
SETTINGS = '{"runtimeSettings": [{"handlerSettings": {"publicSettings": {"secretsManagementSettings": {}}}}]}'


def cut(monkeypatch: pytest.MonkeyPatch, *files: SourceFile) -> tuple[Diagnosis, list[str]]:
    monkeypatch.setattr(budget, "LOOKS", 200)
    found = Sources()
    said = analyse(files, BOOK, found=found)
    return said, [str(left) for left in found.left_out]


def test_what_came_before_the_end_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    said, left = cut(
        monkeypatch, source(CAUSE + ERRORS, "a.log"), source(CAUSE, "b.log"), source("", "c.log")
    )

    assert [finding.id for finding in said.findings] == ["kv-403-rbac"]
    assert [place.file for place in said.findings[0].evidence] == ["a.log"]
    assert left[0].startswith("a.log: more of what was given looks like an error")
    assert left[1].startswith("2 more files: ")


def test_a_rule_does_not_pass_on_a_file_that_was_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    ended = "2026-01-02 03:04:06: <info> [CertificateManager] Completed refreshing observed certificates.\n"
    whole = analyse([source(ended, "a.log")], BOOK)
    said, _ = cut(monkeypatch, source(ended + ERRORS, "a.log"))

    assert any(check.verdict == "pass" for check in whole.checked)
    assert not any(check.verdict == "pass" for check in said.checked)


def test_the_same_is_said_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    files = (source(ERRORS + CAUSE, "a.log"), source(CAUSE, "b.log"))
    assert cut(monkeypatch, *files) == cut(monkeypatch, *files)


def test_what_may_be_kept_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "KEPT", 5000)
    found = Sources()
    shapes = log(*("x" * number + " failed" for number in range(1, 50)))
    analyse([source(shapes, "a.log")], BOOK, found=found)

    assert ["than there is memory for" in str(left) for left in found.left_out] == [True]


def test_settings_and_times_that_cost_too_much_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "LOOKS", 5)
    found = Sources()
    diagnosis([source(SETTINGS, "0.settings"), source(SETTINGS, "1.settings")], BOOK, found=found)
    timeline([source(CAUSE * 20, "a.log")], found)

    assert [left.name for left in found.left_out][-2:] == ["settings", "timeline"]


def gone() -> BinaryIO:
    raise IsADirectoryError(21, "Is a directory")


def test_a_file_that_cannot_be_read_any_more_does_not_end_the_rest() -> None:
    found = Sources()
    said = analyse([SourceFile("a.log", gone), source(CAUSE, "b.log")], BOOK, found=found)

    assert [str(left) for left in found.left_out] == ["a.log: it cannot be read: Is a directory"]
    assert [finding.id for finding in said.findings] == ["kv-403-rbac"]


def test_proofs_beside_each_other_are_those_of_the_node() -> None:
    """A rule that needs two lines finds them in files of one node, not of two."""
    files = [
        source(CAUSE, "a.log", "tvm-1"),
        source(status("x"), "b.status", "tvm-2"),
        source(CAUSE, "c.log"),
    ]
    together = analyse(files, BOOK)
    assert together == analyse(files, BOOK)
    assert together.findings[0].nodes == ("tvm-1",)


@pytest.mark.parametrize("many", [1, 300])
def test_settings_of_many_files_are_one_finding(many: int) -> None:
    files = [
        source(SETTINGS.replace("{}", '{"pollingIntervalInS": 5}'), f"{n}.settings", f"tvm-{n}")
        for n in range(many)
    ]
    said = diagnosis(files, BOOK)
    (finding,) = [one for one in said.findings if one.id == "kv-config-not-a-string"]

    assert len(finding.nodes) == many
    assert len(finding.evidence) == min(many, 200)


def test_the_lines_beside_a_proof_are_counted_too(monkeypatch: pytest.MonkeyPatch) -> None:
    long = "x" * 12_000
    _, left = cut(monkeypatch, source(f"{long}\nit failed\n{long}\n", "a.log"))
    assert left[0].startswith("a.log: more of what was given looks like an error")


def test_a_line_is_cleaned_once_however_many_rules_want_it() -> None:
    cleaned: list[str] = []

    def clean(text: str) -> str:
        cleaned.append(text)
        return text

    # without braces: a record in it would be read by itself, and be cleaned once as well
    lines = [rule.text.matches[0].replace("\n", " ").translate({123: None, 125: None}) for rule in BOOK.rules]
    said = analyse([source(" ".join(lines))], BOOK, clean=clean)

    assert len(said.findings) > 10
    assert len(cleaned) == 1


def test_a_node_that_costs_too_much_takes_nothing_from_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "NODE_LOOKS", 200)
    found = Sources(budget=budget.Budget(endless=True), by_node={})
    files = (
        source(ERRORS, "/a.log", "bad"),
        source(CAUSE, "/b.log", "bad"),
        source(SETTINGS, "/c.settings", "bad"),
        source(CAUSE, "/a.log", "good"),
        source(ERRORS + CAUSE, "answers/pool"),
    )
    said = diagnosis(files, BOOK, found=found)

    assert said.findings[0].nodes == ("good",)
    assert [str(left).split(":")[0] for left in found.left_out] == [
        "/a.log", "2 more files of bad", "settings of bad",
    ]  # fmt: skip
