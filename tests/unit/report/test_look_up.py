"""Whoever reads a finding is told how to learn more of it, wherever findings stand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from troubleshooter.report.html import run_html
from troubleshooter.report.json_report import diagnosis_json
from troubleshooter.report.look_up import look_up
from troubleshooter.report.markdown import run_markdown
from troubleshooter.report.paper_text import run_paper
from troubleshooter.report.symbols import UNICODE
from troubleshooter.report.text import diagnosis_text, run_text
from troubleshooter.tui.widgets import finding_lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from troubleshooter.model.finding import Diagnosis
    from troubleshooter.model.run import RunState

MORE = "troubleshooter explain kv-403-rbac"


@pytest.mark.parametrize("form", [run_text, run_markdown, run_html, run_paper])
def test_every_form_of_a_report_says_it(state: RunState, form: Callable[[RunState], str]) -> None:
    assert form(state).count(MORE) == 1


def test_each_finding_of_files_says_it(diagnosis: Diagnosis) -> None:
    (first,) = diagnosis.findings
    two = replace(diagnosis, findings=(first, replace(first, id="net-dns")))
    lines = diagnosis_text(two).splitlines()
    assert [line.split("explain ")[1] for line in lines if "  more  " in line] == ["kv-403-rbac", "net-dns"]


@pytest.mark.parametrize("width", [40, 80, 200])
def test_the_screen_says_it_whole_at_every_width(diagnosis: Diagnosis, width: int) -> None:
    drawn = finding_lines.lines(diagnosis, width, UNICODE)
    texts = ["".join(text for text, _ in line.pieces) for line in drawn]
    start = next(at for at, text in enumerate(texts) if text.startswith("  more"))
    said = " ".join(" ".join(texts[start : start + 3]).split())
    assert said.startswith(f"more {MORE}")
    assert all(len(text) <= width for text in texts[start : start + 2])


def test_json_says_no_more_than_the_id(diagnosis: Diagnosis) -> None:
    said: dict[str, Any] = diagnosis_json(diagnosis)
    assert "explain " not in str(said["findings"])


def test_an_odd_id_of_ones_own_is_quoted() -> None:
    assert look_up("a rule; b") == "troubleshooter explain 'a rule; b'"
    assert look_up("a\x1b[2J").isprintable()
