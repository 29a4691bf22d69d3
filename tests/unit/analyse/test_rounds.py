"""How far the extension is: failed rounds as a lower bound, and what may be said of the next."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tests.known import KNOWN
from troubleshooter import settings
from troubleshooter.analyse import load_rules
from troubleshooter.analyse.incident import Times
from troubleshooter.analyse.scan import scan
from troubleshooter.model.evidence import SourceFile
from troubleshooter.model.incident import Outlook

if TYPE_CHECKING:
    from troubleshooter.analyse.scan import Scan
    from troubleshooter.model.incident import Tries

BOOK = load_rules(settings.playbooks_folder() / "rules", known=KNOWN)
BEGAN = datetime(2026, 11, 25, 8, 12, tzinfo=UTC)
PAUSES = (0, 60, 180, 420, 900)
"""Seconds after the beginning: pauses of 1, 2, 4 and 8 minutes."""
URL = "https://v.vault.azure.net/secrets/web"


def failed(seconds: float, url: str = URL) -> str:
    at = BEGAN + timedelta(seconds=seconds)
    return (
        f"{at:%Y-%m-%d %H:%M:%S}: <error> [CertificateManager] Refreshing '{url}/' failed with exception:"
        ' 403 {"error":{"innererror":{"code":"ForbiddenByRbac"}}}'
    )


def read(*lines: str, name: str = "akvvm_service.log") -> Scan:
    data = "\n".join(lines).encode()
    return scan(SourceFile(name, lambda: io.BytesIO(data), "n1"), BOOK)


def tries(*scans: Scan, after: float) -> Tries:
    """So many seconds after the first failed try."""
    (told,) = Times(scans).tries(BEGAN + timedelta(seconds=after))
    return told


def status(word: str) -> Scan:
    return read(
        '[{"version":1,"timestampUTC":"2026-11-25T09:00:00Z","status":{"status":"' + word + '","code":0,'
        '"operation":"Service start.","formattedMessage":{"lang":"en","message":"Failed to download"}}}]',
        name="/var/lib/waagent/Microsoft.Azure.KeyVault.KeyVaultForLinux-3.0.1/status/0.status",
    )


def test_rounds_are_counted_and_the_next_is_inferred_from_the_pauses() -> None:
    told = tries(read(*map(failed, PAUSES)), after=900 + 600)

    assert (told.failed, told.since, told.last) == (5, "2026-11-25T08:12:00Z", "2026-11-25T08:27:00Z")
    assert told.longest_pause == 480
    assert told.outlook is Outlook.STILL_TRYING
    assert told.because == "the last is 10 min old, less than twice the longest pause (8 min)"
    assert (told.next_from, told.next_to) == ("2026-11-25T08:28:00Z", "2026-11-25T08:43:00Z")


def test_what_is_older_than_twice_the_longest_pause_cannot_be_told() -> None:
    told = tries(read(*map(failed, PAUSES)), after=900 + 960)

    assert told.outlook is Outlook.CANNOT_TELL
    assert told.because == "what was read ends more than twice the longest pause (8 min) ago"
    assert told.next_from == ""


def test_a_status_of_error_is_the_end() -> None:
    log = read(*map(failed, PAUSES))

    assert tries(log, status("error"), after=901).outlook is Outlook.GIVEN_UP
    assert tries(log, status("transitioning"), after=901).outlook is Outlook.STILL_TRYING


def test_several_certificates_in_one_round_are_one_try() -> None:
    lines = [failed(at, f"{URL}{number}") for at in PAUSES for number in range(4)]

    assert tries(read(*lines), after=901).failed == 5


def test_the_same_error_told_twice_at_once_is_one_try() -> None:
    lines = [failed(at + twice) for at in PAUSES for twice in (0, 1)]

    assert tries(read(*lines), after=902).failed == 5


def test_one_try_is_too_few_to_tell_anything() -> None:
    told = tries(read(failed(0)), after=1)

    assert (told.failed, told.outlook) == (1, Outlook.CANNOT_TELL)


def test_a_refresh_that_ended_later_leaves_nothing_to_foretell() -> None:
    at = f"{BEGAN + timedelta(seconds=910):%Y-%m-%d %H:%M:%S}"
    ended = f"{at}: <info> [CertificateManager] Completed refreshing observed certificates."
    told = tries(read(*map(failed, PAUSES), ended), after=911)

    assert told.because == "a refresh came to its end after the last error"


def arrived(seconds: float, url: str = URL) -> str:
    at = f"{BEGAN + timedelta(seconds=seconds):%Y-%m-%d %H:%M:%S}"
    return f"{at}: <info> [CertificateManager] retrieved '{url}/'; most recent version is 'a1'"


def test_what_came_later_is_over_and_not_unknown() -> None:
    told = tries(read(*map(failed, PAUSES), arrived(905)), after=911)

    assert told.outlook is Outlook.CAME
    assert told.because == "the same log says later that what had failed came (line 6)"
    assert told.next_from == ""


def test_another_that_came_or_one_that_failed_again_is_not_over() -> None:
    other = tries(read(*map(failed, PAUSES), arrived(905, f"{URL}2")), after=911)
    one_of_two = tries(
        read(failed(0), failed(0, f"{URL}2"), *map(failed, PAUSES[1:]), arrived(905)), after=911
    )
    again = tries(read(*map(failed, PAUSES[:3]), arrived(185), *map(failed, PAUSES[3:])), after=911)

    assert Outlook.CAME not in {each.outlook for each in (other, one_of_two, again)}


def test_a_clock_ahead_of_ours_is_no_sign_of_life() -> None:
    assert tries(read(*map(failed, PAUSES)), after=0).because == (
        "the last failed try lies ahead of this machine's clock"
    )


def test_what_was_a_day_before_is_another_story() -> None:
    told = tries(read(*map(failed, PAUSES), *(failed(at + 90000) for at in PAUSES[:3])), after=90181)

    assert (told.failed, told.since) == (3, "2026-11-26T09:12:00Z")


def test_a_paste_is_no_log_and_has_no_rounds() -> None:
    text = read(*(failed(at).partition("> ")[2] for at in PAUSES), name="paste.txt")

    assert Times([text]).tries(BEGAN) == ()
