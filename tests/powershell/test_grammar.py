"""No script for Windows holds what the grammar of its language has no place for."""

from __future__ import annotations

import pytest

from tests.powershell import scripts


@pytest.mark.parametrize("grammar", scripts.GRAMMARS)
def test_every_script_is_of_its_language(grammar: str) -> None:
    texts = {**scripts.parts(), **scripts.sent()}
    found = {name: scripts.wrong(text, grammar) for name, text in texts.items()}

    assert len(texts) >= 10
    assert not any(found.values()), found


@pytest.mark.parametrize("grammar", scripts.GRAMMARS)
def test_a_slip_of_the_pen_is_seen(grammar: str) -> None:
    text = scripts.parts()["services.ps1"]

    assert scripts.wrong(text.replace("if (-not $client) {", "if (-not $client {", 1), grammar)
    assert scripts.wrong(text.rstrip().removesuffix("}"), grammar)
