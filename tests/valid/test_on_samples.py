"""Against real configurations nothing is held that was not held before, but what is named here.

Those that nobody calls bad. `SAMPLES.tsv` is what commit 2863189 said of them and stays so: what is new is
named below, one by one, with the documentation that makes it right.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.ground_truth import needs_samples
from tests.valid.on_samples import WAYS, held_against, judged

if TYPE_CHECKING:
    from collections.abc import Mapping

    Held = Mapping[tuple[str, str], frozenset[str]]

RECORD = Path(__file__).with_name("SAMPLES.tsv")

NEW: dict[tuple[str, str], str] = {}
"""By sample and `error ID` or `warning ID`: the documentation by which it is right."""


def recorded() -> Held:
    with RECORD.open(encoding="utf-8", newline="") as table:
        rows = list(csv.reader(table, delimiter="\t"))[1:]
    return {(number, way): frozenset(said.split(", ")) - {"-"} for number, way, said in rows}


def new(record: Held, now: Held) -> set[tuple[str, str]]:
    """Sample and what is held against it now and was not; by any way."""
    return {(number, said) for (number, way), found in now.items() for said in found - record[number, way]}


@needs_samples
@pytest.mark.slow
def test_nothing_new_is_held_against_real_configurations() -> None:
    assert new(recorded(), held_against()) == set(NEW)
    assert [place for place, why in NEW.items() if "https://" not in why] == []


@needs_samples
def test_every_such_sample_is_in_the_record() -> None:
    assert set(recorded()) == {(each.number, way) for each in judged() for way in WAYS}


def test_something_new_is_seen() -> None:
    record = recorded()
    number, way = next(place for place, said in record.items() if not said)
    now = {**record, (number, way): frozenset({"error not-json"})}

    assert new(record, record) == set()
    assert new(record, now) == {(number, "error not-json")}
