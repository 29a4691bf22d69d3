from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from troubleshooter.model.change import Change, ChangeState
from troubleshooter.model.handover import Surveyed
from troubleshooter.model.step import StepRecord, StepState
from troubleshooter.report.html import run_html
from troubleshooter.report.markdown import run_markdown
from troubleshooter.report.rights import CONTRIBUTOR, OPERATOR, READER, rights, signed_in_as

if TYPE_CHECKING:
    from troubleshooter.model.run import RunState

USER = Change("node-user", "p/n/u", ChangeState.REMOVED)
POOL = Change("pool", "p", ChangeState.REMOVED)


def test_a_run_that_only_read_needs_a_reader(state: RunState) -> None:
    looked = replace(state, changes=(), steps=(StepRecord("survey", StepState.FAILED),))

    assert [right.role for right in rights(looked)] == [READER]
    assert signed_in_as(looked) == ""


def test_each_kind_of_change_names_the_least_role_for_it(state: RunState) -> None:
    surveyed = StepRecord(
        "survey", StepState.DONE, output=Surveyed("https://a.example", who="ada@contoso.com")
    )
    changes = (POOL, POOL, USER, Change("job", "j", ChangeState.MADE))
    done = replace(state, changes=changes, steps=(surveyed,))

    told = {right.did: (right.role, right.label) for right in rights(done)}
    assert told["created, and removed or left, 2 pools"] == (CONTRIBUTOR, "inferred")
    assert told["gave them the identities that the pool has, if any"][0] == OPERATOR
    assert told["disabled or enabled 1 job"] == (CONTRIBUTOR, "documented")
    assert len(told) == 6
    assert signed_in_as(done) == "ada@contoso.com"


def test_what_never_came_about_needed_no_right(state: RunState) -> None:
    tried = replace(state, changes=(replace(POOL, state=ChangeState.NEVER_MADE),), steps=())

    assert [right.role for right in rights(tried)] == [READER]


def test_the_report_has_the_table(state: RunState) -> None:
    surveyed = replace(state, changes=(POOL,), steps=(StepRecord("survey", StepState.DONE),))

    for paper in (run_markdown(surveyed), run_html(surveyed)):
        text = paper.replace("\\", "")
        assert READER in text
        assert CONTRIBUTOR in text
        assert "least built-in role" in text
