"""When it happened: the newest run of errors, what is apart from it, and clocks that disagree."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from tests.known import KNOWN
from troubleshooter import settings
from troubleshooter.analyse import analyse, load_rules
from troubleshooter.analyse.sources import Sources
from troubleshooter.analyse.spans import Span, Window, newest
from troubleshooter.archives.budget import Budget
from troubleshooter.model.evidence import SourceFile
from troubleshooter.model.finding import Severity

if TYPE_CHECKING:
    from troubleshooter.model.finding import Diagnosis, Finding

BOOK = load_rules(settings.playbooks_folder() / "rules", known=KNOWN)
DENIED = 'Failed: 403 {"error":{"innererror":{"code":"ForbiddenByRbac"}}}'
NO_NAME = "Error resolving address"


def line(at: str, text: str) -> str:
    return f"{at}: <error> [keyvault_client] {text}"


def file(*lines: str, node: str | None = "n1", name: str = "akvvm_service.log") -> SourceFile:
    data = "\n".join(lines).encode()
    return SourceFile(name, lambda: io.BytesIO(data), node)


def told(*files: SourceFile, window: Window | None = None) -> Diagnosis:
    found = Sources(budget=Budget(endless=True))
    if window is not None:
        found.window = window
    return analyse(files, BOOK, found=found)


def finding(diagnosis: Diagnosis, rule_id: str) -> Finding:
    return next(one for one in diagnosis.findings if one.id == rule_id)


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, tzinfo=UTC)


def test_the_incident_is_the_newest_run_of_errors_and_the_rest_is_told_apart() -> None:
    said = told(
        file(
            line("2026-11-01 08:00:00", NO_NAME),
            line("2026-11-20 08:00:00", DENIED),
            line("2026-11-21 07:00:00", DENIED),
        )
    )

    assert said.incident is not None
    assert (said.incident.first, said.incident.last) == ("2026-11-20T08:00:00Z", "2026-11-21T07:00:00Z")
    assert said.root_cause == "kv-403-rbac"
    older = finding(said, "net-dns")
    assert older.severity is Severity.WARNING
    assert older.apart == "it was last said at 2026-11-01T08:00:00Z, before the incident began"
    assert "It is not of this incident" in older.explanation
    assert finding(said, "kv-403-rbac").apart == ""


@pytest.mark.parametrize(("hour", "apart"), [("08:00:00", False), ("08:00:01", True)])
def test_a_gap_of_more_than_a_day_divides(hour: str, *, apart: bool) -> None:
    """From the last error of the one to the first of the other 24 hours, and a second more."""
    said = told(file(line("2026-11-19 08:00:00", NO_NAME), line(f"2026-11-20 {hour}", DENIED)))

    assert bool(finding(said, "net-dns").apart) is apart


def test_an_older_run_of_the_same_error_does_not_hide_the_newest_ones_lines() -> None:
    early = [line(f"2026-11-01 08:00:0{second}", DENIED) for second in range(9)]
    said = finding(told(file(*early, line("2026-11-20 08:00:00", DENIED))), "kv-403-rbac")

    assert [proof.line for proof in said.evidence] == [10]
    assert said.count == 10
    assert (said.first, said.last) == ("2026-11-01T08:00:00Z", "2026-11-20T08:00:00Z")
    assert said.evidence[0].at == "2026-11-20T08:00:00Z"


def test_what_tells_no_time_is_of_the_incident() -> None:
    said = told(file(line("2026-11-20 08:00:00", DENIED)), file(NO_NAME, node=None, name="pasted.txt"))

    assert finding(said, "net-dns").apart == ""


def test_a_window_tells_apart_what_lies_outside_and_hides_nothing() -> None:
    files = (
        file(line("2026-11-10 08:00:00", NO_NAME)),
        file(line("2026-11-20 08:00:00", DENIED), node="n2"),
    )
    said = told(*files, window=Window(at(9), at(11)))

    assert said.root_cause == "net-dns"
    assert finding(said, "kv-403-rbac").apart == (
        "it was said outside the time that was asked for, last at 2026-11-20T08:00:00Z"
    )
    assert said.incident is not None
    assert said.incident.given


def test_of_a_window_the_lines_inside_are_shown() -> None:
    lines = [line(f"2026-11-20 0{hour}:00:00", DENIED) for hour in range(9)]
    said = finding(told(file(*lines), window=Window(at(20, 5), at(20, 6))), "kv-403-rbac")

    assert [proof.line for proof in said.evidence] == [6, 7]
    assert said.apart == ""


def test_an_error_that_is_over_is_no_root_cause_of_a_window() -> None:
    said = told(file(line("2026-11-10 08:00:00", DENIED)), window=Window(since=at(20)))

    assert said.root_cause is None
    assert [(one.id, one.severity) for one in said.findings] == [("kv-403-rbac", Severity.WARNING)]


def test_a_clock_that_was_set_back_is_said() -> None:
    said = told(file(line("2026-11-20 08:00:00", DENIED), line("2026-11-20 07:00:00", DENIED)))

    assert said.clocks == (
        (
            "In akvvm_service.log the time goes back by 60 min at line 2: its clock was set, or two logs were"
            " put together."
        ),
    )


def test_threads_that_write_out_of_turn_are_no_clock_that_was_set() -> None:
    said = told(file(line("2026-11-20 08:00:30", DENIED), line("2026-11-20 08:00:00", DENIED)))

    assert said.clocks == ()


def test_zones_that_disagree_are_said() -> None:
    journal = file(f"2026-11-20T10:00:00+0200 node akvvm_service[7]: {NO_NAME}", name="journal.txt")
    plain = file(line("2026-11-20 08:00:00", DENIED))

    assert told(plain).clocks == told(journal).clocks == ()
    assert told(journal, plain).clocks == (
        (
            "The clocks of the files do not agree about the zone: journal.txt states +0200; akvvm_service.log"
            " states none, and is taken for UTC."
        ),
    )
    assert finding(told(journal, plain), "net-dns").first == "2026-11-20T08:00:00Z"


@pytest.mark.parametrize(
    ("spans", "first", "last"),
    [
        ([(1, 1), (5, 6)], 5, 6),
        ([(5, 6), (1, 5)], 1, 6),
        ([(1, 2), (2, 3), (3, 9)], 1, 9),
    ],
)
def test_runs_of_several_files_are_one_where_they_meet(
    spans: list[tuple[int, int]], first: int, last: int
) -> None:
    run = newest(Span(at(begin), at(end)) for begin, end in spans)

    assert run == Span(at(first), at(last))
    assert newest([]) is None


URL = "https://contosokv.vault.azure.net/secrets/web"


def refused(at: str, url: str = URL) -> str:
    return line(at, f"Refreshing '{url}/' failed with exception: {DENIED}")


@pytest.mark.parametrize(
    "came",
    [
        f"retrieved '{URL}/'; most recent version is 'a1'",
        "Installed 'web'; most recent version is 'a1'; issuer of the cert is 'CN=error.example'",
    ],
)
def test_what_came_after_it_was_refused_is_refused_no_more(came: str) -> None:
    log = [refused(f"2026-11-20 0{hour}:00:00") for hour in range(1, 4)]
    said = told(file(*log, line("2026-11-20 05:00:00", came).replace("error>", "info>")))

    over = finding(said, "kv-403-rbac")
    assert (said.root_cause, said.incident) == (None, None)
    assert over.severity is Severity.WARNING
    assert over.apart == "the certificate that it kept away came after it (akvvm_service.log:4)"
    assert said.unexplained == ()


@pytest.mark.parametrize(
    "log",
    [
        # refused again, another certificate, the same name in another vault, a refresh that only ended
        [refused("2026-11-20 01:00:00"), "came", refused("2026-11-20 07:00:00")],
        [refused("2026-11-20 01:00:00", URL.replace("web", "api")), "came"],
        [refused("2026-11-20 01:00:00", URL.replace("contoso", "other")), "came"],
        [refused("2026-11-20 01:00:00"), line("2026-11-20 05:00:00", "Completed refreshing observed")],
        [line("2026-11-20 01:00:00", DENIED), "came"],
    ],
)
def test_what_did_not_come_is_refused_still(log: list[str]) -> None:
    came = line("2026-11-20 05:00:00", f"retrieved '{URL}/'; most recent version is 'a1'")
    said = told(file(*(came if one == "came" else one for one in log)))
    assert (said.root_cause, finding(said, "kv-403-rbac").apart) == ("kv-403-rbac", "")


@pytest.mark.parametrize(("until", "cause"), [(4, "kv-403-rbac"), (6, None)])
def test_what_came_after_the_time_that_was_asked_for_takes_nothing_from_it(
    until: int, cause: str | None
) -> None:
    came = line("2026-11-20 05:00:00", f"retrieved '{URL}/'; most recent version is 'a1'")
    said = told(file(refused("2026-11-20 01:00:00"), came), window=Window(at(20), at(20, until)))
    assert said.root_cause == cause


def test_it_is_over_where_it_is_over_on_every_node() -> None:
    came = line("2026-11-20 05:00:00", f"retrieved '{URL}/'; most recent version is 'a1'")
    well, ill = file(refused("2026-11-20 01:00:00"), came), file(refused("2026-11-20 01:00:00"), node="n2")
    assert told(well).root_cause is None
    assert told(well, ill).root_cause == "kv-403-rbac"
