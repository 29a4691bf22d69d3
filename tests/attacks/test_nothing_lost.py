"""What the redactor hides costs no finding: where no secret is, it changes nothing that anybody reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from tests.attacks import usual
from tests.ground_truth import needs_samples
from troubleshooter.diagnosis import analyse_files
from troubleshooter.simulator.scenarios import SCENARIOS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LOOKED_AT = {
    "recordings/data-user-create-201.json": "<removed>, which stands for a password",
    "recordings/data-user-replace-200.json": "<removed>, which stands for a password",
}
"""Files in which stand-ins are right, and what they hide."""
KEY_FILE = ".PEM"
"""The certificate that a node has fetched, with its key; it is never collected."""


def told(texts: Mapping[str, bytes]) -> object:
    """Findings with the values they caught, excerpts, and what nobody explains."""
    return msgspec.to_builtins(analyse_files(usual.sources(dict(texts))))


def changed(texts: Mapping[str, bytes]) -> Iterator[tuple[str, bytes, bytes]]:
    return (
        each
        for each in usual.hidden(dict(texts))
        if each[0] not in LOOKED_AT and not each[0].endswith(KEY_FILE)
    )


def nothing_is_lost(texts: dict[str, bytes]) -> None:
    assert texts
    assert list(changed(texts)) == []
    redacted = {name: usual.REDACTOR.data(data) for name, data in texts.items()}
    if redacted != texts:  # else nobody could tell them apart
        assert told(redacted) == told(texts)


def test_the_public_cases_lose_nothing() -> None:
    nothing_is_lost(usual.cases())


@needs_samples
def test_the_real_samples_lose_nothing() -> None:
    nothing_is_lost(usual.samples())


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_scenario_loses_nothing(name: str) -> None:
    nothing_is_lost(usual.scenario(name))
