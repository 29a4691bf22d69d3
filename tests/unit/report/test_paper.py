"""Markdown, HTML and terminal text say everything, and obey nothing that a node's log says."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshooter.model.finding import Diagnosis
from troubleshooter.model.run import NOTHING_TO_REPAIR
from troubleshooter.report import escape
from troubleshooter.report.html import run_html
from troubleshooter.report.markdown import run_markdown
from troubleshooter.report.runs_table import runs_text
from troubleshooter.report.text import diagnosis_text, run_text

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
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize("form", [run_markdown, run_html, run_text])
def test_every_form_has_cause_proof_fix_steps_and_what_is_left(
    form: Callable[[RunState], str], state: RunState
) -> None:
    text = form(state).replace("\\", "")

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
    assert "Error lines that no rule explains" in text


def test_html_holds_no_element_and_no_link_from_a_log(state: RunState) -> None:
    tags = Tags()
    tags.feed(run_html(state))

    assert not tags.open
    assert "script" not in tags.seen
    assert tags.links == ["https://learn.microsoft.com/azure/key-vault"]


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


@pytest.mark.parametrize("form", [run_markdown, run_html, run_text])
def test_no_control_character_reaches_a_reader(form: Callable[[RunState], str], state: RunState) -> None:
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", form(state))


@given(st.text())
def test_visible_text_is_printable_and_stays_so(text: str) -> None:
    shown = escape.visible(text)

    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e]", shown)
    assert escape.visible(shown) == shown


@given(st.text())
def test_escaped_html_can_be_read_back(text: str) -> None:
    found: list[str] = []
    parser = HTMLParser(convert_charrefs=True)
    parser.handle_data = found.append  # type: ignore[method-assign,assignment]  # the least that collects text
    parser.feed(f"<p>{escape.html(text)}</p>")
    parser.close()

    assert "".join(found) == escape.visible(text)


def test_a_diagnosis_of_nothing_says_so() -> None:
    assert "No known cause was found." in diagnosis_text(Diagnosis())


def test_a_list_of_runs_has_a_header_the_day_and_the_cause_in_words(state: RunState) -> None:
    assert runs_text([]) == "No runs yet."
    assert runs_text([state]).splitlines() == [
        "RUN   POOL         STATE               LAST EVENT, UTC   LEFT IN AZURE  CAUSE",
        (
            "7f3a  render-pool  asking at clean-up  2026-11-22 20:05  1 thing        "
            "The identity may not read secrets in the vault (fix not proven)"
        ),
    ]


def test_what_a_terminal_has_no_room_for_in_the_list_ends_in_a_mark(state: RunState) -> None:
    lines = runs_text([state], 80).splitlines()

    assert max(map(len, lines)) == 80
    assert lines[1].endswith("…")


def test_a_healthy_run_is_listed_as_one(state: RunState) -> None:
    well = replace(state, diagnosis=Diagnosis(), diagnosed=False, not_verified_because=NOTHING_TO_REPAIR)

    assert runs_text([well]).splitlines()[1].endswith("healthy")
