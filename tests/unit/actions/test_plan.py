from __future__ import annotations

from troubleshooter.actions.plan import question
from troubleshooter.pooldef.bodies import BARE, DEBUG


def test_a_second_pool_says_why_it_is_asked_for() -> None:
    assert question("p-dbg-1", "p", DEBUG, again=False) == "Create p-dbg-1 beside p?"
    assert question("p-bare-1", "p", BARE, again=False) == "Create p-bare-1 beside p, without the extension?"
    assert question("p-bare-1", "p", BARE, again=True) == (
        "No node of the debug pool could be reached, so no log was read."
        " Create p-bare-1 beside p, without the extension?"
    )
