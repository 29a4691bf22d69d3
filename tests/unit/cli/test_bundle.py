"""What an export's paths are made of: a node's names never lead out of it."""

from __future__ import annotations

import pytest

from troubleshooter.cli.bundle import _safe


@pytest.mark.parametrize("part", ["..", ".", "", " ", "...", ". .", "\x00", "\u202e", "\\..\\", "C:", "a\nb"])
def test_a_part_of_a_path_stays_where_it_is(part: str) -> None:
    safe = _safe(part)
    assert safe.strip(". ")
    assert not set(safe) & set('\\:*?"<>|/')
    assert safe.isprintable()


@pytest.mark.parametrize("part", ["akvvm_service_2026-01-01.log", "waagent.log", "a b", ".hidden"])
def test_a_plain_name_is_kept(part: str) -> None:
    assert _safe(part) == part
