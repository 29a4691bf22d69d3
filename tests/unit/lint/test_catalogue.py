"""What lint can say and what its catalogue says of that are the same, both ways."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.known import KEY_VAULT, KNOWN
from tests.mistakes import beyond, in_logs, in_settings
from tests.mistakes.written import (
    CLIENT,
    GONE,
    IDENTITY,
    linux,
    pool,
    settings,
    shown,
    windows,
)
from troubleshooter.errors import UsageProblem
from troubleshooter.lint import lint_text
from troubleshooter.lint.catalogue import FoundBy, checks, read_checks
from troubleshooter.lint.ends import TODAY
from troubleshooter.model.extension import Meant, OnBatch

if TYPE_CHECKING:
    from pathlib import Path

    from troubleshooter.lint.finding import LintResult

DAYS = ("2026-11-25", "2027-06-01", "2028-01-01", "2026-03-01")
"""The day that the tests are of, and some on which other ends are near or over."""
SHOWN = {"type": "UserAssigned", "userAssignedIdentities": {IDENTITY: {"clientId": CLIENT}}}
WIDGET = replace(
    KEY_VAULT,
    id="widget",
    title="Widget",
    meant=Meant(),
    on_batch=OnBatch.ON_REQUEST,
    publishers=("Contoso.Tools",),
    linux=replace(KEY_VAULT.linux, types=("WidgetForLinux",)),
    windows=replace(KEY_VAULT.windows, types=("WidgetForWindows",)),
    prefix="",
    checks="",
)
"""An extension of the operator's own, whose file gives no prefix."""


def of_a_widget(**fields: Any) -> str:
    named = {"publisher": "Contoso.Tools", "type": "WidgetForLinux", **fields}
    return shown(pool(linux(settings(), **named)))


FURTHER = (
    shown(pool(linux(settings(observedCertificates=[{"url": "http://a.vault.azure.net/secrets/b"}])))),
    shown(linux({**settings(), "loggingSettings": {"endpoint": "unix:///var/run/log"}})),
    shown(windows(settings(certificateStoreLocation="localmachine"), typeHandlerVersion="3.0")),
    shown(pool(linux(settings(), typeHandlerVersion="3.0"), "batch.node.debian 12")),
    shown(pool(linux(settings(GONE)), identity=SHOWN)),
    shown(pool(linux(settings({"msiEndpoint": "x", "msiClientId": "reader"})), identity=SHOWN)),
    of_a_widget(type="WidgetForLinx"),
    of_a_widget(type="WidgetForWindows"),
    shown(pool(linux(settings()), vmSize="STANDARD_NC6s_v3")),
    shown(
        pool(linux(settings(observedCertificates=["https://a.privatelink.vaultcore.azure.net/secrets/b"])))
    ),
    shown(pool(linux(settings(observedCertificates=[" https://a.vault.azure.net/secrets/b"])))),
    "$ az vm extension set -n KeyVaultForLinux --settings '{\\\"secretsManagementSettings\\\": {}}'",
)
"""Inputs for what no other row shows: a severity, a repair."""


def linted() -> list[LintResult]:
    rows = (*in_settings.MISTAKES, *beyond.MISTAKES, *in_logs.MISTAKES)
    texts = [row.text for row in rows if row.command == "lint"]
    return [lint_text(text, "file.json", (*KNOWN, WIDGET)) for text in (*texts, *FURTHER)]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> dict[str, set[tuple[str, bool]]]:
    """By id: severity, and whether --fix repairs it, of whatever lint said of all these inputs."""
    found: dict[str, set[tuple[str, bool]]] = defaultdict(set)
    for day in DAYS:
        monkeypatch.setenv(TODAY, day)
        for result in linted():
            for one in result.findings:
                patched = bool(one.fix and one.fix.patch and not one.fix.needs)
                slip = one.id in {"json-comment", "kv-doc-sample-invalid-json"}
                found[one.id].add((str(one.severity), patched or (slip and result.repaired is not None)))
    return found


def test_lint_says_what_its_catalogue_holds_and_nothing_else(told: dict[str, set[tuple[str, bool]]]) -> None:
    of_lint = {one.id: one for one in checks() if one.by is FoundBy.LINT}
    assert told.keys() - of_lint.keys() == set(), "not in the catalogue"
    assert of_lint.keys() - told.keys() == set(), "in the catalogue, and no input shows it"
    held = {name: {str(severity) for severity in one.severity} for name, one in of_lint.items()}
    assert {name: {severity for severity, _ in said} for name, said in told.items()} == held
    fixable = {name for name, one in of_lint.items() if one.fixable}
    assert {name for name, said in told.items() if any(fixed for _, fixed in said)} == fixable


ENTRY = {
    "id": "a-check",
    "title": "It is wrong",
    "good": "It is right",
    "severity": ["error", "warning"],
    "fixable": False,
    "why": "Because.",
    "sources": ["https://example.org"],
}


def written(folder: Path, *entries: dict[str, Any]) -> Path:
    (folder / "checks.yaml").write_text(json.dumps(entries), encoding="utf-8")
    return folder


def test_a_fine_entry_is_read(tmp_path: Path) -> None:
    assert [one.id for one in read_checks([written(tmp_path, ENTRY)])] == ["a-check"]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"title": "It is wrong."}, "`title` is not one line"),
        ({"good": ""}, "`good` is not one line"),
        ({"good": "x" * 101}, "`good` is not one line"),
        ({"good": "It is wrong"}, "says the same"),
        ({"severity": []}, "severities"),
        ({"severity": ["warning", "error"]}, "severities"),
        ({"severity": ["error", "error"]}, "severities"),
        ({"severity": ["fatal"]}, "fatal"),
        ({"sources": []}, "no source"),
        ({"fixable": "yes"}, "fixable"),
        ({"wy": "x"}, "wy"),
    ],
)
def test_a_mistake_is_told_with_its_file(tmp_path: Path, change: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageProblem) as caught:
        read_checks([written(tmp_path, {**ENTRY, **change})])
    assert says in str(caught.value)
    assert "checks.yaml" in str(caught.value)


def test_an_id_stands_for_one_check(tmp_path: Path) -> None:
    with pytest.raises(UsageProblem, match="a-check"):
        read_checks([written(tmp_path, ENTRY, ENTRY)])
