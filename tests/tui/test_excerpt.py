from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troubleshooter.model.excerpt import Excerpt
from troubleshooter.tui.text.excerpt import excerpt, proof_lines

REFUSED = (
    '{"error":{"code":"Forbidden","message":"Caller is not authorized to perform action on resource.\\r\\nIf '
    'role assignments were changed recently, please observe propagation time.",'
    '"innererror":{"code":"ForbiddenByRbac"}}}'
)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("2026-11-22 12:03:43: <error> [CertificateManager]\tNot authorized.", "Not authorized."),
        ("2031-02-03T04:05:06.000007Z WARNING ExtHandler ExtHandler noexec on /var.", "noexec on /var."),
        ("INFO [Microsoft.Azure.Diagnostics.LinuxDiagnostic-4.0.1] Use version", "Use version"),
        ("[00000007] 2031-02-03T04:05:06.789Z [INFO]  Beginning enable", "Beginning enable"),
        ("[02/03/2031 04:05:08.29] Execution Complete.", "Execution Complete."),
        ("Nov 22 12:03:43 node7 systemd[1]: akvvm_service.service: Failed", "akvvm_service.service: Failed"),
        ("[Red]not a component[/]", "[Red]not a component[/]"),
        ("Information about ERRORS", "Information about ERRORS"),
        ("2026-11-22 12:03:43: <error>", "2026-11-22 12:03:43: <error>"),
    ],
)
def test_what_stands_before_the_message_is_left_out(line: str, told: str) -> None:
    assert excerpt(line, 80, "…") == told


def test_a_long_line_begins_near_the_trouble() -> None:
    stamped = "2026-11-22 22:06:45: <info> [CertificateManager]"
    line = f"{stamped} Refreshing 'https://kv/' failed with exception: {REFUSED}"
    told = excerpt(line, 160, "…")
    assert told.startswith('…failed with exception: {"error":{"code":"Forbidden","message":"Caller')
    assert told.endswith('…"innererror":{"code":"ForbiddenByRbac"}}}')
    assert excerpt(line, 2000, "…").startswith("Refreshing 'https://kv/' failed")


def test_a_proof_takes_no_more_lines_than_it_may() -> None:
    lines = proof_lines(Excerpt(REFUSED), 60, 2, "…")
    assert [len(line.text) <= 60 for line in lines] == [True, True]
    assert "ForbiddenByRbac" in lines[1].text


@given(st.text(max_size=300), st.integers(-3, 200), st.integers(1, 4))
def test_any_text_has_an_excerpt(text: str, width: int, lines: int) -> None:
    found = proof_lines(Excerpt(text), width, lines, "…")
    assert 1 <= len(found) <= lines


def test_escaped_line_breaks_are_spaces_and_the_marks_stay() -> None:
    told = Excerpt(r"Not authorized.\r\nAddress: 1.2.3.4\r\nVault: kv", ((0, 14), (19, 35)))
    (line,) = proof_lines(told, 80, 1, "…")
    assert line.text == "Not authorized. Address: 1.2.3.4 Vault: kv"
    assert [part for part, mark in line.segments if mark] == ["Not authorized", "Address: 1.2.3.4"]


def test_a_windows_path_keeps_its_backslashes() -> None:
    path = r"C:\new\readme was not found.\nTry again"
    (line,) = proof_lines(Excerpt(path), 80, 1, "…")
    assert line.text == r"C:\new\readme was not found. Try again"
