from __future__ import annotations

import json

import pytest

from tests.unit.analyse.sources import log, source, status
from troubleshooter.analyse.stamp import ASSUMED
from troubleshooter.analyse.timeline import KEPT, READ, moment_json, timeline


@pytest.mark.parametrize(
    ("line", "at", "offset"),
    [
        (
            "2031-02-03 04:05:06: <info> [VMExtension]\tStarting extension",
            "2031-02-03T04:05:06.000Z",
            ASSUMED,
        ),
        (
            "2018/07/19 18:13:13.339454 INFO [x] Target handler state: enabled",
            "2018-07-19T18:13:13.339Z",
            ASSUMED,
        ),
        ("2031-02-04T14:15:16.721132Z ERROR ExtHandler x", "2031-02-04T14:15:16.721Z", "Z"),
        ("2031-02-04T14:15:16.721132+02:00 ERROR ExtHandler x", "2031-02-04T12:15:16.721Z", "+02:00"),
        ("[00000013] [11/30/2022 06:34:12.06] [ERROR]  failed", "2022-11-30T06:34:12.060Z", ASSUMED),
        ("[00000007] 2031-02-03T04:05:06.789Z [ERROR] failed", "2031-02-03T04:05:06.789Z", "Z"),
        ("[02/03/2031 04:05:06.65] Executing: C:\\x.cmd", "2031-02-03T04:05:06.650Z", ASSUMED),
        (
            "Apr 13 14:55:05 host waagent[7155]: 2031-02-04T14:15:16.7Z ERROR ExtHandler x",
            "2031-02-04T14:15:16.700Z",
            "Z",
        ),
    ],
)
def test_every_clock_is_read_and_its_zone_said(line: str, at: str, offset: str) -> None:
    (moment,) = timeline([source("\n" + line + "\n", "f.log", "tvm-1")])
    shown = moment_json(moment)
    assert (shown["at"], shown["offset"]) == (at, offset)
    assert (shown["file"], shown["line"], shown["node"]) == ("f.log", 2, "tvm-1")


def test_files_and_nodes_are_merged_in_order() -> None:
    agent = "2026-01-02T03:04:04Z ERROR ExtHandler x\n2026-01-02T05:04:06+02:00 ERROR ExtHandler y\n"
    moments = timeline(
        [source(agent, "waagent.log", "a"), source(status("Broken", "error"), "0.status", "b")]
    )
    assert [moment.file for moment in moments] == ["waagent.log", "0.status", "waagent.log"]
    assert moments[1].text == "status error: Broken"
    assert moments[1].node == "b"


def test_repetition_is_counted_and_a_long_file_keeps_both_ends() -> None:
    (moment,) = timeline([source(log(*[f"attempt {n} failed" for n in range(1000)]))])
    assert moment.count == 1000
    words = ["".join(chr(97 + int(d)) for d in str(n)) for n in range(5000)]
    moments = timeline([source(log(*[f"{word} failed" for word in words]))])
    assert len(moments) == 2 * KEPT
    assert words[0] in moments[0].text
    assert words[-1] in moments[-1].text


def test_what_is_no_time_is_left_out() -> None:
    nodes = [
        {"id": "tvm-1", "state": "unusable", "vmSize": "x", "stateTransitionTime": "2026-01-02T03:04:05Z"}
    ]
    assert [moment.text for moment in timeline([source(json.dumps({"value": nodes}))])] == [
        "node tvm-1 is unusable"
    ]
    assert timeline([source("2026-02-31 10:00:00: <error> [x] failed\nno time, failed\n")]) == ()


def test_of_a_huge_file_both_ends_are_read_and_lines_numbered_right() -> None:
    filler = "x" * 99 + "\n"
    lines = READ // 100 * 3
    text = log("the first failed") + filler * lines + log("the last failed")
    moments = timeline([source(text)])
    assert [moment.line for moment in moments] == [1, lines + 2]
