"""Markdown, HTML and terminal text say everything, and obey nothing that a node's log says."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshooter.model.evidence import Evidence
from troubleshooter.model.finding import Check, Diagnosis, Verdict
from troubleshooter.model.handover import Chosen
from troubleshooter.model.run import NOTHING_TO_REPAIR
from troubleshooter.model.step import StepRecord, StepState
from troubleshooter.report import escape
from troubleshooter.report.html import run_html
from troubleshooter.report.markdown import run_markdown
from troubleshooter.report.paper_text import run_paper
from troubleshooter.report.runs_table import runs_text
from troubleshooter.report.text import diagnosis_text, run_text
from troubleshooter.report.untold import untold
from troubleshooter.text import visible

if TYPE_CHECKING:
    from collections.abc import Callable

    from troubleshooter.model.run import RunState


class Tags(HTMLParser):
    """Collects tags and link targets, and fails on unbalanced ones."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]
        if tag not in {"meta", "wbr"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("form", [run_markdown, run_html, run_text, run_paper])
def test_every_form_has_cause_proof_fix_steps_and_what_is_left(
    form: Callable[[RunState], str], state: RunState
) -> None:
    text = form(state).replace("<wbr>", "")

    for said in (
        "The identity may not read secrets in the vault",
        "akvvm_service.log",
        "Give it the role",
        "az y",
        "verify",
        "render-pool-dbg-7f3a/tvm-1/u",
        "the fix lies outside the pool",
    ):
        assert said in text


def test_the_report_says_what_was_not_seen(state: RunState) -> None:
    text = run_markdown(state)

    assert "no probe ran" in text
    assert "Error lines that fit no known failure" in text


def test_html_holds_no_element_and_no_link_from_a_log(state: RunState) -> None:
    tags = Tags()
    tags.feed(run_html(state))

    assert not tags.open
    assert "script" not in tags.seen
    outside = [link for link in tags.links if not link.startswith("#")]
    assert outside == ["https://learn.microsoft.com/azure/key-vault"]


def test_html_loads_nothing(state: RunState) -> None:
    page = run_html(state)

    assert "default-src 'none'" in page
    assert not re.search(r"<(link|img|script|iframe)|@import|url\(", page)


def test_a_quoted_line_cannot_end_its_fence(state: RunState) -> None:
    lines = run_markdown(state).splitlines()
    fences = [line for line in lines if re.fullmatch(r"`{3,}(text)?", line)]

    assert len(fences) % 2 == 0
    assert all(start == f"{end}text" for start, end in zip(fences[::2], fences[1::2], strict=True))
    assert max(len(fence) for fence in fences[1::2]) == 4


@pytest.mark.parametrize("form", [run_markdown, run_html, run_text, run_paper])
def test_no_control_character_reaches_a_reader(form: Callable[[RunState], str], state: RunState) -> None:
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", form(state))


@given(st.text())
def test_visible_text_is_printable_and_stays_so(text: str) -> None:
    shown = visible(text)

    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e]", shown)
    assert visible(shown) == shown


@given(st.text())
def test_escaped_html_can_be_read_back(text: str) -> None:
    found: list[str] = []
    parser = HTMLParser(convert_charrefs=True)
    parser.handle_data = found.append  # type: ignore[method-assign,assignment]  # the least that collects text
    parser.feed(f"<p>{escape.html(text)}</p>")
    parser.close()

    assert "".join(found) == visible(text)


def test_a_diagnosis_of_nothing_says_so() -> None:
    assert "No known cause was found." in diagnosis_text(Diagnosis())


def test_a_list_of_runs_has_a_header_the_day_and_the_cause_in_words(state: RunState) -> None:
    assert runs_text([]) == "No runs yet."
    assert runs_text([state]).splitlines() == [
        "RUN   LEFT IN AZURE  POOL         STATE               LAST EVENT, UTC   CAUSE",
        (
            "7f3a  1 thing        render-pool  asking at clean-up  2026-11-22 20:05  "
            "The identity may not read secrets in the vault (fix not proven)"
        ),
    ]


def test_what_a_terminal_has_no_room_for_in_the_list_ends_in_a_mark(state: RunState) -> None:
    lines = runs_text([state], 80).splitlines()

    assert max(map(len, lines)) == 80
    assert lines[1].endswith("…")


def test_a_long_name_in_a_narrow_terminal_does_not_hide_what_is_left_in_azure(state: RunState) -> None:
    long = replace(state, target=replace(state.target, pool="p" * 64))

    assert all("1 thing " in runs_text([one], 60).splitlines()[1] for one in (state, long))


def test_a_cause_from_azures_side_is_in_the_list_before_a_log_was_read(state: RunState) -> None:
    early = replace(state, diagnosis=Diagnosis(), diagnosed=False, likely=state.diagnosis)

    told = runs_text([early]).splitlines()[1]
    assert told.endswith("The identity may not read secrets in the vault (before any log was read)")


def test_a_healthy_run_is_listed_as_one(state: RunState) -> None:
    well = replace(state, diagnosis=Diagnosis(), diagnosed=False, not_verified_because=NOTHING_TO_REPAIR)

    assert runs_text([well]).splitlines()[1].endswith("healthy")


@pytest.mark.parametrize("form", [run_markdown, run_html, run_paper])
def test_a_report_begins_with_the_conclusion_and_ends_with_the_files(
    form: Callable[[RunState], str], state: RunState
) -> None:
    text = form(state)
    start = text.index("Cause found (likely), no fix proven")
    order = [
        text.index(said, start)
        for said in (
            "must do now", "line 41", "was done in Azure", "seconds", "no probe ran", "playbook",
            "Rights that were used", "SHA-256",
        )
    ]  # fmt: skip

    assert order == sorted(order)
    assert start < order[0]


def test_every_section_can_be_gone_to_from_the_contents(state: RunState) -> None:
    page = run_html(state)
    targets = re.findall(r'href="#([^"]+)"', page)

    assert len(targets) > 5
    assert all(f'<h2 id="{target}">' in page for target in targets)
    assert len(set(targets)) == len(targets)


def test_a_cell_of_html_knows_its_column_and_only_long_words_may_be_broken(state: RunState) -> None:
    page = run_html(state)

    assert '<td data-title="step" class="short">survey</td>' in page
    assert re.search(r'<td data-title="SHA-256 as kept" class="long">a{64}</td>', page)


def test_words_that_many_places_say_are_quoted_once(state: RunState) -> None:
    finding = state.diagnosis.findings[0]
    places = tuple(Evidence("view", 1, "the same words", f"tvm-{n}") for n in range(12))
    alike = replace(state.diagnosis, findings=(replace(finding, evidence=places),))
    text = run_markdown(replace(state, diagnosis=alike))

    assert text.count("the same words") == 1
    assert "and the same at 11 more places" in text


def test_what_could_not_be_told_is_grouped_by_what_is_missing(state: RunState) -> None:
    missing = "one of: resize-errors, akvvm"
    checks = tuple(Check(name, Verdict.UNKNOWN, missing) for name in ("a", "b")) + state.diagnosis.checked
    rows = tuple(untold(replace(state.diagnosis, checked=checks)))

    assert rows == (
        ("the extension's own log", ("a", "b")),
        ("no probe ran", ("clock-skew",)),
    )


def test_the_plain_report_fits_its_width_and_cuts_no_word(state: RunState) -> None:
    lines = run_paper(state, 60).splitlines()
    wide = [line for line in lines if len(line) > 60 and not line.startswith("    ")]

    assert [line for line in wide if len(line) - len(line.split()[-1]) > 60] == []
    assert "a" * 64 in "\n".join(lines)
    assert state.target.resource_id in "\n".join(lines)


def test_a_proven_finding_is_called_so_and_nobody_is_told_to_make_sure(state: RunState) -> None:
    chosen = StepRecord("choose-fix", StepState.DONE, output=Chosen(1, "kv-403-rbac", ()))
    sure = replace(state, verified=True, steps=(*state.steps, chosen))

    assert "how sure: proven" in run_markdown(sure)
    assert "severity: error" in run_markdown(state)
    assert "severity" not in run_markdown(sure).split("## The change")[0]


def test_a_command_keeps_its_lines_and_none_runs_out_of_its_box(state: RunState) -> None:
    """What scrolls sideways looks cut on a phone and is cut on paper; a wrapped line copies as one."""
    page = run_html(state)

    assert "<pre><code>az x\n</code><code>az y</code></pre>" in page
    assert "white-space: pre-wrap" in page
    assert "white-space: pre;" not in page
    assert "overflow-x" not in page


def test_of_many_files_their_number_is_told_and_where_their_hashes_are(state: RunState) -> None:
    many = tuple(replace(state.files[0], name=f"/var/log/{n}", node=f"tvm-{n % 4}") for n in range(100))
    text = run_markdown(replace(state, files=many))

    assert "100 files from 4 places" in text
    assert "troubleshooter runs export 7f3a -o FILE.tar.gz" in text
    assert "/var/log/7" not in text


def test_what_was_left_out_of_files_is_a_column_only_where_something_was(state: RunState) -> None:
    cut = replace(state, files=(replace(state.files[0], cut="the middle"),))

    assert "left out |" in run_markdown(cut)
    assert "left out |" not in run_markdown(state)
