"""Answers that are documented for somebody else, or that a box on the way has mixed up or spelt oddly."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.attacks.wire import ALWAYS, ARM_POOL, BATCH_POOL, JOB, POOL, azure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.attacks.wire import Ended, Wire

READ = f"GET {ARM_POOL}"
ACCOUNT = r"GET /batchAccounts/[^/]+$"
NODES = "GET /nodes$"
TOKEN = "POST token$"
JSON_IN = "application/json; charset="
CLAIMS = 'Bearer error="insufficient_claims", claims='
NO_ADDRESS = ("https://[bad", "https://host:99999/x")
"""What the libraries take for an address, and fall over."""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    with azure(tmp_path_factory.mktemp("kept") / "data") as wire:
        yield wire


@pytest.fixture
def untouched(kept: Wire) -> Iterator[Wire]:
    """One account for all that ends before anything is changed."""
    yield kept
    kept.clear()


def survey(wire: Wire, match: str, **fault: Any) -> Ended:
    wire.plant(match, **{"times": ALWAYS, **fault})
    return wire.asked(*wire.running("--until", "survey"))


def assert_told(ended: Ended, wire: Wire) -> None:
    """A foreseen end in three parts, with nothing changed."""
    error = ended.document["error"]
    assert ended.code not in {0, 1}, error
    assert all(error[part] for part in ("what", "why", "do"))
    assert list(wire.pools()) == [POOL]


def changed(body: Any, **fields: Any) -> str:
    return json.dumps({**body, **fields})


@pytest.mark.parametrize("match", [READ, ACCOUNT, NODES])
@pytest.mark.slow
def test_an_answer_of_nothing_is_told(untouched: Wire, match: str) -> None:
    assert_told(survey(untouched, match, body=""), untouched)


@pytest.mark.parametrize("status", [200, 403])
@pytest.mark.slow
def test_an_answer_in_what_is_no_writing_is_told(untouched: Wire, status: int) -> None:
    headers = {"Content-Type": f"{JSON_IN}zlib"}  # a codec of Python's, and none for text
    assert_told(survey(untouched, READ, status=status, body="{}", headers=headers), untouched)


@pytest.mark.parametrize(
    "wait", [f"Fri, 31 Dec {'9' * 20} 23:59:59 GMT", f"Fri, 31 Dec 2027 23:59:59 +{'9' * 14}"]
)
@pytest.mark.slow
def test_a_time_to_wait_that_no_calendar_has_is_none(untouched: Wire, wait: str) -> None:
    ended = survey(untouched, READ, status=429, times=1, headers={"Retry-After": wait})
    assert ended.code == 0
    assert len(untouched.calls("GET", f"pools/{POOL}")) > 1


@pytest.mark.parametrize("link", [*NO_ADDRESS, 5])
@pytest.mark.slow
def test_a_next_page_without_an_address_is_told(untouched: Wire, link: object) -> None:
    assert_told(survey(untouched, NODES, body=json.dumps({"value": [], "odata.nextLink": link})), untouched)


@pytest.mark.parametrize("claims", ['"!!!notbase64"', '"/w=="'])
@pytest.mark.slow
def test_a_challenge_that_cannot_be_read_is_a_refusal(untouched: Wire, claims: str) -> None:
    headers = {"WWW-Authenticate": CLAIMS + claims}
    ended = survey(untouched, READ, status=401, body="{}", headers=headers)
    assert_told(ended, untouched)
    assert ended.code == 6


@pytest.mark.parametrize("end", ["\n", "\u20ac"])
@pytest.mark.slow
def test_a_token_that_no_header_can_hold_is_not_quoted(untouched: Wire, end: str) -> None:
    given = "tok3n-that-stays-here"
    body = {"token_type": "Bearer", "expires_in": 3600, "access_token": given + end}
    ended = survey(untouched, TOKEN, body=json.dumps(body))
    assert_told(ended, untouched)
    assert given not in ended.out + ended.err
    files = [path.read_bytes() for path in untouched.home.rglob("*") if path.is_file()]
    assert files
    assert not any(given.encode() in data for data in files)


@pytest.mark.parametrize("place", [*NO_ADDRESS, "https://u:pw@127.0.0.1:9"])
@pytest.mark.slow
def test_an_account_without_an_address_is_told(untouched: Wire, place: str) -> None:
    account = untouched.others.arm("GET", untouched.others.account_path).body
    account["properties"]["accountEndpoint"] = place
    assert_told(survey(untouched, ACCOUNT, body=json.dumps(account)), untouched)


@pytest.mark.slow
def test_the_answer_about_another_pool_is_not_taken_for_this_one(untouched: Wire) -> None:
    pool = untouched.others.arm("GET", untouched.connection["pool_id"]).body
    other = changed(pool, name="other", id=pool["id"].replace(POOL, "other"))
    untouched.plant(READ, times=ALWAYS, body=other)
    ended = untouched.asked(*untouched.in_place())
    assert_told(ended, untouched)
    assert "other" in ended.document["error"]["why"]
    assert untouched.calls("DELETE") == []


@pytest.mark.slow
def test_the_answer_about_another_account_is_not_taken_for_this_one(untouched: Wire) -> None:
    account = untouched.others.arm("GET", untouched.others.account_path).body
    untouched.plant(ACCOUNT, times=ALWAYS, body=changed(account, id=account["id"] + "other"))
    assert_told(untouched.asked(*untouched.in_place()), untouched)
    assert untouched.calls("DELETE") == []


@pytest.mark.slow
def test_nor_is_one_of_the_data_plane(untouched: Wire) -> None:
    body = json.dumps({"id": "other", "state": "active", "eTag": "0x1"})
    assert_told(survey(untouched, f"GET {BATCH_POOL}", body=body), untouched)


@pytest.mark.slow
def test_an_id_in_other_letters_is_the_same(untouched: Wire) -> None:
    pool = untouched.others.arm("GET", untouched.connection["pool_id"]).body
    assert survey(untouched, READ, body=changed(pool, id=pool["id"].upper())).code == 0


@pytest.mark.parametrize("etag", ["*", "1\r\nX: y"])
@pytest.mark.slow
def test_an_etag_that_guards_nothing_deletes_nothing(wire: Wire, etag: str) -> None:
    pool = wire.others.batch("GET", f"/pools/{POOL}").body
    wire.plant(f"GET {BATCH_POOL}", times=ALWAYS, body=changed(pool, eTag=etag))
    ended = wire.asked(*wire.in_place())
    assert ended.code == 9
    assert wire.calls("DELETE") == []
    wire.clear()
    assert wire.asked("runs", "cleanup", wire.latest(), "--yes").code == 0
    assert wire.jobs()[JOB] == "active"


@pytest.mark.slow
def test_a_job_whose_etag_cannot_be_sent_is_left_as_it_is(wire: Wire) -> None:
    job = {"id": JOB, "state": "active", "eTag": "1\r\nX: y", "poolInfo": {"poolId": POOL}}
    wire.plant("GET ^/jobs$", times=ALWAYS, body=json.dumps({"value": [job]}))
    ended = wire.asked(*wire.in_place())
    assert ended.code == 9
    assert wire.calls("POST", "/disable") == []
    assert wire.calls("DELETE") == []


@pytest.mark.parametrize("place", NO_ADDRESS)
@pytest.mark.slow
def test_a_deletion_whose_address_is_none_is_seen_to_end(wire: Wire, place: str) -> None:
    wire.plant("DELETE /pools/", times=ALWAYS, headers={"Azure-AsyncOperation": place, "Location": place})
    assert wire.asked(*wire.running()).code == 0
    assert list(wire.pools()) == [POOL]
