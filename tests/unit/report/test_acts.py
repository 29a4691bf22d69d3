from __future__ import annotations

from troubleshooter.model.change import JOB, NODE_USER, ORIGINAL, POOL, Act, Verb
from troubleshooter.report.acts import acts_told

ACTS = (
    Act(JOB, "nightly", Verb.DISABLED, "1", "requeue"),
    Act(ORIGINAL, "render-pool", Verb.REMOVED, "2"),
    Act(ORIGINAL, "render-pool", Verb.CREATED, "3", "debug, 1 node"),
    Act(NODE_USER, "render-pool/tvm-1/u", Verb.CREATED, "4"),
    Act(NODE_USER, "render-pool/tvm-1/u", Verb.REMOVED, "5"),
    Act(NODE_USER, "render-pool/tvm-2/u", Verb.REMOVED, "6"),
    Act(POOL, "beside", Verb.RESIZED, "7", "2 nodes"),
    Act(ORIGINAL, "render-pool", Verb.SETTLED, "8", "as it was"),
    Act(JOB, "nightly", Verb.ENABLED, "9"),
)


def test_every_act_is_told_in_words_and_many_users_in_one_line() -> None:
    assert list(acts_told(ACTS)) == [
        ("1", "job nightly disabled (requeue)"),
        ("2", "original pool render-pool deleted"),
        ("3", "original pool render-pool created again (debug, 1 node)"),
        ("4", "node user u on tvm-1 of render-pool created"),
        ("6", "2 node users removed"),
        ("7", "pool beside resized (2 nodes)"),
        ("8", "original pool render-pool stands as it was"),
        ("9", "job nightly enabled"),
    ]
