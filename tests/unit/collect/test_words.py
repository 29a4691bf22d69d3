"""Every reason for which SSH fails is told in three parts, on every road."""

from __future__ import annotations

import pytest

from troubleshooter.collect.nodes import NodeLogin
from troubleshooter.collect.roads import pool_words
from troubleshooter.collect.roads.machine import words
from troubleshooter.collect.roads.ssh_failure import Reason, SshFailed

LOGIN = NodeLogin("vm1", "10.0.0.4", 22, "kv")
BY_SSH = [reason for reason in Reason if reason is not Reason.NO_FILES]
"""That a script sent nothing is told where it ran."""


@pytest.mark.parametrize("reason", BY_SSH)
def test_of_a_machine_it_says_which_why_and_what_to_do(reason: Reason) -> None:
    problem = words.told(LOGIN, SshFailed(reason, "So {it} is"), "vm1")
    assert problem.reason == reason
    assert "vm1 (10.0.0.4 port 22)" in problem.text.what
    for part in (problem.text.what, problem.text.why, problem.text.do):
        assert part[-1] in ".K"
        assert "{it}" in part or "{" not in part


@pytest.mark.parametrize("reason", BY_SSH)
def test_no_two_reasons_have_the_same_words(reason: Reason) -> None:
    mine = words.told(LOGIN, SshFailed(reason, "so"), "vm1").text.what
    others = [
        words.told(LOGIN, SshFailed(other, "so"), "vm1").text.what for other in BY_SSH if other != reason
    ]
    assert mine not in others


@pytest.mark.parametrize("reason", BY_SSH)
def test_of_a_jump_host_and_behind_it_the_words_say_so(reason: Reason) -> None:
    failed = SshFailed(reason, "so")
    jump, behind = words.told_of_jump(LOGIN, failed, "vm1"), words.told(LOGIN, failed, "vm1", "bastion")
    assert jump.reason == f"jump-{reason}"
    assert "he jump host (10.0.0.4 port 22)" in jump.text.what
    assert "vm1 (10.0.0.4 port 22), seen from the jump host bastion," in behind.text.what


@pytest.mark.parametrize("reason", BY_SSH)
def test_of_a_pools_node_there_are_words_too(reason: Reason) -> None:
    text = pool_words.told(LOGIN, SshFailed(reason, "so")).text
    assert text.what
    assert text.why
    assert text.do
