"""Every file that deletes or undoes is there and has a floor, and a fall below it is seen."""

from __future__ import annotations

import pytest

from tests import floors


@pytest.mark.parametrize("place", floors.places())
def test_a_file_with_a_floor_is_there(place: str) -> None:
    assert (floors.PACKAGE / place).is_file()


def test_a_lower_floor_is_somebodys_and_lower() -> None:
    assert set(floors.NOT_YET) <= {floors.WHOLE, *floors.places()}
    assert all(floor < floors.WANTED for floor in floors.NOT_YET.values())


def test_a_fall_below_a_floor_is_told() -> None:
    full = dict.fromkeys((floors.WHOLE, *floors.places()), 100.0)

    assert list(floors.below(full)) == []
    assert list(floors.below(full | {"operations/pools.py": 94.9})) == [
        "operations/pools.py: 94.9 %, floor 95 %"
    ]
    del full["cloud/batch.py"]
    assert list(floors.below(full)) == ["cloud/batch.py: 0.0 %, floor 95 %"]
