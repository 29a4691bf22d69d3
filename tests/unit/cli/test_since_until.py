"""`analyze --since --until`: which times they take, and what becomes of what lies outside."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click
import pytest

from troubleshooter.cli.moment_type import MomentType

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.unit.cli.conftest import Ended

    Call = Callable[..., Ended]

DENIED = 'Failed: 403 {"error":{"innererror":{"code":"ForbiddenByRbac"}}}'


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "akvvm_service.log"
    path.write_text(
        f"2026-11-01 08:00:00: <error> [http] Error resolving address\n"
        f"2026-11-20 08:00:00: <error> [keyvault_client] {DENIED}\n"
    )
    return path


def test_the_newest_errors_are_the_incident(log: Path, invoke: Call) -> None:
    ended = invoke("analyze", str(log), "--output", "json")
    code, document = ended.code, ended.document

    assert (code, document["root_cause"]) == (3, "kv-403-rbac")
    assert document["incident"] == {
        "first": "2026-11-20T08:00:00Z",
        "last": "2026-11-20T08:00:00Z",
        "given": False,
    }


def test_since_and_until_choose_another(log: Path, invoke: Call) -> None:
    ended = invoke("analyze", str(log), "--until", "2026-11-02", "--output", "json")
    code, document = ended.code, ended.document

    assert (code, document["root_cause"]) == (3, "net-dns")
    assert {one["id"] for one in document["findings"]} == {"net-dns", "kv-403-rbac"}


def test_an_error_outside_is_a_warning(log: Path, invoke: Call) -> None:
    ended = invoke("analyze", str(log), "--since", "2026-11-21T00:00", "--output", "json")
    code, document = ended.code, ended.document

    assert (code, document["root_cause"]) == (4, None)


def test_the_wrong_way_round_is_refused(log: Path, invoke: Call) -> None:
    ended = invoke("analyze", str(log), "--since", "2026-11-21", "--until", "2026-11-02", "--output", "json")
    code, document = ended.code, ended.document

    assert code == 2
    assert document["error"]["what"] == "There is no time between --since and --until."


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-11-25", datetime(2026, 11, 25, tzinfo=UTC)),
        ("2026-11-25T08:12", datetime(2026, 11, 25, 8, 12, tzinfo=UTC)),
        ("2026-11-25 08:12:30+01:00", datetime(2026, 11, 25, 7, 12, 30, tzinfo=UTC)),
        ("2026-11-25T08:12:00Z", datetime(2026, 11, 25, 8, 12, tzinfo=UTC)),
    ],
)
def test_times_are_utc_unless_a_zone_is_written(text: str, at: datetime) -> None:
    assert MomentType().convert(text, None, None) == at


@pytest.mark.parametrize(("text", "ago"), [("90m", 90 * 60), ("6h", 6 * 3600), ("2d", 48 * 3600)])
def test_how_long_ago(text: str, ago: int) -> None:
    before = datetime.now(UTC)
    at = MomentType().convert(text, None, None)

    assert before <= at + timedelta(seconds=ago) <= datetime.now(UTC)


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", "6w", "999999999999999d", "08:12"])
def test_what_is_no_time_is_said(text: str) -> None:
    with pytest.raises(click.BadParameter, match="is no time"):
        MomentType().convert(text, None, None)
