"""Markdown shows foreign text as it is, obeys nothing in it, and what is copied from its source is clean."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from troubleshooter.report import escape
from troubleshooter.text import one_line

READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
TAG = re.compile(r"<[^>]*>")
MARKS = st.text("\\`*_{}[]()<>#+-=.!|~&@:;/1aÄ \"'", max_size=24)


def read(page: str) -> str:
    """What a reader sees of a page, without its tags."""
    return html.unescape(TAG.sub("", page)).strip()


@settings(max_examples=1500)
@given(MARKS)
@example("&lt;")
@example("a_b_c __init__ _x_")
@example("[a]: https://evil.example")
@example("![i](https://evil.example/p.png)")
@example("1. one")
@example("\\*")
@example("--- --- ---")
def test_a_paragraph_says_what_it_was_given_and_nothing_else(text: str) -> None:
    page = READER.render(escape.markdown(text))

    assert set(TAG.findall(page)) <= {"<p>", "</p>"}
    assert read(page) == one_line(text)


@settings(max_examples=500)
@given(MARKS)
def test_so_does_a_cell(text: str) -> None:
    page = READER.render(f"| a | b |\n| --- | --- |\n| {escape.markdown(text)} | end |\n")
    cells = re.findall(r"<td>(.*?)</td>", page)

    assert len(cells) == 2
    assert not TAG.search(cells[0])
    assert html.unescape(cells[0]) == one_line(text)


@settings(max_examples=500)
@given(MARKS)
def test_so_do_a_heading_an_item_and_what_stands_between_stars(text: str) -> None:
    for before, after in (("## ", ""), ("1. ", ""), ("- label: ", ""), ("**✔ ", "**")):
        page = READER.render(f"{before}x {escape.markdown(text)} x{after}")
        known = r"</?(h2|ol|ul|li|strong|p)>"

        assert not TAG.search(re.sub(known, "", page))
        assert read(page).endswith(f"x {one_line(text)} x".replace("  ", " ")) or not text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "9e3d2f60-71c8-4b5a-8d49-f05a1c7e6b28",
        "tvm-1223544443_1-20250917t084112z",
        "2026-11-25T18:19:24.518Z",
        "/var/log/azure/Microsoft.Azure.KeyVault.KeyVaultForLinux/akvvm_service_2026-11-25_20-38-35.0.log",
        "/subscriptions/3f1d7c52-8a94/resourceGroups/rg-contoso/providers/Microsoft.Batch/batchAccounts/a/pools/p",
        "ada.lovelace@contoso-x.com",
        r"C:\WindowsAzure\Logs\Plugins",
        "Microsoft.Batch/batchAccounts/pools/write",
        "kv-403-rbac (likely); see line 41.",
        "troubleshooter runs cleanup e90209a2 --yes",
    ],
)
def test_what_people_copy_is_left_as_it_is(text: str) -> None:
    assert escape.markdown(text) == text


@pytest.mark.parametrize("text", ["@octocat", " (@octocat)", "#12", "see #12"])
def test_nobody_is_called_and_nothing_is_linked(text: str) -> None:
    assert re.search(r"\\[@#]", escape.markdown(text))
