"""What was left out of a collection, told once for each reason."""

from __future__ import annotations

from troubleshooter.report.gaps import gaps


def test_a_reason_that_holds_for_many_files_is_told_once_and_whole() -> None:
    why = "it holds a private key, so it is left where it is."
    lines = [f"tvm-{node}: /var/log/azure/{name}.log: {why}" for node in "123" for name in "ab"]
    assert gaps(lines) == (f"6 files on 3 nodes: {why} One is /var/log/azure/a.log on tvm-1.",)


def test_each_other_reason_keeps_its_line() -> None:
    lines = ("tvm-1: /a.log: it came twice.", "tvm-2: /b.log: it is a link.")
    assert gaps(lines) == lines


def test_nothing_left_out_tells_nothing() -> None:
    assert gaps(()) == ()
