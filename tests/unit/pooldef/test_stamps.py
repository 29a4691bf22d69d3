"""What moved between two readings of a pool that read the same, and whether something explains it."""

from __future__ import annotations

from typing import Any

import pytest

from troubleshooter.pooldef.stamps import Moved, bound, moved

FIXED = {"fixedScale": {"targetDedicatedNodes": 2}}
FORMULA = {"autoScale": {"formula": "$TargetDedicatedNodes = 2"}}


def pool(etag: str = "one", **properties: Any) -> dict[str, Any]:
    return {
        "etag": etag,
        "properties": {
            "creationTime": "c1",
            "lastModified": "m1",
            "currentDedicatedNodes": 2,
            "scaleSettings": FIXED,
            **properties,
        },
    }


@pytest.mark.parametrize(
    ("now", "wanted"),
    [
        (pool(), Moved()),
        (pool("two"), Moved(stamps=("ETag",))),
        (pool("two", lastModified="m2"), Moved(stamps=("modification time", "ETag"))),
        (pool(creationTime="c2"), Moved(recreated=True)),
        (
            pool("two", currentDedicatedNodes=1),
            Moved(
                stamps=("ETag",),
                by="its nodes came or went (2 dedicated and 0 Spot nodes then,"
                " 1 dedicated and 0 Spot nodes now)",
            ),
        ),
        # documented: the modification time does not move with the nodes, so somebody changed the pool
        (
            pool("two", lastModified="m2", currentDedicatedNodes=1),
            Moved(stamps=("modification time", "ETag")),
        ),
        ({"properties": {"scaleSettings": FIXED}}, Moved()),
    ],
)
def test_a_fixed_pool(now: Any, wanted: Moved) -> None:
    assert moved(pool(), now) == wanted


def test_a_formula_explains_what_it_moved_and_nothing_else() -> None:
    before = pool(scaleSettings=FORMULA)
    sized = pool("two", scaleSettings=FORMULA, lastModified="m2", currentDedicatedNodes=0)
    same = pool("two", scaleSettings=FORMULA, lastModified="m2")

    assert moved(before, sized).by.startswith("its formula sizes it (2 dedicated")
    assert moved(before, same) == Moved(stamps=("modification time", "ETag"))


def test_consent_is_bound_to_what_no_formula_moves() -> None:
    assert bound(pool()) == {"creation time": "c1", "modification time": "m1"}
    assert bound(pool(scaleSettings=FORMULA)) == {"creation time": "c1"}
