"""What was left out of a collection, told once for each reason."""

from __future__ import annotations

from troubleshooter.report.gaps import gaps


def test_a_reason_that_holds_for_many_files_is_told_once_and_whole() -> None:
    why = "it holds a private key, so it is left where it is."
    lines = [f"tvm-{node}: /var/log/azure/{name}.log: {why}" for node in "123" for name in "ab"]
    names = "/var/log/azure/a.log, /var/log/azure/b.log"
    assert gaps(lines) == (f"6 files on 3 nodes: {why} {names}",)


def test_files_of_one_node_are_named_beside_it_and_the_rest_counted() -> None:
    lines = [f"tvm-1: {number}.log: it is a link." for number in range(9)]
    assert gaps(lines) == (
        "9 files on tvm-1: it is a link. 0.log, 1.log, 2.log, 3.log, 4.log, 5.log and 3 more",
    )


def test_a_name_without_end_is_cut_and_its_neighbour_stays() -> None:
    (told,) = gaps([f"tvm-1: {'x' * 4000}: it is a link.", "tvm-1: b.log: it is a link."])
    assert told.endswith("…, b.log")
    assert len(told) < 200


def test_each_other_reason_keeps_its_line() -> None:
    lines = ("tvm-1: /a.log: it came twice.", "tvm-2: /b.log: it is a link.")
    assert gaps(lines) == lines


def test_nothing_left_out_tells_nothing() -> None:
    assert gaps(()) == ()
